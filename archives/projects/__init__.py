"""Construction projects, their unit works, and the procedure from registration to the holdings."""
