"""The archive: tables, one file for each thing."""
