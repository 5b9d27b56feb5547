"""Numbers without gaps, and the templates that an office writes them with."""

import re
from collections.abc import Mapping
from string import Formatter

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from archives.core.db import Base
from archives.core.errors import ConfigurationError
from archives.core.language import msg

_SPECIFICATION = re.compile(r"(0?\d{1,2}d?)?")


class NumberSequence(Base):
    """The last number given in a sequence; a number given in a transaction that fails is given again."""

    __tablename__ = "number_sequence"

    key: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


def reserve(session: Session, key: str, count: int = 1) -> range:
    """The next `count` numbers of a sequence, beginning at 1; locks the sequence until the transaction ends."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    first = dialect.insert(NumberSequence).values(key=key, last=0).on_conflict_do_nothing()
    session.execute(first)
    taken = update(NumberSequence).where(NumberSequence.key == key).values(last=NumberSequence.last + count)
    session.execute(taken.execution_options(synchronize_session=False))
    last = session.scalars(select(NumberSequence.last).where(NumberSequence.key == key)).one()
    return range(last - count + 1, last + 1)


def next_number(session: Session, key: str) -> int:
    """The next number of a sequence."""
    return reserve(session, key)[0]


def check_template(template: str, allowed: frozenset[str]) -> None:
    """Raise ConfigurationError unless the template uses the allowed places and plain widths only."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        raise ConfigurationError(msg("The template %(template)s has unmatched braces.", template=template)) from None
    for _, name, spec, conversion in parts:
        if name is not None and (conversion or name not in allowed or not _SPECIFICATION.fullmatch(spec or "")):
            raise ConfigurationError(
                msg(
                    "The template %(template)s may use %(allowed)s; %(name)s is not among them.",
                    template=template,
                    allowed=", ".join(sorted(allowed)),
                    name=f"{name}:{spec}" if spec else name,
                )
            )


def fill(template: str, places: Mapping[str, object]) -> str:
    """The template with its places filled, e.g. `{year}-YSJ-{seq:04d}`; checked first, so it reads no attributes."""
    check_template(template, frozenset(places))
    try:
        return template.format(**places)
    except ValueError:  # a width for numbers, where words stand
        raise ConfigurationError(msg("The template %(template)s cannot be filled.", template=template)) from None
