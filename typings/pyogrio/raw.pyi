from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

def read(
    path_or_buffer: Any, /, layer: str | int | None = None, **options: Any
) -> tuple[dict[str, Any], NDArray[Any] | None, NDArray[Any] | None, list[NDArray[Any]]]: ...
def write(
    path: Any,
    geometry: NDArray[Any] | None,
    field_data: Sequence[NDArray[Any]],
    fields: Sequence[str],
    **options: Any,
) -> None: ...
