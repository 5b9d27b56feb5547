"""The words of the settings: limits of checks, dictionaries, kinds of plane systems, units."""

from collections.abc import Mapping

from archives.core.language import Message, msg

LIMITS: Mapping[str, Message] = {
    "distance": msg("Distance"),
    "beyond_area": msg("Beyond the surveyed area"),
    "filler": msg("Filler value"),
    "other_filler": msg("Other filler value"),
    "least": msg("Least"),
    "most": msg("Most"),
    "most_trenchless": msg("Most, bored or drilled"),
    "difference": msg("Difference"),
    "radius": msg("Radius of the neighbours"),
    "length": msg("Length"),
    "error_factor": msg("An error from this many times"),
    "segments": msg("Least number of segments"),
    "edge": msg("From the edge of the survey"),
    "height": msg("Height"),
    "step": msg("Step between pressure pipes and cables"),
    "drop": msg("Drop between gravity drains"),
    "rise": msg("Rise against the flow"),
    "error_rise": msg("Rise that is an error"),
    "angle": msg("Angle"),
    "error_angle": msg("Angle that is an error"),
    "least_slope": msg("Least slope"),
    "most_slope": msg("Greatest slope"),
    "slack": msg("Slack"),
    "straight": msg("Turn of a straight point"),
    "bend": msg("Turn of a bend"),
    "steps": msg("Steps of standard sizes"),
    "cables_per_hole": msg("Cables in one duct"),
    "most_pressure": msg("Greatest pressure"),
    "earliest_year": msg("Earliest year"),
    "tolerance": msg("Tolerance"),
    "inside": msg("Length inside the building"),
    "search": msg("Neighbours are looked for within"),
    "depth": msg("Depth"),
    "plan": msg("Plan position"),
    "gross": msg("A gross error from this many times"),
}
"""What the limits of checks are called, by the key of `gis/data/check_limits.csv`."""
DICTIONARIES: Mapping[str, Message] = {
    "material": msg("Materials"),
    "burial": msg("Ways of burial"),
    "feature": msg("Features"),
    "appurtenance": msg("Appurtenances"),
    "pressure": msg("Pressures"),
    "voltage": msg("Voltages"),
    "status": msg("States of use"),
    "flow": msg("Directions of flow"),
    "well_material": msg("Materials of well covers"),
    "well_shape": msg("Shapes of well covers"),
    "data_source": msg("Sources of data"),
}
SYSTEM_KINDS: Mapping[str, tuple[Message, Message]] = {
    "epsg": (msg("National system"), msg("A national plane under the office's own name, with its own heights say.")),
    "proj": (msg("Own projection"), msg("Another central meridian, false easting or ellipsoid than the zones have.")),
    "four": (msg("Four parameters"), msg("Shifts, rotation and scale from the city's grid onto a national plane.")),
    "seven": (msg("Seven parameters"), msg("From another ellipsoid, as Beijing 1954 or Xi'an 1980, to CGCS2000.")),
}
"""What the kinds of plane systems are called, and what each is for."""
HEIGHT_DATUMS: Mapping[str, Message] = {
    "1985": msg("1985 National Height Datum"),
    "1956": msg("Yellow Sea 1956 height system"),
    "local": msg("Local height datum"),
}
CONVENTION_LABELS: Mapping[str, Message] = {
    "position_vector": msg("Position vector"),
    "coordinate_frame": msg("Coordinate frame"),
}
ROTATIONS: Mapping[str, Message] = {
    "deg": msg("degrees"),
    "rad": msg("radians"),
    "dms": msg("degrees, minutes, seconds as DDD.MMSS"),
}
BASE_STATES: Mapping[str, tuple[str, Message]] = {
    "brought": ("warning", msg("Waiting for your choice")),
    "loading": ("info", msg("Being loaded")),
    "loaded": ("good", msg("Under the map")),
    "failed": ("bad", msg("Not loaded")),
}
"""The colour and the word of a base layer's state."""
