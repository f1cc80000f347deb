"""Data with its readers: languages, postage, stationery."""
