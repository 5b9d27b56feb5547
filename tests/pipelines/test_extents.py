"""Where the map opens: around the lines that the reader may see, and not around what lies astray."""

from typing import Any

import numpy as np
import pytest

from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.pipelines.lines import store_of
from archives.pipelines.maps.extents import LEFT_OUT, WIDER, middle_of
from archives.pipelines.models import ACCEPTED, IN_TRANSFER, SurveyVersion
from gis.frame import Frame
from tests.pipelines.ground import RAIN, WATER, classify, grid, lay
from tests.visitors import SignInAs, Visitor

FAR = 300_000.0
"""Metres: three hundred kilometres to the north."""
TILE = 0.06
"""Degrees: a little more than a tile of the overview is wide."""


def _moved(points: Frame, north: float) -> Frame:
    return points.with_columns(north=points.number("north") + north)


def laid(
    backend: Backend, operator: Actor, count: int, *, north: float = 0.0, number: str = "1", **how: Any
) -> SurveyVersion:
    """A survey of so many lines, with its bounds as they are kept when it is read."""
    kinds = how.pop("kinds", (WATER, RAIN))
    points, segments = grid(count, kinds)
    with backend.writing() as session:
        version = lay(session, operator, _moved(points, north), segments, number=number, **how)
        bounds = store_of(session).extent(session.connection(), [version.id])
        assert bounds is not None
        version.west, version.south, version.east, version.north = bounds
    return version


def extent(visitor: Visitor) -> tuple[float, float, float, float]:
    """Where the map opens for somebody."""
    west, south, east, north = visitor.get("/pipelines/map/config.json").get_json()["extent"]
    return west, south, east, north


def test_a_survey_astray_does_not_put_the_map_over_half_the_country(
    backend: Backend, operator: Actor, sign_in_as: SignInAs
) -> None:
    laid(backend, operator, 900)
    alone = extent(sign_in_as(Role.ENGINEER))
    laid(backend, operator, 5, north=FAR, number="2")
    assert extent(sign_in_as(Role.ENGINEER)) == alone
    west, south, east, north = alone
    assert (114.0 - west, north - south) == pytest.approx((0, 0), abs=1e-4), "it is as exact as the survey"
    assert 114.09 < east < 114.1


def test_one_point_astray_does_not_either(backend: Backend, operator: Actor, sign_in_as: SignInAs) -> None:
    points, segments = grid(900)
    norths = points.number("north").copy()
    norths[-1] += FAR
    with backend.writing() as session:
        version = lay(session, operator, points.with_columns(north=norths), segments)
        bounds = store_of(session).extent(session.connection(), [version.id])
        assert bounds is not None
        version.west, version.south, version.east, version.north = bounds
    _, south, _, north = extent(sign_in_as(Role.ENGINEER))
    assert north - south < TILE


def test_two_towns_of_one_size_are_both_shown(backend: Backend, operator: Actor, sign_in_as: SignInAs) -> None:
    laid(backend, operator, 300)
    laid(backend, operator, 300, north=FAR, number="2")
    _, south, _, north = extent(sign_in_as(Role.ENGINEER))
    assert north - south > 2


def test_what_is_in_transfer_counts_only_for_want_of_more(
    backend: Backend, operator: Actor, sign_in_as: SignInAs
) -> None:
    laid(backend, operator, 300, north=FAR, number="2", state=IN_TRANSFER)
    staff = sign_in_as(Role.CATALOGUER)
    assert extent(staff)[1] > 33
    laid(backend, operator, 20, state=ACCEPTED)
    assert extent(staff)[3] < 31


def test_a_hidden_kind_draws_the_map_nowhere(backend: Backend, operator: Actor, sign_in_as: SignInAs) -> None:
    laid(backend, operator, 300, kinds=(WATER,))
    secret = laid(backend, operator, 300, kinds=(RAIN,), north=FAR, number="2")
    with backend.writing() as session:
        classify(session, operator, *RAIN, 2)
    below, above = (sign_in_as(Role.ENGINEER, clearance=rank) for rank in (0, 3))
    assert extent(above)[3] > 33
    west, south, east, north = extent(below)
    assert west <= 114 < east
    assert south < 30.73 < north < south + TILE, "to the tile, for the bounds of versions count hidden lines too"
    for visitor, shown in ((above, True), (below, False)):
        told = visitor.get(f"/pipelines/map/surveys/{secret.id}.json").get_json()
        assert (told["extent"] is not None) == shown


@pytest.mark.parametrize(
    ("places", "weights", "expected"),
    [
        ([5], [0.5], (5, 5)),
        ([3, 4, 5], [1, 1000, 1], (3, 5)),
        ([1, 4, 5, 900], [1, 500, 500, 1], (4, 5)),
        ([900, 5, 4, 1], [1, 500, 500, 1], (4, 5)),
        ([1, 900], [500, 500], (1, 900)),
        ([1, 900], [500, 4], (1, 1)),
    ],
)
def test_the_middle_holds_nearly_all_the_weight(
    places: list[int], weights: list[float], expected: tuple[int, int]
) -> None:
    assert (LEFT_OUT, WIDER) == (0.01, 3)
    assert middle_of(np.array(places), np.array(weights)) == expected
