"""Accession: transfer lists, their checks, the certificate, and entry into the holdings."""
