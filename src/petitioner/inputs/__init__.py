"""What people write: recipients, campaigns, letters, theme, settings; read with every mistake found."""
