"""The web door of the pipelines' settings: import profiles, kinds with their secrecy, dictionaries."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.core.drafts import read
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.pipelines import queries
from archives.pipelines.actions import CLASSIFY, DEFINE
from archives.pipelines.models import ImportProfile
from archives.pipelines.settings import base_views as setting_base_views
from archives.pipelines.settings import check_views as setting_check_views
from archives.pipelines.settings import presenting, profiles
from archives.pipelines.settings import system_views as setting_system_views
from archives.pipelines.settings.drafts import ProfileDraft
from archives.pipelines.settings.frame import Problems, done, removal_page, settings_blueprint, settings_page
from archives.pipelines.settings.profiles import Start
from archives.pipelines.settings.rules import codes_from
from archives.pipelines.surveys import intake, service
from archives.pipelines.surveys.files import tables_of
from archives.pipelines.vocabularies import kind_from
from archives.web.application import database, here
from archives.web.forms import form_values
from archives.web.guard import actor
from archives.web.pages import document, goto
from gis.codes import standard as standard_codes
from gis.survey.profile import Profile

blueprint = settings_blueprint("pipeline_settings")
MOST_OF_A_PROFILE = 1 << 20
"""Bytes of a profile's file: a few hundred headings and codes are some 20 kB."""


@blueprint.get("")
def index() -> ResponseReturnValue:
    """The first of the settings."""
    return goto(".profiles_page")


# Import profiles


@blueprint.get("/profiles")
def profiles_page() -> ResponseReturnValue:
    """The import profiles, shared by everybody here."""
    return _profiles_page(())


def _profiles_page(problems: Problems) -> str:
    return settings_page(
        "pipelines/settings/profiles.html",
        "pipeline_settings.profiles_page",
        rows=presenting.profile_rows(database()),
        problems=problems,
        may_define=DEFINE.allows(actor()),
    )


@blueprint.get("/profiles/new")
def new_profile() -> ResponseReturnValue:
    """The form of a new profile; `number` and `version` in the address name a hand-over to begin with."""
    require(actor(), DEFINE)
    begun, start = _handover()
    return _profile_page(None, presenting.profile_values(begun), start, ())


@blueprint.post("/profiles/new")
def make_profile() -> ResponseReturnValue:
    """Keep a new profile."""
    return _keep_profile(None)


@blueprint.get("/profiles/<int:profile_id>")
def profile(profile_id: int) -> ResponseReturnValue:
    """The form of a profile."""
    require(actor(), DEFINE)
    kept = profiles.profile_by_id(database(), profile_id)
    return _profile_page(kept, presenting.profile_values(profiles.profile_of(kept)), Start(), ())


@blueprint.post("/profiles/<int:profile_id>")
def change_profile(profile_id: int) -> ResponseReturnValue:
    """Keep a profile as it was changed."""
    return _keep_profile(profiles.profile_by_id(database(), profile_id))


def _keep_profile(known: ImportProfile | None) -> ResponseReturnValue:
    require(actor(), DEFINE)
    values = form_values()
    try:
        profiles.keep(database(), actor(), _profile_from(values), known)
    except RefusedError as refusal:
        database().rollback()
        _, start = _handover()
        return _profile_page(known, values, start, refusal.problems), 422
    flash(gettext("The profile is kept. It can be chosen wherever a survey is brought."), "good")
    return goto(".profiles_page")


def _profile_from(values: Mapping[str, str]) -> Profile:
    """The profile that a form sent. Raises RefusedError with every fault of its own fields."""
    reading = read(ProfileDraft, values, presenting.profile_vocabularies(database()))
    draft = reading.draft
    codes, unreadable = codes_from(draft.codes, presenting.codes_meaning)
    if reading.problems or unreadable:
        raise RefusedError([*reading.problems, *unreadable])
    named: dict[str, Any] = draft.model_dump(exclude={"codes"})
    return Profile(**named, headers=presenting.heading_values(values), codes=codes)


def _handover() -> tuple[Profile, Start]:
    """A new profile as the hand-over that the address names begins it, and what was found in its tables."""
    number, version = request.args.get("number", ""), request.args.get("version", type=int)
    if not number or version is None:
        return Profile(), Start()
    dataset, found = queries.version_of(database(), actor(), number, version)
    options = intake.options_of(database(), found)
    start = profiles.start_from(tables_of(here().settings, found.files), options.profile, options.kind)
    is_swapped = options.axes == "east_north"
    begun = replace(
        options.profile,
        name="" if options.profile.name else dataset.provider,
        headers=start.fields,
        axes="east_north" if is_swapped else options.profile.axes,
        crs=found.options.get("crs", ""),
    )
    return begun, start


def _profile_page(kept: ImportProfile | None, values: Mapping[str, Any], start: Start, problems: Problems) -> str:
    return settings_page(
        "pipelines/settings/profile.html",
        "pipeline_settings.profiles_page",
        form_title=presenting.profile_title(kept),
        problems=problems,
        begun_from=start.tables,
        **presenting.profile_form(database(), values, start.headers, problems),
    )


@blueprint.get("/profiles/<int:profile_id>/profile.json")
def profile_file(profile_id: int) -> ResponseReturnValue:
    """The profile as a file, for another archive."""
    kept = profiles.profile_by_id(database(), profile_id)
    return document(profiles.as_file(kept), f"{kept.name}.json", "application/json")


@blueprint.post("/profiles/import")
def import_profile() -> ResponseReturnValue:
    """Keep the profile of a file."""
    require(actor(), DEFINE)
    try:
        wanted = profiles.from_file(_small_file(), request.form.get("name", ""))
        profiles.keep(database(), actor(), wanted)
    except RefusedError as refusal:
        database().rollback()
        return _profiles_page([_at_file(problem) for problem in refusal.problems]), 422
    flash(gettext("The profile is kept. It can be chosen wherever a survey is brought."), "good")
    return goto(".profiles_page")


def _small_file() -> bytes:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise RefusedError([Problem("file.missing", msg("Choose a file first."), "file")])
    with upload.stream as stream:
        content = stream.read(MOST_OF_A_PROFILE + 1)
    if len(content) > MOST_OF_A_PROFILE:
        raise RefusedError([Problem("file.too_large", msg("A profile has at most 1 MB."), "file")])
    return content


def _at_file(problem: Problem) -> Problem:
    """A fault of the file's content, at the file; a name can be given anew beside it."""
    return problem if problem.field == "name" else Problem(problem.code, problem.message, "file")


@blueprint.get("/profiles/<int:profile_id>/remove")
def ask_removal_of_profile(profile_id: int) -> ResponseReturnValue:
    """Ask before a profile goes."""
    require(actor(), DEFINE)
    kept = profiles.profile_by_id(database(), profile_id)
    return removal_page(kept.name, gettext("Nobody can choose this profile any more."), ".profiles_page")


@blueprint.post("/profiles/<int:profile_id>/remove")
def remove_profile(profile_id: int) -> ResponseReturnValue:
    """Take a profile away."""
    profiles.remove(database(), actor(), profiles.profile_by_id(database(), profile_id))
    return done(".profiles_page", gettext("Removed."))


# Kinds and secrecy


@blueprint.get("/kinds")
def kinds() -> ResponseReturnValue:
    """All kinds of lines with their colours and how secret they are."""
    return settings_page(
        "pipelines/settings/kinds.html",
        "pipeline_settings.kinds",
        rows=presenting.kind_rows(database(), actor()),
        choices=presenting.secrecy_choices(database()),
        may_classify=CLASSIFY.allows(actor()),
    )


@blueprint.post("/kinds")
def classify() -> ResponseReturnValue:
    """Decide how secret a kind is."""
    kind = kind_from(request.form.get("kind", ""), standard_codes())
    ranks = {str(rank) for rank, _ in presenting.secrecy_choices(database())}
    rank = request.form.get("secrecy", "")
    if kind is None or rank not in ranks:
        raise RefusedError([Problem("kind.unknown", msg("There is no such kind, or no such level of secrecy."))])
    service.classify(database(), actor(), kind, int(rank))
    return done(".kinds", gettext("Saved."), _anchor=f"kind-{'-'.join(kind)}")


# Dictionaries


@blueprint.get("/dictionaries")
@blueprint.get("/dictionaries/<name>")
def dictionaries(name: str = "material") -> ResponseReturnValue:
    """The shipped dictionaries with source and verified mark; read only."""
    names = presenting.dictionary_names()
    if name not in names:
        raise NotFoundError
    tabs = [
        {"label": label, "href": url_for(".dictionaries", name=one), "active": one == name}
        for one, label in names.items()
    ]
    return settings_page(
        "pipelines/settings/dictionaries.html",
        "pipeline_settings.dictionaries",
        names=tabs,
        rows=presenting.dictionary_rows(name),
        caption=names[name],
    )


BLUEPRINTS = (
    blueprint,
    setting_system_views.blueprint,
    setting_check_views.blueprint,
    setting_base_views.blueprint,
)
