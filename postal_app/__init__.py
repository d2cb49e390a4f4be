"""The desks: one file for each piece of work of the post."""
