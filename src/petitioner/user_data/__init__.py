"""What the program keeps in the user's data folder, outside of any workspace: what it saw of each log."""
