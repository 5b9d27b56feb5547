"""What a person tells about an organisation, at whichever door."""

from archives.core.drafts import Draft, text

LONGEST_NAME = 200


class OrganisationDraft(Draft):
    """A client, designer, contractor … as its licence names it."""

    name: str = text("Organisation name", required=True, max_length=LONGEST_NAME, help="As printed on the licence.")
    credit_code: str = text(
        "Unified social credit code", max_length=18, help="18 digits and capitals; the last one checks the others."
    )
    former_names: str = text("Former names", max_length=2000, long=True, help="One a line.")
    address: str = text("Address", max_length=200)
    contact: str = text("Contact", max_length=50)
    phone: str = text("Telephone", max_length=50)
    note: str = text("Note", max_length=1000, long=True)
