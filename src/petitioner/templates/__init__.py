"""From template, recipient and campaign to a letter."""
