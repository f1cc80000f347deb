"""Approval: what a person approved, and whether it is still what would go out.

``content`` writes down what a recipient gets, ``packets`` compares that with what was approved, and ``review`` shows
what to read before approving. Nothing here reads or writes files.
"""
