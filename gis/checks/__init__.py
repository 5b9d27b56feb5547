"""Quality rules of pipeline surveys (监理查错): 51 rules as data, carried out on columns.

`run(survey, context)` gives one result a rule; `verdict(results)` says whether the survey may be taken in.
"""

from gis.checks.context import CheckContext
from gis.checks.inspection import run
from gis.checks.results import Finding, Findings, RuleResult, Verdict, verdict
from gis.checks.settings import CheckRule, Cover, RuleSetting, check_rules, covers, reasons, standard

__all__ = [
    "CheckContext",
    "CheckRule",
    "Cover",
    "Finding",
    "Findings",
    "RuleResult",
    "RuleSetting",
    "Verdict",
    "check_rules",
    "covers",
    "reasons",
    "run",
    "standard",
    "verdict",
]
