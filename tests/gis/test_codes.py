"""Kinds and dictionaries: the shipped rows hold together, and a code is never more certain than it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis import tables
from gis.codes import Codes, folded, standard
from gis.fields import Field, point_fields, segment_fields
from gis.survey.headers import bare, plain
from gis.survey.recognise import Role, fields_of

CODES = standard()
TABLES = ("kinds", "kind_aliases", "dictionaries", "value_aliases", "point_fields", "segment_fields")


@pytest.mark.parametrize("name", TABLES)
def test_every_shipped_row_names_its_source(name: str) -> None:
    assert all(row["source"] in tables.sources() for row in tables.rows(name))


def test_a_row_that_claims_to_be_verified_without_a_source_that_was_seen_is_refused(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(tables.DataError, match="not seen"):
        tables._check("here", {"source": "own", "verified": "true"})
    with pytest.raises(tables.DataError, match="no source"):
        tables._check("here", {"source": "nowhere", "verified": "false"})


def test_every_alias_means_a_kind_or_a_value_that_exists() -> None:
    assert all((row["major"], row["minor"]) in CODES.kinds for row in tables.rows("kind_aliases"))
    assert all(row["code"] in CODES.values[row["dictionary"]] for row in tables.rows("value_aliases"))


def test_codes_of_minors_are_unique_in_the_standard_and_its_element_codes_begin_alike() -> None:
    minors = [kind.minor for kind in CODES.kinds.values() if kind.minor]
    assert len(minors) == len(set(minors))
    distribution = CODES.kind("JS", "JP")
    assert distribution is not None
    assert distribution.element_prefix == "5104"
    assert all(kind.element_prefix.startswith("5") for kind in CODES.kinds.values())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("JS", ("JS", "")),
        ("ws", ("PS", "WS")),
        ("给水管线", ("JS", "")),
        ("雨水管道", ("PS", "YS")),
        ("ＹＳ", ("PS", "YS")),
        ("天然气", ("RQ", "TR")),
        ("路灯", ("DL", "LD")),
        ("YSH", ("JS", "JY")),
        ("不明管线", ("QT", "BM")),
        ("W", None),
        ("R", None),
        ("CT", None),
        ("nothing", None),
        ("", None),
    ],
)
def test_a_code_means_what_the_standard_says_or_its_one_known_meaning_or_nothing(
    text: str, kind: tuple[str, str] | None
) -> None:
    assert CODES.by_alias(text) == kind


def test_a_code_with_several_meanings_tells_them_all_the_standards_first() -> None:
    assert CODES.alternatives("YS") == (("PS", "YS"), ("JS", "JY"))
    assert set(CODES.alternatives("W")) == {("JS", "JP"), ("PS", "WS")}


def test_an_offices_own_map_beats_the_standard() -> None:
    assert CODES.by_alias("ys", {"YS": ("JS", "JY")}) == ("JS", "JY")


def test_a_known_class_decides_between_the_meanings() -> None:
    assert CODES.by_alias("W", major="PS") == ("PS", "WS")
    assert CODES.by_alias("YS", major="JS") == ("JS", "JY")
    assert CODES.by_alias("YS", major="TX") is None


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("解放路给水管线点成果表", ("JS", "")),
        ("某区雨污合流管线", ("PS", "HS")),
        ("排水（污水）管线点成果表", ("PS", "WS")),
        ("雨水污水管线", ("PS", "")),
        ("给水燃气综合", None),
        ("电力通讯", ("TX", "XX")),
        ("说明", None),
    ],
)
def test_a_title_names_its_kind_by_the_longest_name_in_it(title: str, kind: tuple[str, str] | None) -> None:
    assert CODES.named_within(title) == kind


@pytest.mark.parametrize(
    ("dictionary", "text", "code"),
    [
        ("material", "砼", "T"),
        ("material", "钢筋砼", "T"),
        ("material", "pe", "PE"),
        ("material", "ＰＶＣ", "PVC"),
        ("material", "球墨铸铁", "QM"),
        ("material", "木", None),
        ("burial", "方沟", "GG"),
        ("burial", "综合管廊", "ZH"),
        ("burial", "非开挖", "DG"),
        ("status", "在用", "0"),
        ("status", "废弃", "1"),
        ("flow", "+", "+"),
        ("flow", "双向", "0"),
        ("appurtenance", "窨井", "检查井"),
        ("appurtenance", "消火栓", "消防栓"),
        ("feature", "拐点", "转折点"),
        ("nowhere", "砼", None),
    ],
)
def test_values_fold_their_aliases(dictionary: str, text: str, code: str | None) -> None:
    assert CODES.value(dictionary, text) == code


def test_a_value_tells_its_name_and_the_classes_it_fits() -> None:
    assert CODES.name("material", "QM") == "球墨铸铁"
    assert CODES.name("material", "木") == "木"
    assert CODES.values["appurtenance"]["调压箱"].fits("RQ")
    assert not CODES.values["appurtenance"]["调压箱"].fits("PS")


@pytest.mark.parametrize(
    ("major", "minor", "burial", "ref"),
    [
        ("JS", "JP", "ZM", "top"),
        ("PS", "YS", "ZM", "invert"),
        ("PS", "", "", "invert"),
        ("DL", "GD", "GG", "invert"),
        ("DL", "GD", "GK", "top"),
        ("QT", "ZH", "", "invert"),
        ("??", "", "", "top"),
    ],
)
def test_depth_is_measured_to_the_inner_bottom_of_drains_and_trenches_else_to_the_top(
    major: str, minor: str, burial: str, ref: str
) -> None:
    assert CODES.z_ref(major, minor, burial) == ref


def test_an_unknown_minor_falls_back_to_its_class_and_an_unknown_class_is_black() -> None:
    water = CODES.kind("JS", "??")
    assert water is not None
    assert water.minor == ""
    assert CODES.colour("RQ", "TR") == (255, 0, 255)
    assert CODES.colour("??") == (0, 0, 0)
    assert CODES.is_gravity("PS", "WS")
    assert not CODES.is_gravity("??")


@pytest.mark.parametrize("role", ["point", "line"])
def test_no_header_belongs_to_two_fields_of_one_table(role: Role) -> None:
    owners: dict[str, set[str]] = {}
    for field in fields_of(role):
        for alias in field.aliases:
            for name in (plain(alias), bare(alias)):
                owners.setdefault(name, set()).add(field.name)
    assert not {name: fields for name, fields in owners.items() if len(fields) > 1}


def test_a_class_may_require_what_others_do_not() -> None:
    fields: dict[str, Field] = {field.name: field for field in segment_fields()}
    assert fields["pressure"].required_for("RQ")
    assert not fields["pressure"].required_for("JS")
    assert all(field.required_for("JS") for field in point_fields() if field.name in {"point_no", "north", "east"})


@given(st.text("JSjs 12１２ＪＳ　给水（）()/"))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.sampled_from(sorted(CODES.kinds)))
def test_a_kinds_code_and_name_lead_back_to_it(key: tuple[str, str]) -> None:
    kind = CODES.kinds[key]
    assert CODES.by_alias(kind.minor or kind.major) == key
    assert CODES.by_alias(kind.name_zh) == key


def test_an_office_may_bring_tables_of_its_own() -> None:
    own = Codes(CODES.kinds.values(), [("X", ("JS", "JP"))], {}, {})
    assert own.by_alias("x") == ("JS", "JP")
