"""Whoosh's index on disk, as arrays: which documents have a token in fields of which weight, and the lines to be sure.

It only grows: a document that changes is added again, and its last place counts. Each weight of fields is a field of
Whoosh's. Beside Whoosh's own files lie the lines, one after another in one file, and what of the feed is in it. Its
files are pickles: never open one from elsewhere.
"""

import json
import mmap
import shutil
from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import accumulate, groupby, repeat
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from search.feed import Follower
from search.predicates import Mask
from search.whoosh_library import W3Codec, fields, formats, index
from search.words import FIELD, is_sign, tokens

Places = NDArray[np.int64]
"""Numbers of documents in the index, ascending."""

Key = TypeVar("Key")
Kind = TypeVar("Kind", bound=np.generic)
KEPT_BYTES = 64_000_000
"""Bytes of postings kept in memory."""

BLOCK = 65_536
"""Postings that Whoosh reads at once."""

FORM = 2
"""Another number whenever the files are written otherwise."""

_LINES, _STATE = "lines.bin", "state.json"


class _Words(fields.FieldType):
    """Whether a token occurs and nothing more: no place, no weight."""

    def __init__(self) -> None:
        self.format = formats.Existence()
        self.analyzer = None
        self.scorable = self.stored = self.unique = False


class Remembered(Generic[Key, Kind]):
    """Arrays that were made for keys; beyond so many bytes, what was not asked for longest is forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._arrays: OrderedDict[Key, NDArray[Kind]] = OrderedDict()

    def __contains__(self, key: Key) -> bool:
        return key in self._arrays

    def of(self, key: Key, make: Callable[[], NDArray[Kind]]) -> NDArray[Kind]:
        """What was made for this key before, or is made now; nobody may change it."""
        if key not in self._arrays:
            self._arrays[key] = made = make()
            self._size += made.nbytes
        self._arrays.move_to_end(key)
        while self._size > self._most and len(self._arrays) > 1:
            self._size -= self._arrays.popitem(last=False)[1].nbytes
        return self._arrays[key]

    def forget(self) -> None:
        """Forget everything."""
        self._arrays.clear()
        self._size = 0


class Base:
    """The index in a folder; `follower` says which changes are in it, None as long as nothing was added.

    `levels` are the weights of the fields of a line, in their order, the heaviest first and counted as 1.
    """

    def __init__(self, folder: Path, levels: Sequence[int]) -> None:
        self._folder = folder
        self._form = [FORM, *levels]
        self._sizes = [len(list(fields_)) for _, fields_ in groupby(levels)]
        self._read: Remembered[tuple[int, str, bool], np.int64] = Remembered(KEPT_BYTES)
        if self._is_ours():
            self._load()
        else:
            self.begin_anew()

    def begin_anew(self) -> None:
        """Throw everything away."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        levels = range(1, len(self._sizes) + 1)
        index.create_in(str(self._folder), fields.Schema(**{_field(level): _Words() for level in levels}))
        (self._folder / _LINES).write_bytes(b"")
        self._write_state(np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64), None)
        self._load()

    def add(self, documents: Iterable[tuple[int, str]], follower: Follower) -> None:
        """Add documents as (id, line) at the end; with them, all that `follower` has applied is in the index."""
        writer = index.open_dir(str(self._folder)).writer(codec=W3Codec(blocklimit=BLOCK, compression=0))
        words: list[dict[str, array[int]]] = [defaultdict(lambda: array("I")) for _ in self._sizes]
        ids, offsets = array("q", self.ids.tobytes()), array("q", self._offsets.tobytes())
        with (self._folder / _LINES).open("r+b") as lines:
            lines.seek(offsets[-1])
            for place, (id_, line) in enumerate(documents):
                writer.add_document()  # for Whoosh an empty one: its words come below, all at once
                ids.append(id_)
                for part, known in zip(self._parts(line), words, strict=True):
                    offsets.append(offsets[-1] + lines.write(part.encode()))
                    for token in set(tokens(part)):
                        known[token].append(place)
        for level, known in enumerate(words, 1):
            _write_words(writer, _field(level), known)
        writer.commit(merge=False)
        self._write_state(np.array(ids, dtype=np.int64), np.array(offsets, dtype=np.int64), follower)
        self._load()

    def places(self, level: int, token: str, *, more: bool = False) -> Places:
        """The documents that have the token in fields of this weight, or with `more` any that begins so."""
        return self._read.of((level, token, more), lambda: self._read_places(_field(level), token, more=more))

    def hold(self, level: int, places: Places, needle: str) -> Mask:
        """Which of these documents hold the needle in fields of this weight."""
        found = map(self._lines.find, repeat(needle.encode()), *self._bounds(level, places))
        return np.fromiter(found, np.int64, len(places)) >= 0

    def hold_in_field(self, level: int, places: Places, needle: str, number: int) -> Mask:
        """The same in one of these fields alone, the first is 0."""
        sought, before = needle.encode(), FIELD.encode()
        parts = map(self._lines.__getitem__, map(slice, *self._bounds(level, places)))
        found = (sought in part.split(before)[number + 1] for part in parts)
        return np.fromiter(found, np.bool_, len(places))

    def forget(self) -> None:
        """Forget the postings that were read."""
        self._read.forget()

    def _bounds(self, level: int, places: Places) -> tuple[list[int], list[int]]:
        at = places * len(self._sizes) + level - 1
        return self._offsets[at].tolist(), self._offsets[at + 1].tolist()

    def _parts(self, line: str) -> Iterator[str]:
        """A line, divided by the weight of its fields."""
        written, ends = line.split(FIELD)[1:], list(accumulate(self._sizes))
        return (FIELD.join(["", *written[end - size : end]]) for end, size in zip(ends, self._sizes, strict=True))

    def _read_places(self, name: str, token: str, *, more: bool) -> Places:
        found = [np.zeros(0, dtype=np.int64)]
        for leaf, offset in self._reader.leaf_readers():
            words = list(leaf.expand_prefix(name, token)) if more else [token]
            found += [_postings(leaf, name, word) + offset for word in words if (name, word) in leaf]
        if not more:
            return np.concatenate(found)
        any_of_them = np.zeros(len(self.ids), dtype=np.bool_)
        for places in found:
            any_of_them[places] = True
        return np.flatnonzero(any_of_them)

    def _is_ours(self) -> bool:
        """Whether the folder holds an index of this form, and a whole one; others are begun anew.

        The state is written last: whoever was killed before has left more documents than it counts.
        """
        state = self._folder / _STATE
        known = json.loads(state.read_text(encoding="utf-8")) if state.exists() else None
        if not isinstance(known, dict) or known.get("form") != self._form:
            return False
        held = index.open_dir(str(self._folder)).doc_count_all(), len(np.load(self._folder / "ids.npy"))
        return set(held) == {known["count"]}

    def _write_state(self, ids: Places, offsets: Places, follower: Follower | None) -> None:
        np.save(self._folder / "ids.npy", ids)
        np.save(self._folder / "offsets.npy", offsets)
        state = {"form": self._form, "count": len(ids), "follower": asdict(follower) if follower else None}
        beside = self._folder / f"{_STATE}.new"
        beside.write_text(json.dumps(state), encoding="utf-8")
        beside.replace(self._folder / _STATE)

    def _load(self) -> None:
        self.ids: Places = np.load(self._folder / "ids.npy")
        self._offsets: Places = np.load(self._folder / "offsets.npy")
        state = json.loads((self._folder / _STATE).read_text(encoding="utf-8"))["follower"]
        if state is not None:
            state["applied"] = {int(token): ids for token, ids in state["applied"].items()}
        self.follower = Follower(**state) if state is not None else None
        self._reader = index.open_dir(str(self._folder)).reader()
        with (self._folder / _LINES).open("rb") as lines:
            self._lines = mmap.mmap(lines.fileno(), 0, access=mmap.ACCESS_READ) if self._offsets[-1] else b""
        self.forget()


def _field(level: int) -> str:
    """Whoosh's field for the words of a weight."""
    return f"words{level}"


def _write_words(writer: Any, name: str, words: Mapping[str, Iterable[int]]) -> None:
    """Straight into the codec's writer: by way of the documents Whoosh sorts on disk, one posting at a time."""
    terms = writer.fieldwriter
    terms.start_field(name, writer.schema[name])
    for token in sorted(words, key=str.encode):
        if token != FIELD and not is_sign(token):
            terms.start_term(token.encode())
            for place in words[token]:
                terms.add(place, 1.0, b"", None)
            terms.finish_term()
    terms.finish_field()


def _postings(leaf: Any, name: str, word: str) -> Places:
    """A posting list as one array: Whoosh's blocks hold differences, and one at a time would be a call each."""
    matcher, parts = leaf.postings(name, word), []
    while matcher.is_active():
        matcher._read_data()
        parts.append(np.cumsum(array("I", matcher._data[0]), dtype=np.int64))
        matcher._next_block()
    return np.concatenate(parts)
