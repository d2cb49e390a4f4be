"""Drills: each breaks something on purpose, in an archive of its own, and shows that it is told."""
