"""The doors: requests and commands come in here, answers go out."""
