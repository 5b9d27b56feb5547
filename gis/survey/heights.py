"""Depth from height and height from depth: z = ground − depth at either end of a segment."""

import numpy as np

from gis.frame import Frame, Index
from gis.survey.nodes import taken

DECIMALS = 4
"""A tenth of a millimetre, so that 12.6 − 1.3 is 11.3."""


def with_heights(points: Frame, segments: Frame, starts: Index, ends: Index) -> Frame:
    """Segments with whichever of depth and z was missing, metres; both stay as given where both were given."""
    ground = points.number("ground_z")
    columns = {}
    for end, rows in (("start", starts), ("end", ends)):
        surface = taken(ground, rows)
        depth, z = segments.number(f"{end}_depth"), segments.number(f"{end}_z")
        columns[f"{end}_depth"] = np.where(np.isnan(depth), np.round(surface - z, DECIMALS), depth)
        columns[f"{end}_z"] = np.where(np.isnan(z), np.round(surface - depth, DECIMALS), z)
    return segments.with_columns(**columns)
