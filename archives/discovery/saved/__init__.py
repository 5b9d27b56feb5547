"""Searches that people keep, share with colleagues and come back to, and those they asked lately."""
