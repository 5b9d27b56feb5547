"""Small PNG files: a page has few colours, so a palette of 256 takes a third of the bytes."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

import pypdfium2

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
RGB, PALETTE = 2, 3
PAPER_SCALE = 1.2
Colour = tuple[int, int, int]


def shrunk(picture: bytes) -> bytes:
    """An 8-bit RGB picture with its commonest and most vivid colours only; every other becomes the nearest of them."""
    width, height, rows = _pixels(picture)
    counted = Counter(rows)
    palette = sorted(counted, key=lambda colour: -counted[colour] * _vividness(colour))[:COLOURS]
    index = {colour: palette.index(_nearest(colour, palette)) for colour in counted}
    numbers = bytes(map(index.__getitem__, rows))
    lines = b"".join(b"\0" + numbers[first : first + width] for first in range(0, width * height, width))
    return b"".join(
        (
            SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, PALETTE, 0, 0, 0)),
            _chunk(b"PLTE", bytes(part for colour in palette for part in colour)),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _vividness(colour: tuple[int, ...]) -> int:
    """Thin lines in full colours weigh more than the many greys at the edges of letters."""
    return 1 + max(colour) - min(colour)


def paper_picture(paper: bytes) -> bytes:
    """The first page of a PDF."""
    bitmap = pypdfium2.PdfDocument(paper)[0].render(scale=PAPER_SCALE, rev_byteorder=True)
    pixels, step = bytes(bitmap.buffer), bitmap.stride
    lines = b"".join(b"\0" + pixels[first : first + bitmap.width * 3] for first in range(0, step * bitmap.height, step))
    head = struct.pack(">IIBBBBB", bitmap.width, bitmap.height, 8, RGB, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(lines)) + _chunk(b"IEND", b"")


def _pixels(picture: bytes) -> tuple[int, int, list[Colour]]:
    """Width, height and the colours in order. Raises ValueError for a picture of another kind."""
    chunks = list(_chunks(picture))
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", dict(chunks)[b"IHDR"])
    if (depth, kind, interlaced) != (8, RGB, 0):
        raise ValueError("only plain 8-bit RGB pictures")
    packed = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
    parts = iter(b"".join(_lines(packed, width * 3)))
    return width, height, list(zip(parts, parts, parts, strict=True))


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(picture):
        length, name = struct.unpack(">I4s", picture[at : at + 8])
        yield name, picture[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _lines(packed: bytes, step: int) -> Iterator[bytes]:
    """Each line as it was before it was filtered."""
    above = bytes(step)
    for first in range(0, len(packed), step + 1):
        above = bytes(_unfiltered(packed[first], packed[first + 1 : first + 1 + step], above))
        yield above


def _unfiltered(kind: int, line: bytes, above: bytes) -> bytes | bytearray:
    """A line by PNG's five filters; a byte's neighbour to the left is three bytes before it."""
    if kind == 0:
        return line
    if kind == 2:
        return bytes((value + up) & 255 for value, up in zip(line, above, strict=True))
    found = bytearray(3) + line
    corner = bytes(3) + above
    for at, up in enumerate(above, 3):
        found[at] = (found[at] + _predicted(kind, found[at - 3], up, corner[at - 3])) & 255
    return found[3:]


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 1:
        return left
    if kind == 3:
        return (left + up) // 2
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def _nearest(colour: Colour, palette: list[Colour]) -> Colour:
    """The palette's colour with the least difference in red, green and blue together."""
    if len(palette) < COLOURS:
        return colour
    red, green, blue = colour
    return min(palette, key=lambda one: (one[0] - red) ** 2 + (one[1] - green) ** 2 + (one[2] - blue) ** 2)
