"""The door to the database: domain values in, domain values out."""

from storage.store import Store, Unit

__all__ = ["Store", "Unit"]
