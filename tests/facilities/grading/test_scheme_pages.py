"""The editor of schemes: item by item to one in force, copies, every fault at its field, two people at once."""

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.facilities.grading import queries
from archives.facilities.grading.models import GradeScheme
from tests.facilities.grading.conftest import HEAD, content
from tests.visitors import SignInAs, Visitor

LIST = "/facilities/grading/schemes"
VERSION = re.compile(r'name="version" value="(\d+)"')


def fill(visitor: Visitor, path: str, values: dict[str, Any]) -> TestResponse:
    """Open a form and send it with the version that it shows."""
    shown = VERSION.search(visitor.get(path).text)
    assert shown, path
    return visitor.send(path.partition("?")[0], {"version": shown[1], **values})


def begin(visitor: Visitor, **values: str) -> str:
    answer = visitor.send(f"{LIST}/new", {**HEAD, **values})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def stored(backend: Backend, actor: Actor, here: str) -> GradeScheme:
    with backend.reading() as session:
        return queries.scheme(session, actor, int(here.rsplit("/", 1)[1]))


def test_from_an_empty_scheme_to_one_in_force(region: Backend, operator: Actor, bureau: Visitor) -> None:
    assert "尚未编写考评办法" in bureau.get(LIST).text
    here = begin(bureau)
    assert "请先添加部分" in bureau.get(here).text
    assert fill(bureau, f"{here}/put-in-force", {}).status_code == 422, "there is no item"
    fill(bureau, f"{here}/groups/new", {"name": "人员"})
    fill(bureau, f"{here}/groups/new", {"name": "设施"})
    item = {"wording": "技术人员", "points": "6", "formula": "technical_staff / staff >= 80%", "group": "g1"}
    more = fill(bureau, f"{here}/items/new?group=g1", {**item, "then": "more"})
    assert more.location.endswith("items/new?group=g1")
    fill(bureau, f"{here}/items/new?group=g2", {"wording": "局域网", "points": "3", "group": "g2"})
    refused = fill(bureau, f"{here}/put-in-force", {})
    assert (refused.status_code, "各项合计 9 分，满分 10 分" in refused.text) == (422, True)
    fill(bureau, f"{here}/items/i4", {"wording": "局域网", "points": "4", "formula": "lan"})
    fill(bureau, f"{here}/grades/new", {"name": "一级", "least": "9", "national": "first"})
    version = VERSION.findall(bureau.get(here).text)[0]
    assert bureau.send(f"{here}/move", {"key": "i4", "way": "up", "version": version}).status_code == 303
    assert [item.key for item in content(stored(region, operator, here)).groups[0].items] == ["i3", "i4"]
    assert fill(bureau, f"{here}/groups/g2/take-out", {}).status_code == 303
    assert fill(bureau, f"{here}/put-in-force", {}).status_code == 303
    done = stored(region, operator, here)
    assert (done.state, done.decided_by) == ("in_force", "许监督")
    page = bureau.get(here).text
    for said in ("施行中", "technical_staff / staff &gt;= 80%", "一级 ≥ 9", "国家等级"):
        assert said in page, said
    assert bureau.get(f"{here}/items.xlsx").data[:2] == b"PK"
    for path, values in (
        ("edit", HEAD),
        ("groups/new", {"name": "更多"}),
        ("items/i3", item),
        ("move", {"key": "i3"}),
        ("groups/g1/take-out", {}),
        ("drop", {}),
        ("put-in-force", {}),
    ):
        answer = bureau.send(f"{here}/{path}", {**values, "version": str(done.version)})
        assert answer.status_code == 409, path


def test_a_new_version_is_a_copy_and_leaves_the_old_one(
    region: Backend, operator: Actor, scheme: int, bureau: Visitor
) -> None:
    assert "由“trial”复制" in bureau.get(f"{LIST}/new?copy=trial").text
    here = begin(bureau, code="trial_2", copy="trial")
    made = stored(region, operator, here)
    old = stored(region, operator, f"{LIST}/{scheme}")
    assert (made.state, made.copied_from, made.content) == ("writing", "trial", old.content)
    assert fill(bureau, f"{here}/items/i2", {"wording": "人员", "points": "5"}).status_code == 303
    assert stored(region, operator, f"{LIST}/{scheme}").content == old.content
    assert fill(bureau, f"{here}/drop", {}).status_code == 303
    assert bureau.get(here).status_code == 404


def test_the_part_that_comes_with_the_program_is_copied_as_incomplete(
    region: Backend, operator: Actor, bureau: Visitor
) -> None:
    shown = bureau.get(f"{LIST}/shipped/provincial_part").text
    for said in ("残缺", "27", "尚未核对", "推断", "本系统的理解"):
        assert said in shown, said
    form = bureau.get(f"{LIST}/new?shipped=provincial_part").text
    assert 'name="is_partial" value="1" checked' in form
    here = begin(bureau, code="ours", shipped="provincial_part", is_partial="1", total="100")
    assert "27 / 100 分" in bureau.get(here).text
    assert fill(bureau, f"{here}/grades/new", {"name": "一级", "least": "20"}).status_code == 303
    assert fill(bureau, f"{here}/put-in-force", {}).status_code == 422, "an incomplete scheme gives no grade"
    assert fill(bureau, f"{here}/edit", {**HEAD, "code": "ours", "total": "100"}).status_code == 303
    refused = fill(bureau, f"{here}/put-in-force", {})
    assert (refused.status_code, "各项合计 27 分，满分 100 分" in refused.text) == (422, True)
    assert stored(region, operator, here).state == "writing"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "Ä"}, "code"),
        ({"code": ""}, "code"),
        ({"code": "provincial_part"}, "code"),
        ({"name": ""}, "name"),
        ({"total": "0"}, "total"),
        ({"total": "许多"}, "total"),
        ({"total": "1.234"}, "total"),
        ({"assessors_least": "7", "assessors_most": "5"}, "assessors_most"),
        ({"assessors_least": "0"}, "assessors_least"),
        ({"note": "字" * 1001}, "note"),
    ],
)
def test_a_head_that_cannot_be_is_told_at_its_field(bureau: Visitor, changed: dict[str, str], field: str) -> None:
    refused = bureau.send(f"{LIST}/new", {**HEAD, **changed})
    assert refused.status_code == 422
    assert f'href="#field-{field}"' in refused.text


@pytest.mark.parametrize(
    ("kind", "values", "field", "said"),
    [
        ("items", {"points": "0"}, "points", "大于0"),
        ("items", {"points": ""}, "points", ""),
        ("items", {"points": "-1"}, "points", ""),
        ("items", {"wording": ""}, "wording", ""),
        ("items", {"formula": "stuff > 1"}, "formula", "没有名为“stuff”的指标"),
        ("items", {"formula": "(staff"}, "formula", "起无法识读"),
        ("items", {"formula": "exec('1')"}, "formula", "min 与 max"),
        ("groups", {"name": ""}, "name", ""),
        ("grades", {"least": "11"}, "least", "超过满分"),
        ("grades", {"least": "9"}, "least", "另有等级"),
        ("grades", {"name": "一级", "least": "8"}, "name", "已有等级"),
        ("grades", {"national": "third"}, "national", "third"),
        ("grades", {"national": "first", "least": "8"}, "national", "已对应"),
    ],
)
def test_a_part_that_cannot_be_is_told_at_its_field(
    bureau: Visitor, kind: str, values: dict[str, str], field: str, said: str
) -> None:
    here = begin(bureau)
    fill(bureau, f"{here}/groups/new", {"name": "人员"})
    fill(bureau, f"{here}/grades/new", {"name": "一级", "least": "9", "national": "first"})
    sound = {"name": "某某", "least": "7", "wording": "某项", "points": "1", "group": "g1"}
    refused = fill(bureau, f"{here}/{kind}/new?group=g1", {**sound, **values})
    assert refused.status_code == 422
    assert f'href="#field-{field}"' in refused.text
    assert said in refused.text


def test_two_people_at_once_and_the_second_is_told(bureau: Visitor, chief: Visitor) -> None:
    here = begin(bureau)
    shown = VERSION.search(chief.get(f"{here}/groups/new").text)
    assert shown
    fill(bureau, f"{here}/groups/new", {"name": "人员"})
    answer = chief.send(f"{here}/groups/new", {"name": "另一部分", "version": shown[1]})
    assert (answer.status_code, "他人已改动" in answer.text) == (409, True)


@pytest.mark.parametrize(
    "path", ["", "/edit", "/groups/new", "/items/new", "/groups/g9", "/what/g1", "/grades/c9/take-out"]
)
def test_what_is_not_there_is_not_found(bureau: Visitor, path: str) -> None:
    here = begin(bureau)
    assert (
        bureau.get(f"{here}{path}" if path not in {"", "/edit", "/groups/new"} else f"{LIST}/99{path}").status_code
        == 404
    )


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.COUNTER])
def test_only_the_authority_writes(bureau: Visitor, sign_in_as: SignInAs, role: Role) -> None:
    here, reader = begin(bureau), sign_in_as(role)
    assert reader.get(here).status_code == 200
    assert f"{here}/groups/new" not in reader.get(here).text
    for path in ("/edit", "/groups/new", "/put-in-force", "/drop"):
        assert reader.get(f"{here}{path}").status_code == 403, path
        assert reader.send(f"{here}{path}", {"version": "1"}).status_code == 403, path
    assert reader.get(f"{LIST}/new").status_code == 403
    assert reader.send(f"{LIST}/new", HEAD).status_code == 403
