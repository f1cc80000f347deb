"""Findings on what goes along with letters: enclosures, and pictures of signatures and logos."""
