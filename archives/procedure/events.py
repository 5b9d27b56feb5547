"""What the audit calls the steps of the procedure: each move by its own label."""

from archives.core.language import Message, msg
from archives.procedure.workflow import MOVES

EVENTS: dict[str, Message] = {
    **{f"procedure.{name}": move.label for name, move in MOVES.items()},
    "procedure.paper_issued": msg("Paper issued"),
}
