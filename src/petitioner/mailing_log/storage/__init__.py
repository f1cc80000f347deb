"""The log on disk: its tables, its file, its home and its copies, and the proof that it is whole."""
