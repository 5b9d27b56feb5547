"""The checks as this office applies them: the shipped settings, and beside each the office's own where it decided."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.clock import now
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.pipelines.models import CheckSetting
from archives.pipelines.settings.rules import check_limits
from archives.reference.service import DECIDE
from gis.checks.settings import RuleSetting, standard


def rule_settings(session: Session) -> Mapping[str, RuleSetting]:
    """Every check's setting that counts, by its code."""
    own = decisions(session)
    return {
        rule: merged(shipped, own[rule].content) if rule in own else shipped for rule, shipped in standard().items()
    }


def decisions(session: Session) -> dict[str, CheckSetting]:
    """What the office decided, by check."""
    return {row.rule: row for row in session.scalars(select(CheckSetting).order_by(CheckSetting.rule))}


def merged(shipped: RuleSetting, content: Mapping[str, Any]) -> RuleSetting:
    """The shipped setting with what the office decided in its place."""
    limits = {(name, of): float(value) for name, of, value in content.get("limits", ())}
    return replace(
        shipped,
        severity=content.get("severity", shipped.severity),
        active=content.get("active", shipped.active),
        limits={**shipped.limits, **limits},
        cases={**shipped.cases, **content.get("cases", {})},
    )


def decide(session: Session, actor: Actor, rule: str, wanted: RuleSetting, reason: str) -> None:
    """Keep how the office applies a check; only what differs from the shipped setting is kept.

    Raises NotFoundError, and RefusedError with every fault. Audited with the reason.
    """
    require(actor, DECIDE)
    shipped = standard().get(rule)
    if shipped is None:
        raise NotFoundError
    problems = [*check_limits(rule, wanted.limits)]
    if not reason.strip():
        problems.append(Problem("reason.missing", msg("Say why the office does so."), "reason"))
    content = differences(shipped, wanted)
    if not content:
        problems.append(
            Problem("check.as_shipped", msg("This is the setting as shipped; nothing differs."), "severity")
        )
    if problems:
        raise RefusedError(problems)
    known = session.get(CheckSetting, rule)
    before = dict(known.content) if known else {}
    kept = known or CheckSetting(rule=rule)
    kept.content, kept.reason, kept.decided_by, kept.decided_at = content, reason.strip(), actor.name, now()
    session.add(kept)
    changes = {"setting": (before, content)}
    record(
        session, actor, "pipelines.check_decided", Subject("pipeline_check", None, rule), changes, reason=kept.reason
    )


def withdraw(session: Session, actor: Actor, rule: str) -> None:
    """Give up the office's setting: the shipped one counts again. Raises NotFoundError where there is none. Audited."""
    require(actor, DECIDE)
    known = session.get(CheckSetting, rule)
    if known is None:
        raise NotFoundError
    session.delete(known)
    subject = Subject("pipeline_check", None, rule)
    record(session, actor, "pipelines.check_withdrawn", subject, {"setting": (dict(known.content), {})})


def differences(shipped: RuleSetting, wanted: RuleSetting) -> dict[str, Any]:
    """What of a setting is not as shipped, in plain values."""
    limits = [[*key, value] for key, value in sorted(wanted.limits.items()) if shipped.limits.get(key) != value]
    cases = {case: severity for case, severity in wanted.cases.items() if shipped.cases.get(case) != severity}
    found: dict[str, Any] = {"limits": limits, "cases": cases}
    if wanted.severity != shipped.severity:
        found["severity"] = wanted.severity
    if wanted.active != shipped.active:
        found["active"] = wanted.active
    return {name: value for name, value in found.items() if value not in ([], {})}
