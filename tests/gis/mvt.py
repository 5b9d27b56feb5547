"""A small reader of vector tiles, written from the specification and apart from the encoder, to test it against."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Feature:
    """A feature: id, kind of geometry, attributes, and its lines or points in tile units."""

    fid: int | None = None
    kind: int = 0
    attributes: dict[str, Any] = field(default_factory=dict)
    parts: list[list[tuple[int, int]]] = field(default_factory=list)


@dataclass
class TileLayer:
    """A layer by its name."""

    name: str
    extent: int
    version: int
    features: list[Feature]


def read_tile(tile: bytes) -> dict[str, TileLayer]:
    """The layers of a tile."""
    layers = [_layer(content) for number, content in _fields(tile) if number == 3]
    return {layer.name: layer for layer in layers}


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(message, at)
            yield number, value
        elif wire == 1:
            yield number, struct.unpack_from("<d", message, at)[0]
            at += 8
        elif wire == 2:
            size, at = _varint(message, at)
            yield number, message[at : at + size]
            at += size
        else:
            raise ValueError(f"wire type {wire}")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        number |= (message[at] & 0x7F) << shift
        shift += 7
        at += 1
        if message[at - 1] < 0x80:
            return number, at


def _layer(content: bytes) -> TileLayer:
    found = list(_fields(content))
    keys = [value.decode() for number, value in found if number == 3]
    values = [_value(value) for number, value in found if number == 4]
    single = {number: value for number, value in found if number in {1, 5, 15}}
    features = [_feature(value, keys, values) for number, value in found if number == 2]
    return TileLayer(single[1].decode(), single.get(5, 4096), single[15], features)


def _value(content: bytes) -> Any:
    ((number, value),) = _fields(content)
    return value.decode() if number == 1 else value


def _feature(content: bytes, keys: list[str], values: list[Any]) -> Feature:
    feature = Feature()
    for number, value in _fields(content):
        if number == 1:
            feature.fid = value
        elif number == 2:
            tags = _numbers(value)
            feature.attributes = {keys[key]: values[word] for key, word in zip(tags[::2], tags[1::2], strict=True)}
        elif number == 3:
            feature.kind = value
        elif number == 4:
            feature.parts = _parts(_numbers(value))
    return feature


def _numbers(content: bytes) -> list[int]:
    found, at = [], 0
    while at < len(content):
        number, at = _varint(content, at)
        found.append(number)
    return found


def _parts(commands: list[int]) -> list[list[tuple[int, int]]]:
    parts: list[list[tuple[int, int]]] = []
    x = y = at = 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        for _ in range(count):
            x += (commands[at] >> 1) ^ -(commands[at] & 1)
            y += (commands[at + 1] >> 1) ^ -(commands[at + 1] & 1)
            at += 2
            if command == 1:
                parts.append([])
            parts[-1].append((x, y))
    return parts
