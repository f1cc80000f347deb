"""The records that all other packages use: immutable and typed."""
