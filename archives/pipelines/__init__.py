"""Underground pipelines: survey hand-overs taken in and checked, found by area, drawn on the map, given out on sheets."""
