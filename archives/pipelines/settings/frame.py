"""What the pages of the pipelines' settings share: who sees them, their tabs, asking before something goes."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, url_for
from flask.typing import ResponseReturnValue

from archives.core.actors import Actor
from archives.core.errors import NotFoundError
from archives.core.language import msg
from archives.core.problems import Problem
from archives.pipelines.actions import CLASSIFY, DEFINE, LOAD_BASE
from archives.reference.service import DECIDE
from archives.web.guard import actor
from archives.web.pages import Entry, goto, page

Problems = Sequence[Problem]
TABS = {
    "pipeline_settings.profiles_page": msg("Import profiles"),
    "pipeline_systems.systems": msg("Plane systems"),
    "pipeline_settings.kinds": msg("Kinds and secrecy"),
    "pipeline_checks.checks_page": msg("Checks"),
    "pipeline_settings.dictionaries": msg("Dictionaries"),
    "pipeline_base.base_layers": msg("Base layers"),
}


def reads_settings(reader: Actor) -> bool:
    """Whether the settings mean anything to this reader."""
    return reader.is_staff or any(one.allows(reader) for one in (DEFINE, CLASSIFY, LOAD_BASE, DECIDE))


ENTRY = Entry("Settings of pipelines", "settings", "pipeline_settings.index", reads_settings)


def settings_blueprint(name: str, place: str = "") -> Blueprint:
    """A part of the settings' pages; they are the archives' own business."""
    made = Blueprint(name, __name__, url_prefix=f"/pipelines/settings{place}")
    made.before_request(_only_for_the_house)
    return made


def _only_for_the_house() -> None:
    if not reads_settings(actor()):
        raise NotFoundError


def removal_page(name: str, message: str, back: str) -> str:
    """Ask before something goes; `back` is the page that the reader came from."""
    title = str(msg("Remove “%(name)s”", name=name))
    return page("layouts/confirm.html", title=title, message=message, cancel_href=url_for(back), danger=True)


def done(endpoint: str, sentence: str, **values: Any) -> ResponseReturnValue:
    """Say that it was done, and go on."""
    flash(sentence, "good")
    return goto(endpoint, **values)


def settings_page(template: str, active: str, **context: Any) -> str:
    """A page of the settings, under its tab."""
    tabs = [{"label": str(label), "href": url_for(name), "active": name == active} for name, label in TABS.items()]
    return page(template, tabs_of=tabs, **context)
