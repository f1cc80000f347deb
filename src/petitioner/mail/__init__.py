"""E-mail: accounts, messages, sending, and what comes back."""
