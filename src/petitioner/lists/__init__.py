"""Lists of recipients as tables: what people import, and what they export."""
