"""Archival code and shelf of a volume, by hand or by the office's template."""

from collections.abc import Sequence

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.catalogue import browsing, codes, queries
from archives.catalogue.actions import CODE
from archives.catalogue.models import Volume
from archives.catalogue.presenting import crumbs
from archives.core.errors import RefusedError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.projects.queries import by_code
from archives.web.application import database
from archives.web.forms import FormField
from archives.web.guard import actor
from archives.web.pages import goto, page

blueprint = Blueprint("codes", __name__)


@blueprint.get("/volumes/<int:volume_id>/codes")
def edit(volume_id: int) -> ResponseReturnValue:
    """The form of a volume's code and shelf, the template's proposal in it."""
    require(actor(), CODE)
    volume = queries.volume_by_id(database(), actor(), volume_id)
    return _form(volume, volume.archival_code or "", volume.shelf_location or "", ())


@blueprint.post("/volumes/<int:volume_id>/codes")
def save(volume_id: int) -> ResponseReturnValue:
    """Set a volume's code and shelf."""
    volume = queries.volume_by_id(database(), actor(), volume_id)
    code, shelf = request.form.get("archival_code", ""), request.form.get("shelf_location", "")
    version = request.form.get("version", type=int)
    try:
        codes.set_places(database(), actor(), volume, code, shelf, version)
    except RefusedError as refusal:
        return _form(volume, code, shelf, refusal.problems), 422
    flash(gettext("The volume was saved."), "good")
    return goto("catalogue.volume", volume_id=volume_id)


@blueprint.route("/projects/<code>/codes", methods=["GET", "POST"])
def assign(code: str) -> ResponseReturnValue:
    """Give every volume of a project that has none its archival code."""
    require(actor(), CODE)
    project = by_code(database(), actor(), code)
    volumes = browsing.volumes_of_project(database(), actor(), project.id)
    if request.method == "POST":
        count = codes.assign_codes(database(), actor(), project, volumes)
        flash(str(msg("%(count)d volumes got an archival code.", count=count)), "good")
        return goto("catalogue.volumes", project=project.code)
    waiting = sum(not volume.archival_code for volume in volumes)
    message = str(msg("%(count)d volumes have no archival code and get one by the office's template.", count=waiting))
    back = url_for("catalogue.volumes", project=project.code)
    return page("layouts/confirm.html", title=gettext("Give archival codes"), message=message, cancel_href=back)


def _form(volume: Volume, code: str, shelf: str, problems: Sequence[Problem]) -> str:
    session = database()
    project, unit = queries.project_of(session, volume), queries.unit_of_volume(session, volume)
    proposed = codes.codes_for(session, project, [volume])[volume.id]
    fields = [
        FormField(
            "archival_code",
            gettext("Archival code"),
            "text",
            code,
            help=str(msg("By the template it would be %(code)s.", code=proposed)),
            max_length=codes.LONGEST,
        ),
        FormField("shelf_location", gettext("Shelf location"), "text", shelf, max_length=codes.LONGEST),
    ]
    for field in fields:
        field.problems = [problem for problem in problems if problem.field == field.name]
    return page(
        "catalogue/codes.html",
        volume=volume,
        fields=fields,
        problems=problems,
        breadcrumbs=[*crumbs(project, unit, volume), (gettext("Codes and shelf"), None)],
    )
