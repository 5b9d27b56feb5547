"""Places on the earth: the ground of maps and pipelines. Knows nothing of archives, Flask or search."""
