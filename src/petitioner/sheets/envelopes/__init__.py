"""Envelopes: what stands where on them, and their pages."""
