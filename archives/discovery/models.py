"""The search index's tables on our metadata, and the notes of what changed since it was last in step.

Text fields and columns are shared by all kinds of documents; each kind fills those that mean something to it.
"""

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from archives.core.db import Base
from search.tables import Attribute, TextField, define

FIELDS = (
    TextField("number", 3, ("文号", "图号", "许可证号"), open_ended=True),
    TextField("client", 2, ("建设单位",)),
    TextField("address", 2, ("地址", "工程地点")),
    TextField("former", 2, ("曾用名",)),
    TextField("responsible", 2, ("责任者", "编制单位")),
    TextField("abstract", 2, ("主题词", "提要")),
    TextField("road", 2, ("道路",)),
    TextField("owner", 2, ("权属单位",)),
    TextField("material", 2, ("材质",)),
    TextField("parties", 1, ("参建单位",)),
    TextField("project", 1, ("工程", "工程名称")),
    TextField("details", 1, ("专业记载",)),
    TextField("note", 1, ("附注", "备注")),
)
NAMED = (
    Attribute("secrecy", "word", ("密级",)),
    Attribute("class", "word", ("分类", "门类")),
    Attribute("works_type", "word", ("工程类型",)),
    Attribute("retention", "word", ("保管期限",)),
    Attribute("medium", "word", ("载体",)),
    Attribute("district", "word", ("区县", "行政区")),
    Attribute("formed", "day", ("形成",)),
    Attribute("completed", "day", ("竣工",)),
    Attribute("accessioned", "day", ("进馆",)),
)
"""Columns that the query language knows. A secrecy is its rank as text, a class its first letter."""
BEHIND = (
    Attribute("client_name", "word"),
    Attribute("standing", "word"),
    Attribute("clearance", "number"),
    Attribute("project_id", "number"),
    Attribute("organisation_id", "number"),
    Attribute("account_id", "number"),
    Attribute("segment_id", "number"),
    Attribute("pipe_major", "word"),
    Attribute("pipe_kind", "word"),
    Attribute("longitude", "number"),
    Attribute("latitude", "number"),
)
"""Columns behind facets, permission and the map. `clearance` is the rank of whatever of the record, its volume and its
project is most secret; `pipe_kind` is class and kind of a line, such as "JS/PS"; places are degrees in CGCS2000
(EPSG:4490)."""

INDEX = define(Base.metadata, FIELDS, (*NAMED, *BEHIND))
"""The index's own tables."""

DUE = Table(
    "search_due",
    Base.metadata,
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("record", BigInteger, nullable=False),
)
"""What a transaction changed, noted by triggers; emptied by the same transaction before it commits."""
