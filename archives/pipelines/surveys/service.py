"""The verbs of hand-overs: files come, are read and checked into a version that staff see, and are accepted.

What is read goes into the store in short transactions under a version that nobody sees, and is shown by one small one.
"""

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from archives.core import numbering, office
from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.clock import now, today
from archives.core.db import table_of
from archives.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from archives.core.files import Stored
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.pipelines import actions, lines, queries
from archives.pipelines.drafts import NEW, HandoverDraft
from archives.pipelines.models import (
    ACCEPTED,
    BROUGHT,
    IN_TRANSFER,
    READING,
    REFUSED,
    REPLACED,
    Dataset,
    FalseAlarm,
    Finding,
    KindSecrecy,
    RuleCount,
    SurveyVersion,
    VolumeLink,
)
from archives.projects.models import Project
from archives.projects.queries import by_code

OVER = frozenset({"withdrawn"})
"""States of a project that no survey comes to."""
MOST_FINDINGS = 2_000
"""Findings of one rule that are kept; the counts are always whole."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that came, in quarantine."""

    name: str
    stored: Stored

    def as_dict(self) -> dict[str, Any]:
        """For the version's record."""
        return {"name": self.name, "sha256": self.stored.sha256, "size": self.stored.size}


def subject_of(dataset: Dataset, version: SurveyVersion | None = None) -> Subject:
    """A hand-over as the audit names it."""
    label = f"{dataset.number} v{version.number}" if version else dataset.number
    return Subject("pipeline_dataset", dataset.id, label)


def bring(
    session: Session, actor: Actor, draft: HandoverDraft, secrecy: int, files: Sequence[Brought]
) -> tuple[Dataset, SurveyVersion]:
    """Note files that came; they lie in quarantine. A hand-over that is brought anew gets its next version.

    One of no project is brought anew only if the draft names it (`continuing.settle` does where the points come again)
    or the very same files came before; to be read in the same way, these are the version that is there already.
    Raises RefusedError.
    """
    check_names(files)
    _check_day(draft)
    project = project_of(session, actor, draft)
    dataset = _dataset(session, actor, draft, secrecy, project, files)
    versions = queries.versions_of(session, dataset.id)
    options = {"crs": draft.crs, "profile": draft.profile, "kind": draft.kind}
    if versions and versions[0].state != REFUSED and _is_the_same(versions[0], files, options):
        return dataset, versions[0]
    _put_aside(session, dataset)
    version = SurveyVersion(
        dataset_id=dataset.id,
        number=versions[0].number + 1 if versions else 1,
        state=BROUGHT,
        files=[file.as_dict() for file in files],
        options=options,
        surveyed_on=draft.surveyed_on,
        brought_at=now(),
        brought_by=actor.name,
    )
    session.add(version)
    session.flush()
    names = [file.name for file in files]
    record(session, actor, "pipelines.brought", subject_of(dataset, version), None, files=names, digest=_digest(files))
    return dataset, version


def _put_aside(session: Session, dataset: Dataset) -> None:
    """A version that nobody had read yet gives way to the next one. Raises ConflictError while one is being read."""
    waiting = queries.in_hand(session, dataset.id)
    if waiting is None:
        return
    if waiting.state == READING:
        raise ConflictError(msg("A version of this hand-over is still being read. Wait until it is done."))
    waiting.state, waiting.message = REFUSED, str(msg("Other files came in its place before it was read."))


def project_of(session: Session, actor: Actor, draft: HandoverDraft) -> Project | None:
    """The project that a hand-over names, None of one that has another source. Raises RefusedError, ConflictError."""
    if draft.source != "project":
        require(actor, actions.BRING, queries.standing(session, None))
        return None
    try:
        project = by_code(session, actor, draft.project)
    except NotFoundError:
        sentence = msg("There is no project %(code)s.", code=draft.project or "—")
        raise RefusedError([Problem("project.unknown", sentence, "project")]) from None
    require(actor, actions.BRING, queries.standing(session, None, project))
    if project.state in OVER:
        raise ConflictError(msg("This project is closed; nothing more is transferred."))
    return project


def _dataset(
    session: Session,
    actor: Actor,
    draft: HandoverDraft,
    secrecy: int,
    project: Project | None,
    files: Sequence[Brought],
) -> Dataset:
    """The hand-over that is brought anew, or a new one."""
    known = _known(session, actor, draft, project, files)
    if known is not None:
        require(actor, actions.BRING, queries.standing(session, known))
        return known
    return _new_dataset(session, actor, draft, secrecy, project, files)


def _known(
    session: Session, actor: Actor, draft: HandoverDraft, project: Project | None, files: Sequence[Brought]
) -> Dataset | None:
    """The hand-over as it is named; else the one that had these very files, or a project's with files of these names.

    Files of the same names alone mean nothing where there is no project: the next district's are called the same.
    """
    if draft.replaces:
        return None if draft.replaces == NEW else _replaced(session, actor, draft, project)
    names = sorted(file.name for file in files)
    for dataset, versions in queries.brought_before(session, actor, draft.source, project.id if project else None):
        if project is not None and sorted(file["name"] for file in versions[0].files) == names:
            return dataset
        if any(_has_files(version, files) for version in versions):
            return dataset
    return None


def _replaced(session: Session, actor: Actor, draft: HandoverDraft, project: Project | None) -> Dataset:
    """The hand-over that is named by its number or name, if it is of the same source and project.

    Raises RefusedError.
    """
    number = draft.replaces
    known = _named(session, actor, number, draft.source)
    if (known.source, known.project_id) != (draft.source, project.id if project else None):
        sentence = msg("The hand-over %(number)s comes from another source or project.", number=number)
        raise RefusedError([Problem("replaces.other", sentence, "replaces")])
    return known


def _named(session: Session, actor: Actor, text: str, source: str) -> Dataset:
    try:
        return queries.dataset_of(session, actor, text)
    except NotFoundError:
        called = queries.datasets_called(session, actor, text, source)
    if len(called) > 1:
        sentence = msg(
            "Several hand-overs are called %(name)s. Say which by its number: %(numbers)s.",
            name=text,
            numbers="、".join(one.number for one in called),
        )
        raise RefusedError([Problem("replaces.several", sentence, "replaces")])
    if not called:
        sentence = msg("There is no hand-over %(number)s.", number=text)
        raise RefusedError([Problem("replaces.unknown", sentence, "replaces")])
    return called[0]


def _new_dataset(
    session: Session,
    actor: Actor,
    draft: HandoverDraft,
    secrecy: int,
    project: Project | None,
    files: Sequence[Brought],
) -> Dataset:
    if secrecy > actor.clearance:
        raise ForbiddenError(msg("You cannot bring what is more secret than you may see."))
    year = today().year
    number = numbering.fill(
        office.decided(session, "survey_number"),
        {"year": year, "seq": numbering.next_number(session, f"survey/{year}")},
    )
    dataset = Dataset(
        number=number,
        name=_distinct(session, actor, draft, project, files),
        source=draft.source,
        project_id=project.id if project else None,
        provider=draft.provider,
        secrecy=max(secrecy, project.secrecy if project else 0),
        created_at=now(),
        created_by=actor.name,
    )
    session.add(dataset)
    session.flush()
    record(session, actor, "pipelines.opened", subject_of(dataset), {"source": ("", draft.source)})
    return dataset


def _distinct(
    session: Session, actor: Actor, draft: HandoverDraft, project: Project | None, files: Sequence[Brought]
) -> str:
    """The name of a new hand-over; one that is taken gets a number behind it, so that lists tell the two apart."""
    name = draft.name or files[0].name
    taken = queries.names_taken(session, actor, draft.source, project.id if project else None, name)
    names = (f"{name} ({count})" if count > 1 else name for count in itertools.count(1))
    return next(one for one in names if one not in taken)


def check_names(files: Sequence[Brought]) -> None:
    """Tables are told apart by their files' names. Raises RefusedError."""
    twice = [name for name, count in Counter(file.name for file in files).items() if count > 1]
    if twice:
        sentence = msg("Several files are called “%(name)s”. Give each a name of its own.", name=twice[0])
        raise RefusedError([Problem("file.twice", sentence, "files")])


def _check_day(draft: HandoverDraft) -> None:
    """Nobody has surveyed tomorrow. Raises RefusedError."""
    if draft.surveyed_on is not None and draft.surveyed_on > today():
        raise RefusedError([Problem("survey.future", msg("This day lies in the future."), "surveyed_on")])


def _is_the_same(version: SurveyVersion, files: Sequence[Brought], options: Mapping[str, str]) -> bool:
    """Whether a version has these files, to be read in this way."""
    same_options = all((version.options.get(name) or "") == value for name, value in options.items())
    return same_options and _has_files(version, files)


def _has_files(version: SurveyVersion, files: Sequence[Brought]) -> bool:
    known = {(file["name"], file["sha256"]) for file in version.files}
    return known == {(file.name, file.stored.sha256) for file in files}


def _digest(files: Sequence[Brought]) -> str:
    joined = "".join(sorted(file.stored.sha256 for file in files))
    return hashlib.sha256(joined.encode()).hexdigest()


def choose_options(
    session: Session, actor: Actor, dataset: Dataset, version: SurveyVersion, options: Mapping[str, Any]
) -> None:
    """Keep how a version is to be read; only before it is. Raises ConflictError."""
    require(actor, actions.BRING, queries.standing(session, dataset))
    session.refresh(version, with_for_update=True)
    if version.state not in {BROUGHT, REFUSED}:
        raise ConflictError(msg("This version cannot be read again."))
    version.state, version.options = BROUGHT, dict(options)


def begin_reading(
    session: Session, actor: Actor, dataset: Dataset, version: SurveyVersion, options: Mapping[str, Any]
) -> None:
    """Have a version read, as its questions were answered. Raises ConflictError for one that was accepted."""
    require(actor, actions.BRING, queries.standing(session, dataset))
    session.refresh(version, with_for_update=True)
    if version.state in {ACCEPTED, REPLACED, READING}:
        raise ConflictError(msg("This version cannot be read again."))
    version.state, version.options, version.message = READING, {**version.options, **options}, ""


def resume_reading(version: SurveyVersion, job_id: int) -> None:
    """Go on with a version whose reading failed, when its job is tried again."""
    if version.state == REFUSED and version.job_id == job_id:
        version.state, version.message = READING, ""


def give_up(session: Session, version: SurveyVersion, message: str) -> None:
    """A version whose reading did not come to an end; what was staged is no part of the archive."""
    if version.state == READING:
        version.state, version.message = REFUSED, message
    session.flush()


def show(session: Session, actor: Actor, dataset: Dataset, version: SurveyVersion) -> None:
    """Make a version that was read visible to staff. Audited with its figures and digest."""
    version.state = IN_TRANSFER
    record(
        session,
        actor,
        "pipelines.read",
        subject_of(dataset, version),
        None,
        points=version.points,
        segments=version.segments,
        errors=version.errors,
        digest=version.digest,
    )


def keep_findings(
    session: Session, version_id: int, counts: Iterable[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]
) -> None:
    """Put what the checks found in place of an earlier run's."""
    session.execute(delete(Finding).where(Finding.version_id == version_id))
    session.execute(delete(RuleCount).where(RuleCount.version_id == version_id))
    for model, rows in ((RuleCount, list(counts)), (Finding, list(found))):
        if rows:
            session.execute(insert(table_of(model)), [{**row, "version_id": version_id} for row in rows])


def accept(
    session: Session, actor: Actor, dataset: Dataset, version: SurveyVersion, *, although_elsewhere: bool = False
) -> None:
    """Take a version into the archive: the one before it is replaced.

    One that lies elsewhere than the one before is most likely of another district, whose files are called the same: it
    takes its place only `although_elsewhere` was confirmed. Raises ConflictError while errors stand open, and
    RefusedError for want of that word.
    """
    require(actor, actions.ACCEPT)
    session.refresh(version, with_for_update=True)
    if version.state != IN_TRANSFER:
        raise ConflictError(msg("This version does not wait to be accepted."))
    if version.errors:
        raise ConflictError(
            msg("%(n)d errors stand open. They are put right, or marked as true with the reason.", n=version.errors)
        )
    elsewhere = queries.accepted_elsewhere(session, version)
    if elsewhere is not None and not although_elsewhere:
        sentence = msg(
            "These lines lie elsewhere than those of version %(n)d, which they would replace. Confirm that they do; or "
            "bring the files as a hand-over of their own.",
            n=elsewhere.number,
        )
        raise RefusedError([Problem("accept.elsewhere", sentence, "although_elsewhere")])
    _replace_accepted(session, dataset)
    version.state, version.accepted_at, version.accepted_by = ACCEPTED, now(), actor.name
    confirmed = {"although_elsewhere": elsewhere.number} if elsewhere is not None else {}
    record(session, actor, "pipelines.accepted", subject_of(dataset, version), None, digest=version.digest, **confirmed)


def _replace_accepted(session: Session, dataset: Dataset) -> None:
    """The accepted version gives way to another."""
    earlier = update(SurveyVersion).where(SurveyVersion.dataset_id == dataset.id, SurveyVersion.state == ACCEPTED)
    session.execute(earlier.values(state=REPLACED, replaced_at=now()).execution_options(synchronize_session=False))


def refuse(session: Session, actor: Actor, dataset: Dataset, version: SurveyVersion, reason: str) -> None:
    """Send a version back, with the reason; its lines are no longer seen. What is unread, its bringers withdraw."""
    session.refresh(version, with_for_update=True)
    if version.state == BROUGHT:
        require(actor, actions.BRING, queries.standing(session, dataset))
    else:
        require(actor, actions.ACCEPT)
    if version.state not in {BROUGHT, IN_TRANSFER}:
        raise ConflictError(msg("This version does not wait to be accepted."))
    if not reason.strip():
        raise RefusedError([Problem("refusal.no_reason", msg("Say why it is sent back."), "reason")])
    version.state, version.message = REFUSED, reason.strip()
    record(session, actor, "pipelines.refused", subject_of(dataset, version), None, reason=reason.strip())


def end_lines(session: Session, actor: Actor, fids: Sequence[int], ended_on: date | None, reason: str) -> list[int]:
    """Note that lines of the archive ended on a day, as replaced or removed; without a day they stand as before.

    The versions they are of, whose picture from afar is now another. Raises NotFoundError for a line that the actor
    cannot see or that is not of an accepted version, and RefusedError. Audited with the lines by their point numbers.
    """
    require(actor, actions.ACCEPT)
    wanted = np.unique(np.array(fids, dtype=np.int64))
    problems = list(_check_ending(len(wanted), ended_on, reason))
    if problems:
        raise RefusedError(problems)
    found = lines.lines_of_archive(session, actor, wanted)
    if len(found) < len(wanted):
        raise NotFoundError
    lines.store_of(session).end(session.connection(), wanted, ended_on.isoformat() if ended_on else "")
    versions = found.columns["version_id"]
    labels = queries.labels_of_versions(session, np.unique(versions).tolist())
    names = np.array([f"{a}-{b}" for a, b in zip(found.text("start_no"), found.text("end_no"), strict=True)], object)
    for version_id, (dataset, version) in labels.items():
        ended = names[versions == version_id].tolist()
        told = {"ended_on": str(ended_on or ""), "reason": reason.strip()}
        record(session, actor, "pipelines.ended", subject_of(dataset, version), None, lines=ended, **told)
    return sorted(labels)


def _check_ending(count: int, ended_on: date | None, reason: str) -> Iterable[Problem]:
    if not count:
        yield Problem("end.no_lines", msg("Choose lines first."), "line")
    if ended_on is not None and ended_on > today():
        yield Problem("end.future", msg("This day lies in the future."), "ended_on")
    if not reason.strip():
        yield Problem("end.no_reason", msg("Say why the lines ended, or why they did not."), "reason")


def mark_true(
    session: Session, actor: Actor, dataset: Dataset, version: SurveyVersion, finding: Finding, reason: str
) -> None:
    """Note that what a check found is so on the ground (属实); it stops nothing, and the next run knows it."""
    require(actor, actions.JUDGE)
    if not reason.strip():
        raise RefusedError([Problem("finding.no_reason", msg("Say how it was found to be true."), "reason")])
    known = queries.false_alarms(session, dataset.id)
    if finding.fingerprint not in known:
        mark = {"dataset_id": dataset.id, "fingerprint": finding.fingerprint, "reason": reason.strip()}
        session.add(FalseAlarm(**mark, marked_by=actor.name, marked_at=now()))
        _recount(session, version, finding, -1)
        subject = subject_of(dataset, version)
        record(
            session,
            actor,
            "pipelines.judged",
            subject,
            None,
            rule=finding.rule,
            of=finding.element,
            reason=reason.strip(),
        )


def unmark(session: Session, actor: Actor, dataset: Dataset, version: SurveyVersion, finding: Finding) -> None:
    """Take the mark away: the finding counts again."""
    require(actor, actions.JUDGE)
    gone = session.get(FalseAlarm, (dataset.id, finding.fingerprint))
    if gone is not None:
        session.delete(gone)
        _recount(session, version, finding, 1)
        subject = subject_of(dataset, version)
        record(session, actor, "pipelines.unjudged", subject, None, rule=finding.rule, of=finding.element)


_COUNTED = {"E": "errors", "W": "warnings", "I": "notes"}


def _recount(session: Session, version: SurveyVersion, finding: Finding, step: int) -> None:
    """One finding of a version counts no more, or again."""
    field = _COUNTED[finding.severity]
    setattr(version, field, getattr(version, field) + step)
    count = session.get(RuleCount, (version.id, finding.rule))
    if count is not None:
        setattr(count, field, getattr(count, field) + step)


def link_volume(
    session: Session, actor: Actor, dataset: Dataset, volume_id: int, start_no: str = "", end_no: str = ""
) -> None:
    """Say that a volume documents a hand-over's lines, or one line by its two point numbers."""
    require(actor, actions.LINK)
    known = select(VolumeLink.id).where(
        VolumeLink.dataset_id == dataset.id,
        VolumeLink.volume_id == volume_id,
        VolumeLink.start_no == start_no,
        VolumeLink.end_no == end_no,
    )
    if session.scalar(known) is None:
        made = {"dataset_id": dataset.id, "volume_id": volume_id, "start_no": start_no, "end_no": end_no}
        session.add(VolumeLink(**made, made_by=actor.name, made_at=now()))
        record(
            session, actor, "pipelines.linked", subject_of(dataset), None, volume=volume_id, line=f"{start_no}-{end_no}"
        )


def unlink_volume(session: Session, actor: Actor, dataset: Dataset, link_id: int) -> None:
    """Take a link away."""
    require(actor, actions.LINK)
    link = session.get(VolumeLink, link_id)
    if link is None or link.dataset_id != dataset.id:
        raise NotFoundError
    session.delete(link)
    record(session, actor, "pipelines.unlinked", subject_of(dataset), None, volume=link.volume_id)


def classify(session: Session, actor: Actor, kind: tuple[str, str], secrecy: int) -> None:
    """Decide how secret a kind of line is; 0 takes the decision away. Audited."""
    require(actor, actions.CLASSIFY)
    known = session.get(KindSecrecy, kind)
    old = known.secrecy if known else 0
    if old == secrecy:
        return
    if known is None:
        session.add(KindSecrecy(major=kind[0], minor=kind[1], secrecy=secrecy, decided_by=actor.name, decided_at=now()))
    elif secrecy:
        known.secrecy, known.decided_by, known.decided_at = secrecy, actor.name, now()
    else:
        session.delete(known)
    subject = Subject("pipeline_kind", None, "/".join(filter(None, kind)))
    record(session, actor, "pipelines.classified", subject, {"secrecy": (old, secrecy)})
