"""What people write into the log: what they did, what shows it, and what is put right later."""
