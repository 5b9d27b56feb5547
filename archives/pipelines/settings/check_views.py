"""The web door of the checks: the settings that count, and the office's own beside the shipped ones."""

from collections.abc import Mapping
from typing import Any

from flask.typing import ResponseReturnValue

from archives.core.drafts import read_fields
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.pipelines import checks
from archives.pipelines.settings import presenting
from archives.pipelines.settings.frame import Problems, done, settings_blueprint, settings_page
from archives.pipelines.settings.rules import limit_field
from archives.reference.service import DECIDE
from archives.web.application import database
from archives.web.forms import form_values
from archives.web.guard import actor
from gis.checks.settings import RuleSetting, standard

blueprint = settings_blueprint("pipeline_checks", "/checks")


@blueprint.get("")
def checks_page() -> ResponseReturnValue:
    """The checks as they count here, with their source and what the office decided."""
    return settings_page(
        "pipelines/settings/checks.html",
        "pipeline_checks.checks_page",
        rows=presenting.check_rows(database()),
        may_decide=DECIDE.allows(actor()),
    )


@blueprint.get("/<rule>")
def check(rule: str) -> ResponseReturnValue:
    """The form of the office's own setting of a check."""
    require(actor(), DECIDE)
    counting = _counting(rule)
    return _check_page(rule, counting, presenting.check_values(counting), ())


@blueprint.post("/<rule>")
def decide_check(rule: str) -> ResponseReturnValue:
    """Keep the office's own setting of a check."""
    require(actor(), DECIDE)
    counting = _counting(rule)
    values = form_values()
    try:
        wanted, reason = _wanted(rule, counting, values)
        checks.decide(database(), actor(), rule, wanted, reason)
    except RefusedError as refusal:
        database().rollback()
        return _check_page(rule, counting, values, refusal.problems), 422
    return done(".checks_page", gettext("Saved."), _anchor=f"check-{rule}")


@blueprint.post("/<rule>/withdraw")
def withdraw_check(rule: str) -> ResponseReturnValue:
    """Apply a check as shipped again."""
    checks.withdraw(database(), actor(), rule)
    return done(".checks_page", gettext("The check is as shipped again."), _anchor=f"check-{rule}")


def _counting(rule: str) -> RuleSetting:
    found = checks.rule_settings(database()).get(rule)
    if found is None:
        raise NotFoundError
    return found


def _wanted(rule: str, counting: RuleSetting, values: Mapping[str, str]) -> tuple[RuleSetting, str]:
    """The setting that a form sent, and the reason. Raises RefusedError."""
    described = presenting.check_descriptions(rule, counting)
    given, problems = read_fields(described, values, presenting.check_vocabularies(rule))
    limits = {(name, of): given.get(limit_field(name, of)) for name, of in counting.limits}
    further = [given.get(f"own.{part}") for part in ("limit", "kind", "value")]
    if all(part is not None for part in further):
        limits[str(further[0]), str(further[1])] = further[2]
    elif any(part is not None for part in further):
        sentence = msg("A limit for one kind needs the limit, the kind and the value.")
        problems.append(Problem("own.incomplete", sentence, "own.value"))
    if problems:
        raise RefusedError(problems)
    kept = {key: float(value) for key, value in limits.items() if value is not None}
    cases = {case: str(given[f"case.{case}"]) for case in counting.cases}
    return RuleSetting(str(given["severity"]), kept, bool(given.get("active")), cases), str(given["reason"])


def _check_page(rule: str, counting: RuleSetting, values: Mapping[str, Any], problems: Problems) -> str:
    return settings_page(
        "pipelines/settings/check.html",
        "pipeline_checks.checks_page",
        row=presenting.check_facts(database(), rule),
        fields=presenting.check_form(rule, counting, values, problems),
        problems=problems,
        is_own=rule in checks.decisions(database()),
        shipped=standard()[rule],
    )
