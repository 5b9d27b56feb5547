"""The spatial store: every surveyed point and segment, found by area and by what is known of it.

One contract (`contract.SpatialStore`), two stores: the SQLite file in GeoPackage layout, and PostGIS.
"""
