"""E-mail: what leaves, and what comes back."""
