"""Organisations: shared records of clients, designers, contractors and supervisors."""
