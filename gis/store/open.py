"""The only place that chooses a store."""

from gis.store.contract import SpatialStore
from gis.store.gpkg import GeoPackageStore
from gis.store.postgis import PostgisStore
from gis.store.tables import StoreTables


def open_store(dialect: str, tables: StoreTables, crs: int) -> SpatialStore:
    """The store for a connection's dialect ("sqlite" or "postgresql"); `crs` is the EPSG code of its plane.

    A plane that is not of CGCS2000 stores and finds all the same; only its tiles raise CoordinateError `display`.
    """
    return PostgisStore(tables, crs) if dialect == "postgresql" else GeoPackageStore(tables, crs)
