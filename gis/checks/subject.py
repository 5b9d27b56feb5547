"""What every rule looks at: the network, its heights, what lies close together, and the context."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TypeAlias

from gis.checks.closeness import PiecePairs, PointPairs, piece_pairs, point_pairs
from gis.checks.context import CheckContext
from gis.checks.heights import Heights
from gis.checks.network import Network
from gis.checks.results import NotApplicable, Part
from gis.checks.settings import RuleSetting
from gis.frame import Mask


class Subject:
    """A survey under inspection. What several rules need is worked out once, when the first one asks."""

    def __init__(self, network: Network, context: CheckContext) -> None:
        self.network = network
        self.context = context

    @cached_property
    def heights(self) -> Heights:
        """Depths and elevations of all ends."""
        return Heights(self.network)

    @cached_property
    def point_pairs(self) -> PointPairs:
        """Points that lie close together."""
        widest = max(self.context.rules[rule].limit("distance") for rule in ("P2", "P8"))
        return point_pairs(self.network, widest)

    @cached_property
    def piece_pairs(self) -> PiecePairs:
        """Pieces of segments that cross or nearly touch in plan."""
        return piece_pairs(self.network, self.heights)

    def need_points(self) -> None:
        """Raises NotApplicable where the survey has no points."""
        if not len(self.network.points):
            raise NotApplicable("no_points")

    def need_segments(self) -> None:
        """Raises NotApplicable where the survey has no segments."""
        if not len(self.network.segments):
            raise NotApplicable("no_segments")

    def need(self, there: Mask, reason: str) -> None:
        """Raises NotApplicable where the rule has nothing at all to look at."""
        if not there.any():
            raise NotApplicable(reason)


Check: TypeAlias = Callable[[Subject, RuleSetting], Iterable[Part]]
"""A rule: raises NotApplicable where its data lack."""
