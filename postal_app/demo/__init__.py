"""The demonstration: a sample province built through the real desks."""
