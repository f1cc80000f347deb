"""The pages, one module each. Every page has its routes, and may have an entry in the navigation."""

from petitioner.review.pages import letter, log, message, paper, recipient, today
from petitioner.review.pages.page import Page

PAGES: tuple[Page, ...] = (today.PAGE, letter.PAGE, message.PAGE, paper.PAGE, recipient.PAGE, log.PAGE)
"""All pages, in the order of the navigation."""
