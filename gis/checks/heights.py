"""How deep and how high every end of every segment lies, whatever its survey measured to."""

from functools import cached_property

import numpy as np

from gis.checks.network import HIGHEST, Network, as_text, clean
from gis.frame import Mask, Number, coded

Sides = tuple[Number, Number]
"""At the start and at the end."""


class Heights:
    """Depths, elevations and sections in metres; NaN where they are unknown.

    A depth or an elevation belongs to the outer top, the inner bottom (invert), the axis or the bottom, as `z_ref` of
    the segment says. Walls are taken as thin: no hand-over tells their thickness.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        segments = network.segments
        self.ground: Sides = (network.at_end(network.ground, 0), network.at_end(network.ground, 1))
        self.depth_given: Sides = (
            clean(segments.number("start_depth"), HIGHEST),
            clean(segments.number("end_depth"), HIGHEST),
        )
        self.z_given: Sides = (clean(segments.number("start_z"), HIGHEST), clean(segments.number("end_z"), HIGHEST))
        self.width = _section(segments.number("width"))
        self.height = _section(segments.number("height"))

    @cached_property
    def z(self) -> Sides:
        """Elevations as given, else from ground and depth."""
        first, second = (
            np.where(np.isnan(z), ground - depth, z)
            for z, ground, depth in zip(self.z_given, self.ground, self.depth_given, strict=True)
        )
        return first, second

    @cached_property
    def depth(self) -> Sides:
        """Depths as given, else from ground and elevation."""
        first, second = (
            np.where(np.isnan(depth), ground - z, depth)
            for z, ground, depth in zip(self.z_given, self.ground, self.depth_given, strict=True)
        )
        return first, second

    @cached_property
    def below_top(self) -> Number:
        """How far what was measured lies below the top (m); NaN where the section is needed and unknown."""
        share = self._share_below_top
        return np.where(share == 0, 0.0, share * self.height)

    @cached_property
    def _share_below_top(self) -> Number:
        """0 for the top, 1 for invert and bottom, 0.5 for the axis."""
        network = self._network
        numbers, written = coded(as_text(network.segments, "z_ref"))
        told = np.array([{"top": 0.0, "invert": 1.0, "bottom": 1.0, "axis": 0.5}.get(ref, np.nan) for ref in written])
        share = told[numbers] if len(told) else np.full(len(network.segments), np.nan)
        usual = np.array([0.0 if _measured_to_top(network, kind) else 1.0 for kind in network.kinds])
        if not len(usual):
            return share
        return np.where(np.isnan(share), usual[network.segment_kind], share)

    @cached_property
    def top(self) -> Sides:
        """Elevations of the outer top."""
        return self.z[0] + self.below_top, self.z[1] + self.below_top

    @cached_property
    def invert(self) -> Sides:
        """Elevations of the inner bottom."""
        down = self._below_reference(1.0)
        return self.z[0] - down, self.z[1] - down

    @cached_property
    def axis(self) -> Sides:
        """Elevations of the axis; where the section is unknown, of what was measured."""
        down = np.nan_to_num(self._below_reference(0.5))
        return self.z[0] - down, self.z[1] - down

    @cached_property
    def invert_depth(self) -> Sides:
        """Depths of the inner bottom."""
        down = self._below_reference(1.0)
        return self.depth[0] + down, self.depth[1] + down

    def _below_reference(self, share: float) -> Number:
        """How far a part of the section (0 top, 1 bottom) lies below what was measured."""
        down = share - self._share_below_top
        return np.where(down == 0, 0.0, down * self.height)

    @cached_property
    def known(self) -> Mask:
        """Segments whose both ends have an elevation."""
        return np.isfinite(self.z[0]) & np.isfinite(self.z[1])


def _measured_to_top(network: Network, kind: tuple[str, str]) -> bool:
    return network.codes.z_ref(*kind, burial="") == "top"


def _section(millimetres: Number) -> Number:
    found = clean(millimetres, HIGHEST) / 1000
    return np.where(found > 0, found, np.nan)
