"""Sending: which packets go out now, each handed over once, and what becomes of them."""
