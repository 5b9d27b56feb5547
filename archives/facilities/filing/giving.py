"""Lists of returns to take away."""

from collections.abc import Sequence
from io import BytesIO

from archives.core.drafts import Vocabularies
from archives.core.language import gettext, msg
from archives.core.sheets.columns import Column
from archives.core.sheets.write import Table, write_table
from archives.facilities.drafts import HOLDING, LEVEL
from archives.facilities.filing.presenting import STATES
from archives.facilities.filing.queries import Line
from archives.facilities.filing.reminding import Times

LATE = (
    Column("code", msg("Area code")),
    Column("name", msg("Administrative area")),
    Column("level", msg("Level")),
    Column("above", msg("Area above")),
    Column("kind", msg("Has an archives or office")),
    Column("institution", msg("Institution"), width=36),
    Column("department", msg("Parent department"), width=36),
    Column("state", msg("State")),
    Column("reason", msg("Reason"), width=36),
    Column("times", msg("Times reminded"), kind="integer"),
    Column("until", msg("Asked for by"), kind="date"),
)


def late_workbook(lines: Sequence[Line], times: Times, words: Vocabularies) -> bytes:
    """Those who have not filed, one a row."""
    rows = [
        {
            "code": line.area.code,
            "name": line.area.name,
            "level": words[LEVEL].label(line.area.level),
            "above": line.above,
            "kind": words[HOLDING].label(line.area.has),
            "institution": line.institution.name if line.institution else "",
            "department": line.institution.department if line.institution else "",
            "state": str(STATES[line.state][1]),
            "reason": line.filed.reason if line.filed else "",
            "times": times[line.area.code][0] if line.area.code in times else 0,
            "until": times[line.area.code][1] if line.area.code in times else None,
        }
        for line in lines
    ]
    content = BytesIO()
    write_table(content, Table(gettext("Not filed"), LATE, rows))
    return content.getvalue()
