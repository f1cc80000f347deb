"""What follows from the entries: where each packet stands, how the campaign stands, what wants a person's eye."""
