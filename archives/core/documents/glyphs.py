"""Which characters the paper's font can print; the others are named, never printed as empty boxes."""

from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from archives.core.errors import ConfigurationError
from archives.core.language import msg

FONTS = Path(__file__).parents[3] / "static" / "vendor" / "fonts"
WEIGHTS = ("NotoSansSC_400Regular.ttf", "NotoSansSC_700Bold.ttf")
_LAYOUT = frozenset("\n\r\t ")


@lru_cache
def _drawn() -> frozenset[str]:
    """Every character that all weights have."""
    covers = [_characters(FONTS / name) for name in WEIGHTS]
    return frozenset.intersection(*covers)


def _characters(font: Path) -> frozenset[str]:
    if not font.is_file():
        raise ConfigurationError(msg("The font %(name)s is not installed: run ./run or make assets.", name=font.name))
    with TTFont(font, lazy=True) as opened:
        return frozenset(chr(code) for code in opened.getBestCmap())


def missing_glyphs(text: str) -> list[str]:
    """The characters of `text` that the font lacks, each once, in the order met."""
    return [character for character in dict.fromkeys(text) if character not in _drawn() and character not in _LAYOUT]


def code_point(character: str) -> str:
    """The name under which a missing character is printed, e.g. U+20BB7."""
    return f"U+{ord(character):04X}"


def printable(text: str) -> str:
    """The text with each missing character as its code in tortoise-shell brackets, e.g. 〔U+20BB7〕."""
    lacking = {ord(character): f"〔{code_point(character)}〕" for character in missing_glyphs(text)}
    return text.translate(lacking) if lacking else text
