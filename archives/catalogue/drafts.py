"""Volumes and items as they come in: from a form, a list, an XML package or the command line."""

from datetime import date

from archives.core.drafts import Draft, choice, day, text, whole

MOST_PAGES = 100_000


class VolumeDraft(Draft):
    """A volume (案卷). With the project and the unit works, `volume_no` says which one it is."""

    unit: str = text("Unit works", max_length=100)
    volume_no: str = text("Volume number", required=True, max_length=20)
    title: str = text("Volume title", required=True)
    class_code: str = text("Class", max_length=20)
    text_pages: int | None = whole("Text pages", most=MOST_PAGES)
    drawing_sheets: int | None = whole("Drawing sheets", most=MOST_PAGES)
    other_count: int | None = whole("Other", most=MOST_PAGES)
    compiled_by: str = text("Compiled by")
    compiled_on: date | None = day("Compiled on")
    start_date: date | None = day("First date")
    end_date: date | None = day("Last date")
    retention: str = choice("Retention period", "retention")
    secrecy: str = choice("Secrecy", "secrecy")
    medium: str = choice("Medium", "medium")
    keywords: str = text("Subject terms")
    abstract: str = text("Abstract", max_length=500, long=True)
    filed_by: str = text("Filed by", max_length=50)
    checked_by: str = text("Checked by", max_length=50)
    note: str = text("Note", max_length=500, long=True)


class ItemDraft(Draft):
    """An item (文件). With its volume, `sequence` says which one it is."""

    unit: str = text("Unit works", max_length=100)
    volume_no: str = text("Volume number", required=True, max_length=20)
    sequence: int | None = whole("Sequence number", required=True, least=1, most=99_999)
    title: str = text("Item title", required=True, max_length=300)
    document_no: str = text("Document number", max_length=100)
    responsible: str = text("Responsible body", max_length=200)
    formed_on: date | None = day("Formed on")
    page_from: int | None = whole("First page", least=1, most=MOST_PAGES)
    page_to: int | None = whole("Last page", least=1, most=MOST_PAGES)
    quantity: int | None = whole("Quantity", most=MOST_PAGES)
    scope_code: str = text("Filing scope", max_length=40)
    draft_state: str = text("Version", max_length=20)
    document_type: str = text("Document type", max_length=40)
    retention: str = choice("Retention period", "retention")
    secrecy: str = choice("Secrecy", "secrecy")
    medium: str = choice("Medium", "medium")
    specification: str = text("Specification", max_length=40)
    keywords: str = text("Subject terms")
    abstract: str = text("Abstract", max_length=500, long=True)
    note: str = text("Note", max_length=500, long=True)


class VolumeFilters(Draft):
    """What a list of volumes is narrowed to; empty fields do not narrow."""

    words: str = text("Words in the title")
    class_code: str = text("Class", max_length=20)
    project: str = text("Project code", max_length=40)
    unit: str = text("Unit works", max_length=100)
    works_type: str = choice("Works type", "works_type")
    state: str = choice("State", "volume_state")
    retention: str = choice("Retention period", "retention")
    secrecy: str = choice("Secrecy", "secrecy")
    medium: str = choice("Medium", "medium")
    date_from: date | None = day("First date from")
    date_to: date | None = day("First date to")
    transfer_list: int | None = whole("Transfer list")

    @property
    def count(self) -> int:
        """How many conditions are set."""
        return sum(value not in {"", None} for value in self.model_dump().values())


class ItemFilters(Draft):
    """What a list of items is narrowed to."""

    words: str = text("Words in the title")
    document_no: str = text("Document number", max_length=100)
    project: str = text("Project code", max_length=40)
    scope_code: str = text("Filing scope", max_length=40)
    secrecy: str = choice("Secrecy", "secrecy")
    medium: str = choice("Medium", "medium")
    date_from: date | None = day("Formed from")
    date_to: date | None = day("Formed to")

    @property
    def count(self) -> int:
        """How many conditions are set."""
        return sum(value not in {"", None} for value in self.model_dump().values())


class OwnFieldDraft(Draft):
    """A field that the office adds to a scheme."""

    name_zh: str = text("Name in Chinese", required=True, max_length=40)
    name_en: str = text("Name in English", max_length=60)
    kind: str = choice("Kind of value", "field_kind", required=True)
    unit: str = text("Unit of measure", max_length=20)
    choices: str = text("Values to choose from", max_length=2000, long=True, help="One a line.")
    position: int | None = whole("Position", most=9999)
