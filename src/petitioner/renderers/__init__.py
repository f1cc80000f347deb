"""The formats: each turns a letter into the bytes of one kind of file."""
