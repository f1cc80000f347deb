"""What every channel shares: the plan, the journal, and at most one delivery of each packet."""
