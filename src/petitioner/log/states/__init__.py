"""The state of each packet, recipient and campaign, derived from the events."""
