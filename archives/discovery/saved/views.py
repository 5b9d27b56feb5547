"""The web door of saved searches and of one's past ones. What a page only shows is read; it tells afterwards."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from archives.core.drafts import read
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import gettext, msg
from archives.core.problems import Problem
from archives.discovery.asking import Count
from archives.discovery.engines import index_of
from archives.discovery.saved import presenting, queries, service
from archives.discovery.saved.actions import SHARE
from archives.discovery.saved.counting import NewHits
from archives.discovery.saved.drafts import SavedName
from archives.discovery.saved.rules import read_marks
from archives.discovery.wishes import Asked, wish_of
from archives.discovery.words import words_of
from archives.web.application import database, here
from archives.web.forms import fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import goto, page
from search.contract import COUNTED

blueprint = Blueprint("saved_searches", __name__, url_prefix="/search")
FEW = 8
"""Past searches that the empty page of search offers."""
NOTHING = "", 204


@blueprint.get("/saved")
def index() -> ResponseReturnValue:
    """One's saved searches and those that colleagues share, each with how many hits are new."""
    words = words_of(database())
    fresh = NewHits(database(), actor(), index_of(database(), here().settings), words)
    rows = presenting.shown_saved(queries.listed(database(), actor()), actor().account_id, fresh, words)
    return page("discovery/saved/index.html", rows=rows, may_share=SHARE.allows(actor()))


@blueprint.get("/saved/badge")
def badge() -> ResponseReturnValue:
    """How many hits are new in all saved searches that the reader has opened, for the link to them."""
    seen = [(wish_of(saved.asked), known.marks) for saved, known in queries.listed(database(), actor()) if known]
    if not seen:
        return page("discovery/saved/badge.html", new="")
    fresh = NewHits(database(), actor(), index_of(database(), here().settings), words_of(database()))
    return page("discovery/saved/badge.html", new=presenting.written_new(fresh.total(seen)))


@blueprint.get("/saved/new")
def new() -> ResponseReturnValue:
    """The form that names the search of this address."""
    return _form(None, presenting.asked_of(wish_of(request.args)), {}, ())


@blueprint.post("/saved/new")
def save() -> ResponseReturnValue:
    """Keep a search under a name, and go back to its hits."""
    values = form_values()
    asked = presenting.asked_of(wish_of(values))
    reading = read(SavedName, values, {})
    if reading.problems:
        return _form(None, asked, values, reading.problems), 422
    try:
        service.save(database(), actor(), reading.draft, asked)
    except RefusedError as refusal:
        return _form(None, asked, values, refusal.problems), 422
    flash(gettext("The search is saved."), "good")
    return goto("saved_searches.index")


@blueprint.get("/saved/<int:search_id>")
def show(search_id: int) -> ResponseReturnValue:
    """Open a saved search: its hits, as far as the reader may see them."""
    saved = queries.by_id(database(), actor(), search_id)
    return redirect(presenting.opened(saved, service.marks_of(database(), actor(), saved)), code=303)


@blueprint.post("/saved/seen")
def seen() -> ResponseReturnValue:
    """What the page of an opened search tells once it is shown: that the reader has seen what there was."""
    search_id = request.form.get("saved", type=int)
    if search_id is None:
        raise NotFoundError
    service.note_seen(database(), actor(), search_id, read_marks(request.form.get("seen", "")))
    return NOTHING if "HX-Request" in request.headers else goto("saved_searches.index")


@blueprint.get("/saved/<int:search_id>/edit")
def edit(search_id: int) -> ResponseReturnValue:
    """The form for another name."""
    saved = service.own(database(), actor(), search_id)
    return _form(search_id, saved.asked, {"name": saved.name, "shared": saved.shared}, ())


@blueprint.post("/saved/<int:search_id>/edit")
def change(search_id: int) -> ResponseReturnValue:
    """Give a saved search another name, and share it or not."""
    saved, values = service.own(database(), actor(), search_id), form_values()
    reading = read(SavedName, values, {})
    if reading.problems:
        return _form(search_id, saved.asked, values, reading.problems), 422
    service.change(database(), actor(), search_id, reading.draft)
    flash(gettext("Saved."), "good")
    return goto("saved_searches.index")


@blueprint.post("/saved/<int:search_id>/share")
def share(search_id: int) -> ResponseReturnValue:
    """Let colleagues use a saved search, or no longer."""
    shared = request.form.get("shared") == "1"
    service.share(database(), actor(), search_id, shared=shared)
    told = gettext("Colleagues may use the search now.") if shared else gettext("Only you use the search now.")
    flash(told, "good")
    return goto("saved_searches.index")


@blueprint.route("/saved/<int:search_id>/remove", methods=["GET", "POST"])
def remove(search_id: int) -> ResponseReturnValue:
    """Remove a saved search, after asking."""
    saved = service.own(database(), actor(), search_id)
    if request.method == "GET":
        sentence = msg("The search “%(name)s” is removed, for colleagues who use it too.", name=saved.name)
        return _confirm(gettext("Remove the saved search"), str(sentence), url_for("saved_searches.index"))
    service.remove(database(), actor(), search_id)
    flash(gettext("The saved search was removed."), "good")
    return goto("saved_searches.index")


def _form(search_id: int | None, asked: Asked, values: Mapping[str, Any], problems: Sequence[Problem]) -> str:
    fields = fields_of(SavedName, values, problems)
    if not SHARE.allows(actor()):
        del fields["shared"]
    return page(
        "discovery/saved/form.html",
        search_id=search_id,
        asked=asked,
        asks=presenting.in_words(wish_of(asked), words_of(database())),
        fields=list(fields.values()),
        problems=problems,
    )


def _confirm(title: str, message: str, back: str) -> str:
    return page("layouts/confirm.html", title=title, message=message, cancel_href=back, danger=True)


@blueprint.get("/history")
def history() -> ResponseReturnValue:
    """What the reader asked lately."""
    rows = queries.past(database(), actor(), service.MOST_PAST)
    return page("discovery/saved/history.html", rows=presenting.shown_past(rows, words_of(database())))


@blueprint.get("/history/recent")
def recent() -> ResponseReturnValue:
    """The latest of them, for the empty page of search."""
    rows = queries.past(database(), actor(), FEW)
    return page("discovery/saved/recent.html", rows=presenting.shown_past(rows, words_of(database())) if rows else [])


@blueprint.post("/history")
def remember() -> ResponseReturnValue:
    """What the page of hits tells once it is shown: what was asked, and how many hits there are."""
    wish, hits = wish_of(form_values()), request.form.get("hits", type=int)
    if wish.asks_anything and hits is not None and hits >= 0:
        count = Count(min(hits, COUNTED), request.form.get("capped") == "1")
        service.remember(database(), actor(), presenting.remembered(wish), count)
    return NOTHING


@blueprint.route("/history/forget", methods=["GET", "POST"])
def forget() -> ResponseReturnValue:
    """Forget all of them, after asking."""
    if request.method == "GET":
        message = gettext("The list of your past searches is emptied. Saved searches stay.")
        return _confirm(gettext("Forget all"), message, url_for("saved_searches.history"))
    service.forget(database(), actor())
    flash(gettext("Your past searches are forgotten."), "good")
    return goto("saved_searches.history")
