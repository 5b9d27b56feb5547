"""Tests of accounts, permission and audit."""
