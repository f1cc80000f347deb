"""What comes back: bounces, replies and our own copies, read from a mailbox and never changed there."""
