"""People: accounts, roles, sessions, and the page where the audit is read."""
