"""The web door of facilities: what a region and an area reach, the returns behind it, grades, the standards."""

from archives.facilities.actions import SEE
from archives.facilities.boundaries import views as boundary_views
from archives.facilities.comparing import views as comparing_views
from archives.facilities.filing import api as filing_api
from archives.facilities.filing import views as filing_views
from archives.facilities.grading import editor_views, judging_views, list_views, scheme_views
from archives.facilities.grading import views as grading_views
from archives.facilities.results import area_views, region_views, standard_views
from archives.web.pages import Entry, Section

BLUEPRINTS = (
    region_views.blueprint,
    area_views.blueprint,
    standard_views.blueprint,
    comparing_views.blueprint,
    boundary_views.blueprint,
    filing_views.blueprint,
    filing_api.blueprint,
    grading_views.blueprint,
    judging_views.blueprint,
    scheme_views.blueprint,
    editor_views.blueprint,
    list_views.blueprint,
)
MENU = Section(
    "Competent authorities",
    (
        Entry("Standards reached", "chart-bar", "facilities.show", SEE.allows),
        Entry("Yearly returns", "clipboard-list", "facility_returns.index", SEE.allows),
        Entry("Grading", "certificate", "facility_gradings.index", SEE.allows),
        Entry("Targets", "scale", "facility_standards.index", SEE.allows),
    ),
)
