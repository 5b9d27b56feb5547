"""Competent authorities: standards, verdicts, rates, returns taken in."""
