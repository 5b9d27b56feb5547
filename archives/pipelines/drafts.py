"""What a person tells about a hand-over of a pipeline survey, a sheet and an area: form, JSON and argument alike."""

from datetime import date

from archives.core.drafts import Draft, choice, day, number, switch, text, whole

SOURCES, SECRECY, PROFILES, KINDS = "pipeline_source", "secrecy", "pipeline_profile", "pipeline_kind"
PLANE_SYSTEMS, FORMATS, PAPERS = "plane_system", "pipeline_format", "paper_size"
"""The vocabularies that the choices name."""
NEW = "new"
"""In place of a hand-over's number: the files begin one of their own, whatever they hold."""


class HandoverDraft(Draft):
    """A survey that comes: whose it is, and how its tables are to be read."""

    name: str = text("Name of the hand-over", help="Left empty, the first file's name is taken.")
    source: str = choice("Where it comes from", SOURCES, required=True)
    project: str = text("Project code", max_length=40, help="For the as-built survey of a project.")
    provider: str = text("Delivered by")
    surveyed_on: date | None = day("Surveyed on", help="The day the lines stood as surveyed.")
    secrecy: str = choice("Secrecy", SECRECY)
    crs: str = choice("Plane system", PLANE_SYSTEMS, required=True)
    profile: str = choice(
        "Import profile", PROFILES, help="How this office writes its tables; none for customary headings."
    )
    kind: str = choice("Kind of the lines", KINDS, help="Only needed when neither sheet nor columns name it.")
    replaces: str = text("Next version of", help="A next version takes the place of the one before it on the map.")


class SheetDraft(Draft):
    """A request for a sheet of existing pipelines (地下管线现状资料查询)."""

    project: str = text("Project code", max_length=40)
    project_name: str = text("Project name", required=True)
    recipient: str = text("Recipient", required=True)
    contact: str = text("Contact and telephone")
    purpose: str = text("Purpose", required=True, help="For example the construction planning permit.")
    copies: int | None = whole("Copies", least=1, most=20)
    with_coordinates: bool = switch("Print coordinates")


class ExportDraft(Draft):
    """What is taken out of the archive, and why."""

    format: str = choice("Format", FORMATS, required=True)
    reason: str = text("Reason", required=True)
    clip: bool = switch("Cut the lines at the edge of the area")
    without_depth: bool = switch("Leave out heights and depths")


class AreaName(Draft):
    """How an area is kept."""

    name: str = text("Name of the area", required=True, max_length=80)
    shared: bool = switch("Everybody here may use it")


class LineFilter(Draft):
    """Conditions on lines beside their place."""

    kind: str = choice("Kind", KINDS)
    material: str = text("Material", max_length=40)
    size_from: float | None = number("Size from", unit="mm", most=100_000)
    size_to: float | None = number("Size to", unit="mm", most=100_000)
    depth_from: float | None = number("Depth from", unit="m", least=-100, most=1_000)
    depth_to: float | None = number("Depth to", unit="m", least=-100, most=1_000)
    built_from: int | None = whole("Built from", least=1800, most=2200)
    built_to: int | None = whole("Built to", least=1800, most=2200)
    owner: str = text("Owner", max_length=100)
    road: str = text("Road", max_length=100)
    status: str = text("Status", max_length=40)
    burial: str = text("Burial", max_length=40)
    as_of: date | None = day("As it was on")
    with_transfer: bool = switch("Surveys in transfer too")


class EndDraft(Draft):
    """Lines that were replaced or taken out of the ground."""

    ended_on: date | None = day("Ended on", help="Left empty, the line stands as before.")
    reason: str = text("Reason", required=True, max_length=200)


class PrintDraft(Draft):
    """A map to scale on paper."""

    lon: float | None = number("Longitude", required=True, least=-180, most=180)
    lat: float | None = number("Latitude", required=True, least=-90, most=90)
    scale: int | None = whole("Scale", required=True, least=100, most=50_000)
    paper: str = choice("Paper", PAPERS, required=True)
    landscape: bool = switch("Landscape")
