"""Who is written to, and what a telephone call confirmed."""
