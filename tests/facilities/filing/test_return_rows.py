"""The door of programs: with a key and without, rows out as they go in."""

import json
from typing import Any

import pytest

from archives.accounts import tokens
from archives.accounts.drafts import TokenDraft
from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.facilities import queries, service
from archives.facilities.filing.api import FILE, SCOPE, SCOPES
from archives.features import REGISTRY
from tests.facilities.filing.conftest import bring
from tests.visitors import SignInAs, Visitor

HERE = "/facilities/returns.json"
ROW = {"code": "510123", "year": 2025, "staff": 4, "equipment": {"extinguisher": 3, "dehumidifier": None}}


def headers_of(backend: Backend, visitor: Visitor, *scopes: str) -> dict[str, str]:
    assert visitor.actor is not None
    with backend.writing() as session:
        key = tokens.make_token(session, visitor.actor, TokenDraft(name="script", days=1), scopes, SCOPES)
    return {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}


@pytest.fixture
def reads(region: Backend, bureau: Visitor) -> dict[str, str]:
    """The headers of a program that may read."""
    return headers_of(region, bureau, SCOPE)


@pytest.fixture
def files(region: Backend, bureau: Visitor) -> dict[str, str]:
    """The headers of a program that may file."""
    return headers_of(region, bureau, FILE)


def test_the_scopes_are_offered() -> None:
    assert REGISTRY.scopes.keys() >= {SCOPE, FILE}


def test_rows_have_the_shape_of_the_contract(client: Visitor, reads: dict[str, str]) -> None:
    told = json.loads(client.get(f"{HERE}?year=2024", headers=reads).data)
    assert told["year"] == 2024
    assert told["states"] == {"510100": "accepted"}
    rows = {row["code"]: row for row in told["returns"]}
    assert list(rows) == ["510000", "510100", "510123", "510124", "510125"]
    city = rows["510100"]
    expected: dict[str, Any] = {
        "name": "甲市",
        "level": "city",
        "urban_status": True,
        "population": 600_000,
        "population_basis": "urban_resident",
        "kind": "archives",
        "two_names": None,
        "year": 2024,
        "staff": 30,
        "technical_staff": 24,
        "floor_area_m2": 2350.5,
        "accidents": None,
        "lan": True,
        "computerised": None,
        "equipment": {"extinguisher": 46, "dehumidifier": 0},
        "databases": {"pipelines": True},
        "regulations": {},
    }
    assert {name: city[name] for name in expected} == expected
    assert rows["510123"]["year"] is None, "not filed: unknown, and there all the same"
    only = json.loads(client.get(f"{HERE}?year=2024&region=510123", headers=reads).data)
    assert [row["code"] for row in only["returns"]] == ["510123"]
    assert json.loads(client.get(HERE, headers=reads).data)["year"] == 2024


def test_what_came_out_changes_nothing_when_it_goes_in(
    client: Visitor, reads: dict[str, str], files: dict[str, str]
) -> None:
    told = client.get(f"{HERE}?year=2024", headers=reads).data
    receipt = json.loads(client.post(HERE, data=told, headers=files).data)
    assert (receipt["unchanged"], receipt["refused"], receipt["added"]) == (5, 0, 0), receipt
    assert not receipt["problems"]


def test_an_accepted_return_comes_back_with_what_the_register_tells(
    region: Backend, operator: Actor, client: Visitor, reads: dict[str, str], files: dict[str, str]
) -> None:
    bring(region, operator, {"code": "510123", "population": 80_000, "two_names": "no"}, {**ROW, "year": 2023})
    with region.writing() as session:
        filed = queries.return_of(session, operator, "510123", 2023)
        assert (filed.population, filed.two_names) == (None, None), "left to the register"
        service.accept(session, operator, filed)
    told = json.loads(client.get(f"{HERE}?year=2023", headers=reads).data)
    row = next(row for row in told["returns"] if row["code"] == "510123")
    assert (row["population"], row["two_names"]) == (80_000, False)
    receipt = json.loads(client.post(HERE, data=json.dumps(told), headers=files).data)
    assert (receipt["unchanged"], receipt["refused"]) == (5, 0), receipt
    row["population"] = 90_000
    assert client.post(HERE, data=json.dumps([row]), headers=files).status_code == 422, "another figure is a change"


def test_rows_are_taken_in(client: Visitor, reads: dict[str, str], files: dict[str, str]) -> None:
    dry = json.loads(client.post(f"{HERE}?dry_run=1", data=json.dumps([ROW]), headers=files).data)
    assert (dry["dry_run"], dry["added"]) == (True, 1)
    assert json.loads(client.post(HERE, data=json.dumps(ROW), headers=files).data)["added"] == 1
    assert json.loads(client.post(HERE, data=json.dumps({"returns": [ROW]}), headers=files).data)["unchanged"] == 1
    assert json.loads(client.get(f"{HERE}?year=2025", headers=reads).data)["states"] == {"510123": "submitted"}


def test_a_fault_stores_nothing_and_is_told_at_its_field(
    client: Visitor, reads: dict[str, str], files: dict[str, str]
) -> None:
    faulty = [ROW, {"code": "510100", "year": 2025, "staff": -1}]
    answer = client.post(HERE, data=json.dumps(faulty), headers=files)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    told = json.loads(answer.data)["problems"]
    assert [(one["row"], one["field"], one["code"]) for one in told if one["severity"] == "error"] == [
        (2, "staff", "staff.too_small")
    ]
    assert json.loads(client.get(f"{HERE}?year=2025", headers=reads).data)["states"] == {}
    sound = json.loads(client.post(f"{HERE}?sound_only=1", data=json.dumps(faulty), headers=files).data)
    assert (sound["added"], sound["refused"]) == (1, 1)


@pytest.mark.parametrize("sent", [b"", b"{", b"[]", b"1", b'"x"', b"[1]", b'{"returns": []}', b"\xff"])
def test_what_is_no_list_is_refused(client: Visitor, files: dict[str, str], sent: bytes) -> None:
    answer = client.post(HERE, data=sent, headers=files)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("query", ["?year=x", "?year=２０２４", "?region=999999", "?region=%00"])
def test_an_address_that_names_nothing(client: Visitor, reads: dict[str, str], query: str) -> None:
    assert client.get(HERE + query, headers=reads).status_code in {200 if query == "?region=%00" else 404}


def test_who_may_not_is_refused(
    region: Backend, client: Visitor, reads: dict[str, str], files: dict[str, str], sign_in_as: SignInAs
) -> None:
    assert client.get(HERE).status_code == 401
    assert client.post(HERE, data=json.dumps([ROW])).status_code in {400, 401}
    assert client.get(HERE, headers=files).status_code == 403, "a key to file with does not read"
    assert client.post(HERE, data=json.dumps([ROW]), headers=reads).status_code == 403
    assert client.get(HERE, headers={"Authorization": "Bearer nonsense"}).status_code == 401
    engineer = headers_of(region, sign_in_as(Role.ENGINEER), SCOPE, FILE)
    assert client.get(HERE, headers=engineer).status_code == 403
    assert client.post(HERE, data=json.dumps([ROW]), headers=engineer).status_code == 403
    staff = headers_of(region, sign_in_as(Role.COUNTER), SCOPE, FILE)
    assert client.get(HERE, headers=staff).status_code == 200
    assert client.post(HERE, data=json.dumps([ROW]), headers=staff).status_code == 403
