"""The web door of schemes as workbooks."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from archives.facilities.grading.giving import scheme_workbook
from archives.facilities.grading.scheme_views import scheme
from archives.web.pages import WORKBOOK, document

blueprint = Blueprint("facility_scheme_lists", __name__, url_prefix="/facilities/grading/schemes")


@blueprint.get("/<int:scheme_id>/items.xlsx")
def workbook(scheme_id: int) -> ResponseReturnValue:
    """A scheme's items and grades."""
    found = scheme(scheme_id)
    return document(scheme_workbook(found), f"{found.code}.xlsx", WORKBOOK)
