"""How many results functions keep, so that memory does not grow with the number of letters."""

KEPT_TEXTS = 1024
"""Texts whose result a function keeps, those that were used last.

Letters share their paragraphs, which are a few hundred in all languages together. Lines that only one recipient has,
such as an address, need not be kept: ten of them a letter push nothing out that the next hundred letters use again.
"""

KEPT_NAMES = 16_384
"""Names and addresses whose normal form is kept: those of a thousand missions, which several checks compare."""
