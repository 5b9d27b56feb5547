"""Grading of archives institutions: schemes of items and points, assessments by them, certificates."""
