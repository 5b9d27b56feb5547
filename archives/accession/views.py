"""The web door of accession: a project's transfer, its lists and files, the machine's check, and the holdings."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from archives.accession import actions, holdings, queries, receiving, service
from archives.accession.formats.read import look_over
from archives.accession.jobs import check_file, enqueue_check, enqueue_take
from archives.accession.listing import limits_of, read_listing, secrecy_of
from archives.accession.printing import marked_workbook, register_paper, register_workbook, template_workbook
from archives.accession.rules import check_transfer
from archives.catalogue.codes import codes_for
from archives.catalogue.intake import Plan
from archives.catalogue.queries import standing, visible_to
from archives.core.errors import ForbiddenError, NotFoundError, RefusedError
from archives.core.files import ContentStore, Stored
from archives.core.jobs import Job
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem, errors_in
from archives.projects.models import Project
from archives.projects.presenting import frame
from archives.projects.queries import by_code, unit_by_code, units_of
from archives.reference.queries import scope_template, scope_tree
from archives.web.application import database, here, released
from archives.web.guard import actor
from archives.web.jobs import may_watch
from archives.web.pages import WORKBOOK, document, goto, page, pager

blueprint = Blueprint("accession", __name__)
TAB = "accession.show"
"""The tab of a project's record under which everything of its transfer stands."""
AT_ONCE = 2 << 20
"""Lists up to this size are checked while the person waits (about a second); larger ones become a job."""


@blueprint.get("/projects/<code>/transfer")
def show(code: str) -> ResponseReturnValue:
    """A project's transfer: what came, what is wrong with it, and what to do next."""
    project = by_code(database(), actor(), code)
    files = queries.files_of(database(), actor(), project)
    units = units_of(database(), project.id)
    return page(
        "accession/show.html",
        **frame(actor(), project, TAB),
        transfers=queries.transfers_of(database(), project),
        lists=queries.lists_of(database(), project),
        files=files.rows,
        files_in_all=files.total,
        units=units,
        unit_choices=[(unit.code, f"{unit.code} {unit.name}") for unit in units],
        may_bring=project.state not in service.OVER and actions.BRING.allows(actor(), standing(database(), project)),
        limit_mb=here().settings.upload_mb,
    )


def _below_transfer(project: Project, title: str) -> dict[str, Any]:
    """The project's frame around a page below its transfer."""
    return frame(actor(), project, TAB, (gettext("Transfer"), url_for(TAB, code=project.code)), (title, None))


@blueprint.get("/transfers/template.xlsx")
def template() -> ResponseReturnValue:
    """An empty list to fill in."""
    return document(template_workbook(database()), str(msg("transfer list.xlsx")), WORKBOOK)


@blueprint.post("/projects/<code>/transfer/lists")
def bring(code: str) -> ResponseReturnValue:
    """Take a list; a small one is checked at once, so that its faults are on the next page."""
    project = by_code(database(), actor(), code)
    require(actor(), actions.BRING, standing(database(), project))
    upload, unit = _upload("list"), _unit(project)
    name = receiving.plain_name(upload.filename or "")
    with here().quarantine.on_trial() as quarantine:
        with released():
            stored = quarantine.add(upload.stream, here().settings.upload_mb << 20)
            made = _first_check(code, stored, name, unit)
        brought = service.bring_list(database(), actor(), project, stored, name, unit)
    if made is None:
        enqueue_check(database(), actor(), brought)
    else:
        service.keep_check(database(), brought, made)
    return goto("accession.show_list", code=code, list_id=brought.id)


def _unit(project: Project) -> str:
    """The unit works that was chosen for a list that names none."""
    code = request.form.get("unit", "")
    return unit_by_code(database(), project, code).code if code else ""


def _first_check(code: str, stored: Stored, name: str, unit: str) -> Plan | None:
    """What a short list would do; None for a long one that could be a list. Writes nothing."""
    path, settings = here().quarantine.path(stored.sha256), here().settings
    if stored.size > AT_ONCE:
        look_over(path, name, limits_of(settings))
        return None
    with here().backend.reading() as session:
        return check_file(session, settings, actor(), by_code(session, actor(), code), path, name, unit)[1]


@blueprint.get("/projects/<code>/transfer/lists/<int:list_id>")
def show_list(code: str, list_id: int) -> ResponseReturnValue:
    """One list: every fault with its place, and the decision what to take."""
    project, transfer, brought = queries.list_of(database(), actor(), code, list_id)
    job = database().get(Job, brought.job_id) if brought.job_id else None
    return page(
        "accession/list.html",
        **_below_transfer(project, brought.name),
        transfer=transfer,
        list=brought,
        job=job,
        may_watch=job is not None and may_watch(actor(), job),
        problems=queries.problems_of(database(), brought.id),
        may_take=actions.TAKE.allows(actor(), standing(database(), project)),
    )


@blueprint.post("/projects/<code>/transfer/lists/<int:list_id>/check")
def check_again(code: str, list_id: int) -> ResponseReturnValue:
    """Check once more, against the catalogue as it is now."""
    project, _, brought = queries.list_of(database(), actor(), code, list_id)
    service.begin_check(database(), actor(), project, brought)
    enqueue_check(database(), actor(), brought)
    return goto("accession.show_list", code=code, list_id=list_id)


@blueprint.post("/projects/<code>/transfer/lists/<int:list_id>/take")
def take(code: str, list_id: int) -> ResponseReturnValue:
    """Take the list in: all of it, or its sound rows."""
    project, _, brought = queries.list_of(database(), actor(), code, list_id)
    enqueue_take(database(), actor(), project, brought, request.form.get("sound_only") == "1")
    return goto("accession.show_list", code=code, list_id=list_id)


@blueprint.get("/projects/<code>/transfer/lists/<int:list_id>/marked.xlsx")
def marked(code: str, list_id: int) -> ResponseReturnValue:
    """The list as a workbook with its faults marked."""
    _, _, brought = queries.list_of(database(), actor(), code, list_id)
    path = here().quarantine.path(brought.sha256)
    listing = read_listing(database(), path, brought.name, brought.unit, here().settings)
    if not actor().is_external and secrecy_of(database(), listing) > actor().clearance:
        raise ForbiddenError(msg("Some of these volumes are more secret than you may handle."))
    problems = queries.problems_of(database(), brought.id, None)
    content = marked_workbook(path, brought.name, problems, here().settings)
    faults = msg("faults")
    return document(content, f"{brought.name.rpartition('.')[0] or brought.name}-{faults}.xlsx", WORKBOOK)


@blueprint.post("/projects/<code>/transfer/files")
def bring_files(code: str) -> ResponseReturnValue:
    """Take electronic files, singly or in a ZIP, into quarantine."""
    project = by_code(database(), actor(), code)
    require(actor(), actions.BRING, standing(database(), project))
    uploads = [_upload("files"), *request.files.getlist("files")[1:]]
    with here().quarantine.on_trial() as quarantine:
        with released():
            arrived = [(upload.filename or "", _arrived(quarantine, upload)) for upload in uploads]
        for name, files in arrived:
            receiving.note_files(database(), actor(), project, name, files)
    return goto("accession.show", code=code, _anchor="files")


def _arrived(quarantine: ContentStore, upload: FileStorage) -> list[receiving.Arrived]:
    most = here().settings.upload_mb << 20
    stored = quarantine.add(upload.stream, most)
    return receiving.unpack(quarantine, stored, upload.filename or "", most * receiving.MOST_UNPACKED)


@blueprint.post("/projects/<code>/transfer/files/<int:file_id>/match")
def match(code: str, file_id: int) -> ResponseReturnValue:
    """Say which item a file belongs to."""
    project = by_code(database(), actor(), code)
    item = receiving.item_named(database(), project, request.form.get("item", ""))
    receiving.match_file(database(), actor(), project, file_id, item)
    return goto("accession.show", code=code, _anchor="files")


@blueprint.post("/projects/<code>/transfer/files/<int:file_id>/drop")
def drop(code: str, file_id: int) -> ResponseReturnValue:
    """Send a file back."""
    project = by_code(database(), actor(), code)
    receiving.drop_file(database(), actor(), project, file_id)
    return goto("accession.show", code=code, _anchor="files")


@blueprint.get("/projects/<code>/transfer/check")
def check(code: str) -> ResponseReturnValue:
    """The machine's check of the whole transfer."""
    project = by_code(database(), actor(), code)
    facts = queries.transfer_facts(database(), project)
    return page(
        "accession/check.html",
        **_below_transfer(project, gettext("Machine check")),
        facts=facts,
        problems=check_transfer(facts),
    )


def conditions_to_check(session: Session, project_id: int) -> list[Problem]:
    """What the machine finds before any person looks: everything must be there, promised or not applicable."""
    project = session.get_one(Project, project_id)
    return errors_in(check_transfer(queries.transfer_facts(session, project)))


def conditions_to_apply_jointly(session: Session, project_id: int) -> list[Problem]:
    """What stands in the way of a joint acceptance: gaps are noted after the application, so they do not."""
    return [problem for problem in conditions_to_check(session, project_id) if problem.code != "scope.unfilled"]


@blueprint.get("/projects/<code>/scope")
def scope(code: str) -> ResponseReturnValue:
    """The filing scope of the project's works: what fills it, what is promised, what does not apply."""
    return _scope_page(by_code(database(), actor(), code))


def _scope_page(project: Project, problems: tuple[Problem, ...] = ()) -> str:
    return page(
        "accession/scope.html",
        **_below_transfer(project, gettext("Filing scope")),
        branches=scope_tree(database(), scope_template(database(), project.works_type)),
        items=queries.items_by_scope(database(), project),
        gaps=queries.gaps_by_scope(database(), project),
        exempt=queries.exemptions(database(), project),
        problems=problems,
        may_exempt=actions.EXEMPT.allows(actor(), standing(database(), project)),
    )


@blueprint.post("/projects/<code>/scope")
def mark_scope(code: str) -> ResponseReturnValue:
    """Mark documents as not applicable, or take the marks away."""
    project = by_code(database(), actor(), code)
    codes = request.form.getlist("codes")
    if not codes:
        return _scope_page(project, (Problem("scope.nothing", msg("Choose documents first."), "codes"),)), 422
    if request.form.get("withdraw"):
        service.withdraw_exemption(database(), actor(), project, codes)
        return goto("accession.scope", code=code)
    try:
        service.exempt(database(), actor(), project, codes, request.form.get("reason", ""))
    except RefusedError as error:
        return _scope_page(project, error.problems), 422
    return goto("accession.scope", code=code)


@blueprint.get("/projects/<code>/holdings")
def holdings_form(code: str) -> ResponseReturnValue:
    """Entry into the holdings: the volumes that wait, with the codes they would get."""
    project = by_code(database(), actor(), code)
    return _holdings_page(project)


def _holdings_page(project: Project, problems: tuple[Problem, ...] = ()) -> str:
    volumes = holdings.waiting(database(), project, visible_to(actor()))
    return page(
        "accession/holdings.html",
        **_below_transfer(project, gettext("Entry into the holdings")),
        volumes=volumes,
        codes=codes_for(database(), project, volumes),
        places=request.form,
        problems=problems,
        may_enter=actions.ENTER.allows(actor(), project) and project.state == "certified",
    )


@blueprint.post("/projects/<code>/holdings")
def enter(code: str) -> ResponseReturnValue:
    """Give the volumes their numbers and shelves; the project has arrived."""
    project = by_code(database(), actor(), code)
    common = request.form.get("shelf", "").strip()
    volumes = holdings.waiting(database(), project)
    locations = {volume.id: request.form.get(f"shelf_{volume.id}", "").strip() or common for volume in volumes}
    try:
        holdings.arrive(
            database(),
            actor(),
            project,
            locations,
            request.form,
            here().registry,
            here().quarantine,
            here().files,
        )
    except RefusedError as error:
        database().rollback()
        return _holdings_page(by_code(database(), actor(), code), error.problems), 422
    return goto("accession.show", code=code)


@blueprint.get("/accession-register")
def register() -> ResponseReturnValue:
    """The accession register (总登记簿)."""
    after, before = request.args.get("after"), request.args.get("before")
    shown = queries.register_page(database(), actor(), after, before)
    return page("accession/register.html", volumes=shown.rows, pager=pager(shown))


@blueprint.get("/accession-register.<kind>")
def register_file(kind: str) -> ResponseReturnValue:
    """The register as a paper or a workbook."""
    first, last = request.args.get("first", type=int), request.args.get("last", type=int)
    volumes = queries.register_rows(database(), actor(), first, last)
    if kind == "pdf":
        return document(register_paper(database(), volumes), str(msg("accession register.pdf")))
    if kind == "xlsx":
        return document(register_workbook(volumes), str(msg("accession register.xlsx")), WORKBOOK)
    raise NotFoundError


def _upload(name: str) -> FileStorage:
    upload = request.files.get(name)
    if upload is None or not upload.filename:
        raise RefusedError([Problem("file.missing", msg("Choose a file first."), name)])
    return upload
