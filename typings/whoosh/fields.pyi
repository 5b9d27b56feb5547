from whoosh.analysis import Composable
from whoosh.formats import Format

class FieldType:
    format: Format
    analyzer: Composable | None
    scorable: bool
    stored: bool
    unique: bool

class Schema:
    def __init__(self, **fields: FieldType) -> None: ...
