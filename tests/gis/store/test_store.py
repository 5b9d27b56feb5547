"""The contract of both stores: what is found is what Shapely finds on everything that was stored."""

from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box
from sqlalchemy import Connection

from gis.frame import Frame, stack
from gis.store.contract import EVERYWHERE, Area, Condition, ConditionError, SpatialStore, Where
from gis.store.rows import chunks
from tests.gis.store.conftest import FIRST, SECOND
from tests.gis.store.ground import KINDS, SIDE, SOUTH, WEST, Ground, survey

BOTH = Where([FIRST, SECOND])
MIDDLE = WEST + SIDE / 2, SOUTH + SIDE / 2
STAR = Polygon(
    [(WEST + x, SOUTH + y) for x, y in [(100, 100), (500, 300), (900, 100), (600, 500), (500, 900), (400, 500)]]
)
AREAS: dict[str, Any] = {
    "rectangle": box(WEST + 200, SOUTH + 300, WEST + 640, SOUTH + 700),
    "star": STAR,
    "circle": Point(MIDDLE).buffer(220),
    "corridor": LineString([(WEST, SOUTH), (WEST + SIDE, SOUTH + 900)]).buffer(15),
    "two parts": MultiPolygon([box(WEST, SOUTH, WEST + 200, SOUTH + 200), Point(MIDDLE).buffer(50)]),
    "ring": Point(MIDDLE).buffer(300).difference(Point(MIDDLE).buffer(250)),
    "all": box(WEST - 1e5, SOUTH - 1e5, WEST + 1e5, SOUTH + 1e5),
    "nothing": box(WEST - 9e4, SOUTH - 9e4, WEST - 8e4, SOUTH - 8e4),
}
HIDDEN = (("PS", ""), ("DL", "GD"))


def _fids(ground: Ground, mask: Any) -> list[int]:
    found: list[int] = ground.fids[np.asarray(mask, dtype=bool)].tolist()
    return found


@pytest.mark.parametrize("name", AREAS)
def test_the_ids_found_are_those_that_meet_the_area(
    store: SpatialStore, connection: Connection, ground: Ground, name: str
) -> None:
    found = store.ids(connection, Area(AREAS[name]), BOTH)
    assert found.tolist() == _fids(ground, shapely.intersects(ground.shapes, AREAS[name]))


@pytest.mark.parametrize("name", AREAS)
def test_points_are_found_the_same_way(store: SpatialStore, connection: Connection, ground: Ground, name: str) -> None:
    found = store.ids(connection, Area(AREAS[name]), BOTH, "point")
    meets = shapely.intersects(ground.points.columns["geometry"], AREAS[name])
    assert found.tolist() == ground.points.columns["fid"][meets].tolist()


def test_a_rectangle_that_only_touches_a_line_finds_it(store: SpatialStore, connection: Connection) -> None:
    points, segments = _one_line((WEST + 10.0, SOUTH + 10.0), (WEST + 20.0, SOUTH + 10.0))
    store.add(connection, 9, points, segments)
    touching = box(WEST + 20, SOUTH, WEST + 30, SOUTH + 20)
    beside = box(WEST + 20.001, SOUTH, WEST + 30, SOUTH + 20)
    assert len(store.ids(connection, Area(touching), Where([9]))) == 1
    assert len(store.ids(connection, Area(beside), Where([9]))) == 0


def _one_line(start: tuple[float, float], end: tuple[float, float]) -> tuple[Frame, Frame]:
    words = {"major": np.array(["JS"] * 2, object), "minor": np.array(["JP"] * 2, object)}
    east, north = np.array([start, end]).T
    points = Frame(2, {"point_no": np.array(["A", "B"], object), "east": east, "north": north, **words})
    names = {"start_no": np.array(["A"], object), "end_no": np.array(["B"], object)}
    return points, Frame(1, {**names, **{name: column[:1] for name, column in words.items()}})


def test_what_is_added_comes_back(store: SpatialStore, connection: Connection, ground: Ground) -> None:
    points, segments = survey(1)
    first = ground.segments.take(ground.segments.columns["version_id"] == FIRST)
    order = np.argsort(first.columns["row"])
    for name in ("start_no", "major", "minor", "material", "built_on", "owner"):
        assert first.text(name)[order].tolist() == segments.text(name).tolist()
    for name in ("start_depth", "width", "height"):
        np.testing.assert_array_equal(first.number(name)[order], segments.number(name))
    ends = shapely.get_coordinates(first.columns["geometry"][order], include_z=True).reshape(-1, 2, 3)
    np.testing.assert_array_equal(ends[:, 0, 0], points.number("east")[: len(segments)])
    np.testing.assert_array_equal(ends[:, 1, 1], points.number("north")[len(segments) :])
    heights = points.number("ground_z")[: len(segments)] - segments.number("start_depth")
    np.testing.assert_allclose(ends[:, 0, 2], heights)


def test_lengths_are_measured_in_the_plane_and_along_the_slope(
    store: SpatialStore, connection: Connection, ground: Ground
) -> None:
    placed = ~shapely.is_missing(ground.shapes)
    np.testing.assert_allclose(ground.segments.number("length")[placed], shapely.length(ground.shapes[placed]))
    slope = ground.segments.number("length3d")
    known = ~np.isnan(slope)
    assert known.any()
    assert (slope[known] >= ground.segments.number("length")[known]).all()
    second = ground.segments.columns["version_id"] == SECOND  # its shapes are flat
    bent = shapely.get_num_coordinates(ground.shapes) > 2
    assert known[second & ~bent].any(), "the named points tell the heights of a straight one"
    assert not known[second & bent].any()


def test_a_segment_without_a_place_is_kept_and_listed_but_in_no_area(
    store: SpatialStore, connection: Connection, ground: Ground
) -> None:
    (lost,) = _fids(ground, shapely.is_missing(ground.shapes))
    assert lost in store.page(connection, EVERYWHERE, BOTH, None, 10_000).rows.columns["fid"]
    assert lost not in store.ids(connection, Area(AREAS["all"]), BOTH)


@pytest.mark.parametrize("place", [(np.nan, SOUTH), (WEST, np.inf), (1e308, 1e308), (-1e30, 0.0)])
def test_coordinates_that_are_no_place_are_stored_as_none(
    store: SpatialStore, connection: Connection, place: tuple[float, float]
) -> None:
    added = store.add(connection, 9, *_one_line(place, (WEST, SOUTH)))
    assert added.unplaced == 2
    assert store.count(connection, EVERYWHERE, Where([9])).number == 1


def test_a_segment_of_an_unknown_point_is_stored_as_none(store: SpatialStore, connection: Connection) -> None:
    points, segments = _one_line((WEST, SOUTH), (WEST + 1, SOUTH))
    added = store.add(connection, 9, points.take(slice(0, 1)), segments)
    assert (added.segments, added.unplaced) == (1, 1)


def test_a_number_that_two_kinds_share_means_the_point_of_the_line_s_own_kind(
    store: SpatialStore, connection: Connection
) -> None:
    points, segments = _one_line((WEST, SOUTH), (WEST + 1, SOUTH))
    stranger = points.take(slice(0, 1)).with_columns(
        major=np.array(["RQ"], dtype=object), minor=np.array(["TR"], dtype=object), east=np.array([WEST + 900])
    )
    added = store.add(connection, 9, stack([stranger, points, stranger]), segments)
    assert added.unplaced == 0
    assert store.totals(connection, EVERYWHERE, Where([9]))[0].length == pytest.approx(1.0)
    alone = store.add(connection, 8, stack([stranger, points.take(slice(1, 2))]), segments)
    assert alone.unplaced == 1, "a point of another class never serves"


def test_kinds_narrow_and_hidden_kinds_never_appear(
    store: SpatialStore, connection: Connection, ground: Ground
) -> None:
    majors, minors = ground.segments.text("major"), ground.segments.text("minor")
    rain = Where([FIRST, SECOND], kinds=[("PS", "YS"), ("JS", "")])
    assert store.ids(connection, EVERYWHERE, rain).tolist() == _fids(ground, (minors == "YS") | (majors == "JS"))
    hiding = Where([FIRST, SECOND], hidden=HIDDEN)
    shown = (majors != "PS") & (minors != "GD")
    assert store.ids(connection, EVERYWHERE, hiding).tolist() == _fids(ground, shown)
    assert store.count(connection, EVERYWHERE, hiding).number == shown.sum()
    assert {total.values["major"] for total in store.totals(connection, EVERYWHERE, hiding, ("major",))} == {"JS", "RQ"}
    assert {one.values["major"] for one in store.point_totals(connection, EVERYWHERE, hiding, ("major",))} == {
        "JS",
        "RQ",
    }
    near = store.nearest(connection, *MIDDLE, SIDE, hiding, 1000)
    assert sorted(one.fid for one in near) == _fids(ground, shown & ~shapely.is_missing(ground.shapes))
    both = Where([FIRST, SECOND], kinds=[("PS", "")], hidden=HIDDEN)
    assert len(store.ids(connection, Area(AREAS["star"]), both)) == 0


def test_nothing_is_found_for_no_version_and_no_kind(
    store: SpatialStore, connection: Connection, ground: Ground
) -> None:
    assert len(store.ids(connection, EVERYWHERE, Where([]))) == 0
    assert len(store.ids(connection, EVERYWHERE, Where([FIRST], kinds=[]))) == 0
    assert store.totals(connection, EVERYWHERE, Where([])) == []


def test_many_thousand_versions_can_be_named(store: SpatialStore, connection: Connection, ground: Ground) -> None:
    many = Where(range(40_000))
    assert store.ids(connection, Area(STAR), many).tolist() == store.ids(connection, Area(STAR), BOTH).tolist()


def _condition(field: str, operator: Any, value: Any) -> Where:
    return Where([FIRST, SECOND], conditions=(Condition(field, operator, value),))


def test_conditions_hold_for_what_is_found(store: SpatialStore, connection: Connection, ground: Ground) -> None:
    rows = ground.segments
    low = np.fmin(rows.number("start_depth"), rows.number("end_depth"))
    high = np.fmax(rows.number("start_depth"), rows.number("end_depth"))
    size = np.fmax(rows.number("width"), rows.number("height"))
    material = rows.text("material")
    expected = [
        (_condition("material", "=", "PE"), material == "PE"),
        (_condition("material", "in", ["PE", "钢"]), (material == "PE") | (material == "钢")),
        (_condition("material", "contains", "pe"), material == "pe80"),
        (_condition("owner", "contains", "_1"), np.zeros(len(rows), dtype=bool)),
        (_condition("depth", "between", (1.0, 2.0)), (high >= 1.0) & (low <= 2.0)),
        (_condition("depth", "between", (2.6, None)), high >= 2.6),
        (_condition("size", "between", (300.0, 600.0)), (size >= 300) & (size <= 600)),
        (_condition("width", "=", 300.0), rows.number("width") == 300),
        (_condition("width", "between", (None, 299.0)), rows.number("width") < 300),
    ]
    for where, mask in expected:
        assert store.ids(connection, EVERYWHERE, where).tolist() == _fids(ground, mask), where.conditions
        inside = mask & shapely.intersects(ground.shapes, STAR)
        assert store.ids(connection, Area(STAR), where).tolist() == _fids(ground, inside), where.conditions


@pytest.mark.parametrize(
    ("value", "built"),
    [
        (("1998", "1998"), {"1998", "1998-05", "1998-05-20"}),
        (("1998-05-10", "1998-05-31"), {"1998", "1998-05", "1998-05-20"}),
        (("1998-06-01", "2005"), {"1998", "2005-01-01"}),
        ((None, "1998-04"), {"1998"}),
        (("2005-01-02", None), {"2011"}),
    ],
)
def test_dates_known_to_the_year_or_month_count_as_the_whole_of_it(
    store: SpatialStore, connection: Connection, ground: Ground, value: tuple[str, str], built: set[str]
) -> None:
    found = store.segments(connection, (EVERYWHERE, _condition("built_on", "between", value)))
    assert set(found.text("built_on")) == built


def test_as_of_leaves_out_what_came_later_and_what_had_ended(
    store: SpatialStore, connection: Connection, ground: Ground
) -> None:
    ended = ground.fids[ground.segments.text("built_on") == "1998"][:5]
    store.end(connection, ended, "2004-03-01")
    standing = store.segments(connection, (EVERYWHERE, Where([FIRST, SECOND], as_of=date(2005, 6, 1))))
    assert set(standing.text("built_on")) == {"", "1998", "1998-05", "1998-05-20", "2005-01-01"}
    assert not set(ended.tolist()) & set(standing.columns["fid"].tolist())
    before = store.ids(connection, EVERYWHERE, Where([FIRST, SECOND], as_of=date(2004, 2, 28)))
    assert set(ended.tolist()) <= set(before.tolist())
    store.end(connection, ended, "")
    assert len(store.ids(connection, EVERYWHERE, Where([FIRST, SECOND], as_of=date(2030, 1, 1)))) == len(ground.fids)


@pytest.mark.parametrize(
    ("field", "operator", "value", "code"),
    [
        ("password", "=", "x", "field"),
        ("material", "between", ("a", "b"), "operator"),
        ("width", "contains", "1", "operator"),
        ("width", "=", "300", "value"),
        ("depth", "between", (1.0,), "value"),
        ("material", "in", "PE", "value"),
    ],
)
def test_a_condition_without_sense_is_refused(field: str, operator: Any, value: Any, code: str) -> None:
    with pytest.raises(ConditionError) as refused:
        Condition(field, operator, value)
    assert refused.value.code == code


def test_pages_make_the_whole_list(store: SpatialStore, connection: Connection, ground: Ground) -> None:
    for area in (EVERYWHERE, Area(STAR)):
        whole = store.ids(connection, area, BOTH).tolist()
        found: list[int] = []
        after: int | None = None
        while True:
            page = store.page(connection, area, BOTH, after, 37, ("road",))
            assert set(page.rows) == {"fid", "version_id", "road", "geometry"}
            found += page.rows.columns["fid"].tolist()
            after = page.next_after
            if after is None:
                break
        assert found == whole


def test_counting_stops_at_the_cap(store: SpatialStore, connection: Connection, ground: Ground) -> None:
    assert store.count(connection, EVERYWHERE, BOTH) == (len(ground.fids), False)
    assert store.count(connection, EVERYWHERE, BOTH, cap=100) == (100, True)
    inside = int(shapely.intersects(ground.shapes, STAR).sum())
    assert store.count(connection, Area(STAR), BOTH, cap=inside) == (inside, False)


@pytest.mark.parametrize("name", ["rectangle", "star", "corridor", "all"])
@pytest.mark.parametrize("clip", [False, True])
def test_totals_are_the_sums_of_what_meets_the_area(
    store: SpatialStore, connection: Connection, ground: Ground, name: str, clip: bool
) -> None:
    area = AREAS[name]
    meets = shapely.intersects(ground.shapes, area)
    inside = shapely.length(shapely.intersection(ground.shapes, area) if clip else ground.shapes)
    slope = ground.segments.number("length3d") / ground.segments.number("length")
    slope = np.where(np.isnan(slope), 1.0, slope)
    totals = store.totals(connection, Area(area), BOTH, ("major", "minor"), clip=clip)
    assert [tuple(total.values.values()) for total in totals] == sorted(KINDS)
    for total in totals:
        rows = meets & (ground.segments.text("minor") == total.values["minor"])
        assert total.count == rows.sum()
        assert total.length == pytest.approx(inside[rows].sum())
        assert total.length3d == pytest.approx((inside * slope)[rows].sum())


def test_totals_without_a_field_are_one_row(store: SpatialStore, connection: Connection, ground: Ground) -> None:
    (total,) = store.totals(connection, Area(STAR), BOTH)
    assert total.count == shapely.intersects(ground.shapes, STAR).sum()
    (points,) = store.point_totals(connection, Area(STAR), BOTH)
    assert points.count == shapely.intersects(ground.points.columns["geometry"], STAR).sum()
    with pytest.raises(ConditionError):
        store.totals(connection, EVERYWHERE, BOTH, ("geom",))


def test_the_nearest_come_first(store: SpatialStore, connection: Connection, ground: Ground) -> None:
    distances = shapely.distance(ground.shapes, Point(MIDDLE))
    order = np.argsort(distances)[:10]
    found = store.nearest(connection, *MIDDLE, SIDE, BOTH, 10)
    assert [one.fid for one in found] == ground.fids[order].tolist()
    assert [one.distance for one in found] == pytest.approx(distances[order].tolist())
    closest = float(distances[order[0]])
    assert store.nearest(connection, *MIDDLE, closest * 0.99, BOTH) == []


def test_the_extent_holds_everything_of_the_versions(
    store: SpatialStore, connection: Connection, ground: Ground
) -> None:
    everything = shapely.total_bounds(np.concatenate([ground.shapes, ground.points.columns["geometry"]]))
    assert store.extent(connection, [FIRST, SECOND]) == pytest.approx(everything.tolist(), abs=0.5)
    assert store.extent(connection, [77]) is None


def test_segments_at_a_point_are_those_that_name_it(
    store: SpatialStore, connection: Connection, ground: Ground
) -> None:
    found = store.segments_at(connection, "P3", Where([FIRST]))
    assert found.text("start_no").tolist() == ["P3"]
    found = store.segments_at(connection, "P403", BOTH)
    assert found.text("end_no").tolist() == ["P403", "P403"]


def test_rows_are_read_by_their_fids(store: SpatialStore, connection: Connection, ground: Ground) -> None:
    some = ground.fids[[5, 3, 300]]
    found = store.segments(connection, some, ("material",))
    assert found.columns["fid"].tolist() == sorted(some.tolist())
    narrowed = Where([FIRST, SECOND], hidden=HIDDEN, fids=ground.fids.tolist())
    assert len(store.ids(connection, EVERYWHERE, narrowed)) < len(ground.fids)


def test_a_version_is_removed_in_parts_and_its_numbers_are_not_given_again(
    store: SpatialStore, connection: Connection, ground: Ground
) -> None:
    store.build_overview(connection, SECOND)
    removed = []
    while count := store.remove(connection, SECOND, 150):
        removed.append(count)
    assert sum(removed[:3]) == 400
    assert store.ids(connection, EVERYWHERE, BOTH).tolist() == _fids(
        ground, ground.segments.columns["version_id"] == FIRST
    )
    assert len(store.ids(connection, Area(AREAS["all"]), Where([SECOND]))) == 0
    added = store.add(connection, SECOND, *survey(3))
    assert added.first_segment == ground.fids.max() + 1


def test_fids_of_one_addition_run_without_a_gap(store: SpatialStore, connection: Connection) -> None:
    added = store.add(connection, 5, *survey(4))
    fids = store.ids(connection, EVERYWHERE, Where([5]))
    assert fids.tolist() == list(range(added.first_segment, added.first_segment + added.segments))


def test_chunks_store_the_same_as_one_addition(store: SpatialStore, connection: Connection) -> None:
    points, segments = survey(6)
    store.add(connection, 1, points, segments)
    for part in chunks(points, segments, 90):
        store.add(connection, 2, *part)
    whole, parts = (store.segments(connection, (Area(STAR), Where([version]))) for version in (1, 2))
    for name in ("row", "length"):
        assert sorted(whole.columns[name].tolist()) == sorted(parts.columns[name].tolist())


def test_neighbours_on_the_ground_are_neighbours_in_the_file(
    store: SpatialStore, connection: Connection, ground: Ground
) -> None:
    first = ground.shapes[ground.segments.columns["version_id"] == FIRST]
    middles = shapely.get_coordinates(shapely.centroid(first))
    steps = np.hypot(*np.diff(middles, axis=0).T)
    assert np.median(steps) < SIDE / 10  # at random it would be half the side
