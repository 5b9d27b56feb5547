"""CQL2 filters that make no sense are refused by a code; what is honest is read, however long."""

import pytest
from shapely.geometry import Point

from gis.cql import CqlError, json_filter, text_filter

PROPERTIES = frozenset({"major", "minor", "material", "owner", "width", "size", "built_on", "start_depth", "note"})


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "syntax"),
        ("width >", "syntax"),
        ("password = 'x'", "property"),
        ("version_id = 1", "property"),
        ("width = 'x'", "operand"),
        ("material = 5", "operand"),
        ("material = owner", "operand"),
        ("built_on = 'soon'", "operand"),
        ("width LIKE '1%'", "operand"),
        ("CASEI(width) = 'a'", "operand"),
        ("width + 5 > 10", "operand"),
        ("avg(width) > 10", "operand"),
        ("FOO(material, 'x')", "function"),
        ("S_FOO(geometry, POINT(1 2))", "function"),
        ("S_INTERSECTS(material, POINT(1 2))", "operand"),
        ("S_INTERSECTS(geometry, geometry)", "geometry"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))", "geometry"),
        ("T_AFTER(material, DATE('2000-01-01'))", "operand"),
        ("T_METBY(built_on, DATE('2000-01-01'))", "function"),
        ("5", "operand"),
        ("material", "operand"),
        ("(" * 5000 + "width = 1" + ")" * 5000, "deep"),
        ("NOT " * 5000 + "width = 1", "deep"),
        ("width = " + "-" * 9000 + "1", "deep"),
    ],
)
def test_what_makes_no_sense_is_refused(written: str, code: str) -> None:
    with pytest.raises(CqlError) as refused:
        text_filter(written, PROPERTIES)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("{", "syntax"),
        ('{"op": "and"}', "syntax"),
        ("[]", "operand"),
        ("null", "operand"),
        ('{"op": "not", "args": [true, true]}', "operand"),
        ('{"op": "=", "args": [{"property": "width"}]}', "operand"),
        ('{"op": "in", "args": [{"property": "width"}, 5]}', "operand"),
        ('{"op": "in", "args": [{"property": "width"}, [1, {"property": "size"}]]}', "operand"),
        ('{"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [1, 2]}]}', "geometry"),
        ('{"op": "not", "args": [' * 120 + "true" + "]}" * 120, "syntax"),
    ],
)
def test_json_that_makes_no_sense_is_refused(written: str, code: str) -> None:
    with pytest.raises(CqlError) as refused:
        json_filter(written, PROPERTIES)
    assert refused.value.code == code


def test_signs_within_words_are_no_operators() -> None:
    text_filter(f"note = '{'-(' * 600}'", PROPERTIES)
    text_filter(f"S_INTERSECTS(geometry, {Point(5000, 5000).buffer(5, quad_segs=2000).wkt})", PROPERTIES)
