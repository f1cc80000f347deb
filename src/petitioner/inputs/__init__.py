"""Read what people write (recipients, campaigns, letters, theme, settings), and find every mistake in it."""
