"""Every SELECT of boundaries."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from archives.core.actors import Actor
from archives.facilities.boundaries.matching import Registered
from archives.facilities.models import Area, AreaBoundary, BoundaryLayer
from archives.facilities.queries import visible_to


def layer(session: Session) -> BoundaryLayer | None:
    """The boundaries that are loaded."""
    return session.scalars(select(BoundaryLayer).order_by(BoundaryLayer.id.desc())).first()


def number_of(session: Session) -> int:
    """How many areas have a boundary."""
    return session.scalar(select(func.count()).select_from(AreaBoundary)) or 0


def registered(session: Session) -> Sequence[Registered]:
    """Every area of the register, by code."""
    rows = session.execute(select(Area.id, Area.code, Area.name, Area.parent_id).order_by(Area.code))
    return [Registered(*row) for row in rows]


def shapes_below(session: Session, actor: Actor, region: str) -> tuple[dict[str, str], BoundaryLayer | None]:
    """The outlines of the areas right below a region, by code, and the layer they are of; one statement."""
    above = aliased(Area)
    wanted = select(Area.code, AreaBoundary.shape, BoundaryLayer).select_from(AreaBoundary)
    wanted = wanted.join(BoundaryLayer, BoundaryLayer.id == AreaBoundary.layer_id)
    wanted = wanted.join(Area, Area.id == AreaBoundary.area_id).outerjoin(above, above.id == Area.parent_id)
    below = above.code == region if region else Area.parent_id.is_(None)
    rows = session.execute(wanted.where(below, visible_to(actor)).order_by(Area.code)).all()
    return {code: shape for code, shape, _ in rows}, rows[0][2] if rows else None
