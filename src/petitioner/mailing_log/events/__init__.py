"""What the log holds: entries as records, the words for their kinds, and the chain of their hashes."""
