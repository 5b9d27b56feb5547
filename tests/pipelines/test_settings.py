"""The pages of the settings: plane systems and their secrets, kinds and secrecy, checks, dictionaries."""

from pathlib import Path

import pytest
from sqlalchemy import select

from archives.core.actors import Role, local_operator
from archives.core.audit import AuditEntry
from archives.core.clock import now
from archives.core.errors import ConflictError, RefusedError
from archives.pipelines import checks, queries, systems
from archives.pipelines.events import EVENTS
from archives.pipelines.models import CheckSetting, Dataset, PlaneSystem, SurveyVersion
from archives.pipelines.settings.rules import check_limits
from archives.pipelines.surveys.intake import context_of
from archives.reference.service import sync
from archives.web.application import Application
from gis.checks.settings import check_rules, standard
from gis.frame import empty
from gis.survey.model import Survey
from tests.pipelines.setting_pages import SETTINGS, with_settings
from tests.visitors import SignInAs, Visitor

SYSTEMS, KINDS, CHECKS = f"{SETTINGS}/systems", f"{SETTINGS}/kinds", f"{SETTINGS}/checks"
PARAMETERS = "north_shift = 3385123.456\neast_shift = 472987.654\nrotation = 12.5\nscale = 1.0000321\n"
GRID = {
    "name": "江城独立坐标系",
    "base": "4547",
    "height_datum": "1985",
    "north_shift": "3385123.456",
    "east_shift": "472987.654",
    "rotation": "12.5",
    "scale": "1.0000321",
}


@pytest.fixture
def app(app: Application) -> Application:
    """The application with the settings' pages, and the national tables."""
    with app.backend.writing() as session:
        sync(session)
    return with_settings(app)


@pytest.fixture
def cataloguer(sign_in_as: SignInAs) -> Visitor:
    """Somebody who may keep plane systems."""
    return sign_in_as(Role.CATALOGUER)


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    """A file of parameters outside the data folder."""
    file = tmp_path / "safe" / "grid.toml"
    file.parent.mkdir()
    file.write_text(PARAMETERS)
    return file


def secret(file: Path) -> dict[str, str]:
    return {
        "name": "江城秘密坐标系",
        "base": "4547",
        "height_datum": "1985",
        "secret": "1",
        "parameters_path": str(file),
    }


def audited(app: Application) -> list[tuple[str, str]]:
    with app.backend.reading() as session:
        return [(row.action, row.content) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]


def test_a_city_grid_is_kept_and_its_places_are_shown_on_the_map(app: Application, cataloguer: Visitor) -> None:
    assert cataloguer.send(f"{SYSTEMS}/new/four", GRID).status_code == 303
    assert GRID["name"] in cataloguer.get(SYSTEMS).text
    page = cataloguer.get(f"{SYSTEMS}/1").text
    assert 'value="3385123.456"' in page
    assert 'value="1.0000321"' in page
    shown = cataloguer.send(f"{SYSTEMS}/1/try", {"x": "20000", "y": "30000"}).text
    assert "114.0" in shown
    with app.backend.reading() as session:
        assert systems.system_named(session, GRID["name"]).definition["rotation"] == 12.5
    assert "pipelines.system_kept" in {action for action, _ in audited(app)}


def test_a_place_that_lands_outside_china_is_told(cataloguer: Visitor) -> None:
    cataloguer.send(f"{SYSTEMS}/new/four", GRID)
    answer = cataloguer.send(f"{SYSTEMS}/1/try", {"x": "-9000000", "y": "30000"})
    assert answer.status_code == 422
    assert 'href="#field-x"' in answer.text


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (
            "epsg",
            {"name": "江城平面", "base": "4547", "height_datum": "local"}
            | {"local_datum": "吴淞", "height_constant": "-1.7"},
        ),
        ("proj", {"name": "江城投影", "base": "4490", "height_datum": "1956", "central_meridian": "114.333"}),
        (
            "seven",
            {"name": "西安七参数", "base": "2383", "height_datum": "1985", "x": "1.5", "y": "-2", "z": "3"}
            | {"rx": "0.1", "ry": "0.2", "rz": "0.3", "scale_ppm": "1.1", "convention": "position_vector"},
        ),
    ],
)  # fmt: skip
def test_every_kind_of_system_is_kept(app: Application, cataloguer: Visitor, kind: str, values: dict[str, str]) -> None:
    answer = cataloguer.send(f"{SYSTEMS}/new/{kind}", values)
    assert answer.status_code == 303, answer.text
    with app.backend.reading() as session:
        found = systems.system_named(session, values["name"])
    assert found.kind == kind
    if values.get("local_datum"):
        assert (found.height_datum.name, found.height_datum.constant) == ("吴淞", -1.7)


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("four", {**GRID, "north_shift": ""}, "north_shift"),
        ("four", {**GRID, "scale": "0.1"}, "scale"),
        ("four", {**GRID, "name": "EPSG:4547"}, "name"),
        ("four", {**GRID, "height_datum": "local"}, "local_datum"),
        ("four", {**GRID, "secret": "1"}, "secret"),
        ("proj", {"name": "a", "base": "4490", "height_datum": "1985"}, "central_meridian"),
        ("seven", {"name": "a", "base": "2383", "height_datum": "1985", "x": "1"}, "convention"),
    ],
)
def test_what_is_wrong_with_a_system_is_told_at_its_field(
    app: Application, cataloguer: Visitor, kind: str, values: dict[str, str], field: str
) -> None:
    answer = cataloguer.send(f"{SYSTEMS}/new/{kind}", values)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    with app.backend.reading() as session:
        assert not queries.plane_systems(session)


def test_a_secret_system_is_used_and_never_shown(app: Application, cataloguer: Visitor, secret_file: Path) -> None:
    assert cataloguer.send(f"{SYSTEMS}/new/four", secret(secret_file)).status_code == 303
    pages = [cataloguer.get(SYSTEMS).text, cataloguer.get(f"{SYSTEMS}/1").text]
    pages.append(cataloguer.send(f"{SYSTEMS}/1/try", {"x": "20000", "y": "30000"}).text)
    for text in [*pages, *(content for _, content in audited(app))]:
        for hidden in (str(secret_file), "grid.toml", "3385123", "472987", 'value="4547" selected', "1.0000321"):
            assert hidden not in text
    assert "江城秘密坐标系" in pages[0]
    assert "pipelines.system_tried" in {action for action, _ in audited(app)}
    assert {action for action, _ in audited(app) if action.startswith("pipelines.")} <= EVENTS.keys()


def test_a_secret_place_is_told_to_a_hundred_metres_only(app: Application, secret_file: Path) -> None:
    operator = local_operator("test")
    content = {"kind": "four", "base": 4547, "secret": True, "parameters_path": str(secret_file)}
    with app.backend.writing() as session:
        kept = systems.keep_system(session, operator, "秘密", content)
        place = systems.landing(session, operator, kept, 20_000, 30_000)
    assert place == tuple(round(side, 3) for side in place)


@pytest.mark.parametrize("path", ["/nowhere/at-all.toml", "/dev/zero", "relative.toml", ""])
def test_a_secret_file_that_cannot_be_read_is_told_without_its_name(cataloguer: Visitor, path: str) -> None:
    answer = cataloguer.send(f"{SYSTEMS}/new/four", secret(Path(path)) | {"parameters_path": path})
    assert answer.status_code == 422
    assert 'href="#field-parameters_path"' in answer.text
    assert not path or path not in answer.text


def test_a_file_without_the_parameters_is_told_at_the_file(cataloguer: Visitor, secret_file: Path) -> None:
    secret_file.write_text("north_shift = 1.0\n")
    answer = cataloguer.send(f"{SYSTEMS}/new/four", secret(secret_file))
    assert answer.status_code == 422
    assert 'href="#field-parameters_path"' in answer.text


def test_a_system_that_a_survey_names_stays(app: Application) -> None:
    operator = local_operator("test")
    with app.backend.writing() as session:
        kept = systems.keep_system(session, operator, "江城", {"kind": "epsg", "base": 4547})
        dataset = Dataset(number="1", name="a", source="census", created_at=now(), created_by="a")
        session.add(dataset)
        session.flush()
        options = {"crs": "江城"}
        session.add(SurveyVersion(dataset_id=dataset.id, number=1, options=options, brought_at=now(), brought_by="a"))
        session.flush()
        with pytest.raises(ConflictError):
            systems.remove_system(session, operator, kept)
    assert app.backend is not None


def test_a_system_that_nobody_names_goes(app: Application, cataloguer: Visitor) -> None:
    cataloguer.send(f"{SYSTEMS}/new/four", GRID)
    assert cataloguer.get(f"{SYSTEMS}/1/remove").status_code == 200
    assert cataloguer.send(f"{SYSTEMS}/1/remove").status_code == 303
    with app.backend.reading() as session:
        assert session.get(PlaneSystem, 1) is None


def test_only_keepers_define_and_outsiders_see_nothing(sign_in_as: SignInAs) -> None:
    reader = sign_in_as(Role.READING_ROOM)
    assert reader.get(SYSTEMS).status_code == 200
    assert reader.get(f"{SYSTEMS}/new/four").status_code == 403
    assert reader.send(f"{SYSTEMS}/new/four", GRID).status_code == 403
    assert sign_in_as(Role.AUTHORITY).get(SYSTEMS).status_code == 404


def test_the_security_administrator_decides_and_others_see_it(app: Application, sign_in_as: SignInAs) -> None:
    admin = sign_in_as(Role.SECURITY_ADMIN)
    assert admin.send(KINDS, {"kind": "DL/GD", "secrecy": "3"}).status_code == 303
    with app.backend.reading() as session:
        assert queries.kind_secrecies(session) == {("DL", "GD"): 3}
    cleared_for_little = sign_in_as(Role.COUNTER, clearance=1)
    cleared_for_little.get("/language/en?next=/")
    assert cleared_for_little.get(KINDS).text.count("hidden from you") == 1
    assert cleared_for_little.send(KINDS, {"kind": "DL/GD", "secrecy": "0"}).status_code == 403
    assert admin.send(KINDS, {"kind": "DL/GD", "secrecy": "9"}).status_code == 422
    assert admin.send(KINDS, {"kind": "??", "secrecy": "1"}).status_code == 422


def answers(rule: str, **differently: str) -> dict[str, str]:
    """A check's form as it is shown, with some entries changed."""
    shipped = standard()[rule]
    limits = {f"limit.{name}.{of}".rstrip("."): f"{value:g}" for (name, of), value in shipped.limits.items()}
    cases = {f"case.{case}": severity for case, severity in shipped.cases.items()}
    given = {"severity": shipped.severity, "active": "1", **limits, **cases, "reason": "本市管线较深"}
    return {name: value for name, value in {**given, **differently}.items() if value}


def test_the_offices_limits_count_and_the_shipped_ones_come_back(app: Application, sign_in_as: SignInAs) -> None:
    admin = sign_in_as(Role.SYSTEM_ADMIN)
    values = answers("D2", severity="E", **{"limit.most": "10"})
    further = {"own.limit": "most", "own.kind": "RQ", "own.value": "6"}
    answer = admin.send(f"{CHECKS}/D2", values | further)
    assert answer.status_code == 303, answer.text
    with app.backend.reading() as session:
        counting = checks.rule_settings(session)["D2"]
        context = context_of(session, local_operator("test"), Dataset(id=0), Survey(empty(), empty()))
        assert session.get_one(CheckSetting, "D2").reason == "本市管线较深"
    assert context.rules["D2"] == counting
    assert (counting.severity, counting.limit("most"), counting.limit("most", "PS")) == ("E", 10, 12)
    assert counting.limit("most", "RQ") == 6
    assert "本市管线较深" in admin.get(CHECKS).text
    assert 'name="limit.most.RQ"' in admin.get(f"{CHECKS}/D2").text
    assert admin.send(f"{CHECKS}/D2/withdraw").status_code == 303
    with app.backend.reading() as session:
        assert checks.rule_settings(session) == standard()
    actions = [action for action, _ in audited(app) if "check" in action]
    assert actions == ["pipelines.check_decided", "pipelines.check_withdrawn"]


@pytest.mark.parametrize(
    ("differently", "field"),
    [
        ({"limit.most": "nan"}, "limit.most"),
        ({"limit.most": "1e308"}, "limit.most"),
        ({"limit.most": "-1"}, "limit.most"),
        ({"limit.most": ""}, "limit.most"),
        ({"limit.least": "9"}, "limit.least"),
        ({"severity": "X"}, "severity"),
        ({"severity": "E", "reason": ""}, "reason"),
        ({}, "severity"),
        ({"own.limit": "most"}, "own.value"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told_at_its_field(
    app: Application, sign_in_as: SignInAs, differently: dict[str, str], field: str
) -> None:
    answer = sign_in_as(Role.SYSTEM_ADMIN).send(f"{CHECKS}/D2", answers("D2", **differently))
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    with app.backend.reading() as session:
        assert checks.rule_settings(session) == standard()


def test_only_the_system_administrator_sets_checks(sign_in_as: SignInAs) -> None:
    reviewer = sign_in_as(Role.REVIEWER)
    assert reviewer.get(CHECKS).status_code == 200
    assert reviewer.get(f"{CHECKS}/D2").status_code == 403
    assert reviewer.send(f"{CHECKS}/D2", answers("D2", severity="E")).status_code == 403
    assert sign_in_as(Role.SYSTEM_ADMIN).get(f"{CHECKS}/Z9").status_code == 404


@pytest.mark.parametrize("rule", check_rules())
def test_every_check_has_a_form_and_its_shipped_limits_make_sense(app: Application, rule: str) -> None:
    assert not [*check_limits(rule, standard()[rule].limits)]
    operator = local_operator("test")
    with app.backend.writing() as session, pytest.raises(RefusedError) as refusal:
        checks.decide(session, operator, rule, standard()[rule], "")
    assert [problem.field for problem in refusal.value.problems] == ["reason", "severity"]


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_every_page_opens_in_both_languages(sign_in_as: SignInAs, language: str) -> None:
    visitor = sign_in_as(Role.SYSTEM_ADMIN)
    visitor.get(f"/language/{language}?next=/")
    for rule in check_rules():
        assert visitor.get(f"{CHECKS}/{rule}").status_code == 200
    keeper = sign_in_as(Role.CATALOGUER)
    keeper.get(f"/language/{language}?next=/")
    kinds = [f"systems/new/{kind}" for kind in ("epsg", "proj", "four", "seven")]
    dictionaries = [f"dictionaries/{name}" for name in ("material", "burial", "feature", "data_source")]
    for place in (
        "profiles",
        "profiles/new",
        "systems",
        "kinds",
        "checks",
        "dictionaries",
        "base",
        *kinds,
        *dictionaries,
    ):
        assert keeper.get(f"{SETTINGS}/{place}").status_code == 200, place
    assert keeper.get(f"{SETTINGS}/dictionaries/none").status_code == 404
    assert keeper.get(SETTINGS).status_code == 303
