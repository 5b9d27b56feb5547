"""Underground pipelines: surveys taken in and checked, found by area, drawn on the map, given out on sheets."""
