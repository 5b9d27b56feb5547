"""Boundaries of areas that an office brings itself: none come with the program, for published maps need review."""
