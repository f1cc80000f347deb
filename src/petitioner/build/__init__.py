"""Build the files of letters: make new ones, keep current ones, remove old ones."""
