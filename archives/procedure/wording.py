"""Fines in words, in the reader's language."""

from archives.core.language import gettext
from archives.procedure.clocks import FineRange


def fine(found: FineRange | None) -> str:
    """The range of a fine, in yuan; empty where the table gives none."""
    if found is None:
        return ""
    text = gettext("fine of %(least)s to %(most)s yuan") % {"least": f"{found.least:,}", "most": f"{found.most:,}"}
    return f"{text}{_persons(found)}"


def persons_share(found: FineRange | None) -> str:
    """The responsible person's share of the unit's fine, e.g. 5%–10%."""
    if found is None or found.person_most is None:
        return ""
    return f"{found.person_least or 0}%–{found.person_most}%"


def _persons(found: FineRange) -> str:
    share = persons_share(found)
    return gettext("; persons responsible %(share)s of it") % {"share": share} if share else ""
