"""The sentences for files that cannot be read, each used by more than one reader."""

from archives.core.errors import UnreadableFileError
from archives.core.language import msg


def damaged(name: str) -> UnreadableFileError:
    """The file is of a kind we read, but broken."""
    return UnreadableFileError(
        msg("“%(name)s” is damaged and cannot be read. Open it in a spreadsheet program and save it again.", name=name)
    )


def encrypted(name: str) -> UnreadableFileError:
    """The file wants a password."""
    return UnreadableFileError(
        msg("“%(name)s” is protected by a password. Remove the password and save it again.", name=name)
    )


def with_macros(name: str) -> UnreadableFileError:
    """The file carries programs."""
    return UnreadableFileError(
        msg("“%(name)s” contains macros, which are not accepted. Save it as .xlsx without macros.", name=name)
    )


def empty(name: str) -> UnreadableFileError:
    """The file has no filled cell."""
    return UnreadableFileError(msg("“%(name)s” is empty.", name=name))
