"""The user's data folder, outside of any workspace: what this machine remembers of each log, and the claims."""
