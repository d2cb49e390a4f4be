"""The archive: tables, one file for each thing."""

from models import dossiers, items, ledger, places, procedures, staff

__all__ = ["dossiers", "items", "ledger", "places", "procedures", "staff"]
