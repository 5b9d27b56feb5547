"""What can go wrong, by name. No HTTP here: `archives.web.errors` gives each its status and page."""

from collections.abc import Sequence

from archives.core.language import Message, msg
from archives.core.problems import Problem


class ArchivesError(Exception):
    """Anything we can say clearly to a person."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotFoundError(ArchivesError):
    """The record does not exist, or the actor may not know that it does."""

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or msg("There is no such record, or you may not see it."))


class ForbiddenError(ArchivesError):
    """The actor may not do this."""

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or msg("You do not have permission to do this."))


class ConflictError(ArchivesError):
    """The record is not in the state that this action needs, or somebody changed it meanwhile."""


class UnreadableFileError(ArchivesError):
    """A file that cannot be what it should be: wrong format, encrypted, damaged, dangerous."""


class TooLargeError(ArchivesError):
    """More than a configured limit allows."""


class ConfigurationError(ArchivesError):
    """A setting that cannot work; the program refuses to start."""


class RefusedError(ArchivesError):
    """Input with problems; nothing was stored."""

    def __init__(self, problems: Sequence[Problem], message: Message | None = None) -> None:
        super().__init__(message or msg("Please correct the marked entries."))
        self.problems = tuple(problems)
