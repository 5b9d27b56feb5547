"""What no model can express: on SQLite the GeoPackage's tables and the R*Trees, on PostgreSQL the gist indexes.

With them GDAL and QGIS read the archive's own file: one layer of segments, one of points, nothing else.
"""

from pyproj import CRS
from pyproj.enums import WktVersion
from sqlalchemy import Connection, text

GEOPACKAGE = 0x47504B47
"""The application_id "GPKG" in the file's header; readers see it once the write-ahead log is checkpointed."""

GEOPACKAGE_VERSION = 10300
UNDEFINED = -1
"""srs_id of an undefined Cartesian system: a city's own grid never enters `gpkg_spatial_ref_sys`."""

RTREES = {"pipe_point": "rtree_pipe_point_geom", "pipe_segment": "rtree_pipe_segment_geom"}
"""Named as the GeoPackage's extension `gpkg_rtree_index` has it."""

_GISTS = {"pipe_point": "ix_pipe_point_geom", "pipe_segment": "ix_pipe_segment_geom"}
_LAYERS = {"pipe_point": ("管线点", "POINT"), "pipe_segment": ("管线段", "LINESTRING")}

_TABLES = (
    "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, "
    "organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, "
    "description TEXT)",
    "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, "
    "identifier TEXT UNIQUE, "
    "description TEXT DEFAULT '', "
    "last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), "
    "min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER, "
    "CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))",
    "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, "
    "geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL, "
    "CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), "
    "CONSTRAINT uk_gc_table_name UNIQUE (table_name), "
    "CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name), "
    "CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))",
    "CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, "
    "definition TEXT NOT NULL, scope TEXT NOT NULL, "
    "CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))",
)
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
_SYSTEMS = (
    ("Undefined Cartesian", UNDEFINED, "NONE", UNDEFINED, "undefined"),
    ("Undefined geographic", 0, "NONE", 0, "undefined"),
    ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84),
)
"""The three rows that every GeoPackage has."""

_ASPATIAL = ("gdal_aspatial", "http://gdal.org/geopackage_aspatial.html", "read-write")
"""Tells GDAL that tables outside `gpkg_contents` (accounts, audit and all the others) are no layers."""

_RTREE_INDEX = ("gpkg_rtree_index", "http://www.geopackage.org/spec120/#extension_rtree", "write-only")


def is_extra(name: str | None) -> bool:
    """Whether a reflected table or index is one of these, and in no model."""
    return name is not None and (name.startswith(("gpkg_", "rtree_pipe_")) or name in _GISTS.values())


def create_extras(connection: Connection) -> None:
    """Make them, on tables that exist and are empty."""
    if connection.dialect.name == "sqlite":
        _create_geopackage(connection)
        return
    for table, index in _GISTS.items():
        connection.execute(text(f"CREATE INDEX {index} ON {table} USING gist (geom)"))


def name_system(connection: Connection, crs: int) -> None:
    """Say which plane the layers are in (EPSG code), so that GDAL and QGIS place them; PostGIS knows it by itself."""
    if connection.dialect.name != "sqlite":
        return
    system = CRS.from_epsg(crs)
    row = (system.name, crs, "EPSG", crs, system.to_wkt(WktVersion.WKT1_GDAL))
    connection.exec_driver_sql(
        "INSERT OR IGNORE INTO gpkg_spatial_ref_sys (srs_name, srs_id, organization, organization_coordsys_id, "
        "definition) VALUES (?, ?, ?, ?, ?)",
        row,
    )
    connection.exec_driver_sql("UPDATE gpkg_contents SET srs_id = ?", (crs,))
    connection.exec_driver_sql("UPDATE gpkg_geometry_columns SET srs_id = ?", (crs,))


def drop_extras(connection: Connection) -> None:
    """Remove them; the tables stay."""
    if connection.dialect.name == "sqlite":
        tables = ("gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents", "gpkg_spatial_ref_sys")
        for name in (*RTREES.values(), *tables):
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("PRAGMA application_id = 0"))
        return
    for index in _GISTS.values():
        connection.execute(text(f"DROP INDEX {index}"))


def _create_geopackage(connection: Connection) -> None:
    connection.execute(text(f"PRAGMA application_id = {GEOPACKAGE}"))
    connection.execute(text(f"PRAGMA user_version = {GEOPACKAGE_VERSION}"))
    for statement in _TABLES:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        "INSERT INTO gpkg_spatial_ref_sys (srs_name, srs_id, organization, organization_coordsys_id, definition) "
        "VALUES (?, ?, ?, ?, ?)",
        list(_SYSTEMS),
    )
    extension = "INSERT INTO gpkg_extensions VALUES (?, ?, ?, ?, ?)"
    connection.exec_driver_sql(extension, (None, None, *_ASPATIAL))
    for table, (name, kind) in _LAYERS.items():
        connection.exec_driver_sql(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, 'features', ?, ?)",
            (table, name, UNDEFINED),
        )
        geometry = (table, "geom", kind, UNDEFINED, 1, 0)
        connection.exec_driver_sql("INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, ?, ?)", geometry)
        connection.exec_driver_sql(extension, (table, "geom", *_RTREE_INDEX))
        connection.exec_driver_sql(f"CREATE VIRTUAL TABLE {RTREES[table]} USING rtree(id, minx, maxx, miny, maxy)")
