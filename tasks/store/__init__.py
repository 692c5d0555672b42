"""The store (台账库): the archive of every run in a database, SQLite or PostgreSQL.

What was published lies in files, which are what later runs compare with; the store says what happened:
runs, what became of each unit, submissions, versions, indicators, findings, waivers. Each run leaves its
record in the outbox first, so that nothing is lost while the database is away.
"""

from tasks.store.address import Address, find_address
from tasks.store.errors import StoreAwayError, StoreError
from tasks.store.opening import open_store
from tasks.store.outbox import Outbox
from tasks.store.records import Record, RunState, begin_record
from tasks.store.syncing import Synced, sync

__all__ = [
    "Address",
    "Outbox",
    "Record",
    "RunState",
    "StoreAwayError",
    "StoreError",
    "Synced",
    "begin_record",
    "find_address",
    "open_store",
    "sync",
]
