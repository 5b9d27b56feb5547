"""Settings: read once from `CHENGDANG_*` variables, typed, and refused early with a clear sentence.

`docs/settings.md` describes each one; a test compares the two lists.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from archives.core.errors import ConfigurationError
from archives.core.language import LANGUAGES, msg

PREFIX = "CHENGDANG_"
DATABASE_FILE = "chengdang.gpkg"
SEARCHES = ("own", "whoosh")
"""What answers searches: the index in the database itself, or Whoosh's beside it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation may decide. Sizes are bytes, times are minutes unless the name says otherwise."""

    data: Path = Path("var")
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    language: str = "zh_Hans_CN"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    https: bool = False
    session_idle_minutes: int = 30
    session_hours: int = 10
    login_attempts: int = 5
    lock_minutes: int = 15
    password_length: int = 10
    upload_mb: int = 512
    list_rows: int = 200_000
    lock_seconds: int = 15
    workers: int = 1
    base_map_url: str = ""
    base_map_name: str = ""
    search: str = "own"

    @property
    def url(self) -> str:
        """The database: as set, or the one file in the data folder."""
        return self.database_url or f"sqlite:///{(self.data / DATABASE_FILE).absolute()}"

    @property
    def files(self) -> Path:
        """The content-addressed store."""
        return self.data / "files"

    @property
    def base_map_origin(self) -> str:
        """Where the office's own map comes from, as a browser names it; "" for none and for this server's own."""
        parts = urlsplit(self.base_map_url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    @property
    def whoosh(self) -> Path:
        """Whoosh's index, where it is chosen."""
        return self.data / "whoosh"

    @property
    def quarantine(self) -> Path:
        """Where uploads wait until they are accepted."""
        return self.data / "quarantine"


def load_settings(environment: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Settings from the environment; `overrides` win. Unknown or unusable values raise ConfigurationError."""
    values = {**_from(os.environ if environment is None else environment), **overrides}
    settings = Settings(**values)  # type: ignore[arg-type]  # each value was read by its field's reader
    _check(settings)
    return settings


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def _from(environment: Mapping[str, str]) -> dict[str, object]:
    known = {variable(setting.name): setting for setting in fields(Settings)}
    given = {name: text for name, text in environment.items() if name.startswith(PREFIX) and text != ""}
    for name in given.keys() - known.keys():
        raise ConfigurationError(msg("There is no setting %(name)s. See docs/settings.md.", name=name))
    values = {known[name].name: _read(name, str(known[name].type), text) for name, text in given.items()}
    if "port" not in values and environment.get("PORT"):
        values["port"] = _read("PORT", "int", environment["PORT"])
    return values


def _read(name: str, kind: str, text: str) -> object:
    try:
        return _READERS[_plain(kind)](text)
    except (ValueError, KeyError, ZoneInfoNotFoundError):
        raise ConfigurationError(msg("%(name)s cannot be %(text)r.", name=name, text=text)) from None


def _plain(kind: str) -> str:
    return kind.rsplit(".", 1)[-1].removeprefix("<class '").removesuffix("'>")


def _switch(text: str) -> bool:
    return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[text.lower()]


_READERS: dict[str, Callable[[str], object]] = {
    "str": str,
    "int": int,
    "bool": _switch,
    "Path": Path,
    "ZoneInfo": ZoneInfo,
}


def _check(settings: Settings) -> None:
    for name, choices in (("language", LANGUAGES), ("search", SEARCHES)):
        value = getattr(settings, name)
        if value not in choices:
            told = ", ".join(choices)
            sentence = msg(
                "%(name)s is %(value)r; it can be %(choices)s.", name=variable(name), value=value, choices=told
            )
            raise ConfigurationError(sentence)
    if settings.database_url and not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigurationError(
            msg("%(name)s must begin with sqlite:/// or postgresql+psycopg://.", name=variable("database_url"))
        )
    for name in ("port", "threads", "session_idle_minutes", "session_hours", "login_attempts", "lock_minutes"):
        if getattr(settings, name) <= 0:
            raise ConfigurationError(msg("%(name)s must be greater than 0.", name=variable(name)))
    if settings.port > 65535:
        raise ConfigurationError(msg("%(name)s must be below 65536.", name=variable("port")))
    if settings.base_map_url and not _is_tile_address(settings.base_map_url):
        raise ConfigurationError(
            msg(
                "%(name)s must be an address like https://host/{z}/{x}/{y}.png or /tiles/{z}/{x}/{y}.png.",
                name=variable("base_map_url"),
            )
        )
    if settings.password_length < 8:
        raise ConfigurationError(msg("%(name)s must be at least 8.", name=variable("password_length")))


_TILE_ADDRESS = re.compile(r"(?:https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?)?/(?!/)[^\s\"'<>;,\\]*")
_PLACES = ({"z", "x", "y"}, {"z", "x", "-y"}, {"TileMatrix", "TileCol", "TileRow"})


def _is_tile_address(address: str) -> bool:
    """Whether it is a template of tiles on one host or here, with nothing that a header could take for its own."""
    places = set(re.findall(r"\{([^{}]*)\}", address))
    return _TILE_ADDRESS.fullmatch(address) is not None and places in _PLACES
