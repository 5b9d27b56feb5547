"""Lists in and out: spreadsheets and delimited text, read safely and written well. Knows no feature."""
