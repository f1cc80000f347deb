"""Making the files: what must be made, what may stay, and what is no longer wanted."""
