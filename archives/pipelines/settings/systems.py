"""From the form of a plane system to what is kept of it; every fault at its field, and no parameter in any sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.errors import RefusedError
from archives.core.language import msg
from archives.core.problems import Problem
from archives.pipelines import queries
from archives.pipelines.models import PlaneSystem
from archives.pipelines.settings.drafts import SystemDraft
from archives.pipelines.systems import EPSG, keep_system
from gis.profiles import DATUMS, SYSTEMS

LOCAL = "local"
PROJECTION = (
    *("central_meridian", "false_easting", "false_northing", "scale", "origin_latitude"),
    *("semi_major_axis", "inverse_flattening"),
)
SHIFTS = ("x", "y", "z", "rx", "ry", "rz", "scale_ppm", "convention")
PARAMETERS: Mapping[str, Sequence[str]] = {
    "epsg": (),
    "proj": PROJECTION,
    "four": ("north_shift", "east_shift", "rotation", "scale"),
    "seven": (*SHIFTS, *PROJECTION),
}
"""What each kind of system is defined by, as `gis.profiles.CrsProfile` names it."""
BASES: Mapping[str, tuple[int, ...]] = {
    "epsg": (*SYSTEMS, *DATUMS),
    "proj": tuple(DATUMS),
    "four": tuple(SYSTEMS),
    "seven": (*SYSTEMS, *DATUMS),
}
"""The codes that each kind of system may be based on."""
LARGEST_FILE = 65_536
"""Bytes of a file of parameters: a dozen numbers fit into one."""
FIELDS = {
    "crs.unknown_epsg": "base",
    "crs.needs_parameters": "base",
    "crs.convention": "convention",
    "crs.secret": "secret",
    "crs.file_missing": "parameters_path",
    "crs.file_unreadable": "parameters_path",
    "crs.meridian": "central_meridian",
}
"""Where the form shows what `systems` says of a system."""


def keep(session: Session, actor: Actor, kind: str, draft: SystemDraft, known: PlaneSystem | None) -> PlaneSystem:
    """Keep a system as its form says, new or in place of a known one. Raises RefusedError with faults at fields."""
    problems = [*_check(draft, kind)]
    if known is None and queries.plane_system_named(session, draft.name) is not None:
        problems.append(Problem("name.taken", msg("There is a system of this name already."), "name"))
    if problems:
        raise RefusedError(problems)
    try:
        return keep_system(session, actor, known.name if known else draft.name, content_of(kind, draft))
    except RefusedError as refusal:
        raise RefusedError([_at_field(problem, draft) for problem in refusal.problems]) from None


def content_of(kind: str, draft: SystemDraft) -> dict[str, Any]:
    """What is kept: of a secret system only where its parameters stand."""
    content: dict[str, Any] = {
        "kind": kind,
        "base": int(draft.base),
        "height_datum": draft.local_datum if draft.height_datum == LOCAL else draft.height_datum,
        "height_constant": draft.height_constant,
        "central_meridian": draft.central_meridian,
        "secret": draft.secret,
    }
    if draft.secret:
        return content | {"parameters_path": draft.parameters_path}
    given = {name: getattr(draft, name) for name in _names(kind, int(draft.base))}
    return content | {"definition": {name: value for name, value in given.items() if value not in {None, ""}}}


def _names(kind: str, base: int) -> Sequence[str]:
    """The parameters of a kind; seven of them onto a national plane need no projection beside it."""
    return SHIFTS if kind == "seven" and base in SYSTEMS else PARAMETERS[kind]


def values_of(kept: PlaneSystem) -> dict[str, Any]:
    """A system as its form shows it, numbers in full; of a secret one nothing."""
    content = kept.content
    if content.get("secret"):
        return {"name": kept.name, "secret": True}
    heights = content.get("height_datum") or "1985"
    is_local = heights not in {"1985", "1956"}
    values = {**content, **content.get("definition", {}), "name": kept.name}
    values |= {"height_datum": LOCAL if is_local else heights, "local_datum": heights if is_local else ""}
    return {name: in_full(value) for name, value in values.items()}


def in_full(value: Any) -> Any:
    """A number with every digit that it has: a form rounds others, and parameters must not be rounded."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else value


def safe_values(values: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """What a form that was refused may show again: never a path, and no parameter of a secret system."""
    hidden = {"parameters_path", *(PARAMETERS[kind] if values.get("secret") else ())}
    return {name: value for name, value in values.items() if name not in hidden}


def _check(draft: SystemDraft, kind: str) -> Iterator[Problem]:
    if draft.name.upper().startswith(EPSG):
        yield Problem("name.epsg", msg("EPSG:… is the name of a national system; choose another one."), "name")
    if int(draft.base) not in BASES[kind]:
        yield Problem("crs.unknown_epsg", msg("Such a system cannot be based on this one."), "base")
    if draft.height_datum == LOCAL and not draft.local_datum:
        yield Problem("local_datum.missing", msg("Name the local height datum."), "local_datum")
    if draft.height_datum != LOCAL and draft.height_constant is not None:
        yield Problem("height_constant.beside", msg("Only a local height datum has a constant."), "height_constant")
    yield from _check_secrecy(draft, kind)


def _check_secrecy(draft: SystemDraft, kind: str) -> Iterator[Problem]:
    if not draft.secret and draft.parameters_path:
        sentence = msg("Only a secret system has its parameters in a file.")
        yield Problem("parameters_path.beside", sentence, "parameters_path")
    if not draft.secret:
        return
    given = [name for name in PARAMETERS[kind] if name != "central_meridian" and getattr(draft, name) not in {None, ""}]
    if given:
        yield Problem("crs.secret", msg("A secret system's parameters stand in its file and nowhere else."), "secret")
    if not PARAMETERS[kind]:
        yield Problem("secret.nothing", msg("A national system has no parameters that could be secret."), "secret")
    elif not is_usable(draft.parameters_path):
        sentence = msg("State the whole path of a TOML file that this server can read.")
        yield Problem("crs.file_missing", sentence, "parameters_path")


def is_usable(written: str) -> bool:
    """Whether a path leads to a small plain file of parameters; a pipe or a device would be waited for without end."""
    path = Path(written)
    try:
        is_plain = path.is_absolute() and path.suffix == ".toml" and path.is_file()
        return is_plain and path.stat().st_size <= LARGEST_FILE
    except (OSError, ValueError):
        return False


def _at_field(problem: Problem, draft: SystemDraft) -> Problem:
    """The same problem at the field that it speaks of; a parameter's fault is the file's where there is one."""
    if problem.code in {"crs.incomplete", "crs.wrong"}:
        named = str(problem.message.values.get("a", ""))
        at_own = named if named in type(draft).model_fields else "base"
        return replace(problem, field="parameters_path" if draft.secret else at_own)
    return replace(problem, field=FIELDS.get(problem.code, "base"))
