"""The command line's door of the demonstration: `chengdang demo`."""

import click

from archives.core.desk import Desk, answer, say
from archives.core.language import msg
from archives.demo import building
from archives.demo.plots import SIZES

STEPS = 20
"""Lines of progress."""


@click.command("demo")
@click.option("--size", type=click.Choice(sorted(SIZES)), default="M", show_default=True, help="S is for tests.")
@click.pass_obj
def demo_command(desk: Desk, size: str) -> None:
    """Make an invented demonstration city, unless there is an instance already."""
    settings = desk.settings
    with building.alone(settings.data):
        created = building.ensure(settings, desk.registry, desk.actor, SIZES[size], Progress())
    accounts = settings.data / building.ACCOUNTS
    if created:
        say(accounts.read_text(encoding="utf-8"))
        examples = settings.data / building.EXAMPLES
        say(
            msg("These accounts stand in %(path)s; files to try are in %(examples)s.", path=accounts, examples=examples)
        )
    elif accounts.exists():
        say(msg("The instance is there already. The demonstration accounts stand in %(path)s.", path=accounts))
    else:
        say(msg("There is an instance already; nothing was changed."))
    answer({"created": created, "accounts": str(accounts) if accounts.exists() else None})


class Progress:
    """Says how far the city is, a twentieth at a time."""

    def __init__(self) -> None:
        self._said = -1

    def __call__(self, done: int, total: int) -> None:
        """Hear that `done` of `total` events were played."""
        step = done * STEPS // total
        if step > self._said:
            self._said = step
            say(msg("Making the demonstration city: %(percent)d %%", percent=step * 100 // STEPS))
