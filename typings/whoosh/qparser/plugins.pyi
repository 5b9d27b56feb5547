from whoosh.qparser.syntax import TextNode

class Plugin: ...

class FieldsPlugin(Plugin):
    def __init__(self, expr: str = ..., remove_unknown: bool = ...) -> None: ...

class PhrasePlugin(Plugin):
    def __init__(self, expr: str = ...) -> None: ...

class PrefixPlugin(Plugin):
    class PrefixNode(TextNode): ...

    expr: str

class GroupPlugin(Plugin):
    def __init__(self, openexpr: str = ..., closeexpr: str = ...) -> None: ...

class OperatorsPlugin(Plugin):
    def __init__(
        self,
        ops: list[object] | None = ...,
        clean: bool = ...,
        And: str | None = ...,
        Or: str | None = ...,
        AndNot: str | None = ...,
        AndMaybe: str | None = ...,
        Not: str | None = ...,
        Require: str | None = ...,
    ) -> None: ...
