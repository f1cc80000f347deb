"""The user's mail accounts: read from the user's own configuration, secrets fetched, servers logged in to."""
