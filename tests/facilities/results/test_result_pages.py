"""The pages of results: right numbers, counts that lead to their areas, nobody else sees them, odd addresses."""

import re
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.facilities import service
from archives.facilities.reading import Reader
from archives.facilities.results.tiles import TILES
from archives.facilities.return_lists import SHIPPED
from tests.visitors import SignInAs, Visitor

PROVINCE = {
    "code": "510000",
    "name": "某省",
    "level": "province",
    "body": "post",
    "regulations": {"provincial_rule": True},
}
OTHER = {"code": "320000", "name": "他省", "level": "province", "body": "none"}
LARGE = {"level": "city", "urban_status": True, "population": 600_000, "population_basis": "non_agricultural"}
SOUND = {
    "kind": "archives",
    "two_names": True,
    "staff": 30,
    "technical_staff": 24,
    "floor_area_m2": 3000,
    "store_area_m2": 2000,
    "accidents": 0,
    "lan": True,
    "computerised": True,
    "equipment": {"extinguisher": 9, "th_recorder": 2, "dehumidifier": 1, "security_monitoring": True},
    "databases": {"catalogue": True},
    "projects_due": 10,
    "projects_received": 10,
}
FIRST = {**LARGE, **SOUND, "code": "510100", "name": "甲市", "institution": "甲市城市建设档案馆"}
SECOND = {**LARGE, **SOUND, "code": "510200", "name": "乙市", "floor_area_m2": 2350, "technical_staff": 21}
SECOND["equipment"] = {**SOUND["equipment"], "dehumidifier": False}  # type: ignore[dict-item]
THIRD = {**LARGE, "code": "510300", "name": "丙市", "kind": "archives"}
EMPTY = {**LARGE, "code": "510400", "name": "丁市", "kind": "none"}
COUNTY = {"code": "510121", "name": "戊县", "level": "county", "kind": "office", "population": 90_000, "staff": 5}
YEARS = (2024, 2025)


@pytest.fixture
def region(backend: Backend, operator: Actor) -> Backend:
    """Two provinces; one with four cities, of which one told nothing but that it has an archives and one has none."""
    read = Reader.of(SHIPPED)
    rows: list[dict[str, Any]] = [
        {**area, "year": year} for year in YEARS for area in (PROVINCE, OTHER, FIRST, SECOND, THIRD, EMPTY, COUNTY)
    ]
    with backend.writing() as session:
        assert service.receive(session, operator, [read.entry(row) for row in rows]).is_sound
    return backend


@pytest.fixture
def bureau(region: Backend, sign_in_as: SignInAs) -> Visitor:  # the pages of that region
    """Somebody of the competent authority."""
    return sign_in_as(Role.AUTHORITY, name="许监督")


def rate(page: str, target: str, scope: str) -> tuple[str, ...]:
    """Rate, verdict and the four counts of one row of the table."""
    row = next(one for one in page.split("<tr>") if f"<strong>{target}</strong>" in one and f">{scope}<" in one)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row))
    shown = re.search(r"([\d.]+) %|—", text)
    counts = re.findall(r'<td class="is-number">(?:<a[^>]*>)?(\d+)(?:</a>)?</td>', row)
    verdict = next(word for word in ("未达标", "达标", "不明", "不适用") if f"{word} " in text.split("%", 1)[-1])
    return shown[0] if shown else "", verdict, *counts


def test_rates_count_every_area_of_the_register(bureau: Visitor) -> None:
    page = bureau.get("/facilities?region=510000").text
    assert rate(page, "T2a", "全部") == ("75.0 %", "未达标", "3", "1", "0", "0")
    assert rate(page, "T9", "大城市") == ("33.3 %", "未达标", "1", "1", "1", "1")
    assert rate(page, "T1", "全部") == ("100.0 %", "达标", "1", "0", "0", "0")
    assert "2025 · “十一五”规划指标（2006）" in page
    assert "还需 1 个达标" in page, "a city without an archives"


def test_a_count_leads_to_its_areas(bureau: Visitor) -> None:
    address = "/facilities/behind?region=510000&target=T9&scope=large"
    missed = bureau.get(f"{address}&verdict=missed").text
    assert "乙市" in missed
    assert "差 650 平方米" in missed
    assert "2024平方米以上" in missed, "the sentence as the circulated text prints it"
    assert "甲市" not in missed
    assert "甲市" in bureau.get(f"{address}&verdict=met").text
    assert "丙市" in bureau.get(f"{address}&verdict=unknown").text
    for verdict in ("met", "missed", "unknown"):
        assert "他省" not in bureau.get(f"{address}&verdict={verdict}").text


def test_an_area_says_what_it_lacks_in_plain_words(bureau: Visitor) -> None:
    page = bureau.get("/facilities/areas/510200").text
    for said in ("缺专业技术人员 3 人", "差 650 平方米", "缺除湿机", "2350 平方米", "25–40 人"):
        assert said in page, said
    assert page.count('data-chart="') == 5, "staff, share, floor area, catalogue and receipts, over two years"
    unknown = bureau.get("/facilities/areas/510300").text
    assert "不明" in unknown
    assert "缺专业技术人员" not in unknown
    assert "不适用：" in bureau.get("/facilities/areas/510121").text
    assert "本年度没有有效的年报" in bureau.get("/facilities/areas/510200?year=2019").text


def test_the_whole_country_is_a_map_of_all_tiles(bureau: Visitor) -> None:
    page = bureau.get("/facilities").text
    assert len(TILES) == len({(tile.column, tile.row) for tile in TILES}) == len({tile.code for tile in TILES}) == 34
    assert page.count('<li class="tile ') == 34
    assert page.count("不在统计范围") == 3
    assert "2005: 660多个、近500个、76%" in page, "the baseline as it is printed"
    assert "无基数" in page
    ranking = page.split('id="ranking"')[1]
    assert ranking.index(">某省<") < ranking.index(">他省<"), "the better one first"
    assert 'class="tile-map"' not in bureau.get("/facilities?region=510000").text


def test_another_scheme_changes_the_class_that_is_shown_and_nothing_else(bureau: Visitor) -> None:
    plan = bureau.get("/facilities/areas/510100").text
    other = bureau.get("/facilities/areas/510100?scheme=sc_2014").text
    assert "大城市" in plan
    assert "中等城市" in other
    assert "25–40 人" in other
    assert "仍按其版本自己的分级判定" in bureau.get("/facilities?scheme=sc_2014").text


def test_results_can_be_taken_away(bureau: Visitor) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(bureau.get("/facilities/results.xlsx?region=510000").data))
    rates, results = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert ["T9", "馆库面积", "大城市"] in [row[:3] for row in rates]
    assert any(row[1] == "乙市" and row[4] == "T9" and "差 650 平方米" in str(row[9]) for row in results)
    own = CalamineWorkbook.from_filelike(BytesIO(bureau.get("/facilities/areas/510200/results.xlsx").data))
    results, facts, years = (own.get_sheet_by_name(name).to_python() for name in own.sheet_names)
    assert any(row[0] == "T9" and "差 650 平方米" in str(row[5]) for row in results)
    assert any("乙市" in str(value) for row in facts for value in row)
    assert [row[0] for row in years] == ["年度", 2025, 2024]
    paper = bureau.get("/facilities/areas/510200/card.pdf")
    assert paper.mimetype == "application/pdf"
    said = "".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(paper.data))
    assert "缺除湿机" in re.sub(r"\s", "", said)


def test_the_standards_show_what_was_restored(bureau: Visitor) -> None:
    page = bureau.get("/facilities/standards").text
    assert "2024平方米以上" in page
    assert page.count("已复原") == 1
    assert "只见转述，未见原文" in bureau.get("/facilities/standards?edition=staff_structure").text


def test_a_region_takes_few_statements(bureau: Visitor, statements: list[str]) -> None:
    for path in ("/facilities", "/facilities?region=510000", "/facilities/areas/510200"):
        statements.clear()
        assert bureau.get(path).status_code == 200
        assert len(statements) <= 15, (path, statements)


PATHS = ("/facilities", "/facilities/behind?target=T9&scope=large", "/facilities/areas/510100", "/facilities/standards")


@pytest.mark.parametrize("path", PATHS)
def test_who_may_see_results(region: Backend, sign_in_as: SignInAs, path: str) -> None:
    for role in (Role.AUTHORITY, Role.DIRECTOR, Role.COUNTER):
        assert sign_in_as(role).get(path).status_code == 200, role
    for role in (Role.ENGINEER, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN):
        assert sign_in_as(role).get(path).status_code == 403, role


@pytest.mark.parametrize(
    "path",
    [
        "/facilities?year=abcd",
        "/facilities?year=２０２４",
        "/facilities?edition=x",
        "/facilities?scheme=x",
        "/facilities?region=999999",
        "/facilities/behind?target=T9&scope=nowhere",
        "/facilities/behind?target=T1&scope=all&verdict=perhaps",
        "/facilities/areas/999999",
        "/facilities/areas/1%00",
        "/facilities/standards?edition=x",
    ],
)
def test_an_address_that_names_nothing_is_not_found(bureau: Visitor, path: str) -> None:
    assert bureau.get(path).status_code == 404


def test_an_empty_register_says_what_to_do(sign_in_as: SignInAs) -> None:
    page = sign_in_as(Role.AUTHORITY).get("/facilities")
    assert page.status_code == 200
    assert "还没有登记行政区域" in page.text


def test_an_authority_makes_its_own_edition(bureau: Visitor, sign_in_as: SignInAs) -> None:
    form = bureau.get("/facilities/standards/new?base=plan_2006").text
    assert 'value="40–50"' in form
    told = {
        "base": "plan_2006",
        "code": "jia_2026",
        "name": "甲省加严",
        "valid_from": "2026-01-01",
        "reason": "提高要求",
    }
    numbers = {"number-T9.large": "2300", "number-T6.large": "25–40"}
    wrong = bureau.send("/facilities/standards/new", {**told, "code": "A", "number-T7": "180", **numbers})
    assert wrong.status_code == 422
    for said in ("180", 'aria-invalid="true"', "T7"):
        assert said in wrong.text, said
    assert bureau.send("/facilities/standards/new", told).status_code == 422, "nothing is changed"
    assert bureau.send("/facilities/standards/new", told | numbers).status_code == 303
    assert "2350 平方米" in bureau.get("/facilities/areas/510200?edition=jia_2026").text
    assert "差 650 平方米" not in bureau.get("/facilities/areas/510200?edition=jia_2026").text
    assert "差 650 平方米" in bureau.get("/facilities/areas/510200").text, "the plan's own number stands"
    assert "甲省加严" in bureau.get("/facilities?edition=jia_2026").text
    assert "2005: 660多个、近500个、76%" in bureau.get("/facilities?edition=jia_2026").text
    shown = bureau.get("/facilities/standards?edition=jia_2026").text
    assert "提高要求" in shown
    assert sign_in_as(Role.DIRECTOR).get("/facilities/standards/new").status_code == 403
    assert bureau.get("/facilities/standards/new?base=x").status_code == 404
