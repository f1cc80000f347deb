"""``petitioner review``: a page in the browser to read, compare and approve letters, served on this machine only."""
