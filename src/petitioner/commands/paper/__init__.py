"""Paper: the run, what it goes into, and when it must leave."""
