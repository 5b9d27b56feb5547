"""What the papers about pipelines say: the sheet that a planning permit needs, and a map to scale.

Lengths are metres, sizes of drawings millimetres. Numbers that a surveyor wrote come as text, for their digits count.
"""

from typing import NotRequired

from typing_extensions import TypedDict

from archives.core.documents.papers import Paper, exact


@exact
class Plane(TypedDict):
    """What coordinates and heights refer to."""

    system: str
    central_meridian: str
    heights: str


@exact
class Drawing(TypedDict):
    """A drawing as SVG with its size on paper in millimetres, and its scale, e.g. 1:500."""

    svg: str
    width: float
    height: float
    scale: str


@exact
class Sum(TypedDict):
    """How many lines of one kind or owner, their length in the plane and along the slope."""

    name: str
    count: int
    length: str
    length3d: str
    contact: NotRequired[str]  # whom to ring at the owner's


@exact
class Line(TypedDict):
    """One segment as the result table lists it (成果表); `reference` says where heights are measured to."""

    start: str
    end: str
    size: str
    material: str
    burial: str
    start_depth: str
    end_depth: str
    start_height: str
    end_height: str
    reference: str
    owner: str
    built: str
    length: str


@exact
class LineGroup(TypedDict):
    """The segments of one kind that are listed, and the sum of all of that kind."""

    kind: str
    sum: Sum
    lines: list[Line]


@exact
class Position(TypedDict):
    """Where a point lies: x is north, y is east."""

    point: str
    x: str
    y: str


@exact
class HandOver(TypedDict):
    """A survey that the sheet draws on."""

    number: str
    name: str
    surveyed: str


@exact
class Signature(TypedDict):
    """One of the steps of a sheet: what was done, by whom, and when."""

    step: str
    person: str
    date: str


@exact
class PipelineSheet(Paper):
    """地下管线现状资料. `date` is the day of issue; a `preview` is no paper: it has neither code nor signatures."""

    preview: bool
    project: str
    recipient: str
    purpose: str
    contact: NotRequired[str]
    area: str
    kinds: str
    as_of: str
    result: str  # what was found in one sentence
    plane: Plane
    drawing: Drawing
    by_kind: list[Sum]
    by_owner: list[Sum]
    total: Sum
    groups: list[LineGroup]
    left_out: int  # segments that the table does not list
    positions: list[Position]
    hand_overs: list[HandOver]
    statements: list[str]
    steps: list[Signature]
    copy: int
    copies: int
    valid_until: NotRequired[str]
    code: NotRequired[str]
    verify_at: NotRequired[str]


@exact
class PipelineMap(TypedDict):
    """地下管线图 to scale; `paper` is A0 to A4, `landscape` turns it. The drawing says what its coordinates are."""

    institution: str
    date: str
    secrecy: NotRequired[str]
    heading: str
    paper: str
    landscape: bool
    drawing: Drawing
    printed_by: str
    watermark: NotRequired[str]
