"""What the audit calls the giving out of pipelines."""

from collections.abc import Mapping

from archives.core.language import Message, msg

EVENTS: Mapping[str, Message] = {
    "pipelines.given_out": msg("Pipelines given out"),
    "pipelines.giving_failed": msg("Pipelines not given out: the file could not be written"),
}
