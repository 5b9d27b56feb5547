"""What a person tells about an account, at whichever door."""

from archives.core.drafts import Draft, text

LONGEST_LOGIN = 64


class AccountDraft(Draft):
    """An account's own particulars. Roles and clearance are not among them: another administrator gives those."""

    login: str = text(
        "Login name",
        required=True,
        max_length=LONGEST_LOGIN,
        help="Letters, digits and . _ - @; the person types it to log in.",
    )
    name: str = text("Name", required=True, max_length=80)
    organisation: str = text(
        "Organisation", max_length=200, help="For people of a client, contractor or supervisor: as registered."
    )
