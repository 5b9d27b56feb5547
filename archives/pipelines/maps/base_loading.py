"""Base layers from files: a file is looked at, a layer of it is chosen, and a job loads it in short transactions.

While it is loaded nobody sees it; one small transaction shows it when it is whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import shapely
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from archives.config import Settings
from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.clock import now
from archives.core.errors import ConflictError, NotFoundError, RefusedError, UnreadableFileError
from archives.core.files import ContentStore
from archives.core.jobs import Job, JobKind, Work, enqueue
from archives.core.language import current_language, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.pipelines import queries
from archives.pipelines.actions import LOAD_BASE
from archives.pipelines.maps import base
from archives.pipelines.models import (
    BASE_BROUGHT,
    BASE_FAILED,
    BASE_LOADED,
    BASE_LOADING,
    BaseFeature,
    BaseLayer,
)
from archives.pipelines.settings.drafts import LayerDraft
from archives.pipelines.surveys.files import refused
from archives.pipelines.surveys.service import Brought
from archives.pipelines.systems import decide_store, system_named, zone_of
from archives.pipelines.systems import refused as system_refused
from gis.base_files import BaseTable, Shapes, features, fitted, look, parts_of
from gis.crs import CGCS2000, EAST, NORTH, SOUTH, WEB_MERCATOR, WEST, WGS84
from gis.profiles import DATUMS, CrsProfile, Plane, ProfileError, from_store, of_epsg, to_store
from gis.survey.files import is_part
from gis.survey.source import SurveyFileError

CHUNK = 10_000
"""Features of one short transaction."""
MOST_FEATURES = 3_000_000
"""Features of one layer: more than the buildings of the largest city."""
SAMPLE = 200
"""So many features are placed before a job is made, to tell a wrong system at once."""
DISPLAY = {f"EPSG:{code}": code for code in (WGS84, WEB_MERCATOR)}
"""What maps are drawn in besides the plane systems."""
METRES_A_DEGREE = 20_037_508.342789244 / 180
"""Of web Mercator, along the equator."""


def layers(session: Session) -> list[BaseLayer]:
    """Every base layer, those that are not loaded yet among them, newest first."""
    return list(session.scalars(select(BaseLayer).order_by(BaseLayer.id.desc())))


def layer_by_id(session: Session, layer_id: int) -> BaseLayer:
    """A base layer. Raises NotFoundError."""
    found = session.get(BaseLayer, layer_id)
    if found is None:
        raise NotFoundError
    return found


def look_into(files: Mapping[str, Path]) -> tuple[str, tuple[BaseTable, ...]]:
    """The file among some that holds the layers, and its layers. Raises UnreadableFileError or RefusedError."""
    wanted = [name for name in files if not is_part(name, files)]
    if len(wanted) != 1:
        sentence = msg("Bring one file at a time; a shapefile with its parts, or as ZIP.")
        raise RefusedError([Problem("file.several", sentence, "files")])
    name = wanted[0]
    try:
        return name, look(files[name], name, parts_of(name, files))
    except SurveyFileError as error:
        raise _refused(name, error) from None


def _refused(name: str, error: SurveyFileError) -> UnreadableFileError:
    if error.code == "unknown":
        return UnreadableFileError(msg("“%(name)s” is no GeoPackage, shapefile, GeoJSON or DXF.", name=name))
    return refused(name, error)


def bring(
    session: Session, actor: Actor, files: Sequence[Brought], main: str, tables: Sequence[BaseTable]
) -> BaseLayer:
    """Note a file that came and the layers it holds; nothing of it is shown yet. Audited."""
    require(actor, LOAD_BASE)
    own = next(file for file in files if file.name == main)
    layer = BaseLayer(
        name=Path(main).stem,
        theme="",
        features=0,
        state=BASE_BROUGHT,
        sha256=own.stored.sha256,
        files=[file.as_dict() for file in files],
        options={"main": main, "tables": [table._asdict() for table in tables]},
        loaded_by=actor.name,
        loaded_at=now(),
    )
    session.add(layer)
    session.flush()
    record(session, actor, "pipelines.base_brought", _subject(layer), None, sha256=layer.sha256)
    return layer


def _subject(layer: BaseLayer) -> Subject:
    return Subject("base_layer", layer.id, layer.name)


def tables_of(layer: BaseLayer) -> list[BaseTable]:
    """The layers that were found in a base layer's file."""
    found = layer.options.get("tables", ())
    return [BaseTable(one["name"], tuple(one["columns"]), one["features"], one["crs"]) for one in found]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a layer's features come from: its files in quarantine by their names, and the one that holds them."""

    files: Mapping[str, Path]
    main: str

    def chunks(self, of: str, column: str, theme: str, size: int) -> Iterator[tuple[list[str], Shapes]]:
        """What of a layer can show a theme, in its own coordinates. Raises UnreadableFileError."""
        path, parts = self.files[self.main], parts_of(self.main, self.files)
        try:
            for names, shapes in features(path, self.main, of, column, parts, size):
                yield fitted(names, shapes, theme)
        except SurveyFileError as error:
            raise _refused(self.main, error) from None

    def sample(self, of: str, theme: str) -> Shapes:
        """The first shapes of a layer that can show a theme. Raises RefusedError where none can."""
        for _, shapes in self.chunks(of, "", theme, SAMPLE):
            if len(shapes):
                return shapes
        raise RefusedError([_nothing(theme)])


def source_of(settings: Settings, layer: BaseLayer) -> Source:
    """The files of a base layer. Raises NotFoundError where quarantine was cleared."""
    quarantine = ContentStore(settings.quarantine)
    return Source({file["name"]: quarantine.path(file["sha256"]) for file in layer.files}, layer.options["main"])


def check(layer: BaseLayer, draft: LayerDraft) -> None:
    """Whether a layer can be loaded as the form says. Raises RefusedError, ConflictError once it is loaded."""
    if layer.state not in {BASE_BROUGHT, BASE_FAILED}:
        raise ConflictError(msg("This layer cannot be loaded again. Bring the file anew."))
    table = next((one for one in tables_of(layer) if one.name == draft.layer), None)
    if table is None or (draft.column and draft.column not in table.columns):
        sentence = msg("The layer “%(layer)s” has no column “%(column)s”.", layer=draft.layer, column=draft.column)
        raise RefusedError([Problem("column.unknown", sentence, "column")])
    if table.features > MOST_FEATURES:
        sentence = msg("A layer may have %(n)d features at most.", n=MOST_FEATURES)
        raise RefusedError([Problem("layer.too_large", sentence, "layer")])


def begin(session: Session, actor: Actor, layer: BaseLayer, draft: LayerDraft, some: Shapes) -> Job:
    """Have a layer loaded as the form says. Some of its shapes are placed first: all must lie in China.

    The first layer decides the archive's plane, as a survey would. Raises RefusedError at the fields, ConflictError.
    """
    require(actor, LOAD_BASE)
    check(layer, draft)
    reference = reference_named(session, draft.crs)
    known = queries.store_system(session)
    deciding = _deciding(reference, some) if known is None else None
    store = known or zone_of(cast(CrsProfile, deciding))
    placed(some, _plane(reference, store), store)
    if deciding is not None:
        decide_store(session, actor, deciding)
    total = next(one.features for one in tables_of(layer) if one.name == draft.layer)
    layer.name, layer.theme, layer.state, layer.message = draft.name, draft.theme, BASE_LOADING, ""
    chosen = {"layer": draft.layer, "column": draft.column, "crs": draft.crs, "store": store, "total": total}
    layer.options = {**layer.options, **chosen}
    subject, payload = ("base_layer", layer.id), {"layer": layer.id}
    job = enqueue(session, actor, LOAD_LAYER, subject=subject, language=current_language(), payload=payload)
    layer.job_id = job.id
    return job


def _nothing(theme: str) -> Problem:
    areas = msg("This layer has no areas and no closed lines, as blocks and buildings are.")
    lines = msg("This layer has no lines and no areas.")
    return Problem("layer.no_shapes", areas if theme in {"block", "building"} else lines, "layer")


def reference_named(session: Session, name: str) -> int | CrsProfile:
    """A coordinate system of a map: a plane system, or degrees and metres of the web. Raises RefusedError."""
    return DISPLAY.get(name.upper()) or system_named(session, name)


def _deciding(reference: int | CrsProfile, some: Shapes) -> CrsProfile:
    """The system that decides the archive's plane if nothing did yet: the layer's own, or the zone it lies in."""
    if isinstance(reference, CrsProfile) and reference.base not in DATUMS:
        return reference
    west, _, east, _ = (float(side) for side in shapely.total_bounds(some))
    middle = (west + east) / 2
    return _around(middle / METRES_A_DEGREE if reference == WEB_MERCATOR else middle)


def _around(longitude: float) -> CrsProfile:
    """The 3-degree zone of CGCS2000 around a longitude. Raises RefusedError for none of China."""
    if not WEST <= longitude <= EAST:
        raise RefusedError([_outside()])
    return of_epsg(4534 + round((min(max(longitude, 75), 135) - 75) / 3))


def _plane(reference: int | CrsProfile, store: int) -> Plane:
    try:
        return to_store(reference, store)
    except ProfileError as error:
        raise system_refused(error) from None


def placed(shapes: Shapes, plane: Plane, store: int) -> Shapes:
    """Shapes in the store's metres. Raises RefusedError where any does not lie in China."""
    places = shapely.get_coordinates(shapes)
    with np.errstate(all="ignore"):
        moved = np.stack(plane(places[:, 0], places[:, 1]), axis=1)
    if not np.isfinite(moved).all() or not _in_china(moved, store):
        raise RefusedError([_outside()])
    return np.asarray(shapely.set_coordinates(shapes.copy(), moved), dtype=np.object_)


def _outside() -> Problem:
    sentence = msg("By this coordinate system the features do not lie in China. Choose the one that the file is in.")
    return Problem("crs.outside", sentence, "crs")


def _in_china(moved: Any, store: int) -> bool:
    west, south = moved.min(axis=0)
    east, north = moved.max(axis=0)
    corners = np.array([west, west, east, east]), np.array([south, north, south, north])
    longitude, latitude = from_store(CGCS2000, store)(*corners)
    inside = (longitude >= WEST) & (longitude <= EAST) & (latitude >= SOUTH) & (latitude <= NORTH)
    return bool(inside.all())


def _load(work: Work) -> dict[str, Any]:
    with work.backend.reading() as session:
        layer = layer_by_id(session, work.payload["layer"])
        if layer.state != BASE_LOADING:
            return {"features": layer.features}
        chosen, source = layer.options, source_of(work.settings, layer)
        plane = _plane(reference_named(session, chosen["crs"]), chosen["store"])
    _clear(work, layer.id)
    read, kept = 0, 0
    for names, shapes in source.chunks(chosen["layer"], chosen["column"], layer.theme, CHUNK):
        rows = placed(shapes, plane, chosen["store"]) if len(shapes) else shapes
        with work.backend.writing() as session:
            kept += base.add(session, layer.id, zip(names, rows, strict=True))
        read += CHUNK
        work.progress(min(read, chosen["total"]), chosen["total"] + 1)
    if not kept:
        raise RefusedError([_nothing(layer.theme)], _nothing(layer.theme).message)
    with work.backend.writing() as session:
        shown = layer_by_id(session, layer.id)
        shown.features, shown.loaded_at = kept, now()
        base.loaded(session, work.actor, shown)
    return {"features": kept}


def _clear(work: Work, layer_id: int) -> None:
    """Remove what a run that was killed left behind."""
    while True:
        with work.backend.writing() as session:
            if not _remove_some(session, layer_id):
                return
        work.progress(0, 0)


def _remove_some(session: Session, layer_id: int) -> int:
    some = select(BaseFeature.id).where(BaseFeature.layer_id == layer_id).limit(CHUNK).scalar_subquery()
    gone = delete(BaseFeature).where(BaseFeature.id.in_(some)).returning(BaseFeature.id)
    return len(session.scalars(gone.execution_options(synchronize_session=False)).all())


def _give_up(session: Session, payload: Mapping[str, Any]) -> None:
    """A layer whose loading did not come to an end lies nowhere."""
    layer = session.get(BaseLayer, payload["layer"])
    if layer is None or layer.state == BASE_LOADED:
        return
    job = session.get(Job, layer.job_id) if layer.job_id else None
    session.execute(delete(BaseFeature).where(BaseFeature.layer_id == layer.id))
    layer.state, layer.message = BASE_FAILED, (job.result or {}).get("message", "") if job else ""


def remove(session: Session, actor: Actor, layer: BaseLayer) -> None:
    """Take a layer away. Raises ConflictError while it is being loaded. Audited."""
    require(actor, LOAD_BASE)
    if layer.state == BASE_LOADING:
        raise ConflictError(msg("This layer is being loaded. Cancel that first."))
    base.remove(session, actor, layer.id)


def extent(session: Session, layer: BaseLayer) -> base.Box | None:
    """The box around a layer in the store's metres; None where nothing of it is loaded."""
    sides = (func.min(BaseFeature.west), func.min(BaseFeature.south), func.max(BaseFeature.east))
    around = select(*sides, func.max(BaseFeature.north)).where(BaseFeature.layer_id == layer.id)
    west, south, east, north = session.execute(around).one()
    return None if west is None else (west, south, east, north)


LOAD_LAYER = JobKind("pipelines.load_base", "Load a base layer", _load, _give_up)
