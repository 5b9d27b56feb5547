"""The web door of the pipelines' settings: import profiles, plane systems, kinds, checks, dictionaries, base layers."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.core.actors import Actor
from archives.core.drafts import read, read_fields
from archives.core.errors import ArchivesError, NotFoundError, RefusedError
from archives.core.jobs import Job
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.pipelines import base_loading, checks, intake, profiles, queries, service, setting_systems
from archives.pipelines import setting_presenting as presenting
from archives.pipelines.actions import CLASSIFY, DEFINE, LOAD_BASE
from archives.pipelines.files import tables_of, unpacked
from archives.pipelines.map_queries import office_map
from archives.pipelines.models import BaseLayer, ImportProfile, PlaneSystem, SurveyVersion
from archives.pipelines.setting_drafts import SYSTEM_DRAFTS, LayerDraft, ProfileDraft, TrialDraft
from archives.pipelines.setting_rules import codes_from, limit_field
from archives.pipelines.systems import landing, remove_system, system_by_id
from archives.pipelines.vocabularies import kind_from
from archives.reference.service import DECIDE
from archives.web.application import database, here, released
from archives.web.forms import fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import Entry, document, goto, page
from gis.checks.settings import RuleSetting, standard
from gis.codes import standard as standard_codes
from gis.survey.profile import Profile
from gis.survey.recognise import Recognised, recognise_tables

blueprint = Blueprint("pipeline_settings", __name__, url_prefix="/pipelines/settings")
Problems = Sequence[Problem]
MOST_OF_A_PROFILE = 1 << 20
"""Bytes of a profile's file: a few hundred headings and codes are some 20 kB."""
_TABS = {
    "profiles_page": msg("Import profiles"),
    "systems": msg("Plane systems"),
    "kinds": msg("Kinds and secrecy"),
    "checks_page": msg("Checks"),
    "dictionaries": msg("Dictionaries"),
    "base_layers": msg("Base layers"),
}


def reads_settings(reader: Actor) -> bool:
    """Whether the settings mean anything to this reader."""
    return reader.is_staff or any(one.allows(reader) for one in (DEFINE, CLASSIFY, LOAD_BASE, DECIDE))


ENTRY = Entry("Settings of pipelines", "settings", "pipeline_settings.profiles_page", reads_settings)


@blueprint.before_request
def _only_for_the_house() -> None:
    """The settings are the archives' own business."""
    if not reads_settings(actor()):
        raise NotFoundError


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
    return _page(
        "pipelines/settings/profiles.html",
        "profiles_page",
        rows=presenting.profile_rows(database()),
        problems=problems,
        may_define=DEFINE.allows(actor()),
    )


@blueprint.get("/profiles/new")
def new_profile() -> ResponseReturnValue:
    """The form of a new profile; `number` and `version` in the address name a hand-over to begin with."""
    require(actor(), DEFINE)
    start, tables = _handover()
    return _profile_page(None, presenting.profile_values(start), tables, ())


@blueprint.post("/profiles/new")
def make_profile() -> ResponseReturnValue:
    """Keep a new profile."""
    return _keep_profile(None)


@blueprint.get("/profiles/<int:profile_id>")
def profile(profile_id: int) -> ResponseReturnValue:
    """The form of a profile."""
    require(actor(), DEFINE)
    kept = profiles.profile_by_id(database(), profile_id)
    return _profile_page(kept, presenting.profile_values(profiles.profile_of(kept)), (), ())


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
        _, tables = _handover()
        return _profile_page(known, values, tables, refusal.problems), 422
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


def _handover() -> tuple[Profile, tuple[Recognised, ...]]:
    """The hand-over that the address names, as a start: what was recognised in it, and its tables."""
    number, version = request.args.get("number", ""), request.args.get("version", type=int)
    if not number or version is None:
        return Profile(), ()
    dataset, found = queries.version_of(database(), actor(), number, version)
    options, tables = _recognised(found)
    headers = profiles.recognised_as(tables, options.profile.headers)
    start = Profile(
        name=dataset.provider if not options.profile.name else "",
        headers=headers,
        codes=options.profile.codes,
        axes="east_north" if options.axes == "east_north" else options.profile.axes,
        crs=found.options.get("crs", ""),
        water_unit=options.profile.water_unit,
        mud_unit=options.profile.mud_unit,
        rotation_unit=options.profile.rotation_unit,
    )
    return start, tables


def _recognised(version: SurveyVersion) -> tuple[intake.Options, tuple[Recognised, ...]]:
    options = intake.options_of(database(), version)
    tables = tables_of(here().settings, version.files)
    return options, recognise_tables(tables, standard_codes(), options.profile, options.kind)


def _profile_page(
    kept: ImportProfile | None, values: Mapping[str, Any], tables: Sequence[Recognised], problems: Problems
) -> str:
    return _page(
        "pipelines/settings/profile.html",
        "profiles_page",
        kept=kept,
        form_title=presenting.profile_title(kept),
        problems=problems,
        begun_from=[table.name for table in tables],
        **presenting.profile_form(database(), values, profiles.headers_of(tables), problems),
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
    content = upload.stream.read(MOST_OF_A_PROFILE + 1)
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
    return _removal_page(kept.name, gettext("Nobody can choose this profile any more."), ".profiles_page")


@blueprint.post("/profiles/<int:profile_id>/remove")
def remove_profile(profile_id: int) -> ResponseReturnValue:
    """Take a profile away."""
    profiles.remove(database(), actor(), profiles.profile_by_id(database(), profile_id))
    return _done(".profiles_page", gettext("Removed."))


# Plane systems


@blueprint.get("/systems")
def systems() -> ResponseReturnValue:
    """The office's own plane systems."""
    return _page(
        "pipelines/settings/systems.html",
        "systems",
        rows=presenting.system_rows(database()),
        kinds=presenting.system_kinds(),
        may_define=DEFINE.allows(actor()),
    )


@blueprint.get("/systems/new/<any(epsg, proj, four, seven):kind>")
def new_system(kind: str) -> ResponseReturnValue:
    """The form of a new system of a kind."""
    require(actor(), DEFINE)
    return _system_page(kind, None, {"height_datum": "1985"}, ())


@blueprint.post("/systems/new/<any(epsg, proj, four, seven):kind>")
def make_system(kind: str) -> ResponseReturnValue:
    """Keep a new system."""
    return _keep_system(kind, None)


@blueprint.get("/systems/<int:system_id>")
def system(system_id: int) -> ResponseReturnValue:
    """The form of a system; of a secret one nothing is shown."""
    require(actor(), DEFINE)
    kept = system_by_id(database(), system_id)
    return _system_page(kept.content["kind"], kept, setting_systems.values_of(kept), ())


@blueprint.post("/systems/<int:system_id>")
def change_system(system_id: int) -> ResponseReturnValue:
    """Keep a system as it was changed."""
    kept = system_by_id(database(), system_id)
    return _keep_system(kept.content["kind"], kept)


def _keep_system(kind: str, known: PlaneSystem | None) -> ResponseReturnValue:
    require(actor(), DEFINE)
    values = {**form_values(), **({"name": known.name} if known else {})}
    reading = read(SYSTEM_DRAFTS[kind], values, presenting.system_vocabularies(kind))
    try:
        if reading.problems:
            raise RefusedError(reading.problems)
        setting_systems.keep(database(), actor(), kind, reading.draft, known)
    except RefusedError as refusal:
        database().rollback()
        return _system_page(kind, known, setting_systems.safe_values(values, kind), refusal.problems), 422
    flash(gettext("The plane system is kept."), "good")
    return goto(".systems")


def _system_page(
    kind: str,
    kept: PlaneSystem | None,
    values: Mapping[str, Any],
    problems: Problems,
    trial: Mapping[str, Any] | None = None,
) -> str:
    tried = trial or {"values": {}, "problems": (), "places": []}
    return _page(
        "pipelines/settings/system.html",
        "systems",
        kept=kept,
        is_secret=bool(kept and kept.content.get("secret")),
        kind=next(one for one in presenting.system_kinds() if one["code"] == kind),
        groups=presenting.system_form(kind, values, problems, is_known=kept is not None),
        problems=problems,
        trial_fields=list(fields_of(TrialDraft, tried["values"], tried["problems"]).values()),
        trial_problems=tried["problems"],
        places=tried["places"],
    )


@blueprint.post("/systems/<int:system_id>/try")
def try_system(system_id: int) -> ResponseReturnValue:
    """Show where a place of the system lies on the map."""
    require(actor(), DEFINE)
    kept = system_by_id(database(), system_id)
    values = form_values()
    reading = read(TrialDraft, values, {})
    trial: dict[str, Any] = {"values": values, "problems": reading.problems, "places": []}
    if not reading.problems:
        try:
            place = landing(database(), actor(), kept, float(reading.draft.x or 0), float(reading.draft.y or 0))
            trial["places"] = [{"longitude": place[0], "latitude": place[1]}]
        except RefusedError as refusal:
            trial["problems"] = [Problem(one.code, one.message, "x") for one in refusal.problems]
    shown = _system_page(kept.content["kind"], kept, setting_systems.values_of(kept), (), trial)
    return (shown, 422) if trial["problems"] else shown


@blueprint.get("/systems/<int:system_id>/remove")
def ask_removal_of_system(system_id: int) -> ResponseReturnValue:
    """Ask before a system goes."""
    require(actor(), DEFINE)
    kept = system_by_id(database(), system_id)
    return _removal_page(kept.name, gettext("Nobody can choose this plane system any more."), ".systems")


@blueprint.post("/systems/<int:system_id>/remove")
def remove_plane_system(system_id: int) -> ResponseReturnValue:
    """Take a system away."""
    remove_system(database(), actor(), system_by_id(database(), system_id))
    return _done(".systems", gettext("Removed."))


# Kinds and secrecy


@blueprint.get("/kinds")
def kinds() -> ResponseReturnValue:
    """All kinds of lines with their colours and how secret they are."""
    return _page(
        "pipelines/settings/kinds.html",
        "kinds",
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
    return _done(".kinds", gettext("Saved."), _anchor=f"kind-{'-'.join(kind)}")


# Checks


@blueprint.get("/checks")
def checks_page() -> ResponseReturnValue:
    """The checks as they count here, with their source and what the office decided."""
    return _page(
        "pipelines/settings/checks.html",
        "checks_page",
        rows=presenting.check_rows(database()),
        may_decide=DECIDE.allows(actor()),
    )


@blueprint.get("/checks/<rule>")
def check(rule: str) -> ResponseReturnValue:
    """The form of the office's own setting of a check."""
    require(actor(), DECIDE)
    counting = _counting(rule)
    return _check_page(rule, counting, presenting.check_values(counting), ())


@blueprint.post("/checks/<rule>")
def decide_check(rule: str) -> ResponseReturnValue:
    """Keep the office's own setting of a check."""
    require(actor(), DECIDE)
    counting = _counting(rule)
    values = form_values()
    try:
        wanted, reason = _wanted(rule, counting, values)
        checks.decide(database(), actor(), rule, wanted, reason)
    except RefusedError as refusal:
        database().rollback()
        return _check_page(rule, counting, values, refusal.problems), 422
    return _done(".checks_page", gettext("Saved."), _anchor=f"check-{rule}")


@blueprint.post("/checks/<rule>/withdraw")
def withdraw_check(rule: str) -> ResponseReturnValue:
    """Apply a check as shipped again."""
    checks.withdraw(database(), actor(), rule)
    return _done(".checks_page", gettext("The check is as shipped again."), _anchor=f"check-{rule}")


def _counting(rule: str) -> RuleSetting:
    found = checks.rule_settings(database()).get(rule)
    if found is None:
        raise NotFoundError
    return found


def _wanted(rule: str, counting: RuleSetting, values: Mapping[str, str]) -> tuple[RuleSetting, str]:
    """The setting that a form sent, and the reason. Raises RefusedError."""
    described = presenting.check_descriptions(rule, counting)
    given, problems = read_fields(described, values, presenting.check_vocabularies(rule))
    limits = {(name, of): given.get(limit_field(name, of)) for name, of in counting.limits}
    further = [given.get(f"own.{part}") for part in ("limit", "kind", "value")]
    if all(part is not None for part in further):
        limits[str(further[0]), str(further[1])] = further[2]
    elif any(part is not None for part in further):
        sentence = msg("A limit for one kind needs the limit, the kind and the value.")
        problems.append(Problem("own.incomplete", sentence, "own.value"))
    if problems:
        raise RefusedError(problems)
    kept = {key: float(value) for key, value in limits.items() if value is not None}
    cases = {case: str(given[f"case.{case}"]) for case in counting.cases}
    return RuleSetting(str(given["severity"]), kept, bool(given.get("active")), cases), str(given["reason"])


def _check_page(rule: str, counting: RuleSetting, values: Mapping[str, Any], problems: Problems) -> str:
    return _page(
        "pipelines/settings/check.html",
        "checks_page",
        row=presenting.check_facts(database(), rule),
        fields=presenting.check_form(rule, counting, values, problems),
        problems=problems,
        is_own=rule in checks.decisions(database()),
        shipped=standard()[rule],
    )


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
    shown = presenting.dictionary_rows(name)
    return _page("pipelines/settings/dictionaries.html", "dictionaries", names=tabs, rows=shown, caption=names[name])


# Base layers


@blueprint.get("/base")
def base_layers() -> ResponseReturnValue:
    """What lies under the map, and the form that brings a file of it."""
    return _base_page(())


def _base_page(problems: Problems) -> str:
    return _page(
        "pipelines/settings/base_layers.html",
        "base_layers",
        rows=presenting.base_rows(database()),
        services=office_map(here().settings),
        limit_mb=here().settings.upload_mb,
        problems=problems,
        may_load=LOAD_BASE.allows(actor()),
    )


@blueprint.post("/base")
def bring_base() -> ResponseReturnValue:
    """Take a file; its layers are chosen from on the next page."""
    require(actor(), LOAD_BASE)
    try:
        layer = _bring_base()
    except RefusedError as refusal:
        database().rollback()
        return _base_page(refusal.problems), 422
    except ArchivesError as error:
        database().rollback()
        return _base_page([Problem("file.refused", error.message, "files")]), 422
    return goto(".base_layer", layer_id=layer.id)


def _bring_base() -> BaseLayer:
    uploads = [upload for upload in request.files.getlist("files") if upload.filename]
    if not uploads:
        raise RefusedError([Problem("file.missing", msg("Choose a file first."), "files")])
    most = here().settings.upload_mb << 20
    with here().quarantine.on_trial() as quarantine:
        with released():
            files = [one for up in uploads for one in unpacked(quarantine, up.stream, up.filename or "", most)]
            main, tables = base_loading.look_into({one.name: quarantine.path(one.stored.sha256) for one in files})
        return base_loading.bring(database(), actor(), files, main, tables)


@blueprint.get("/base/<int:layer_id>")
def base_layer(layer_id: int) -> ResponseReturnValue:
    """A base layer: what its file holds, the choice of what to load, and how far the loading is."""
    return _layer_page(base_loading.layer_by_id(database(), layer_id), {}, ())


@blueprint.post("/base/<int:layer_id>")
def load_base(layer_id: int) -> ResponseReturnValue:
    """Have the chosen layer loaded."""
    require(actor(), LOAD_BASE)
    layer = base_loading.layer_by_id(database(), layer_id)
    values = form_values()
    reading = read(LayerDraft, values, presenting.layer_vocabularies(database(), layer))
    try:
        if reading.problems:
            raise RefusedError(reading.problems)
        base_loading.check(layer, reading.draft)
        source = base_loading.source_of(here().settings, layer)
        with released():
            some = source.sample(reading.draft.layer, reading.draft.theme)
        base_loading.begin(database(), actor(), layer, reading.draft, some)
    except RefusedError as refusal:
        database().rollback()
        return _layer_page(base_loading.layer_by_id(database(), layer_id), values, refusal.problems), 422
    return goto(".base_layer", layer_id=layer_id)


def _layer_page(layer: BaseLayer, values: Mapping[str, Any], problems: Problems) -> str:
    may_load = LOAD_BASE.allows(actor())
    is_open = layer.state in {"brought", "failed"}
    return _page(
        "pipelines/settings/base_layer.html",
        "base_layers",
        **presenting.base_row(layer),
        tables=base_loading.tables_of(layer),
        job=database().get(Job, layer.job_id) if layer.job_id else None,
        fields=presenting.layer_form(database(), layer, values, problems) if is_open and may_load else [],
        problems=problems,
        may_load=may_load,
    )


@blueprint.get("/base/<int:layer_id>/remove")
def ask_removal_of_base(layer_id: int) -> ResponseReturnValue:
    """Ask before a base layer goes."""
    require(actor(), LOAD_BASE)
    layer = base_loading.layer_by_id(database(), layer_id)
    return _removal_page(layer.name, gettext("It lies under the map no more."), ".base_layers")


@blueprint.post("/base/<int:layer_id>/remove")
def remove_base(layer_id: int) -> ResponseReturnValue:
    """Take a base layer away."""
    base_loading.remove(database(), actor(), base_loading.layer_by_id(database(), layer_id))
    return _done(".base_layers", gettext("Removed."))


# What the pages share


def _removal_page(name: str, message: str, back: str) -> str:
    title = str(msg("Remove “%(name)s”", name=name))
    return page("layouts/confirm.html", title=title, message=message, cancel_href=url_for(back), danger=True)


def _done(endpoint: str, sentence: str, **values: Any) -> ResponseReturnValue:
    flash(sentence, "good")
    return goto(endpoint, **values)


def _page(template: str, active: str, **context: Any) -> str:
    tabs = [
        {"label": str(label), "href": url_for(f"pipeline_settings.{name}"), "active": name == active}
        for name, label in _TABS.items()
    ]
    return page(template, tabs_of=tabs, **context)
