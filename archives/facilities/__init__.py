"""Facilities: what competent authorities know of the archives institutions, and which of them meet the standard."""
