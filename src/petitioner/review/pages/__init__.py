"""The pages, one module each. Every page has its routes, and may have an entry in the navigation."""

from petitioner.review.pages import letter, today
from petitioner.review.pages.page import Page

PAGES: tuple[Page, ...] = (today.PAGE, letter.PAGE)
"""All pages, in the order of the navigation."""
