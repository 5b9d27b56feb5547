"""The catalogue: volumes, items and electronic files, their description, order and printed forms."""
