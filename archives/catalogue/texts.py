"""Reading accepted files for the search: each is opened once, and what can be read in it is kept."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.orm import Session

from archives.catalogue.models import READ, UNREADABLE, WITHOUT_TEXT, ElectronicFile, FileText
from archives.core.actors import Actor
from archives.core.backend import Backend
from archives.core.clock import now
from archives.core.db import table_of
from archives.core.errors import NotFoundError
from archives.core.files import ContentStore
from archives.core.jobs import QUEUED, Job, JobKind, Work, enqueue
from archives.core.language import current_language
from archives.core.texts.apart import Apart

AT_ONCE = 20
"""Files read between two transactions."""
PAGE_END = "\f"


class Told(NamedTuple):
    """What is known of a file's text: the state of reading it, how many pages it has and how many characters."""

    state: str
    pages: int
    characters: int


def enqueue_reading(session: Session, actor: Actor) -> Job | None:
    """Have the worker read the files that were not read yet; None if there are none."""
    waiting = session.scalars(select(Job).where(Job.kind == READ_FILES.name, Job.state == QUEUED)).first()
    if waiting is not None or session.scalar(_unread().limit(1)) is None:
        return waiting
    return enqueue(session, actor, READ_FILES, subject=("files", None), language=current_language(), payload={})


def count_unread(session: Session) -> int:
    """How many accepted files were not read yet."""
    return session.scalar(select(func.count()).select_from(_unread().subquery())) or 0


def forget_unreadable(session: Session) -> int:
    """Let files that could not be read, or had no text, be read again: how many. A newer version may read more."""
    gone = session.scalars(delete(FileText).where(FileText.state != READ).returning(FileText.file_id))
    return len(gone.all())


def told_of(session: Session, file_ids: Collection[int]) -> Mapping[int, Told]:
    """What is known of the texts of some files, without the texts; files not read yet are left out."""
    pages = func.length(FileText.text) - func.length(func.replace(FileText.text, PAGE_END, "")) + 1
    wanted = select(FileText.file_id, FileText.state, pages, func.length(FileText.text))
    rows = session.execute(wanted.where(FileText.file_id.in_(file_ids)))
    return {file_id: Told(state, count, characters) for file_id, state, count, characters in rows}


def _unread() -> Select[int]:
    known = select(FileText.file_id).where(FileText.file_id == ElectronicFile.id)
    return select(ElectronicFile.id).where(ElectronicFile.is_accepted, ~known.exists())


def _read(work: Work) -> dict[str, Any]:
    store, last, counts = ContentStore(work.settings.files), 0, dict.fromkeys((READ, WITHOUT_TEXT, UNREADABLE), 0)
    with work.backend.reading() as session:
        everything = count_unread(session)
    with Apart() as apart:
        while files := _next(work.backend, last):
            with work.heard():
                made = [_text_of(apart, store, file) for file in files]
            with work.backend.writing() as session:
                work.hold(session)
                _keep(session, made)
            for row in made:
                counts[row["state"]] += 1
            last = files[-1].id
            work.progress(min(sum(counts.values()), everything), everything)
    return counts


def _next(backend: Backend, last: int) -> Sequence[ElectronicFile]:
    with backend.reading() as session:
        wanted = select(ElectronicFile).where(ElectronicFile.id.in_(_unread()), ElectronicFile.id > last)
        return session.scalars(wanted.order_by(ElectronicFile.id).limit(AT_ONCE)).all()


def _text_of(apart: Apart, store: ContentStore, file: ElectronicFile) -> dict[str, Any]:
    try:
        pages = apart.pages_of(store.path(file.sha256), file.name, file.format)
    except NotFoundError:
        pages = None
    text = PAGE_END.join(pages or ())
    state = UNREADABLE if pages is None else READ if text.strip() else WITHOUT_TEXT
    return {"file_id": file.id, "state": state, "text": text if state == READ else "", "read_at": now()}


def _keep(session: Session, made: Sequence[dict[str, Any]]) -> None:
    """Store what was read; where another worker was faster, its row stands."""
    ids = [row["file_id"] for row in made]
    there = session.scalars(select(ElectronicFile.id).where(ElectronicFile.id.in_(ids)).with_for_update()).all()
    known = set(session.scalars(select(FileText.file_id).where(FileText.file_id.in_(ids))))
    new = [row for row in made if row["file_id"] in there and row["file_id"] not in known]
    if new:
        session.execute(insert(table_of(FileText)), new)


READ_FILES = JobKind("catalogue.read_files", "Read files for the search", _read)
