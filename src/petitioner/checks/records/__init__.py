"""Findings on the records: addresses and how to reach a mission, missions that stand twice, and the odd one out."""
