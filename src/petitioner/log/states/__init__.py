"""What follows from the events: the state of each packet, recipient and campaign."""
