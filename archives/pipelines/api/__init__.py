"""Pipelines for programs: OGC API Features and Tiles, as GeoJSON, vector tiles and plain pages."""
