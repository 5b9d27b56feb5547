"""What a person tells about an account, at whichever door."""

from archives.core.drafts import Draft, text, whole
from archives.core.language import msg

LONGEST_LOGIN = 64
LONGEST_TOKEN_LIFE = 366
"""Days."""
_LOGIN_HELP = msg("Letters, digits and . _ - @; the person types it to log in.").msgid
_ORGANISATION_HELP = msg("For people of a client, contractor or supervisor: the name as registered.").msgid


class AccountDraft(Draft):
    """An account's own particulars. Roles and clearance are not among them: another administrator gives those."""

    login: str = text("Login name", required=True, max_length=LONGEST_LOGIN, help=_LOGIN_HELP)
    name: str = text("Name", required=True, max_length=80)
    organisation: str = text("Organisation", max_length=200, help=_ORGANISATION_HELP)


class TokenDraft(Draft):
    """A key for a program. What it opens is chosen beside it."""

    name: str = text("What it is for", required=True, max_length=80)
    days: int | None = whole("Days that it is valid", required=True, least=1, most=LONGEST_TOKEN_LIFE)
