"""The door to the database: domain values in, domain values out."""

from storage.copying import copy_database
from storage.saving import back_up
from storage.store import Store, Unit

__all__ = ["Store", "Unit", "back_up", "copy_database"]
