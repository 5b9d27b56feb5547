"""The verbs of import profiles: how an office writes its tables, kept once and shared by everybody here."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.clock import now
from archives.core.errors import ConflictError, NotFoundError, RefusedError
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.pipelines.actions import DEFINE
from archives.pipelines.models import ImportProfile, SurveyVersion
from archives.pipelines.settings.rules import check_profile, fields_by_name
from gis.codes import KindCode, folded, standard
from gis.survey.profile import Profile, ProfileError, profile_from
from gis.survey.raw import Given, RawTable
from gis.survey.recognise import Layout, layouts

NAMED = "profile"
"""The option of a version that names the profile it is read by."""


def profile_by_id(session: Session, profile_id: int) -> ImportProfile:
    """A profile. Raises NotFoundError."""
    found = session.get(ImportProfile, profile_id)
    if found is None:
        raise NotFoundError
    return found


def keep(session: Session, actor: Actor, profile: Profile, known: ImportProfile | None = None) -> ImportProfile:
    """Keep a profile, new or in place of a known one; a new name goes into the versions that name it, too.

    Raises RefusedError with every fault. Audited.
    """
    require(actor, DEFINE)
    wanted = replace(profile, name=profile.name.strip())
    problems = [*check_profile(wanted, standard())]
    if _is_taken(session, wanted.name, known):
        problems.append(Problem("name.taken", msg("There is a profile of this name already."), "name"))
    if problems:
        raise RefusedError(problems)
    kept = known or ImportProfile(name=wanted.name)
    if known is not None and known.name != wanted.name:
        _rename(session, actor, known, wanted.name)
    kept.content, kept.made_by, kept.made_at = wanted.to_dict(), actor.name, now()
    session.add(kept)
    session.flush()
    figures = {"headers": len(wanted.headers), "codes": len(wanted.codes)}
    record(session, actor, "pipelines.profile_kept", subject_of(kept), None, **figures)
    return kept


def _is_taken(session: Session, name: str, known: ImportProfile | None) -> bool:
    other = select(ImportProfile.id).where(ImportProfile.name == name)
    return any(found != (known.id if known else None) for found in session.scalars(other))


def _rename(session: Session, actor: Actor, kept: ImportProfile, name: str) -> None:
    old = kept.name
    for version in session.scalars(select(SurveyVersion).where(_names(old))):
        version.options = {**version.options, NAMED: name}
    kept.name = name
    record(session, actor, "pipelines.profile_renamed", subject_of(kept), {"name": (old, name)})


def remove(session: Session, actor: Actor, kept: ImportProfile) -> None:
    """Take a profile away. Raises ConflictError while a version names it. Audited."""
    require(actor, DEFINE)
    versions = session.scalar(select(func.count()).select_from(SurveyVersion).where(_names(kept.name)))
    if versions:
        raise ConflictError(msg("%(n)d versions of surveys name this profile; it stays as their evidence.", n=versions))
    session.delete(kept)
    record(session, actor, "pipelines.profile_removed", subject_of(kept))


def uses(session: Session) -> Counter[str]:
    """How many versions name each profile."""
    return Counter(filter(None, session.scalars(select(SurveyVersion.options[NAMED].as_string()))))


def _names(name: str) -> Any:
    """Whether a version names a profile."""
    return SurveyVersion.options[NAMED].as_string() == name


def subject_of(kept: ImportProfile) -> Subject:
    """A profile as the audit names it."""
    return Subject("import_profile", kept.id, kept.name)


def profile_of(kept: ImportProfile) -> Profile:
    """The profile itself, under its present name."""
    return replace(profile_from(kept.content), name=kept.name)


def as_file(kept: ImportProfile) -> bytes:
    """The profile as a JSON file, for another archive."""
    return orjson.dumps(profile_of(kept).to_dict(), option=orjson.OPT_INDENT_2)


def from_file(content: bytes, name: str = "") -> Profile:
    """The profile of a JSON file, under another name if one is given. Raises RefusedError at `file`."""
    try:
        saved = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
        profile = profile_from(saved) if isinstance(saved, dict) else None
    except orjson.JSONDecodeError:
        profile = None
    except ProfileError as error:
        sentence = msg("The setting “%(key)s” of the file is none that is known here.", key=str(error.values[0])[:60])
        raise RefusedError([Problem(f"profile.{error.code}", sentence, "file")]) from None
    if profile is None:
        raise RefusedError([Problem("profile.unreadable", msg("The file is no profile in JSON."), "file")])
    return replace(profile, name=name.strip() or profile.name)


@dataclass(frozen=True, slots=True)
class Start:
    """What a hand-over gives a new profile: its tables, every heading in them, and the fields that were recognised."""

    tables: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


def start_from(tables: Sequence[Given], profile: Profile, kind: KindCode | None) -> Start:
    """Begin a profile from a hand-over's tables; what a profile says of them already stays."""
    found = layouts(tables, standard(), profile, kind)
    headings = [headings_of(table, one) for table, one in zip(tables, found, strict=True)]
    headers = dict.fromkeys(header for own in headings for header in own)
    fields = {
        name: one.header(name) for one in reversed(found) if one.role != "unknown" for name in one.matching.columns
    }
    fields = {**_by_names(headers), **fields, **profile.headers}
    known = {name: header for name, header in fields.items() if name in fields_by_name()}
    return Start(tuple(table.name for table in tables), tuple(headers), _each_once(known))


def headings_of(table: Given, layout: Layout) -> list[str]:
    """A table's headings; of one without any known name, the row among the first that has the most texts."""
    if layout.headings or not isinstance(table, RawTable):
        return [heading.joined for heading in layout.headings if heading.joined]
    first = [
        [text for cell in cells if isinstance(cell, str) and (text := cell.strip())] for _, cells in table.rows[:20]
    ]
    return max(first, key=len, default=[])


def _by_names(headers: Iterable[str]) -> dict[str, str]:
    """The fields whose customary names are among the headings, in tables that were not recognised."""
    named = {folded(alias): field.name for field in fields_by_name().values() for alias in reversed(field.aliases)}
    return {named[folded(header)]: header for header in headers if folded(header) in named}


def _each_once(headers: Mapping[str, str]) -> dict[str, str]:
    """Each heading for one field only: the first that it was found for."""
    taken: dict[str, str] = {}
    for name, header in headers.items():
        taken.setdefault(header, name)
    return {name: header for name, header in headers.items() if taken[header] == name}
