"""Bounces, replies and our own messages, read from a mailbox that is never changed."""
