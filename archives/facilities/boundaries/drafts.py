"""What must be told of a file of boundaries before it is shown. Pure."""

import re
from collections.abc import Iterator

from archives.core.drafts import Draft, text
from archives.core.language import msg
from archives.core.problems import Problem

_NUMBER = re.compile(r"(?=.*[^\W\d_])(?=.*\d)[\w\s()（）\[\]【】〔〕﹝﹞-]{5,60}")
"""GS(2024)0650号, 川S【2024】00012号, 国审字(2023)第1号: letters, a year and a number, in brackets of any kind."""


class BoundaryDraft(Draft):
    """Where boundaries come from, and that they may be shown."""

    source: str = text("Source of the boundaries", required=True, max_length=200)
    review_number: str = text(
        "Map review number", max_length=60, help="As it is printed on the map, such as GS(2024)0650."
    )
    no_review_reason: str = text(
        "Why no review number is needed", max_length=500, help="Such as: for internal use only, not published."
    )


def check_boundaries(draft: BoundaryDraft) -> Iterator[Problem]:
    """Published maps of China need review: the number is told, or the reason why none is needed, and not both."""
    if draft.review_number and not _NUMBER.fullmatch(draft.review_number):
        yield Problem("review_number.signs", msg("This is no map review number."), "review_number")
    if not draft.review_number and not draft.no_review_reason:
        sentence = msg("State the map review number, or why none is needed.")
        yield Problem("review_number.missing", sentence, "review_number")
    if draft.review_number and draft.no_review_reason:
        sentence = msg("State the map review number or a reason without one, not both.")
        yield Problem("no_review_reason.both", sentence, "no_review_reason")
