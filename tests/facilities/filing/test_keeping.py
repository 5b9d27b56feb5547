"""What is typed and not saved is kept for whoever typed it, and for nobody else; it is no record."""

import re
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archives.core import office
from archives.core.actors import Actor
from archives.core.audit import AuditEntry
from archives.core.backend import Backend
from archives.core.history import Revision
from archives.facilities.filing import queries as filing_queries
from archives.facilities.filing.own_figures import HOW, is_own, is_own_area
from archives.facilities.models import Area, Institution, TypedInput, YearlyReturn
from archives.facilities.taken_figures import FIGURES, taken_from_system
from tests.facilities.filing.test_return_pages import HERE, stored
from tests.visitors import Visitor


def traces(backend: Backend) -> tuple[int | None, int | None]:
    with backend.reading() as session:
        return (
            session.scalar(select(func.count()).select_from(AuditEntry)),
            session.scalar(select(func.count()).select_from(Revision)),
        )


def test_typed_kept_shown_again_and_saved(region: Backend, operator: Actor, bureau: Visitor, checker: Visitor) -> None:
    before = traces(region)
    for staff in ("3", "33"):
        kept = bureau.send(f"{HERE}/autosave", {"staff": staff, "technical_staff": "40", "version": ""})
    assert re.search(r"已为您暂存 \d\d:\d\d", kept.text)
    assert kept.headers["HX-Trigger"] == "saved"
    assert 'href="#field-technical_staff"' in kept.text, "what is to be corrected"
    assert traces(region) == before, "no audit, no history"
    assert "本年度尚无年报" in bureau.get(HERE).text, "and no return"
    assert "甲市 2025 年年报：已录入，未保存" in bureau.get("/").text

    again = bureau.get(f"{HERE}/edit").text
    assert 'name="staff" value="33"' in again
    assert 'name="technical_staff" value="40"' in again, "what is not sound is kept too"
    assert 'value="33"' not in checker.get(f"{HERE}/edit").text, "nobody else sees it"
    assert "未保存" not in checker.get("/").text

    assert bureau.send(f"{HERE}/edit", {"staff": "33", "technical_staff": "30"}).status_code == 303
    assert (stored(region, operator).staff, stored(region, operator).technical_staff) == (33, 30)
    assert "未保存" not in bureau.get("/").text
    assert "上次录入但未保存" not in bureau.get(f"{HERE}/edit").text


def test_thrown_away(bureau: Visitor) -> None:
    bureau.send(f"{HERE}/autosave", {"staff": "33"})
    assert bureau.send(f"{HERE}/forget").status_code == 303
    assert 'value="33"' not in bureau.get(f"{HERE}/edit").text
    assert bureau.send(f"{HERE}/forget").status_code == 303, "once more is no fault"


def test_it_is_not_laid_over_the_change_of_another(
    region: Backend, operator: Actor, bureau: Visitor, checker: Visitor
) -> None:
    assert bureau.send(f"{HERE}/edit", {"staff": "31"}).status_code == 303
    version = str(stored(region, operator).version)
    bureau.send(f"{HERE}/autosave", {"staff": "34", "version": version})
    assert checker.send(f"{HERE}/edit", {"staff": "32", "version": version}).status_code == 303
    page = bureau.get(f"{HERE}/edit").text
    assert 'name="staff" value="32"' in page
    assert "他人已保存" in page
    assert ">34<" in page, "what was typed is told"
    late = bureau.send(f"{HERE}/autosave", {"staff": "35", "version": version})
    assert "未暂存" in late.text


def test_a_submitted_return_stays_as_it_is_while_somebody_types(
    region: Backend, operator: Actor, bureau: Visitor
) -> None:
    bureau.send(f"{HERE}/edit", {"staff": "31", "then": "submit"})
    bureau.send(f"{HERE}/autosave", {"staff": "32", "version": str(stored(region, operator).version)})
    assert (stored(region, operator).staff, stored(region, operator).state) == (31, "submitted")
    assert 'name="staff" value="32"' in bureau.get(f"{HERE}/edit").text


def test_nothing_is_kept_of_an_area_that_is_not_registered(region: Backend, director: Visitor) -> None:
    assert director.send("/facilities/returns/999999/2026/autosave", {"staff": "1"}).status_code == 404
    with region.reading() as session:
        assert session.scalar(select(func.count()).select_from(TypedInput)) == 0


def test_a_figure_keeps_its_mark_while_it_stays_what_it_was() -> None:
    assert tuple(HOW) == FIGURES
    first, second = date(2026, 1, 5), date(2026, 2, 6)
    counted = dict.fromkeys(FIGURES, 4)
    marks = taken_from_system(None, {"holdings_volumes": 4, "projects_due": 9, "staff": 4}, counted, first)
    assert marks == {"holdings_volumes": "2026-01-05"}
    filed = YearlyReturn(holdings_volumes=4, projects_due=9, from_system=marks)
    assert taken_from_system(filed, {"holdings_volumes": 4}, {"holdings_volumes": 7}, second) == marks
    assert taken_from_system(filed, {"holdings_volumes": 7}, {"holdings_volumes": 7}, second) == {
        "holdings_volumes": "2026-02-06"
    }
    assert taken_from_system(filed, {"holdings_volumes": 5}, counted, second) == {}
    assert taken_from_system(filed, {"holdings_volumes": None}, counted, second) == {}
    assert taken_from_system(filed, {"holdings_volumes": 9}, {}, second) == {}, "a list tells otherwise"


def test_a_class_keeps_its_mark_like_any_figure() -> None:
    first, second = date(2026, 1, 5), date(2026, 2, 6)
    counted = {"class_volumes.E": 4, "class_volumes.I": 2}
    marks = taken_from_system(None, {"class_volumes": {"E": 4, "I": 3}}, counted, first)
    assert marks == {"class_volumes.E": "2026-01-05"}
    filed = YearlyReturn(class_volumes={"E": 4, "I": 3}, from_system=marks)
    assert taken_from_system(filed, {"staff": 4}, {}, second) == marks
    assert taken_from_system(filed, {"class_volumes": {"E": 5, "I": 2}}, counted, second) == {
        "class_volumes.I": "2026-02-06"
    }


def test_an_own_area_is_the_one_the_office_names(region: Backend, operator: Actor) -> None:
    def own(session: Session) -> list[str]:
        joined = select(Area.code).outerjoin(Institution, Institution.area_id == Area.id)
        return list(session.scalars(joined.where(is_own_area())))

    with region.writing() as session:
        assert own(session) == []
        office.decide(session, operator, "institution", "甲市城市建设档案馆")
        filing = filing_queries.filing_of(session, operator, "510100", 2025)
        assert (is_own(session, filing.area, filing.institution), own(session)) == (True, ["510100"])
        office.decide(session, operator, "area_code", "510123")
        assert (is_own(session, filing.area, filing.institution), own(session)) == (False, ["510123"])
