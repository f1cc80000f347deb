"""The e-mail that a packet becomes: its exact bytes, the same each time, and the proof that they say what was meant."""
