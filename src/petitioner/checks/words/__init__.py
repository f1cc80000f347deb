"""Checks of the text of a letter: its language, its forms of address, its characters and its punctuation."""
