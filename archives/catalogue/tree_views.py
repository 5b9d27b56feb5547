"""The tree of the five levels, opened branch by branch: class, project, unit works, volume, item."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from archives.catalogue import browsing, queries
from archives.catalogue.actions import SEE
from archives.catalogue.models import Item, Volume
from archives.core.language import gettext
from archives.core.permissions import require
from archives.projects.models import Project, UnitWorks
from archives.projects.queries import by_code, unit_by_code
from archives.reference.models import ClassNode
from archives.web.application import database
from archives.web.guard import actor
from archives.web.pages import page

blueprint = Blueprint("catalogue_tree", __name__, url_prefix="/catalogue/tree")
Node = dict[str, Any]
OWN = "-"
"""Stands for the project itself where an address names a unit works."""


@blueprint.get("")
def index() -> ResponseReturnValue:
    """The tree, its classes closed."""
    require(actor(), SEE)
    roots = browsing.classes_with_projects(database(), actor())
    return page("catalogue/tree.html", nodes=[_class_node(node, count) for node, count in roots])


@blueprint.get("/classes/<code>")
def class_branch(code: str) -> ResponseReturnValue:
    """The classes and projects right below a class."""
    require(actor(), SEE)
    after = request.args.get("after")
    below = browsing.classes_with_projects(database(), actor(), code) if not after else []
    projects, further = browsing.projects_in(database(), actor(), code, after)
    nodes = [*(_class_node(node, count) for node, count in below), *map(_project_node, projects)]
    return _branch(nodes, further, "catalogue_tree.class_branch", code=code)


@blueprint.get("/projects/<code>")
def project_branch(code: str) -> ResponseReturnValue:
    """The unit works of a project, and before them its own volumes if it has any."""
    require(actor(), SEE)
    project, after = by_code(database(), actor(), code), request.args.get("after")
    units, further = browsing.units_in(database(), project, after)
    own = not after and browsing.has_own_volumes(database(), actor(), project)
    nodes = [*([_own_node(project)] if own else []), *(_unit_node(project, unit) for unit in units)]
    return _branch(nodes, further, "catalogue_tree.project_branch", code=code)


@blueprint.get("/projects/<code>/units/<unit>")
def unit_branch(code: str, unit: str) -> ResponseReturnValue:
    """The volumes of a unit works, or those of the project itself."""
    require(actor(), SEE)
    project = by_code(database(), actor(), code)
    unit_id = 0 if unit == OWN else unit_by_code(database(), project, unit).id
    volumes, further = browsing.volumes_in(database(), actor(), project.id, unit_id, request.args.get("after"))
    return _branch(map(_volume_node, volumes), further, "catalogue_tree.unit_branch", code=code, unit=unit)


@blueprint.get("/volumes/<int:volume_id>")
def volume_branch(volume_id: int) -> ResponseReturnValue:
    """The items of a volume."""
    require(actor(), SEE)
    queries.volume_by_id(database(), actor(), volume_id)
    items, further = browsing.contents_of(database(), actor(), volume_id, request.args.get("after"))
    return _branch(map(_item_node, items), further, "catalogue_tree.volume_branch", volume_id=volume_id)


def _branch(nodes: Iterable[Node], further: str | None, endpoint: str, **values: Any) -> str:
    more_url = url_for(endpoint, **values, after=further) if further else ""
    shown: Sequence[Node] = list(nodes)
    return page("catalogue/branch.html", nodes=shown, more_url=more_url)


def _class_node(node: ClassNode, count: int) -> Node:
    return {
        "id": f"class-{node.code}",
        "code": node.code,
        "label": node.name,
        "count": count,
        "icon": "folder",
        "href": url_for("catalogue.volumes", class_code=node.code),
        "children_url": url_for("catalogue_tree.class_branch", code=node.code),
    }


def _project_node(project: Project) -> Node:
    return {
        "id": f"project-{project.id}",
        "code": project.code,
        "label": project.name,
        "icon": "building",
        "href": url_for("catalogue.volumes", project=project.code),
        "children_url": url_for("catalogue_tree.project_branch", code=project.code),
    }


def _own_node(project: Project) -> Node:
    return {
        "id": f"own-{project.id}",
        "label": gettext("The project itself"),
        "icon": "folder",
        "href": url_for("catalogue.volumes", project=project.code),
        "children_url": url_for("catalogue_tree.unit_branch", code=project.code, unit=OWN),
    }


def _unit_node(project: Project, unit: UnitWorks) -> Node:
    return {
        "id": f"unit-{unit.id}",
        "code": unit.code,
        "label": unit.name,
        "icon": "folder",
        "href": url_for("catalogue.volumes", project=project.code, unit=unit.code),
        "children_url": url_for("catalogue_tree.unit_branch", code=project.code, unit=unit.code),
    }


def _volume_node(volume: Volume) -> Node:
    return {
        "id": f"volume-{volume.id}",
        "code": volume.volume_no,
        "label": volume.title,
        "icon": "box",
        "href": url_for("catalogue.volume", volume_id=volume.id),
        "children_url": url_for("catalogue_tree.volume_branch", volume_id=volume.id),
    }


def _item_node(item: Item) -> Node:
    return {
        "id": f"item-{item.id}",
        "code": str(item.sequence),
        "label": item.title,
        "icon": "file-text",
        "href": url_for("catalogue.item", item_id=item.id),
    }
