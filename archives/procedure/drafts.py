"""What each move asks of the person who makes it; the same fields at every door.

`on` is the day something happened, `opinion` what was said, `due_on` the day a move sets.
"""

from datetime import date

from archives.core.drafts import Draft, choice, day, text, whole

GAPS = "open_gaps"
CLOCKS = "running_clocks"
REASONS = "rectification_reasons"
"""Vocabularies: two of the project itself, one of the office."""


class Remark(Draft):
    """Nothing but a remark."""

    opinion: str = text("Remark", max_length=2000, long=True)


class Judgement(Draft):
    """An opinion that stands in the chain of signatures."""

    opinion: str = text("Opinion", required=True, max_length=2000, long=True)


class Reason(Draft):
    """Why."""

    opinion: str = text("Reason", required=True, max_length=2000, long=True)


class Registration(Draft):
    """Who registered for the client, with the identity card shown."""

    agent: str = text("Agent", max_length=50)
    identity: str = text("Number of the identity card", max_length=18)
    phone: str = text("Telephone", max_length=50)
    opinion: str = text("Remark", max_length=2000, long=True)


class Commitment(Draft):
    """The commitment that client and archives sign."""

    on: date | None = day("Signed on", required=True)
    head: str = text("Person in charge at the client", required=True, max_length=50)
    head_phone: str = text("Telephone of the person in charge", max_length=50)
    clerk: str = text("Records clerk", required=True, max_length=50)
    clerk_phone: str = text("Telephone of the records clerk", max_length=50)
    contact: str = text("Contact at the archives", max_length=50)
    contact_phone: str = text("Telephone of the archives", max_length=50)
    opinion: str = text("Remark", max_length=2000, long=True)


class Notice(Draft):
    """The notice of what must be handed over."""

    permit: str = text("Construction permit", max_length=100)
    contact: str = text("Contact at the archives", required=True, max_length=50)
    contact_phone: str = text("Telephone of the archives", max_length=50)
    requirements: str = text("Requirements", max_length=2000, long=True, help="One requirement a line.")


class Guidance(Draft):
    """One visit of guidance."""

    on: date | None = day("Visited on", required=True)
    place: str = text("Place", max_length=200)
    stage: str = text("Stage of the works", max_length=200)
    officers: str = text("Guidance officers", max_length=200, help="Separate names with commas.")
    participants: str = text("Participants", max_length=500, help="Separate names with commas.")
    opinion: str = text("What was guided", required=True, max_length=2000, long=True)
    advice: str = text("Advice", max_length=2000, long=True, help="One piece of advice a line.")
    next_visit: date | None = day("Next visit")


class Application(Draft):
    """The application for acceptance, with what is ready to be checked."""

    volumes: int | None = whole("Volumes in all", required=True)
    text_volumes: int | None = whole("Volumes of text")
    drawing_volumes: int | None = whole("Volumes of drawings")
    discs: int | None = whole("Discs")
    photos: int | None = whole("Photographs")
    videos: int | None = whole("Video recordings")
    contact: str = text("Contact", required=True, max_length=50)
    phone: str = text("Telephone", required=True, max_length=50)
    client_opinion: str = text("Opinion of the client", max_length=500, long=True)
    contractor_opinion: str = text("Opinion of the contractor", max_length=500, long=True)
    supervisor_opinion: str = text("Opinion of the supervisor", max_length=500, long=True)
    special_acceptances: str = text("Special acceptances passed", max_length=500, long=True)
    opinion: str = text("Remark", max_length=2000, long=True)


class JointApplication(Application):
    """The application for the archive's part in a joint acceptance."""

    case_number: str = text("Number of the joint acceptance", max_length=100)


class Receipt(Draft):
    """What was handed in at the counter."""

    materials: str = text("Materials handed in", max_length=2000, long=True, help="One a line.")
    receiver: str = text("Received by", max_length=50)
    receiver_phone: str = text("Telephone of the archives", max_length=50)
    opinion: str = text("Remark", max_length=2000, long=True)


class Rectification(Draft):
    """What the client must put right, and by when."""

    reason: str = choice("Main reason", REASONS)
    problems: str = text("Problems", required=True, max_length=8000, long=True, help="One problem a line.")
    due_on: date | None = day("To be put right by", required=True)
    contact: str = text("Contact at the archives", max_length=50)
    contact_phone: str = text("Telephone of the archives", max_length=50)
    opinion: str = text("Opinion", max_length=2000, long=True)


class Resubmission(Draft):
    """What the client did about it."""

    opinion: str = text("What was put right", required=True, max_length=2000, long=True)


class Pass(Draft):
    """The opinion that the archives issues."""

    findings: str = text("Findings", max_length=4000, long=True, help="One finding a line.")
    opinion: str = text("Conclusion", required=True, max_length=2000, long=True)
    supplement_due: date | None = day("Later documents are due by")


class JointPass(Draft):
    """The opinion on the archive in a joint acceptance; what is missing stands on the gap list."""

    findings: str = text("Findings", max_length=4000, long=True, help="One finding a line.")
    opinion: str = text("Conclusion", required=True, max_length=2000, long=True)


class GapNote(Draft):
    """One document that may come later."""

    scope_code: str = text("Code in the filing scope", required=True, max_length=40)
    title: str = text("Missing document", required=True, max_length=500)
    opinion: str = text("Reason", required=True, max_length=500, long=True)
    due_on: date | None = day("Due by", required=True)


class Promise(Draft):
    """Who answers for the gaps."""

    responsible: str = text("Person responsible", required=True, max_length=50)
    phone: str = text("Telephone", required=True, max_length=50)
    opinion: str = text("Remark", max_length=2000, long=True)


class FilledGap(Draft):
    """A missing document that came."""

    gap: str = choice("Missing document", GAPS, required=True)
    on: date | None = day("Received on", required=True)
    opinion: str = text("Remark", max_length=2000, long=True)


class Completion(Draft):
    """The completion acceptance, which starts the time for the transfer."""

    on: date | None = day("Completion accepted on", required=True)
    opinion: str = text("Remark", max_length=2000, long=True)


class Filing(Draft):
    """The filing of the completion acceptance for record."""

    on: date | None = day("Filed on", required=True)
    number: str = text("Filing number", max_length=100)
    opinion: str = text("Remark", max_length=2000, long=True)


class TransferApplication(Draft):
    """What the client is going to hand over."""

    volumes: int | None = whole("Volumes in all", required=True)
    text_volumes: int | None = whole("Volumes of text")
    drawing_volumes: int | None = whole("Volumes of drawings")
    discs: int | None = whole("Discs")
    photos: int | None = whole("Photographs")
    videos: int | None = whole("Video recordings")
    contact: str = text("Contact", required=True, max_length=50)
    phone: str = text("Telephone", required=True, max_length=50)
    opinion: str = text("Remark", max_length=2000, long=True)


class Transfer(Draft):
    """The hand-over that both sides sign and seal."""

    on: date | None = day("Handed over on", required=True)
    handed_by: str = text("Handed over by", required=True, max_length=50)
    received_by: str = text("Received by", required=True, max_length=50)
    opinion: str = text("Remark", max_length=2000, long=True)


class Certificate(Draft):
    """The certificate of receipt."""

    officer: str = text("Officer in charge", max_length=50)
    director: str = text("Director", max_length=50)
    opinion: str = text("Remark", max_length=2000, long=True)


class Entry(Draft):
    """The entry into the holdings."""

    on: date | None = day("Entered on", required=True)
    opinion: str = text("Remark", max_length=2000, long=True)


class Reminder(Draft):
    """A reminder that something is overdue."""

    clock: str = choice("Deadline", CLOCKS, required=True)
    owed: str = text("What is owed", required=True, max_length=2000, long=True, help="One a line.")
    due_on: date | None = day("To answer by", required=True)
    contact: str = text("Contact at the archives", max_length=50)
    contact_phone: str = text("Telephone of the archives", max_length=50)


class Order(Draft):
    """An order of the competent authority."""

    clock: str = choice("Deadline", CLOCKS, required=True)
    opinion: str = text("What was found", required=True, max_length=4000, long=True)
    due_on: date | None = day("To be corrected by", required=True)
    remedies: str = text("Legal remedies", max_length=2000, long=True)
    contact: str = text("Contact", max_length=50)
    contact_phone: str = text("Telephone", max_length=50)


class Stop(Draft):
    """Works that stop."""

    on: date | None = day("Stopped on", required=True)
    opinion: str = text("Reason", required=True, max_length=2000, long=True)


class Resumption(Draft):
    """Works that go on."""

    on: date | None = day("Resumed on", required=True)
    opinion: str = text("Remark", max_length=2000, long=True)


class Extension(Draft):
    """More time for one deadline."""

    clock: str = choice("Deadline", CLOCKS, required=True)
    due_on: date | None = day("New due date", required=True)
    opinion: str = text("Reason", required=True, max_length=2000, long=True)
