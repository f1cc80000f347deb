"""What every channel shares: the plan of a run, and its journal, so that each packet is delivered at most once."""
