"""Pages by key equal the whole list in order, and the tree gives every child once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from archives.catalogue import browsing
from archives.catalogue.drafts import ItemFilters, VolumeFilters
from archives.catalogue.models import Item, Volume
from archives.core import paging
from archives.core.actors import local_operator
from tests.catalogue.conftest import City

OPERATOR = local_operator("test")


@pytest.fixture
def many(city: City) -> City:
    """A hundred and thirty volumes; many share a first date, some have none, codes mix letters and signs."""
    project = city.project("2026-0001")
    for number in range(1, 131):
        city.volume(
            project,
            str(number),
            retention="short" if number % 10 == 0 else "long",
            start_date=date(2025, 1, 1) + timedelta(days=number % 7) if number % 3 else None,
            archival_code=f"{'aB_-城'[number % 5]}{number % 13}-{number}" if number % 4 else None,
            accession_no=number * 7 if number % 2 else None,
        )
    city.session.flush()
    return city


@pytest.mark.parametrize("near", [None, 40, 60, 1_000])
@pytest.mark.parametrize("order", sorted(browsing.VOLUME_ORDERS))
def test_pages_forwards_and_backwards_equal_the_list(
    order: str, near: int | None, many: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    if near is not None:  # every list counts as a large one, whose pages are looked for nearby first
        monkeypatch.setattr(paging, "NEAR", near)
        monkeypatch.setattr(paging, "_is_large", lambda _total: True)
    filters = VolumeFilters(retention="long")
    chosen = browsing.VOLUME_ORDERS[order]
    whole = browsing.whole(many.session, browsing.volumes_of(many.session, OPERATOR, filters, order), chosen, 10_000)
    pages = [browsing.volume_page(many.session, OPERATOR, filters, order, None, None)]
    while pages[-1].next:
        pages.append(browsing.volume_page(many.session, OPERATOR, filters, order, pages[-1].next, None))
    assert [volume.id for page in pages for volume in page.rows] == [volume.id for volume in whole]
    assert {page.total for page in pages} == {len(whole)}
    back = pages[-1]
    for expected in reversed(pages[:-1]):
        back = browsing.volume_page(many.session, OPERATOR, filters, order, None, back.previous)
        assert [volume.id for volume in back.rows] == [volume.id for volume in expected.rows]
    assert back.previous is None


def test_codes_sort_by_bytes_on_every_database(many: City) -> None:
    page = browsing.volume_page(many.session, OPERATOR, VolumeFilters(), "code", None, None)
    codes = [volume.archival_code or "" for volume in page.rows]
    assert codes == sorted(codes)


def test_a_branch_gives_every_volume_once_and_in_order(many: City) -> None:
    project = many.projects["2026-0001"]
    found: list[int] = []
    rows, after = browsing.volumes_in(many.session, OPERATOR, project.id, 0)
    found += [volume.id for volume in rows]
    assert len(found) == browsing.BRANCH
    while after:
        rows, after = browsing.volumes_in(many.session, OPERATOR, project.id, 0, after)
        found += [volume.id for volume in rows]
    ordered = many.session.scalars(select(Volume).where(Volume.project_id == project.id)).all()
    assert found == [volume.id for volume in sorted(ordered, key=lambda one: int(one.volume_no))]


def test_a_branch_of_a_hundred_thousand_reads_only_what_it_shows(city: City, statements: list[str]) -> None:
    volume = city.volume(city.project("2026-0001"), "1")
    common = {"project_id": volume.project_id, "volume_id": volume.id, "title": "记录", "secrecy": 0, "extra": {}}
    city.session.execute(insert(Item), [{**common, "sequence": number} for number in range(1, 100_001)])
    statements.clear()
    rows, after = browsing.contents_of(city.session, OPERATOR, volume.id)
    assert [item.sequence for item in rows] == list(range(1, browsing.BRANCH + 1))
    assert len(statements) == 1
    assert "LIMIT" in statements[0]
    rows, _ = browsing.contents_of(city.session, OPERATOR, volume.id, after)
    assert rows[0].sequence == browsing.BRANCH + 1


def test_filters_narrow_to_what_they_say(city: City) -> None:
    library, road = city.project("A"), city.project("B", class_code="E1-2", works_type="road")
    main = city.unit(library, "01")
    city.volume(library, "1", main, title="主楼施工文件", retention="long", secrecy=2, start_date=date(2025, 5, 1))
    city.volume(library, "2", medium="electronic", state="accessioned", archival_code="I3-0001-001", list_id=9)
    city.volume(road, "1")
    cases: list[tuple[dict[str, object], set[str]]] = [
        ({}, {"A1", "A2", "B1"}),
        ({"words": "主楼"}, {"A1"}),
        ({"words": "100%"}, set()),
        ({"words": "I3-0001-001"}, {"A2"}),
        ({"class_code": "e1"}, {"B1"}),
        ({"class_code": "E1-2"}, {"B1"}),
        ({"class_code": "I"}, {"A1", "A2"}),
        ({"project": "A"}, {"A1", "A2"}),
        ({"project": "A", "unit": "01"}, {"A1"}),
        ({"unit": "01号楼"}, {"A1"}),
        ({"works_type": "road"}, {"B1"}),
        ({"works_type": "building"}, {"A1", "A2"}),
        ({"state": "accessioned"}, {"A2"}),
        ({"retention": "long"}, {"A1"}),
        ({"secrecy": "confidential"}, {"A1"}),
        ({"medium": "electronic"}, {"A2"}),
        ({"date_from": date(2025, 5, 1), "date_to": date(2025, 5, 1)}, {"A1"}),
        ({"date_from": date(2025, 5, 2)}, set()),
        ({"transfer_list": 9}, {"A2"}),
    ]
    names = {library.id: "A", road.id: "B"}
    for given, expected in cases:
        found = browsing.volume_page(city.session, OPERATOR, VolumeFilters(**given), "newest", None, None)
        assert {names[one.project_id] + one.volume_no for one in found.rows} == expected, given


def test_items_are_found_by_their_own_fields(city: City) -> None:
    volume = city.volume(city.project("A"), "1")
    city.item(volume, 1, title="地基验槽记录", document_no="文-1", scope_code="C1", formed_on=date(2025, 2, 1))
    city.item(volume, 2, title="沉降观测记录", secrecy=1, medium="photograph")
    cases: list[tuple[dict[str, object], set[int]]] = [
        ({}, {1, 2}),
        ({"words": "验槽"}, {1}),
        ({"document_no": "文-1"}, {1}),
        ({"scope_code": "C1"}, {1}),
        ({"secrecy": "internal"}, {2}),
        ({"medium": "photograph"}, {2}),
        ({"date_to": date(2025, 2, 1)}, {1}),
        ({"project": "B"}, set()),
    ]
    for given, expected in cases:
        found = browsing.item_page(city.session, OPERATOR, ItemFilters(**given), "newest", None, None)
        assert {item.sequence for item in found.rows} == expected, given
