"""What the features declare, gathered once for all doors."""

from archives.accession import actions as accession
from archives.accession import events as accession_events
from archives.accession import views as accession_views
from archives.accession.jobs import CHECK_LIST, TAKE_LIST
from archives.accession.printing import transfer_volumes
from archives.accounts import events as accounts_events
from archives.accounts import rules as accounts
from archives.accounts import views as accounts_views
from archives.catalogue import actions as catalogue
from archives.catalogue import events as catalogue_events
from archives.catalogue import views as catalogue_views
from archives.catalogue.texts import READ_FILES
from archives.core import office
from archives.core.language import msg
from archives.core.registry import Registry
from archives.discovery import views as discovery_views
from archives.discovery.saved import actions as saved
from archives.discovery.saved import events as saved_events
from archives.facilities import actions as facilities
from archives.facilities import events as facilities_events
from archives.facilities import views as facilities_views
from archives.facilities.filing import api as facilities_api
from archives.facilities.filing import waiting as facilities_waiting
from archives.facilities.grading import waiting as grading_waiting
from archives.organisations import actions as organisations
from archives.organisations import events as organisations_events
from archives.organisations import views as organisations_views
from archives.pipelines import actions as pipelines
from archives.pipelines import events as pipelines_events
from archives.pipelines.api.views import SCOPES
from archives.pipelines.giving import events as giving_events
from archives.pipelines.giving import views as giving_views
from archives.pipelines.giving.service import GIVE_OUT
from archives.pipelines.maps.base_loading import LOAD_LAYER
from archives.pipelines.settings import frame as setting_frame
from archives.pipelines.sheets import events as sheet_events
from archives.pipelines.sheets import presenting as sheet_presenting
from archives.pipelines.sheets import views as sheet_views
from archives.pipelines.surveys import views as pipelines_views
from archives.pipelines.surveys.jobs import CLEAR_SURVEY, READ_SURVEY, REDRAW_SURVEY
from archives.pipelines.surveys.presenting import surveys_of_volume
from archives.procedure import actions as procedure
from archives.procedure import events as procedure_events
from archives.procedure import home
from archives.procedure.workflow import STATES
from archives.projects import actions as projects
from archives.projects import events as projects_events
from archives.projects import views as projects_views
from archives.projects.service import TIES
from archives.reference import events as reference_events
from archives.reference import views as reference_views
from archives.reference.service import DECIDE, DEFINE_FIELDS
from archives.web.pages import Entry, Section

MENU: tuple[Section, ...] = (
    home.MENU,
    Section("Registers", (projects_views.ENTRY, organisations_views.ENTRY)),
    catalogue_views.MENU,
    Section(
        "Pipelines",
        (
            Entry("Map", "map", "pipeline_map.show", pipelines.SEE.allows),
            pipelines_views.ENTRY,
            sheet_views.ENTRY,
            giving_views.ENTRY,
            setting_frame.ENTRY,
        ),
    ),
    Section(
        "Arrivals",
        (
            Entry("Accession register", "book", "accession.register", catalogue.SEE.allows),
            Entry("Long work", "refresh", "jobs.index", home.everybody),
        ),
    ),
    facilities_views.MENU,
    reference_views.MENU,
    accounts_views.MENU,
)
REGISTRY = Registry(
    actions=(
        *accounts.ACTIONS,
        office.DECIDE,
        DECIDE,
        DEFINE_FIELDS,
        *organisations.ACTIONS,
        *projects.ACTIONS,
        *procedure.ACTIONS,
        *catalogue.ACTIONS,
        *accession.ACTIONS,
        *pipelines.ACTIONS,
        *saved.ACTIONS,
        *facilities.ACTIONS,
    ),
    job_kinds={
        kind.name: kind
        for kind in (CHECK_LIST, TAKE_LIST, READ_FILES, READ_SURVEY, CLEAR_SURVEY, REDRAW_SURVEY, GIVE_OUT, LOAD_LAYER)
    },
    conditions={
        **dict.fromkeys(
            ("apply_pre", "check", "apply_transfer", "check_conformity"), (accession_views.conditions_to_check,)
        ),
        "apply_joint": (accession_views.conditions_to_apply_jointly,),
    },
    move_pages={"enter": "accession.holdings_form"},
    paper_facts={"transfer_form": transfer_volumes},
    ties=(TIES,),
    todos=(sheet_presenting.todos, facilities_waiting.todos, grading_waiting.todos),
    beside_volumes=(surveys_of_volume,),
    scopes={**SCOPES, **discovery_views.SCOPES, **facilities_api.SCOPES},
    events={
        **accounts_events.EVENTS,
        **office.EVENTS,
        **reference_events.EVENTS,
        **organisations_events.EVENTS,
        **projects_events.EVENTS,
        **procedure_events.EVENTS,
        **catalogue_events.EVENTS,
        **accession_events.EVENTS,
        **pipelines_events.EVENTS,
        **sheet_events.EVENTS,
        **giving_events.EVENTS,
        **saved_events.EVENTS,
        **facilities_events.EVENTS,
        "demonstration.begun": msg("Demonstration city begun"),
        "demonstration.finished": msg("Demonstration city finished"),
    },
    states={state.code: state.label.msgid for state in STATES.values()},
)
