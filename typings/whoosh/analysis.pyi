from collections.abc import Iterator
from typing import Any

class Token:
    text: str
    pos: int
    startchar: int
    endchar: int
    matched: bool
    boost: float
    stopped: bool
    def __init__(
        self,
        positions: bool = ...,
        chars: bool = ...,
        removestops: bool = ...,
        mode: str = ...,
        **attributes: Any,
    ) -> None: ...
    def copy(self) -> Token: ...

class Composable: ...

class Tokenizer(Composable):
    def __call__(self, value: Any, **options: Any) -> Iterator[Token]: ...
