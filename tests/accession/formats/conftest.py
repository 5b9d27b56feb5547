"""Messages are compared in English, the language of their ids."""

from collections.abc import Iterator

import pytest

from archives.core.language import speaking


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English in every test of this folder."""
    with speaking("en"):
        yield
