"""The pages, one module each. Every page has its routes, and may have an entry in the navigation."""

from petitioner.review.pages import letter, paper, recipient, today
from petitioner.review.pages.page import Page

PAGES: tuple[Page, ...] = (today.PAGE, letter.PAGE, paper.PAGE, recipient.PAGE)
"""All pages, in the order of the navigation."""
