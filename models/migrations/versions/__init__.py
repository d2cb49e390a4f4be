"""The revisions, oldest first by their own chain."""
