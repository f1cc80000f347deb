"""The log as a SQLite file: its tables, copies, and the proof that it is whole."""
