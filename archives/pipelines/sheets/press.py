"""A sheet on paper: what was made up, with number, signatures and code, as one PDF a copy."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from archives.core import office
from archives.core.actors import Actor
from archives.core.clock import local, today
from archives.core.documents import render
from archives.core.files import ContentStore
from archives.core.language import DEFAULT_LANGUAGE, gettext, speaking
from archives.pipelines.models import Sheet
from archives.pipelines.sheets.content import Content
from archives.pipelines.sheets.rules import new_code, valid_until

FORM = "pipeline_sheet"
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """A sheet that can be printed: its words but the copy's number, the code it carries, and how long it counts."""

    data: Data
    copies: int
    code: str
    issued_on: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class Print:
    """One copy as it lies in the store."""

    copy: int
    sha256: str
    size: int

    def as_dict(self) -> Data:
        """As the sheet's row keeps it."""
        return {"copy": self.copy, "sha256": self.sha256, "size": self.size}


def order_of(session: Session, signer: Actor, sheet: Sheet, content: Content, verify_at: str) -> Order:
    """What the signer issues today; `verify_at` is the public page's address, to which the code is added."""
    issued_on, code = today(), new_code()
    last = valid_until(issued_on, office.decided_number(session, "sheet_valid_days"))
    with speaking(DEFAULT_LANGUAGE):
        data = _words(session, sheet, content) | {
            "preview": False,
            "date": issued_on.isoformat(),
            "steps": [*_steps(sheet), _signature(gettext("Signed by"), signer.name, issued_on.isoformat())],
            "valid_until": last.isoformat(),
            "code": code,
            "verify_at": verify_at,
            "qr": f"{verify_at}?code={code}",
        }
    return Order(data, sheet.copies, code, issued_on, last)


def press(order: Order, files: ContentStore) -> list[Print]:
    """Print every copy into the store; slow (about a second for 1 000 lines), and needs no database."""
    return [_printed(order.data | {"copy": copy}, copy, files) for copy in range(1, order.copies + 1)]


def _printed(data: Data, copy: int, files: ContentStore) -> Print:
    stored = files.add(BytesIO(render(FORM, data)))
    return Print(copy, stored.sha256, stored.size)


def preview(session: Session, sheet: Sheet, content: Content) -> bytes:
    """The sheet as it would be, marked as no paper: without code and validity."""
    with speaking(DEFAULT_LANGUAGE):
        data = _words(session, sheet, content)
        data |= {"preview": True, "date": today().isoformat(), "steps": list(_steps(sheet)), "copy": 1}
    return render(FORM, data)


def _words(session: Session, sheet: Sheet, content: Content) -> Data:
    """What preview and paper have in common."""
    return content.data | {
        "institution": office.decided(session, "institution"),
        "number": sheet.number,
        "project": sheet.project_name,
        "recipient": sheet.recipient,
        "purpose": sheet.purpose,
        "contact": sheet.contact,
        "copies": sheet.copies,
    }


def _steps(sheet: Sheet) -> Iterator[Data]:
    """The steps taken so far, but the request: the recipient need not know who at the archive asked."""
    if sheet.handled_at:
        yield _signature(gettext("Handled by"), sheet.handled_by, _day(sheet.handled_at))
    if sheet.checked_at:
        yield _signature(gettext("Checked by"), sheet.checked_by, _day(sheet.checked_at))


def _signature(step: str, person: str, day: str) -> Data:
    return {"step": step, "person": person, "date": day}


def _day(moment: datetime) -> str:
    return local(moment).date().isoformat()
