"""Whoosh's index on disk, as arrays: which documents have a token, and the lines to be sure by.

It only grows: a document that changes is added again, and its last place counts. Beside Whoosh's own files lie the
lines, one after another in one file, and what of the feed is in it. Its files are pickles: never open one from
elsewhere.
"""

import json
import mmap
import shutil
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.feed import Follower
from search.whoosh_library import W3Codec, fields, formats, index
from search.words import FIELD, is_sign, tokens

Places = NDArray[np.int64]
"""Numbers of documents in the index, ascending."""

WORDS = "words"
KEPT_PLACES = 8_000_000
"""Numbers of documents kept in memory from postings that were read."""

_FIELD = FIELD.encode()
_LINES, _STATE = "lines.bin", "state.json"


class _Words(fields.FieldType):
    """Whether a token occurs and nothing more: no place, no weight."""

    def __init__(self) -> None:
        self.format = formats.Existence()
        self.analyzer = None
        self.stored = self.unique = False
        self.scorable = True  # without a column of lengths Whoosh looks for its file at every posting

    def index(self, value: str, **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """The tokens of a line; made without Whoosh's objects for each, which cost more than all else."""
        found = {token for part in value.split(FIELD) for token in tokens(part)}
        return ((token.encode(), 1, 1.0, b"") for token in found if not is_sign(token))


class Base:
    """The index in a folder; `follower` says which changes are in it, None as long as nothing was added."""

    def __init__(self, folder: Path, levels: Sequence[int]) -> None:
        self._folder = folder
        self._levels = levels
        self._cache: OrderedDict[tuple[str, bool], Places] = OrderedDict()
        self._cached = 0
        if not (folder / _STATE).exists():
            self.begin_anew()
        self._load()

    def begin_anew(self) -> None:
        """Throw everything away."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        index.create_in(str(self._folder), fields.Schema(**{WORDS: _Words()}))
        (self._folder / _LINES).write_bytes(b"")
        self._write_state([], [0], None)
        self._load()

    def add(self, documents: Iterable[tuple[int, str]], follower: Follower) -> None:
        """Add documents as (id, line) at the end; with them, all that `follower` has applied is in the index."""
        writer = index.open_dir(str(self._folder)).writer(limitmb=512, codec=W3Codec(blocklimit=65_536, compression=0))
        ids, offsets = self.ids.tolist(), self._offsets.tolist()
        with (self._folder / _LINES).open("r+b") as lines:
            lines.seek(offsets[-1])
            for id_, line in documents:
                writer.add_document(**{WORDS: line})
                ids.append(id_)
                offsets.append(offsets[-1] + lines.write(line.encode()))
        writer.commit(merge=False)
        self._write_state(ids, offsets, follower)
        self._load()

    def places(self, token: str, *, more: bool = False) -> Places:
        """The documents that have the token, or with `more` any that begins so."""
        key = (token, more)
        if key not in self._cache:
            self._keep(key, self._read(token, more=more))
        self._cache.move_to_end(key)
        return self._cache[key]

    def forget(self) -> None:
        """Forget the postings that were read."""
        self._cache.clear()
        self._cached = 0

    def level(self, place: int, needle: bytes) -> int:
        """The first weight, counted from 1, whose fields hold the needle; 0 when none does."""
        begun, ended = int(self._offsets[place]), int(self._offsets[place + 1])
        at = self._lines.find(needle, begun, ended)
        return level_at(self._lines[begun:at], self._levels) if at >= 0 else 0

    def holds(self, place: int, needle: bytes) -> bool:
        """Whether the line holds the needle."""
        return self._lines.find(needle, int(self._offsets[place]), int(self._offsets[place + 1])) >= 0

    def field(self, place: int, at: int) -> bytes:
        """One field of the line."""
        return self._lines[int(self._offsets[place]) : int(self._offsets[place + 1])].split(_FIELD)[at + 1]

    def _read(self, token: str, *, more: bool) -> Places:
        found = []
        for leaf, offset in self._reader.leaf_readers():
            words = list(leaf.expand_prefix(WORDS, token)) if more else [token]
            found += [_postings(leaf, word) + offset for word in words if (WORDS, word) in leaf]
        if not found:
            return np.zeros(0, dtype=np.int64)
        return np.unique(np.concatenate(found)) if more else np.concatenate(found)

    def _keep(self, key: tuple[str, bool], places: Places) -> None:
        self._cache[key] = places
        self._cached += len(places)
        while self._cached > KEPT_PLACES and len(self._cache) > 1:
            self._cached -= len(self._cache.popitem(last=False)[1])

    def _write_state(self, ids: Sequence[int], offsets: Sequence[int], follower: Follower | None) -> None:
        np.save(self._folder / "ids.npy", np.array(ids, dtype=np.int64))
        np.save(self._folder / "offsets.npy", np.array(offsets, dtype=np.int64))
        (self._folder / _STATE).write_text(json.dumps(asdict(follower) if follower else None), encoding="utf-8")

    def _load(self) -> None:
        self.ids: Places = np.load(self._folder / "ids.npy")
        self._offsets: Places = np.load(self._folder / "offsets.npy")
        state = json.loads((self._folder / _STATE).read_text(encoding="utf-8"))
        if state is not None:
            state["applied"] = {int(token): ids for token, ids in state["applied"].items()}
        self.follower = Follower(**state) if state is not None else None
        self._reader = index.open_dir(str(self._folder)).reader()
        with (self._folder / _LINES).open("rb") as lines:
            self._lines = mmap.mmap(lines.fileno(), 0, access=mmap.ACCESS_READ) if self._offsets[-1] else b""
        self.forget()


def level_at(before: bytes, levels: Sequence[int]) -> int:
    """The weight, counted from 1, of the field that a line has reached after `before`."""
    return levels[before.count(_FIELD) - 1]


def _postings(leaf: Any, word: str) -> Places:
    """A posting list as one array: Whoosh's blocks hold differences, and one at a time would be a call each."""
    matcher = leaf.postings(WORDS, word)
    if not hasattr(matcher, "_read_data"):  # a term of one document is kept with the term itself
        return np.array(list(matcher.all_ids()), dtype=np.int64)
    parts = []
    while matcher.is_active():
        matcher._read_data()
        parts.append(np.cumsum(np.array(matcher._data[0], dtype=np.int64)))
        matcher._next_block()
    return np.concatenate(parts)
