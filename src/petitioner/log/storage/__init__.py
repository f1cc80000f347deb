"""The log as a SQLite file: its tables, copies, verification and restoration."""
