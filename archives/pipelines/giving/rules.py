"""What may be given out: the quota of ground that one account takes in a year, and what each choice needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from archives.core.language import msg
from archives.core.problems import Problem
from archives.pipelines.drafts import ExportDraft
from archives.pipelines.giving.formats import WORKBOOK
from archives.pipelines.sheets.rules import continuous_limit

Shape = Polygon | MultiPolygon
SQUARE_KILOMETRE = 1_000_000.0
COUNTED = timedelta(days=365)
"""How long an area that was given out counts."""
LARGE = 20_000
"""Lines beyond which a file is written by the worker."""
KEPT = timedelta(days=30)
"""How long a file can be fetched; what it was stays in the log for good."""
HEIGHTS = frozenset(
    {
        *("start_depth", "end_depth", "start_z", "end_z", "length3d"),
        *("ground_z", "well_bottom_depth", "water_depth", "mud_depth"),
    }
)
"""Columns that tell how deep or how high something lies."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Square metres: what an account may take in a year, what it took, and what it would take beyond that."""

    limit: float
    taken: float
    wanted: float

    @property
    def left(self) -> float:
        """What may still be taken."""
        return max(self.limit - self.taken, 0.0)

    @property
    def is_enough(self) -> bool:
        """Whether what is wanted may be taken."""
        return self.taken + self.wanted <= self.limit


def quota_of(limit_km2: int, taken: Sequence[Shape], wanted: Shape) -> Quota:
    """Ground counts once: what was given out before costs nothing again, and what overlaps is one."""
    before = shapely.union_all(np.array(list(taken), dtype=object))
    return Quota(limit_km2 * SQUARE_KILOMETRE, float(before.area), float(shapely.difference(wanted, before).area))


def check_giving(draft: ExportDraft, segments: int, quota: Quota | None) -> list[Problem]:
    """What stands in the way of giving out so many lines; no quota where nobody is counted."""
    problems = []
    if segments == 0:
        problems.append(Problem("give.nothing", msg("No line of the area meets the conditions."), "area"))
    if draft.clip and draft.format == WORKBOOK:
        sentence = msg("A result table holds whole lines; take the cut away, or choose another format.")
        problems.append(Problem("give.clip", sentence, "clip"))
    if quota is not None and not quota.is_enough:
        problems.append(_exceeded(quota))
    return problems


def _exceeded(quota: Quota) -> Problem:
    limit = continuous_limit()
    sentence = msg(
        "Of the %(limit).2f km² that you may take out in a year %(left).2f km² are left; "
        "this area would take %(wanted).2f km² more. %(reason)s.",
        limit=quota.limit / SQUARE_KILOMETRE,
        left=quota.left / SQUARE_KILOMETRE,
        wanted=quota.wanted / SQUARE_KILOMETRE,
        reason=limit,
    )
    return Problem("give.quota", sentence, "area", limit.basis)
