"""The least cover depth each segment needs, from the table of GB 50289 as data."""

from collections.abc import Sequence

import numpy as np

from gis.checks.network import Network
from gis.checks.settings import Cover
from gis.frame import Mask, Number

PATH, CARRIAGEWAY = "path", "carriageway"


def least_covers(network: Network, covers: Sequence[Cover]) -> tuple[Number, Number]:
    """The least cover (m) under paths and under carriageways; NaN where the table says nothing.

    Of several rows that fit a segment the most particular counts: one for its material, then one for its minor class,
    then one for its burial.
    """
    found = {road: np.full(len(network.segments), np.nan) for road in (PATH, CARRIAGEWAY)}
    for row in sorted(covers, key=_particular):
        if row.road in found:
            found[row.road][_fits(network, row)] = row.depth
    return found[PATH], found[CARRIAGEWAY]


def _particular(row: Cover) -> tuple[bool, bool, bool]:
    return bool(row.materials), bool(row.minor), bool(row.burials)


def _fits(network: Network, row: Cover) -> Mask:
    wanted = [row.major in {"", major} and row.minor in {"", minor} for major, minor in network.kinds]
    fits = np.array(wanted, dtype=bool)[network.segment_kind] if wanted else np.zeros(len(network.segments), bool)
    if row.burials:
        fits = fits & network.segment_in("burial", row.burials)
    if row.materials:
        fits = fits & network.segment_in("material", row.materials)
    return fits
