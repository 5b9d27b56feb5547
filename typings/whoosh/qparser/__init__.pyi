from collections.abc import Iterable

from whoosh.qparser import plugins as plugins
from whoosh.qparser import syntax as syntax
from whoosh.qparser.plugins import Plugin
from whoosh.qparser.syntax import GroupNode

class QueryParser:
    def __init__(self, fieldname: str | None, schema: object, plugins: Iterable[Plugin] | None = ...) -> None: ...
    def process(self, text: str, pos: int = ..., debug: bool = ...) -> GroupNode: ...
