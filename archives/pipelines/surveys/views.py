"""The web door of hand-overs: the register, bringing a survey, the preview, the report, acceptance."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from archives.catalogue.queries import volume_by_code
from archives.core.actors import EXTERNAL, STAFF, Actor
from archives.core.drafts import read
from archives.core.errors import ArchivesError, NotFoundError, RefusedError, TooLargeError, UnreadableFileError
from archives.core.jobs import Job
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.pipelines import queries
from archives.pipelines.actions import ACCEPT, BRING, DEFINE, JUDGE, LINK, READERS, Standing
from archives.pipelines.drafts import NEW, HandoverDraft
from archives.pipelines.models import BROUGHT, IN_TRANSFER, READING, REFUSED, Dataset, SurveyVersion
from archives.pipelines.surveys import continuing, intake, presenting, previewing, service
from archives.pipelines.surveys.files import tables_of, try_out, unpacked
from archives.pipelines.surveys.jobs import enqueue_clearing, enqueue_reading
from archives.pipelines.surveys.presenting import crumbs, frame_of
from archives.pipelines.surveys.version_figures import figures_of_versions, report_of
from archives.pipelines.vocabularies import vocabularies_of
from archives.projects.presenting import frame as project_frame
from archives.projects.queries import by_code
from archives.web.application import database, here, released
from archives.web.errors import status_of
from archives.web.forms import fields_of, form_values
from archives.web.guard import actor
from archives.web.jobs import may_watch
from archives.web.pages import WORKBOOK, Entry, document, goto, page, pager

blueprint = Blueprint("pipelines", __name__, url_prefix="/pipelines/surveys")


def reads_surveys(reader: Actor) -> bool:
    """Whether the register of hand-overs means anything to this reader."""
    return reader.is_unrestricted or bool(reader.roles & (STAFF | EXTERNAL | READERS))


ENTRY = Entry("Pipeline surveys", "clipboard-list", "pipelines.index", reads_surveys)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """The hand-overs that the reader may see, newest first."""
    asked = queries.HandoverFilter(request.args.get("words", "").strip(), request.args.get("source", ""))
    shown = queries.handovers(database(), actor(), asked, request.args.get("after"), request.args.get("before"))
    latest = queries.latest_versions(database(), actor(), shown.rows)
    return page(
        "pipelines/surveys/index.html",
        rows=shown.rows,
        latest=latest,
        figures=figures_of_versions(database(), actor(), [one.version for one in latest.values()]),
        sources=presenting.source_labels(),
        badge_of=presenting.state_badge,
        asked=asked,
        pager_of=pager(shown),
        may_bring=BRING.allows(actor(), queries.standing(database(), None)),
    )


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """The form of a survey that comes; `project` in the address names the project."""
    require(actor(), BRING, Standing(frozenset({actor().organisation_id or 0})))
    project, replaces = request.args.get("project", ""), request.args.get("replaces", "")
    source = "project" if project else ""
    if replaces not in {"", NEW}:
        source = queries.dataset_of(database(), actor(), replaces).source
    return _form_page({"source": source, "project": project, "replaces": replaces}, ())


@blueprint.post("/new")
def bring() -> ResponseReturnValue:
    """Take the files; what they hold is shown before anything is stored."""
    values = form_values()
    reading = read(HandoverDraft, values, vocabularies_of(database()))
    uploads = [upload for upload in request.files.getlist("files") if upload.filename]
    problems = [*reading.problems]
    if not uploads:
        problems.append(Problem("file.missing", msg("Choose a file first."), "files"))
    if problems:
        return _form_page(values, tuple(problems)), 422
    try:
        dataset, version = _take(reading.draft, uploads)
    except RefusedError as refusal:
        database().rollback()
        return _form_page(values, refusal.problems), 422
    except (UnreadableFileError, TooLargeError) as error:
        database().rollback()
        return _form_page(values, (Problem("file.refused", error.message, "files"),)), status_of(error)
    return goto(".show", number=dataset.number, version=version.number)


def _take(draft: HandoverDraft, uploads: list[FileStorage]) -> tuple[Dataset, SurveyVersion]:
    require(actor(), BRING, _standing_of(draft))
    secrecy = presenting.rank_of(database(), draft.secrecy)
    with here().quarantine.on_trial() as quarantine:
        with released():
            most = here().settings.upload_mb << 20
            files = [
                file for upload in uploads for file in unpacked(quarantine, upload.stream, upload.filename or "", most)
            ]
            tables = try_out(here().settings, files)
            draft = continuing.settle(here().backend, here().settings, actor(), draft, files, tables)
        return service.bring(database(), actor(), draft, secrecy, files)


def _standing_of(draft: HandoverDraft) -> Any:
    """Who may bring it; an unknown project is told at its field, later."""
    try:
        project = by_code(database(), actor(), draft.project) if draft.source == "project" else None
    except NotFoundError:
        project = None
    return queries.standing(database(), None, project)


def _form_page(values: Mapping[str, Any], problems: tuple[Problem, ...]) -> str:
    fields = fields_of(HandoverDraft, values, problems, vocabularies_of(database()))
    previewing.offer_earlier(database(), actor(), fields["replaces"])
    return page(
        "pipelines/surveys/new.html",
        fields=list(fields.values()),
        problems=problems,
        limit_mb=here().settings.upload_mb,
        breadcrumbs=crumbs((gettext("Bring a survey"), None)),
    )


@blueprint.get("/<number>")
def newest(number: str) -> ResponseReturnValue:
    """The newest version of a hand-over."""
    dataset = queries.dataset_of(database(), actor(), number)
    return goto(".show", number=number, version=queries.known_versions(database(), actor(), dataset)[0].number)


@blueprint.get("/<number>/<int:version>")
def show(number: str, version: int) -> ResponseReturnValue:
    """A version: the questions before it is read, its report afterwards."""
    dataset, found = queries.version_of(database(), actor(), number, version)
    if found.state == BROUGHT:
        return _preview_page(dataset, found, {}, ())
    return _report_page(dataset, found, ())


def _report_page(dataset: Dataset, found: SurveyVersion, problems: tuple[Problem, ...]) -> str:
    may_accept = ACCEPT.allows(actor()) and found.state == IN_TRANSFER
    job = database().get(Job, found.job_id) if found.job_id and found.state in {READING, REFUSED} else None
    figures, report = report_of(database(), actor(), found)
    return page(
        "pipelines/surveys/show.html",
        **frame_of(database(), actor(), dataset, found),
        job=job,
        may_watch=job is not None and may_watch(actor(), job),
        problems=problems,
        figures=figures,
        rules=presenting.rules_of(report),
        linked=presenting.linked_volumes(database(), actor(), dataset),
        may_accept=may_accept,
        elsewhere=queries.accepted_elsewhere(database(), found) if may_accept else None,
        may_link=LINK.allows(actor()),
        may_bring=_may_bring(dataset),
    )


def _may_bring(dataset: Dataset) -> bool:
    """Whether the reader may bring a next version; how it stands with a hand-over matters to parties only."""
    return BRING.allows(actor(), queries.standing(database(), dataset) if actor().is_external else Standing())


def _preview_page(
    dataset: Dataset, version: SurveyVersion, values: Mapping[str, Any], problems: tuple[Problem, ...]
) -> str:
    is_open = _may_look(version)
    shown, found = _looked(version) if is_open else (None, ())
    may_bring = _may_bring(dataset)
    return page(
        "pipelines/surveys/preview.html",
        **frame_of(database(), actor(), dataset, version),
        preview=shown,
        is_open=is_open,
        fields=previewing.option_fields(database(), version, values, problems),
        problems=(*problems, *found),
        twins=continuing.twins_of(database(), actor(), dataset, version) if may_bring else (),
        may_keep_profile=bool(shown) and DEFINE.allows(actor()),
        may_bring=may_bring,
        may_read=bool(shown) and may_bring,
    )


def _may_look(version: SurveyVersion) -> bool:
    """Whether the reader may see what files hold that nobody had read: whoever brought them, or sees every kind."""
    return version.brought_by == actor().name or not queries.hidden_kinds(database(), actor())


def _looked(version: SurveyVersion) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    """What the files hold, read as the options say; or why that cannot be said."""
    try:
        options = intake.options_of(database(), version)
        tables = tables_of(here().settings, version.files)
        return previewing.preview_of(database(), tables, intake.look(tables, options), options), ()
    except RefusedError as refusal:
        return None, refusal.problems
    except ArchivesError as error:
        return None, (Problem("file.refused", error.message),)


@blueprint.post("/<number>/<int:version>/options")
def answer(number: str, version: int) -> ResponseReturnValue:
    """Answer the questions, and look again."""
    dataset, found = queries.version_of(database(), actor(), number, version)
    values = form_values()
    try:
        options = previewing.options_from(database(), values)
    except RefusedError as refusal:
        return _preview_page(dataset, found, values, refusal.problems), 422
    service.choose_options(database(), actor(), dataset, found, options)
    return goto(".show", number=number, version=version)


@blueprint.post("/<number>/<int:version>/read")
def begin(number: str, version: int) -> ResponseReturnValue:
    """Have the version read into the store, as the preview showed it."""
    dataset, found = queries.version_of(database(), actor(), number, version)
    enqueue_reading(database(), actor(), dataset, found, {})
    return goto(".show", number=number, version=version)


@blueprint.post("/<number>/<int:version>/accept")
def accept(number: str, version: int) -> ResponseReturnValue:
    """Take the version into the archive."""
    dataset, found = queries.version_of(database(), actor(), number, version)
    confirmed = request.form.get("although_elsewhere") == "1"
    try:
        service.accept(database(), actor(), dataset, found, although_elsewhere=confirmed)
    except RefusedError as refusal:
        return _report_page(dataset, found, refusal.problems), 422
    flash(gettext("The survey is in the archive."), "good")
    return goto(".show", number=number, version=version)


@blueprint.post("/<number>/<int:version>/reopen")
def reopen(number: str, version: int) -> ResponseReturnValue:
    """Look at the files of a version that could not be read once more."""
    dataset, found = queries.version_of(database(), actor(), number, version)
    service.choose_options(database(), actor(), dataset, found, found.options)
    return goto(".show", number=number, version=version)


@blueprint.get("/<number>/<int:version>/refuse")
def ask_refusal(number: str, version: int) -> ResponseReturnValue:
    """Ask for the reason of sending a version back."""
    dataset, found = queries.version_of(database(), actor(), number, version)
    if not (found.state == BROUGHT and _may_bring(dataset)):
        require(actor(), ACCEPT)
    return page(
        "pipelines/surveys/refuse.html",
        title=gettext("Send the survey back"),
        message=gettext("Its lines are no longer seen; the files stay as evidence."),
        cancel_href=url_for(".show", number=dataset.number, version=found.number),
        danger=True,
    )


@blueprint.post("/<number>/<int:version>/refuse")
def refuse(number: str, version: int) -> ResponseReturnValue:
    """Send the version back, with the reason."""
    dataset, found = queries.version_of(database(), actor(), number, version)
    was_read = found.state != BROUGHT
    service.refuse(database(), actor(), dataset, found, request.form.get("reason", ""))
    if was_read:
        enqueue_clearing(database(), actor(), found)
    flash(gettext("The survey was sent back."), "good")
    return goto(".show", number=number, version=version)


@blueprint.get("/<number>/<int:version>/findings")
def findings(number: str, version: int) -> ResponseReturnValue:
    """The findings of one check, in a list and on the map."""
    dataset, found = queries.version_of(database(), actor(), number, version)
    rule = request.args.get("rule", "")
    return _findings_page(dataset, found, rule, ())


def _findings_page(dataset: Dataset, version: SurveyVersion, rule: str, problems: tuple[Problem, ...]) -> str:
    return page(
        "pipelines/surveys/findings.html",
        **frame_of(database(), actor(), dataset, version, gettext("Findings")),
        rule=presenting.rule_named(rule),
        **presenting.findings_of(database(), actor(), dataset, version, rule),
        problems=problems,
        may_judge=JUDGE.allows(actor()) and version.state == IN_TRANSFER,
    )


@blueprint.post("/<number>/<int:version>/findings/<int:finding_id>")
def judge(number: str, version: int, finding_id: int) -> ResponseReturnValue:
    """Mark a finding as true to the ground, with the reason; or take the mark away."""
    dataset, found = queries.version_of(database(), actor(), number, version)
    finding = queries.finding(database(), found.id, finding_id, queries.hidden_kinds(database(), actor()))
    if request.form.get("withdraw"):
        service.unmark(database(), actor(), dataset, found, finding)
    else:
        try:
            service.mark_true(database(), actor(), dataset, found, finding, request.form.get("reason", ""))
        except RefusedError as refusal:
            return _findings_page(dataset, found, finding.rule, refusal.problems), 422
    return goto(".findings", number=number, version=version, rule=finding.rule, _anchor=f"finding-{finding.id}")


@blueprint.get("/<number>/<int:version>/findings.xlsx")
def workbook(number: str, version: int) -> Response:
    """All findings that are kept, as a workbook."""
    dataset, found = queries.version_of(database(), actor(), number, version)
    content = presenting.findings_workbook(database(), actor(), dataset, found)
    return document(content, f"{dataset.number}-{found.number} {msg('findings')}.xlsx", WORKBOOK)


@blueprint.post("/<number>/volumes")
def link(number: str) -> ResponseReturnValue:
    """Say which volume documents the hand-over's lines."""
    require(actor(), LINK)
    dataset = queries.dataset_of(database(), actor(), number)
    code = request.form.get("volume", "").strip()
    try:
        volume = volume_by_code(database(), actor(), code)
    except NotFoundError:
        flash(str(msg("There is no volume with the archival code %(code)s.", code=code or "—")), "bad")
        return goto(".newest", number=number)
    service.link_volume(database(), actor(), dataset, volume.id)
    return goto(".newest", number=number)


@blueprint.post("/<number>/volumes/<int:link_id>/remove")
def unlink(number: str, link_id: int) -> ResponseReturnValue:
    """Take a link away."""
    service.unlink_volume(database(), actor(), queries.dataset_of(database(), actor(), number), link_id)
    return goto(".newest", number=number)


project_blueprint = Blueprint("pipelines_of_project", __name__)


@project_blueprint.get("/projects/<code>/pipelines", endpoint="show")
def of_project(code: str) -> ResponseReturnValue:
    """The hand-overs of a project."""
    project = by_code(database(), actor(), code)
    rows = queries.of_project(database(), actor(), project)
    latest = queries.latest_versions(database(), actor(), rows)
    return page(
        "pipelines/surveys/project.html",
        **project_frame(actor(), project, "pipelines_of_project.show"),
        rows=rows,
        latest=latest,
        figures=figures_of_versions(database(), actor(), [one.version for one in latest.values()]),
        badge_of=presenting.state_badge,
        bring_url=url_for("pipelines.new", project=project.code),
        may_bring=BRING.allows(actor(), queries.standing(database(), None, project)),
    )
