"""What a person tells about an account, at whichever door."""

from archives.core.drafts import Draft, text
from archives.core.language import msg

LONGEST_LOGIN = 64
_LOGIN_HELP = msg("Letters, digits and . _ - @; the person types it to log in.").msgid
_ORGANISATION_HELP = msg("For people of a client, contractor or supervisor: the name as registered.").msgid


class AccountDraft(Draft):
    """An account's own particulars. Roles and clearance are not among them: another administrator gives those."""

    login: str = text("Login name", required=True, max_length=LONGEST_LOGIN, help=_LOGIN_HELP)
    name: str = text("Name", required=True, max_length=80)
    organisation: str = text("Organisation", max_length=200, help=_ORGANISATION_HELP)
