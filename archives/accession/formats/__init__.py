"""The forms in which transfer lists arrive, each read into the same neutral shape."""
