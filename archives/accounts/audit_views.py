"""The HTML door of the audit administrator: read the record of changes, and have it proved."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from archives.accounts import queries, rules
from archives.core import audit
from archives.core.audit import AuditEntry
from archives.core.drafts import Draft, day, read, text, whole
from archives.core.permissions import require
from archives.web.application import database, here
from archives.web.forms import fields_of
from archives.web.guard import actor
from archives.web.pages import page, pager

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


class AuditQuery(Draft):
    """What the page is asked for; days are the office's."""

    since: date | None = day("From")
    until: date | None = day("Until")
    actor: str = text("Who acted", max_length=80)
    action: str = text("Action begins with", max_length=80)
    subject_kind: str = text("Kind of record", max_length=80)
    subject_id: int | None = whole("Number of the record")


@blueprint.get("")
def entries() -> ResponseReturnValue:
    """The entries, newest first, filtered."""
    require(actor(), rules.READ_AUDIT)
    reading = read(AuditQuery, request.args.to_dict(), {})
    wanted = queries.AuditFilter(**dict(reading.draft))
    shown = queries.audit_page(
        database(), actor(), wanted, after=request.args.get("after"), before=request.args.get("before")
    )
    return page(
        "accounts/audit.html",
        rows=[_shown(row) for row in shown.rows],
        pager_of=pager(shown),
        filters_of=list(fields_of(AuditQuery, request.args, reading.problems).values()),
        active=sum(value not in {None, ""} for _, value in reading.draft),
    )


@blueprint.get("/verify")
def verify() -> ResponseReturnValue:
    """Recompute the whole chain and say whether it holds."""
    require(actor(), rules.READ_AUDIT)
    return page("accounts/verdict.html", verdict=audit.verify(database()))


def _shown(row: AuditEntry) -> dict[str, Any]:
    content = orjson.loads(row.content)
    return {
        "seq": row.seq,
        "at": row.at,
        "actor": row.actor,
        "actor_kind": content["actor"]["kind"],
        "action": row.action,
        "event": here().registry.events.get(row.action, row.action),
        "subject": content["subject"],
        "changes": [
            {"label": name, "old": _plain(old), "new": _plain(new)} for name, (old, new) in content["changes"].items()
        ],
        "details": _details(content["details"]),
    }


def _details(details: Mapping[str, Any]) -> list[str]:
    return [f"{name}: {_plain(value)}" for name, value in details.items()]


def _plain(value: Any) -> str:
    """A value of an entry as text; nothing is empty."""
    match value:
        case None:
            return ""
        case str():
            return value
        case list():
            return ", ".join(map(_plain, value))
        case _:
            return orjson.dumps(value).decode()
