"""The rules of volumes and items, case by case."""

from dataclasses import replace
from datetime import date

import pytest

from archives.catalogue.drafts import ItemDraft, VolumeDraft
from archives.catalogue.rules import ProjectFacts, check_item, check_volume
from archives.catalogue.scope import scope_names

TODAY = date(2026, 6, 1)
FACTS = ProjectFacts(
    id=1,
    name="图书馆",
    client="江城建设公司",
    class_code="I3",
    secrecy=0,
    today=TODAY,
    units={"01": 7, "主楼": 7},
    classes=frozenset({"I3", "E1"}),
    scope=scope_names([("A1", "施工合同")]),
    secrecy_ranks={"public": 0, "internal": 1, "confidential": 2, "secret": 3},
    clearance=2,
)
SOUND = VolumeDraft(volume_no="1", title="施工文件", text_pages=3)
SOUND_ITEM = ItemDraft(volume_no="1", sequence=1, title="施工合同")


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, set()),
        ({"title": "=SUM(A1)"}, {"title.formula"}),
        ({"title": "+8613800000000"}, {"title.formula"}),
        ({"title": "12345"}, {"title.no_words"}),
        ({"title": "-3号楼"}, set()),
        ({"volume_no": "1 2"}, {"volume_no.signs"}),
        ({"volume_no": "施-1(2)"}, set()),
        ({"unit": "01"}, set()),
        ({"unit": "主楼"}, set()),
        ({"unit": "09"}, {"unit.unknown"}),
        ({"class_code": "E1"}, set()),
        ({"class_code": "Z9"}, {"class.unknown"}),
        ({"secrecy": "confidential"}, set()),
        ({"secrecy": "secret"}, {"secrecy.above_clearance"}),
        ({"start_date": date(2026, 6, 2)}, {"date.future"}),
        ({"start_date": TODAY, "end_date": TODAY}, set()),
        ({"start_date": date(2025, 2, 1), "end_date": date(2025, 1, 1)}, {"dates.reversed"}),
        ({"compiled_on": date(1801, 1, 1)}, {"date.too_early"}),
        ({"text_pages": None}, {"volume.empty"}),
        ({"text_pages": None, "drawing_sheets": 1}, set()),
    ],
)
def test_a_volume_is_checked_field_by_field(change: dict[str, object], codes: set[str]) -> None:
    draft = SOUND.model_copy(update=change)
    assert {problem.code for problem in check_volume(draft, FACTS)} == codes


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, set()),
        ({"page_from": 3, "page_to": 2}, {"pages.reversed"}),
        ({"page_from": 3, "page_to": 3}, set()),
        ({"scope_code": "A1"}, set()),
        ({"scope_code": "A9"}, {"scope.unknown"}),
        ({"formed_on": date(2030, 1, 1)}, {"date.future"}),
        ({"unit": "09"}, {"unit.unknown"}),
        ({"title": "@cmd"}, {"title.formula"}),
        ({"title": "……"}, {"title.no_words"}),
    ],
)
def test_an_item_is_checked_field_by_field(change: dict[str, object], codes: set[str]) -> None:
    draft = SOUND_ITEM.model_copy(update=change)
    assert {problem.code for problem in check_item(draft, FACTS)} == codes


def test_every_fault_is_told_at_once() -> None:
    draft = SOUND.model_copy(update={"title": "=1", "unit": "09", "class_code": "Z", "start_date": date(2030, 1, 1)})
    assert len(check_volume(draft, FACTS)) == 4


def test_a_project_without_a_filing_scope_refuses_no_code() -> None:
    draft = SOUND_ITEM.model_copy(update={"scope_code": "anything"})
    assert not check_item(draft, replace(FACTS, scope=scope_names([])))
