"""What is printed besides the letters, and the order in which letters are: from plain values to PDF, without a log."""
