"""What the pages of grading share: the ways to them."""

from flask import url_for

from archives.core.language import gettext

Crumbs = list[tuple[str, str | None]]


def crumbs(*way: tuple[str, str | None]) -> Crumbs:
    """The way to a page of assessments."""
    return [(gettext("Grading"), url_for("facility_gradings.index")), *way]


def scheme_crumbs(*way: tuple[str, str | None]) -> Crumbs:
    """The way to a page of schemes."""
    return crumbs((gettext("Schemes of grading"), url_for("facility_schemes.index")), *way)
