"""Finding by words: the ground of full text. Knows nothing of archives, Flask or gis."""
