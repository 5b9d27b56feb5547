"""What a person tells about plane systems, profiles, checks and base layers: the forms of the settings."""

from collections.abc import Mapping

from archives.core.drafts import Draft, choice, number, switch, text
from archives.pipelines.drafts import PLANE_SYSTEMS

BASES, HEIGHTS, CONVENTIONS = "system_bases", "height_datums", "conventions"
AXES, DEPTH_UNITS, ROTATION_UNITS = "profile_axes", "depth_units", "rotation_units"
SEVERITIES, THEMES, LAYERS, NAME_COLUMNS, REFERENCES = "severities", "themes", "layers", "columns", "references"
"""The vocabularies that the choices name."""
FARTHEST = 1e8
"""Metres; every false easting with its zone's number is below it."""


class SystemDraft(Draft):
    """What every plane system has."""

    name: str = text("Designation", required=True, max_length=80)
    base: str = choice("Based on", BASES, required=True)
    height_datum: str = choice("Height datum", HEIGHTS, required=True)
    local_datum: str = text("Name of the local height datum", max_length=80)
    height_constant: float | None = number("Added to local heights for 1985", unit="m", least=-1000, most=1000)
    central_meridian: float | None = number("Central meridian", unit="°", most=180)
    secret: bool = switch("The parameters are secret", help="Then they stand in a file on the server and nowhere else.")
    parameters_path: str = text(
        "File with the parameters",
        max_length=1000,
        help="For secret ones: a TOML file that this server can read. Its path is kept and never shown again.",
    )


class EpsgDraft(SystemDraft):
    """A national system under the office's own name, with its own heights say."""


class ProjDraft(SystemDraft):
    """A transverse Mercator projection of the city's own."""

    false_easting: float | None = number("False easting", unit="m", least=-FARTHEST, most=FARTHEST)
    false_northing: float | None = number("False northing", unit="m", least=-FARTHEST, most=FARTHEST)
    scale: float | None = number("Scale on the meridian", least=0.5, most=2)
    origin_latitude: float | None = number("Latitude of the origin", unit="°", least=-90, most=90)
    semi_major_axis: float | None = number("Semi-major axis", unit="m", least=6_000_000, most=7_000_000)
    inverse_flattening: float | None = number("Inverse flattening", least=100, most=1000)


class FourDraft(SystemDraft):
    """Four parameters onto a national plane."""

    north_shift: float | None = number("Shift to the north", unit="m", least=-FARTHEST, most=FARTHEST)
    east_shift: float | None = number("Shift to the east", unit="m", least=-FARTHEST, most=FARTHEST)
    rotation: float | None = number("Rotation", unit="″", least=-1_296_000, most=1_296_000)
    scale: float | None = number("Scale factor", least=0.5, most=2)


class SevenDraft(ProjDraft):
    """Seven parameters between two ellipsoids, towards CGCS2000."""

    x: float | None = number("Shift X", unit="m", least=-100_000, most=100_000)
    y: float | None = number("Shift Y", unit="m", least=-100_000, most=100_000)
    z: float | None = number("Shift Z", unit="m", least=-100_000, most=100_000)
    rx: float | None = number("Rotation X", unit="″", least=-3600, most=3600)
    ry: float | None = number("Rotation Y", unit="″", least=-3600, most=3600)
    rz: float | None = number("Rotation Z", unit="″", least=-3600, most=3600)
    scale_ppm: float | None = number("Change of scale", unit="ppm", least=-1000, most=1000)
    convention: str = choice("Sense of the rotations", CONVENTIONS)


SYSTEM_DRAFTS: Mapping[str, type[SystemDraft]] = {
    "epsg": EpsgDraft,
    "proj": ProjDraft,
    "four": FourDraft,
    "seven": SevenDraft,
}
"""The form of each kind of plane system."""


class TrialDraft(Draft):
    """A place in a plane system, to be looked at on the map."""

    x: float | None = number("X (north)", required=True, unit="m", least=-FARTHEST, most=FARTHEST)
    y: float | None = number("Y (east)", required=True, unit="m", least=-FARTHEST, most=FARTHEST)


class ProfileDraft(Draft):
    """An import profile beside its headings."""

    name: str = text("Designation", required=True, max_length=80, help="Say, the firm whose tables these are.")
    axes: str = choice("Axes", AXES, required=True)
    crs: str = choice("Plane system", PLANE_SYSTEMS, help="What these tables usually come in.")
    water_unit: str = choice("Unit of water depths", DEPTH_UNITS, required=True)
    mud_unit: str = choice("Unit of mud depths", DEPTH_UNITS, required=True)
    rotation_unit: str = choice("Unit of rotations", ROTATION_UNITS, required=True)
    codes: str = text(
        "Codes of the office",
        max_length=100_000,
        long=True,
        help="A line each: the office's code = class/kind of the standard, as YS = PS/YS.",
    )


class LayerDraft(Draft):
    """How a layer of a file becomes a base layer."""

    layer: str = choice("Layer of the file", LAYERS, required=True)
    name: str = text("Designation", required=True, max_length=80)
    theme: str = choice("What it shows", THEMES, required=True)
    column: str = choice("Column with the names", NAME_COLUMNS)
    crs: str = choice("Coordinate system", REFERENCES, required=True)
