"""Checks of the records: addresses, contacts, duplicates, and the one mission that differs from all others."""
