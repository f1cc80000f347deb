"""Approval: what a person approved, and whether the packet has changed since then.

``content`` describes what a recipient gets, ``packets`` compares that with what was approved, and ``review`` combines
the letters for reading before the approval. Nothing here reads or writes files.
"""
