"""Construction projects and their unit works."""
