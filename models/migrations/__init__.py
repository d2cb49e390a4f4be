"""The archive's shape through time: one revision for each change."""
