"""What programs ask wrongly: one error, which names the parameter and, in a filter, the place."""

from typing import Any

from archives.core.errors import ArchivesError
from archives.core.language import Message


class ParameterError(ArchivesError):
    """A query parameter that cannot be used; `more` are further members of the problem that is answered."""

    def __init__(self, parameter: str, message: Message, position: int | None = None) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.more: dict[str, Any] = {"parameter": parameter}
        if position is not None:
            self.more["position"] = position
