"""Read bounces, replies and our own messages from a mailbox, without changing it."""
