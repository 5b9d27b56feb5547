"""The web door of yearly returns."""

from flask import Blueprint

blueprint = Blueprint("facility_returns", __name__, url_prefix="/facilities/returns")


@blueprint.get("")
def index() -> str:
    """The list of a year."""
    return ""


@blueprint.get("/<code>/<int:year>")
def show(code: str, year: int) -> str:
    """One return."""
    return f"{code} {year}"
