"""The only assembler: puts the features together into one web application."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from secrets import token_bytes

from flask import Blueprint

from archives.accession import views as accession_views
from archives.accounts import service as accounts
from archives.accounts import views as accounts_views
from archives.accounts.tokens import identify_token
from archives.catalogue import views as catalogue_views
from archives.config import Settings
from archives.core.backend import Backend, open_backend
from archives.core.clock import use_zone
from archives.discovery import views as discovery_views
from archives.discovery.saved import views as saved_views
from archives.facilities import views as facility_views
from archives.features import MENU, REGISTRY
from archives.organisations import views as organisations_views
from archives.pipelines.api import views as ogc_views
from archives.pipelines.areas import views as pipeline_area_views
from archives.pipelines.giving import views as pipeline_giving_views
from archives.pipelines.maps import print_views as pipeline_print_views
from archives.pipelines.maps import tile_views as pipeline_tile_views
from archives.pipelines.maps import views as pipeline_map_views
from archives.pipelines.settings import views as pipeline_setting_views
from archives.pipelines.sheets import views as pipeline_sheet_views
from archives.pipelines.surveys import views as pipeline_views
from archives.procedure import home
from archives.procedure import views as procedure_views
from archives.projects import views as projects_views
from archives.reference import views as reference_views
from archives.web import errors, guard, headers, jobs, pages
from archives.web.application import Application, RecordId, close_session

ROOT = Path(__file__).parent.parent
BLUEPRINTS: Sequence[Blueprint] = (
    *home.BLUEPRINTS,
    *accounts_views.BLUEPRINTS,
    organisations_views.blueprint,
    projects_views.blueprint,
    procedure_views.blueprint,
    reference_views.blueprint,
    *catalogue_views.BLUEPRINTS,
    accession_views.blueprint,
    pipeline_views.blueprint,
    pipeline_views.project_blueprint,
    pipeline_map_views.blueprint,
    pipeline_area_views.blueprint,
    pipeline_print_views.blueprint,
    pipeline_tile_views.blueprint,
    pipeline_giving_views.blueprint,
    *pipeline_setting_views.BLUEPRINTS,
    *pipeline_sheet_views.BLUEPRINTS,
    ogc_views.blueprint,
    discovery_views.blueprint,
    saved_views.blueprint,
    *facility_views.BLUEPRINTS,
    jobs.blueprint,
)


def create_app(settings: Settings, backend: Backend | None = None) -> Application:
    """The web application for these settings; `backend` saves opening the database a second time."""
    app = Application("archives", static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates"))
    app.settings = settings
    app.backend = backend or open_backend(settings)
    app.config.update(_flask_settings(settings))
    app.registry = REGISTRY
    app.url_map.converters["int"] = RecordId
    # Each request runs in a thread with a context of its own, so each is told the office's zone.
    app.before_request(partial(use_zone, settings.timezone))
    app.teardown_request(close_session)
    pages.install(app, MENU)
    guard.install(app, accounts.identify, "accounts.login", identify_token)
    errors.install(app)
    headers.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _flask_settings(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": secret_key(settings.data),
        "MAX_CONTENT_LENGTH": settings.upload_mb << 20,
        "MAX_FORM_PARTS": 5000,
        "SESSION_COOKIE_NAME": "chengdang",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "WTF_CSRF_TIME_LIMIT": None,  # the session's own limits end a form's life
    }


def secret_key(data: Path) -> bytes:
    """The key that signs cookies: made once, kept beside the data, readable by its owner only."""
    path = data / "secret.key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(token_bytes(32))
    return path.read_bytes()
