"""Approving: each letter read once, and a yes to every packet."""
