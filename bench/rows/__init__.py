"""Rows for the benchmarks, written set by set with the archive's own guards asleep."""
