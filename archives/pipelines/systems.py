"""Systems of plane coordinates by name: the national ones, and those that the office keeps; and the store's own one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.clock import now
from archives.core.errors import ConflictError, NotFoundError, RefusedError
from archives.core.language import Message, current_language, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.pipelines import queries
from archives.pipelines.actions import DEFINE
from archives.pipelines.models import ImportProfile, PlaneSystem, StoreSystem, SurveyVersion
from gis.crs import CGCS2000, EAST, NORTH, SOUTH, WEST
from gis.profiles import SYSTEMS, CrsProfile, HeightDatum, ProfileError, described, from_store, of_epsg, to_store
from gis.store.extras import name_system

EPSG = "EPSG:"
SECRET_DECIMALS = 3
"""Decimals of a degree, some 100 m: enough to see the right quarter of a city."""
WORDS: Mapping[str, Message] = {
    "unknown_epsg": msg("EPSG:%(a)s is no plane system that surveys in China use."),
    "needs_parameters": msg(
        "%(a)s has another datum than the archive. Without the office's parameters it would lie some 50 m off: "
        "choose a named system that has them."
    ),
    "incomplete": msg("The parameter %(a)s is missing."),
    "wrong": msg("The parameter %(a)s is no usable number."),
    "convention": msg("Say whether the seven parameters are meant as position vector or as coordinate frame."),
    "secret": msg("A secret system's parameters stand in its file and nowhere else."),
    "file_missing": msg("The file with the parameters of %(a)s is not there."),
    "file_unreadable": msg("The file with the parameters of %(a)s cannot be read."),
}
"""What is wrong with a plane system, by the code of `gis.profiles.ProfileError`."""


@dataclass(frozen=True, slots=True)
class PlaneFacts:
    """The store's plane system as pages and sheets print it; `proj4` is None before anything is stored."""

    epsg: int | None
    name: str
    proj4: str | None
    central_meridian: str
    height_datum: str


def system_named(session: Session, name: str) -> CrsProfile:
    """A plane system by `EPSG:4547` or by the office's name. Raises RefusedError at the field `crs`."""
    if name.upper().startswith(EPSG):
        code = name[len(EPSG) :]
        try:
            return of_epsg(int(code) if code.isdecimal() else -1)
        except ProfileError as error:
            raise refused(error) from None
    kept = queries.plane_system_named(session, name)
    if kept is None:
        sentence = msg(
            "There is no plane system “%(name)s”. Use EPSG:4547 and the like, or an office's own.", name=name
        )
        raise RefusedError([Problem("crs.unknown", sentence, "crs")])
    return profile_of(kept)


def profile_of(kept: PlaneSystem) -> CrsProfile:
    """The office's own system as the library takes it. Raises RefusedError."""
    content = kept.content
    path = content.get("parameters_path")
    try:
        return CrsProfile(
            name=kept.name,
            kind=content["kind"],
            base=int(content["base"]),
            definition=content.get("definition", {}),
            secret=bool(content.get("secret")),
            parameters_path=Path(path) if path else None,
            height_datum=HeightDatum(content.get("height_datum") or "1985", content.get("height_constant")),
            central_meridian=content.get("central_meridian"),
        )
    except ProfileError as error:
        raise refused(error) from None


def refused(error: ProfileError) -> RefusedError:
    """What is wrong with a system, in words."""
    values = {"a": error.values[0] if error.values else ""}
    sentence = WORDS[error.code]
    return RefusedError([Problem(f"crs.{error.code}", Message(sentence.msgid, values), "crs")])


def keep_system(session: Session, actor: Actor, name: str, content: Mapping[str, Any]) -> PlaneSystem:
    """Keep the office's own system, new or changed; it is tried out first, its secret file read.

    Raises RefusedError. Audited, without its parameters.
    """
    require(actor, DEFINE)
    wanted = profile_of(PlaneSystem(name=name, content=dict(content)))
    try:
        to_store(wanted, queries.store_system(session) or zone_of(wanted))
    except ProfileError as error:
        raise refused(error) from None
    kept = queries.plane_system_named(session, name) or PlaneSystem(name=name)
    kept.content, kept.made_by, kept.made_at = dict(content), actor.name, now()
    session.add(kept)
    session.flush()
    record(session, actor, "pipelines.system_kept", Subject("plane_system", kept.id, name))
    return kept


def system_by_id(session: Session, system_id: int) -> PlaneSystem:
    """One of the office's own systems. Raises NotFoundError."""
    found = session.get(PlaneSystem, system_id)
    if found is None:
        raise NotFoundError
    return found


def remove_system(session: Session, actor: Actor, kept: PlaneSystem) -> None:
    """Take the office's own system away. Raises ConflictError while a survey or a profile names it. Audited."""
    require(actor, DEFINE)
    named = uses_of_systems(session)[kept.name]
    if named:
        raise ConflictError(msg("%(n)d surveys or profiles name this system; it stays.", n=named))
    session.delete(kept)
    record(session, actor, "pipelines.system_removed", Subject("plane_system", kept.id, kept.name))


def uses_of_systems(session: Session) -> Counter[str]:
    """How many versions and import profiles name each system."""
    columns = (SurveyVersion.options, ImportProfile.content)
    return Counter(name for column in columns for name in session.scalars(select(column["crs"].as_string())) if name)


def landing(session: Session, actor: Actor, kept: PlaneSystem, north: float, east: float) -> tuple[float, float]:
    """Where a place of the office's own system lies, in degrees of CGCS2000; of a secret one to some 100 m only.

    Nobody shall find the parameters by trying. Raises RefusedError for what does not lie in China. A secret system's
    trial is audited.
    """
    require(actor, DEFINE)
    profile = profile_of(kept)
    store = queries.store_system(session) or zone_of(profile)
    try:
        place = to_store(profile, store)(np.array([east]), np.array([north]))
    except ProfileError as error:
        raise refused(error) from None
    longitude, latitude = (float(side[0]) for side in from_store(CGCS2000, store)(*place))
    if not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
        sentence = msg("By this system the place does not lie in China. Check the parameters, or X and Y.")
        raise RefusedError([Problem("place.outside", sentence, "x")])
    if not profile.secret:
        return longitude, latitude
    record(session, actor, "pipelines.system_tried", Subject("plane_system", kept.id, kept.name))
    return round(longitude, SECRET_DECIMALS), round(latitude, SECRET_DECIMALS)


def decide_store(session: Session, actor: Actor, profile: CrsProfile) -> int:
    """The store's system; the first survey decides it: its own national zone, else the zone its parameters lead to.

    Whoever comes second waits for the first one's transaction, so that two surveys never decide differently.
    """
    known = queries.store_system(session)
    if known is not None:
        return known
    epsg = zone_of(profile)
    try:
        with session.begin_nested():
            session.add(StoreSystem(id=1, epsg=epsg, decided_by=actor.name, decided_at=now()))
    except IntegrityError:  # another survey decided at this moment
        return session.scalars(select(StoreSystem.epsg)).one()
    name_system(session.connection(), epsg)
    record(session, actor, "pipelines.store_decided", Subject("pipeline_store", 1, f"{EPSG}{epsg}"))
    return epsg


def zone_of(profile: CrsProfile) -> int:
    """A 3-degree zone of CGCS2000 with 6-digit eastings: the profile's own, or the one around its meridian."""
    national = SYSTEMS.get(profile.base)
    if national is not None and national.datum.epsg == CGCS2000 and national.width == 3 and profile.kind != "seven":
        return profile.base if national.zone is None else profile.base + 21
    meridian = profile.central_meridian or (national.meridian if national else None)
    if meridian is None:
        sentence = msg(
            "State the central meridian of “%(name)s”: the archive's own system follows it.", name=profile.name
        )
        raise RefusedError([Problem("crs.meridian", sentence, "crs")])
    return 4534 + round((min(max(meridian, 75), 135) - 75) / 3)


def plane_of(session: Session) -> PlaneFacts:
    """The store's system, for maps and sheets."""
    epsg = queries.store_system(session)
    if epsg is None:
        return PlaneFacts(None, "", None, "", "")
    profile = of_epsg(epsg)
    name = described(CrsProfile(profile.name, "epsg", epsg, central_meridian=None), current_language())
    heights = profile.height_datum.described(current_language())
    return PlaneFacts(epsg, name, _proj4(SYSTEMS[epsg].meridian), f"{SYSTEMS[epsg].meridian}°", heights)


def _proj4(meridian: int) -> str:
    """A 3-degree zone of CGCS2000 with 6-digit eastings, as drawing programs and browsers write it."""
    return f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs"
