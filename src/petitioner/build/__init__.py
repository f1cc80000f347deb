"""Make the files of letters: which must be made, which are kept, which are removed."""
