"""Text that people write, read without guessing, with every value's line remembered."""
