"""How a written address is read against a catalogue of administrative units.

1. A unit is recognised by whole words, never by letters inside a word, in any case, with marks
   or without, in either spelling of the tone, and by its former names.
2. A word of kind before a name («xã», «TX.», «tỉnh») binds: «phường Hoàn Kiếm» is no district.
   Within a level another kind is a doubt, for units are raised: «thị xã» became «thành phố».
3. A name without its kind counts only where it closes a phrase, and not behind the words of a
   street: «5 Trần Hưng Đạo, Hoàn Kiếm» names no commune of that name.
4. A commune is looked for only inside the district or the province written with it. A name
   that several communes bear stays open; so does one that none bears.
5. Of two catalogues the one that explains more of the words is the one meant. Where both
   explain as much, the address that is complete wins, then the catalogue now in force.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from postal_app.rules.address_words import (
    Word,
    is_street,
    phrase,
    spelled_as,
    squeezed,
    words_of,
)
from postal_app.rules.words import Words


class Level(StrEnum):
    """How high a unit stands."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class Certainty(StrEnum):
    """How far an address is recognised."""

    CERTAIN = "certain"
    LIKELY = "likely"
    PARTIAL = "partial"
    UNKNOWN = "unknown"


CERTAINTIES = {
    Certainty.CERTAIN: Words("Đã nhận ra địa chỉ", "The address is recognised"),
    Certainty.LIKELY: Words(
        "Đã nhận ra địa chỉ, đề nghị kiểm tra lại", "Recognised; please check it"
    ),
    Certainty.PARTIAL: Words(
        "Mới nhận ra một phần địa chỉ", "Only a part of the address is recognised"
    ),
    Certainty.UNKNOWN: Words("Không nhận ra địa chỉ", "The address is not recognised"),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit: its code in its catalogue and its full name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A unit as a catalogue holds it, with its place in degrees (WGS 84).

    `path` are the keys from the province down, `short` the name without its kind, `names` the
    other names it is known by, each without spaces, marks or kind.
    """

    level: Level
    path: tuple[str, ...]
    unit: Unit
    short: str
    names: frozenset[str]
    latitude: float
    longitude: float

    @property
    def kind(self) -> str:
        """The kind as one folded word: `thanhpho`, `xa`."""
        whole = squeezed(self.unit.name)
        return next((kind for kind in KINDS[self.level] if whole.startswith(kind)), "")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The units of a time: by path, and by every name they are known by."""

    edition: str
    entries: Mapping[tuple[str, ...], Entry]
    by_name: Mapping[str, Sequence[Entry]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a catalogue explains of an address; `chain` runs from the province down."""

    edition: str
    chain: tuple[Entry, ...] = ()
    possible: tuple[Entry, ...] = ()
    doubtful: bool = False
    covered: frozenset[int] = frozenset()
    unrecognised: tuple[str, ...] = ()
    certainty: Certainty = Certainty.UNKNOWN


@dataclass(frozen=True, slots=True)
class _Match:
    covered: frozenset[int]
    entries: tuple[Entry, ...]
    kind: str
    start: int
    end: int
    spelled: str

    @property
    def rank(self) -> tuple[bool, int, int]:
        """With its kind before without, then from the right, then the longer."""
        return bool(self.kind), self.end, self.end - self.start


@dataclass(slots=True)
class _Reader:
    """Reads one address against one catalogue, from the province down."""

    words: list[Word]
    catalogue: Catalogue
    taken: set[int] = field(default_factory=set)
    doubtful: bool = False

    def read(self) -> Reading:
        provinces = self.take(Level.PROVINCE, lambda _: True)
        before = set(self.taken)
        districts = self.take(Level.DISTRICT, _inside(provinces))
        astray = self._has_kind_left(Level.DISTRICT)
        outer = districts or provinces
        communes: tuple[Entry, ...] = ()
        if districts or not astray or (provinces and self.catalogue.edition == CURRENT):
            communes = self.take(Level.COMMUNE, _inside(outer), alone=not outer)
        if len(districts) > 1 and not communes:
            self.taken = before  # a district since divided, and nothing says which part
        found = [entries for entries in (provinces, districts, communes) if entries]
        chain = self._shared_chain(found[-1]) if found else ()
        inferred = len(chain) > len(found)
        return Reading(
            self.catalogue.edition,
            chain,
            communes if len(communes) > 1 else (),
            self.doubtful or inferred or astray or len(communes) > 1,
            frozenset(self.taken) if chain else frozenset(),
            tuple(self.unexplained(chain)),
        )

    @property
    def marked(self) -> bool:
        """Whether the writer uses marks: without any, «thanh an» may be «Thạnh An» as well."""
        return not all(word.spelled.isascii() for word in self.words if word.original)

    def unexplained(self, chain: tuple[Entry, ...]) -> Iterator[str]:
        """Give the phrases that should name a unit of this catalogue and do not."""
        first = min(self.taken, default=0)
        parts: dict[int, list[int]] = {}
        for index, word in enumerate(self.words):
            if index not in self.taken:
                parts.setdefault(word.part, []).append(index)
        before = [indexes for indexes in parts.values() if indexes[0] < first]
        for indexes in parts.values():
            kinds = [index for index in indexes if self._kind_at(index)]
            on_the_left = indexes in before
            of_the_place = indexes == before[-1] and not _is_complete(chain) if before else False
            if kinds:
                yield phrase(self.words[i] for i in indexes if i >= kinds[0])
            elif not on_the_left or (of_the_place and not self._names_street(indexes)):
                yield phrase(self.words[i] for i in indexes)

    def take(
        self, level: Level, allowed: Callable[[Entry], bool], alone: bool = False
    ) -> tuple[Entry, ...]:
        """Give the units that the best words of this level name, and mark the words as taken.

        A commune written alone, without district or province, has to stand at the end, with its
        kind and rightly spelled.
        """
        matches = list(self._matches(level, allowed))
        if alone:
            matches = [m for m in matches if m.kind and m.end + 1 == len(self.words)]
        if not matches:
            return ()
        best = max(matches, key=lambda match: match.rank)
        entries = _closest(best, self.marked)
        exactly = all(_exactly(best, entry) for entry in entries)
        if alone and not (exactly and len(entries) == 1):
            return ()
        self.taken |= best.covered
        self.doubtful |= not exactly
        return entries

    def _matches(self, level: Level, allowed: Callable[[Entry], bool]) -> Iterator[_Match]:
        for start, first in enumerate(self.words):
            name = spelled = ""
            for end in range(start, min(start + _LONGEST_NAME, len(self.words))):
                word = self.words[end]
                if end in self.taken or word.segment != first.segment:
                    break
                name, spelled = name + word.folded, spelled + word.spelled
                found = tuple(
                    entry
                    for entry in self.catalogue.by_name.get(name, ())
                    if entry.level is level and allowed(entry)
                )
                if found and (match := self._match(start, end, found, spelled)):
                    yield match

    def _match(self, start: int, end: int, found: tuple[Entry, ...], spelled: str) -> _Match | None:
        level = found[0].level
        kind, kind_start = self._kind_before(start)
        if kind:
            found = tuple(entry for entry in found if _may_be(kind, entry))
            if not found or kind_start in self.taken:
                return None
            return _Match(frozenset(range(kind_start, end + 1)), found, kind, start, end, spelled)
        if self.words[start].folded.isdigit() and start == end:
            return None
        if not self._closes_phrase(end) or self._behind_street(start, level):
            return None
        return _Match(frozenset(range(start, end + 1)), found, "", start, end, spelled)

    def _kind_before(self, start: int) -> tuple[str, int]:
        for begin in (start - 2, start - 1):
            if begin >= 0 and (kind := self._kind_of(begin, start)):
                return kind, begin
        return "", start

    def _kind_at(self, index: int) -> str:
        ends = (end for end in (index + 2, index + 1) if end < len(self.words))
        return next((kind for end in ends if (kind := self._kind_of(index, end))), "")

    def _kind_of(self, begin: int, named: int) -> str:
        """Give the kind these words say of the name that starts at `named`; empty for none."""
        words = self.words[begin : named + 1]
        if words[0].segment != words[-1].segment:
            return ""
        return _KIND_SAID.get("".join(word.spelled for word in words[:-1]), "")

    def _closes_phrase(self, end: int) -> bool:
        after = end + 1
        return (
            after == len(self.words)
            or after in self.taken
            or self.words[after].part != self.words[end].part
            or bool(self._kind_at(after))
        )

    def _behind_street(self, start: int, level: Level) -> bool:
        part = self.words[start].part
        before = [index for index in range(start) if self.words[index].part == part]
        return self._names_street(before if level is Level.COMMUNE else before[-1:])

    def _names_street(self, indexes: list[int]) -> bool:
        words = [self.words[index] for index in indexes]
        return any(word.folded.isdigit() or is_street(word) for word in words)

    def _has_kind_left(self, level: Level) -> bool:
        return any(
            index not in self.taken and self._kind_at(index) in KINDS[level]
            for index in range(len(self.words))
        )

    def _shared_chain(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Give the units, from the province down, that all these have in common."""
        shared = entries[0].path
        for entry in entries:
            while entry.path[: len(shared)] != shared:
                shared = shared[:-1]
        return tuple(self.catalogue.entries[shared[: depth + 1]] for depth in range(len(shared)))


FORMER, CURRENT = "2024", "2025"

KINDS = {
    Level.PROVINCE: ("tinh", "thanhpho"),
    Level.DISTRICT: ("huyen", "quan", "thixa", "thanhpho"),
    Level.COMMUNE: ("xa", "phuong", "thitran", "dackhu"),
}
_KINDS_WRITTEN = (
    *("tỉnh", "thành phố", "huyện", "quận", "thị xã"),
    *("xã", "phường", "thị trấn", "đặc khu"),
)
_KIND_SAID = {  # with its marks or without any: «quán» is no «quận»
    said: squeezed(kind) for kind in _KINDS_WRITTEN for said in (spelled_as(kind), squeezed(kind))
}
_LONGEST_NAME = 8


def names_of(name: str, level: Level, keywords: Iterable[str]) -> frozenset[str]:
    """Give what a unit may be called in an address: its name and its former ones, no kinds."""
    known = {squeezed(keyword) for keyword in keywords} | {squeezed(name)}
    return frozenset(_bare(alias, level, known) for alias in known)


def _bare(alias: str, level: Level, known: set[str]) -> str:
    """Take off the kind where that leaves a name: «xã Đàn» keeps it unless «Đàn» is known."""
    kind = next((kind for kind in KINDS[level] if alias.startswith(kind)), "")
    bare = alias.removeprefix(kind)
    if bare.isdigit():
        return bare.lstrip("0") or bare
    return bare if bare in known else alias


def read(address: str, catalogues: Iterable[Catalogue]) -> Reading:
    """Give the reading of the catalogue that explains the address best."""
    words = words_of(address)
    readings = [_Reader(words, catalogue).read() for catalogue in catalogues]
    best = max(readings, key=_explains)
    if not best.chain:
        return Reading("", unrecognised=best.unrecognised)
    rivals = [r for r in readings if r is not best and not r.doubtful]
    doubtful = best.doubtful or any(len(r.covered) == len(best.covered) for r in rivals)
    if not _is_complete(best.chain):
        certainty = Certainty.PARTIAL
    else:
        certainty = Certainty.LIKELY if doubtful or best.unrecognised else Certainty.CERTAIN
    return replace(best, doubtful=doubtful, certainty=certainty)


def _explains(reading: Reading) -> tuple[int, bool, bool]:
    names_a_commune = _is_complete(reading.chain) or bool(reading.possible)
    return len(reading.covered), names_a_commune, reading.edition == CURRENT


def _is_complete(chain: tuple[Entry, ...]) -> bool:
    return bool(chain) and chain[-1].level is Level.COMMUNE


def _inside(outer: tuple[Entry, ...]) -> Callable[[Entry], bool]:
    paths = {entry.path for entry in outer}
    return lambda entry: not paths or any(entry.path[: len(path)] == path for path in paths)


def _may_be(kind: str, entry: Entry) -> bool:
    if entry.level is Level.PROVINCE and kind == "thanhpho":
        return entry.kind == kind  # «thành phố Hòa Bình» is the city, not the province
    return kind in KINDS[entry.level]


def _closest(match: _Match, marked: bool) -> tuple[Entry, ...]:
    """Give the units of a match, fewer where the kind or the marks tell them apart."""
    tests: tuple[Callable[[Entry], bool], ...] = (
        lambda entry: entry.kind == match.kind,
        lambda entry: marked and spelled_as(entry.short) == match.spelled,
    )
    found = match.entries
    for test in tests:
        if len(found) > 1:
            found = tuple(entry for entry in found if test(entry)) or found
    return found


def _exactly(match: _Match, entry: Entry) -> bool:
    if entry.level is Level.PROVINCE:
        return True  # «HCM» or «tỉnh Huế» leave no doubt which is meant
    own_name = match.spelled in {spelled_as(entry.short), squeezed(entry.short)}
    return own_name and match.kind in {"", entry.kind}
