"""Import profiles: begun from a hand-over, edited, renamed, removed, taken to another archive and back."""

from collections.abc import Mapping
from io import BytesIO

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from archives.core.actors import Role, local_operator
from archives.core.audit import AuditEntry
from archives.core.errors import ConflictError, ForbiddenError, RefusedError
from archives.core.files import ContentStore
from archives.pipelines import queries
from archives.pipelines.drafts import HandoverDraft
from archives.pipelines.models import ImportProfile, SurveyVersion
from archives.pipelines.settings import profiles
from archives.pipelines.settings import views as setting_views
from archives.pipelines.settings.rules import check_profile, codes_from, codes_text
from archives.pipelines.surveys import intake, service
from archives.pipelines.surveys.files import tables_in, unpacked
from archives.pipelines.vocabularies import kind_from
from archives.web.application import Application
from gis.codes import standard
from gis.survey.profile import Profile, profile_from
from tests.pipelines.setting_pages import SETTINGS, upload, with_settings
from tests.visitors import SignInAs, Visitor

PROFILES = f"{SETTINGS}/profiles"
POINTS = "测点,北,东,地高,特征,附属物\nA1,3400000.0,500000.0,20.0,直线点,\nA2,3400010.0,500000.0,20.1,直线点,\n"
PLAIN = {"name": "华测", "axes": "north_east", "water_unit": "m", "mud_unit": "cm", "rotation_unit": "deg"}
OWN_HEADERS = {"header.point_no": "测点", "header.north": "北", "header.east": "东", "header.ground_z": "地高"}


@pytest.fixture
def app(app: Application) -> Application:
    """The application with the settings' pages."""
    return with_settings(app)


@pytest.fixture
def counter(sign_in_as: SignInAs) -> Visitor:
    """Somebody who keeps profiles."""
    return sign_in_as(Role.COUNTER)


def handover(app: Application, profile: str = "") -> str:
    """A hand-over with the table POINTS that was brought and not read; its number."""
    operator = local_operator("test")
    store = ContentStore(app.settings.quarantine)
    files = unpacked(store, BytesIO(POINTS.encode()), "给水点表.csv", 1 << 20)
    with app.backend.writing() as session:
        draft = HandoverDraft(source="census", crs="EPSG:4547", profile=profile, provider="华测")
        dataset, _ = service.bring(session, operator, draft, 0, files)
        return dataset.number


def kept(app: Application) -> list[ImportProfile]:
    with app.backend.reading() as session:
        return queries.profiles(session)


def make(app: Application, profile: Profile) -> int:
    with app.backend.writing() as session:
        return profiles.keep(session, local_operator("test"), profile).id


def test_a_profile_begins_from_the_columns_of_a_handover(app: Application, counter: Visitor) -> None:
    number = handover(app)
    address = f"{PROFILES}/new?number={number}&version=1"
    assert address.replace("&", "&amp;") in counter.get(f"/pipelines/surveys/{number}/1").text
    page = counter.get(address).text
    for header in ("测点", "北", "东", "地高", "特征"):
        assert f'<option value="{header}"' in page
    assert '<option value="特征" selected>' in page
    answer = counter.send(address, {**PLAIN, **OWN_HEADERS, "codes": "给 = JS/JP"})
    assert answer.status_code == 303, answer.text
    (found,) = kept(app)
    assert profile_from(found.content).codes == {"给": ("JS", "JP")}
    assert found.content["headers"]["north"] == "北"


def test_a_kept_profile_reads_the_tables_it_was_made_for(app: Application, counter: Visitor) -> None:
    counter.send(f"{PROFILES}/new", {**PLAIN, **OWN_HEADERS})
    number = handover(app, "华测")
    with app.backend.reading() as session:
        _, version = queries.version_of(session, local_operator("test"), number, 1)
        options = intake.options_of(session, version)
    store = ContentStore(app.settings.quarantine)
    tables = tables_in({file["name"]: store.path(file["sha256"]) for file in version.files})
    survey = intake.look(tables, options).survey
    assert list(survey.points.text("point_no")) == ["A1", "A2"]
    assert list(survey.points.number("ground_z")) == [20.0, 20.1]


@pytest.mark.parametrize(
    ("differently", "field"),
    [
        ({"name": ""}, "name"),
        ({"axes": "up"}, "axes"),
        ({"codes": "YS"}, "codes"),
        ({"codes": "YS = 没有"}, "codes"),
        ({"header.east": "北"}, "header.east"),
        ({"header.east": "x" * 201}, "header.east"),
        ({"crs": "EPSG:1"}, "crs"),
    ],
)
def test_what_is_wrong_with_a_profile_is_told_at_its_field(
    app: Application, counter: Visitor, differently: Mapping[str, str], field: str
) -> None:
    answer = counter.send(f"{PROFILES}/new", {**PLAIN, **OWN_HEADERS, **differently})
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert not kept(app)


def test_a_name_is_given_once(app: Application, counter: Visitor) -> None:
    make(app, Profile(name="华测"))
    answer = counter.send(f"{PROFILES}/new", PLAIN)
    assert answer.status_code == 422
    assert 'href="#field-name"' in answer.text


def test_a_renamed_profile_is_still_the_one_that_surveys_name(app: Application, counter: Visitor) -> None:
    profile_id = make(app, Profile(name="华测", headers={"north": "北"}))
    number = handover(app, "华测")
    answer = counter.send(f"{PROFILES}/{profile_id}", {**PLAIN, "name": "华测二队", "header.north": "北"})
    assert answer.status_code == 303, answer.text
    with app.backend.reading() as session:
        _, version = queries.version_of(session, local_operator("test"), number, 1)
        assert intake.options_of(session, version).profile.name == "华测二队"
        actions = list(session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == "import_profile")))
    assert actions == ["pipelines.profile_kept", "pipelines.profile_renamed", "pipelines.profile_kept"]


def test_a_profile_that_a_survey_names_stays(app: Application, counter: Visitor) -> None:
    profile_id = make(app, Profile(name="华测"))
    handover(app, "华测")
    assert counter.send(f"{PROFILES}/{profile_id}/remove").status_code == 409
    with app.backend.writing() as session, pytest.raises(ConflictError):
        profiles.remove(session, local_operator("test"), profiles.profile_by_id(session, profile_id))
    with app.backend.writing() as session:
        session.get_one(SurveyVersion, 1).options = {"crs": "EPSG:4547"}
    assert counter.get(f"{PROFILES}/{profile_id}/remove").status_code == 200
    assert counter.send(f"{PROFILES}/{profile_id}/remove").status_code == 303
    assert not kept(app)


def test_a_profile_goes_out_as_a_file_and_comes_in_again(app: Application, counter: Visitor) -> None:
    profile = Profile(name="华测", headers={"north": "北"}, codes={"给": ("JS", "JP")}, mud_unit="cm")
    profile_id = make(app, profile)
    file = counter.get(f"{PROFILES}/{profile_id}/profile.json")
    assert file.headers["Content-Disposition"].startswith("attachment")
    sent = {"file": upload(file.data, "华测.json"), "name": "华测的另一份"}
    assert counter.send(f"{PROFILES}/import", sent, content_type="multipart/form-data").status_code == 303
    with app.backend.reading() as session:
        other = queries.profile_named(session, "华测的另一份")
    assert profiles.profile_of(other) == Profile(
        name="华测的另一份", headers=profile.headers, codes=profile.codes, mud_unit="cm"
    )


@pytest.mark.parametrize(
    "content",
    [
        b"nothing",
        b"[]",
        b'{"name": "a", "shape": 1}',
        b'{"name": "a", "axes": "up"}',
        b'{"name": "a", "headers": {"no_field": "x"}}',
        b'{"name": "a", "codes": {"YS": ["XX", "YY"]}}',
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_no_profile_is_refused(app: Application, counter: Visitor, content: bytes) -> None:
    sent = {"file": upload(content, "p.json"), "name": ""}
    answer = counter.send(f"{PROFILES}/import", sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert 'href="#field-file"' in answer.text
    assert not kept(app)


def test_a_file_that_is_too_large_is_refused(counter: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting_views, "MOST_OF_A_PROFILE", 10)
    sent = {"file": upload(b'{"name": "a"}', "p.json"), "name": ""}
    assert counter.send(f"{PROFILES}/import", sent, content_type="multipart/form-data").status_code == 422


def test_only_keepers_keep_profiles(app: Application, sign_in_as: SignInAs) -> None:
    make(app, Profile(name="华测"))
    reader = sign_in_as(Role.READING_ROOM)
    assert "华测" in reader.get(PROFILES).text
    assert reader.get(f"{PROFILES}/1").status_code == 403
    assert reader.send(f"{PROFILES}/new", PLAIN).status_code == 403
    assert reader.send(f"{PROFILES}/1/remove").status_code == 403
    assert reader.actor is not None
    with app.backend.writing() as session, pytest.raises(ForbiddenError):
        profiles.keep(session, reader.actor, Profile(name="b"))


def test_the_list_says_that_it_is_empty_in_both_languages(sign_in_as: SignInAs) -> None:
    visitor = sign_in_as(Role.COUNTER)
    visitor.get("/language/en?next=/")
    assert "No profile was kept yet." in visitor.get(PROFILES).text
    visitor.get("/language/zh_Hans_CN?next=/")
    assert "还没有保存导入方案" in visitor.get(PROFILES).text


KINDS = st.sampled_from([*standard().kinds])
CODES = st.text(st.characters(whitelist_categories=["Lu", "Nd"]), min_size=1, max_size=6)


@given(st.dictionaries(CODES, KINDS, max_size=8))
def test_codes_are_read_as_they_are_written(codes: dict[str, tuple[str, str]]) -> None:
    assert codes_from(codes_text(codes), lambda text: kind_from(text, standard())) == (codes, [])


@pytest.mark.parametrize("line", ["YS = PS/YS", "YS=ps/ys", "YS PS/YS", "YS → 雨水"])
def test_a_code_is_written_in_several_ways(line: str) -> None:
    assert codes_from(line, lambda text: kind_from(text, standard()))[0] == {"YS": ("PS", "YS")}


def test_a_profile_keeps_its_rules_from_every_door() -> None:
    wrong = Profile(name=" ", headers={"north": "A", "east": "a"}, codes={"x": ("NO", "NE")})
    assert [problem.code for problem in check_profile(wrong, standard())] == [
        *("name.missing", "headers.twice", "codes.unknown_kind")
    ]
    with pytest.raises(RefusedError):
        profiles.from_file(orjson.dumps({"name": "a", "headers": {"north": 1}}))
