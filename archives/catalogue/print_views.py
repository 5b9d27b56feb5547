"""The printed forms as PDF."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from archives.catalogue import browsing, bulk, printing, queries
from archives.catalogue.actions import PRINT
from archives.catalogue.models import Volume
from archives.core.language import msg
from archives.core.permissions import require
from archives.projects.queries import by_code
from archives.web.application import database
from archives.web.guard import actor
from archives.web.pages import document

blueprint = Blueprint("print", __name__)


@blueprint.get("/volumes/<int:volume_id>/cover.pdf")
def cover(volume_id: int) -> ResponseReturnValue:
    """案卷封面."""
    volume = _volume(volume_id)
    total = queries.count_beside(database(), actor(), volume)
    return document(printing.cover(database(), volume, total), str(msg("volume cover.pdf")))


@blueprint.get("/volumes/<int:volume_id>/contents.pdf")
def contents(volume_id: int) -> ResponseReturnValue:
    """卷内目录."""
    return document(printing.contents(database(), actor(), _volume(volume_id)), str(msg("contents list.pdf")))


@blueprint.get("/volumes/<int:volume_id>/note.pdf")
def note(volume_id: int) -> ResponseReturnValue:
    """卷内备考表."""
    return document(printing.note(database(), _volume(volume_id)), str(msg("note sheet.pdf")))


@blueprint.get("/volumes/<int:volume_id>/spine.pdf")
def spine(volume_id: int) -> ResponseReturnValue:
    """案卷脊背 of one volume."""
    return _spines(database(), [_volume(volume_id)])


@blueprint.get("/spines.pdf")
def chosen_spines() -> ResponseReturnValue:
    """案卷脊背 of chosen volumes."""
    require(actor(), PRINT)
    ids = request.args.getlist("ids", type=int)
    return _spines(database(), bulk.chosen(database(), actor(), ids))


@blueprint.get("/projects/<code>/spines.pdf")
def project_spines(code: str) -> ResponseReturnValue:
    """案卷脊背 of all volumes of a project."""
    require(actor(), PRINT)
    project = by_code(database(), actor(), code)
    return _spines(database(), browsing.volumes_of_project(database(), actor(), project.id))


@blueprint.get("/projects/<code>/catalogue.pdf")
def catalogue(code: str) -> ResponseReturnValue:
    """案卷目录 of a project."""
    require(actor(), PRINT)
    project = by_code(database(), actor(), code)
    return document(printing.catalogue(database(), actor(), project), str(msg("volume catalogue.pdf")))


def _volume(volume_id: int) -> Volume:
    require(actor(), PRINT)
    return queries.volume_by_id(database(), actor(), volume_id)


def _spines(session: Session, volumes: list[Volume]) -> ResponseReturnValue:
    depth = request.args.get("depth", type=int)
    return document(printing.spines(session, volumes, depth), str(msg("spine labels.pdf")))
