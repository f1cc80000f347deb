"""Checks of the words of a letter: its language, its forms of address, its characters and its marks."""
