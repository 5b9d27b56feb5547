"""Reminding those who have not filed: noted, on paper, on their own home page, and gone once they file."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from archives.core import office
from archives.core.actors import Actor, Role
from archives.core.audit import AuditEntry
from archives.core.backend import Backend
from archives.core.clock import today
from tests.facilities.filing.test_return_pages import HERE
from tests.visitors import SignInAs, Visitor

LATE = "/facilities/returns/late?year=2025"


def test_from_the_list_to_the_letter(region: Backend, operator: Actor, bureau: Visitor, director: Visitor) -> None:
    with region.writing() as session:
        office.decide(session, operator, "area_code", "510100")
    assert bureau.get("/facilities/returns/late.pdf?year=2025").status_code == 404, "nobody was reminded yet"
    until = (today() + timedelta(days=14)).isoformat()
    told = bureau.send(LATE, {"codes": ["510100", "510123", "999999"], "until": until})
    assert told.status_code == 303
    page = bureau.get(LATE).text
    assert "已登记催报 2 个区划" in page
    assert page.count("1 次") == 2
    assert f"{until} 前填报" in page
    letters = bureau.get("/facilities/returns/late.pdf?year=2025")
    assert letters.status_code == 200
    assert letters.data.startswith(b"%PDF")
    workbook = CalamineWorkbook.from_filelike(BytesIO(bureau.get("/facilities/returns/late.xlsx?year=2025").data))
    rows = {row[0]: row[-2:] for row in workbook.get_sheet_by_index(0).to_python()}
    assert rows["510100"][0] == 1
    waiting = f"甲市 2025 年年报须于 {until} 前上报"
    assert waiting in director.get("/").text
    assert waiting not in bureau.get("/").text, "who reminds is not reminded"
    assert director.send(f"{HERE}/edit", {"staff": "31", "then": "submit"}).status_code == 303
    assert waiting not in director.get("/").text
    with region.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "facilities.reminded")).all()
        assert [entry.actor for entry in entries] == ["许监督"]
    assert bureau.send(LATE, {"codes": ["510100"], "until": until}).status_code == 422, "it has filed"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"codes": ["510100"], "until": ""}, "until"),
        ({"codes": ["510100"], "until": "2020-01-01"}, "until"),
        ({"codes": ["510100"], "until": "soon"}, "until"),
        ({"codes": [], "until": "2999-01-01"}, "codes"),
        ({"codes": ["\0"], "until": "2999-01-01"}, "codes"),
    ],
)
def test_bad_input_reminds_nobody(bureau: Visitor, sent: dict[str, Any], field: str) -> None:
    answer = bureau.send(LATE, sent)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text or field == "codes"
    assert "/late.pdf" not in bureau.get(LATE).text
    kept = re.findall(r'name="codes" value="(\w+)"[^>]* checked', answer.text)
    assert kept == [code for code in sent["codes"] if code == "510100"], "what was chosen stays chosen"


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.REVIEWER, Role.GUIDANCE, Role.SYSTEM_ADMIN])
def test_only_the_authority_reminds(region: Backend, sign_in_as: SignInAs, role: Role) -> None:
    assert sign_in_as(role).send(LATE, {"codes": ["510100"], "until": "2999-01-01"}).status_code == 403
