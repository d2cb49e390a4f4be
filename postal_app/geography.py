"""Where an address lies, which units of which catalogue it names, and what is near it.

1. An address keeps what the citizen wrote. Beside it stand the units we recognise, with their
   codes and the catalogue they are of: "2024", the 63 provinces with district and commune, or
   "2025", the 34 provinces with communes only, in force since 1/7/2025. Both are valid: old
   papers bear old names.
2. What is not recognised is told and left open; a best guess is never put in its place. Where
   a name fits several communes, all of them are offered.
3. Nothing here asks another machine: an address is personal data.

The units, their former names, their places and their merging are the data of vietnamadminunits.
Its parser and converter are not called: the parser finds Hà Nội inside "John", and the converter
sends the street to a public map service when a commune was divided. `postal_app.rules.addresses`
says how we read.
"""

import math
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import text_unidecode
from geopy.distance import geodesic, great_circle

from postal_app.errors import Invalid
from postal_app.rules import addresses
from postal_app.rules.addresses import CURRENT, FORMER, Catalogue, Certainty, Entry, Level, Unit
from postal_app.rules.vietnamese import nfc
from postal_app.rules.words import Words

# vietnamadminunits imports unidecode, which is under the GPL and so is not among our packages.
# text-unidecode carries the same tables under the Artistic licence and the same function name;
# it stands in its place before the imports below, here and nowhere else.
sys.modules["unidecode"] = text_unidecode

from vietnamadminunits.converter import converter_2025 as merger  # noqa: E402 (see above)
from vietnamadminunits.parser import parser_from_2025 as current  # noqa: E402
from vietnamadminunits.parser import parser_legacy as former  # noqa: E402

_NO_COMMUNE = "NaN"  # how the library writes that an island district has no communes
_OLDER_SPELLINGS = {  # of provinces, as old papers bear them; the library does not know them
    "thanhphohue": ("thuathienhue",),
    "tinhbackan": ("baccan",),
    "tinhdaklak": ("daclac", "darlac"),
    "tinhdaknong": ("dacnong",),
}
_SURE_MARGIN = 1.012  # sphere and ellipsoid differ by less than 0.6 % either way


class PointOutside(Invalid):
    """The coordinates are no point on the Earth."""

    words = Words(
        "Tọa độ ({latitude}; {longitude}) không hợp lệ: vĩ độ phải từ -90 đến 90, "
        "kinh độ từ -180 đến 180.",
        "The coordinates ({latitude}; {longitude}) are not valid: latitude must be -90 to 90, "
        "longitude -180 to 180.",
    )


@dataclass(frozen=True, slots=True)
class RecognisedAddress:
    """An address as written (NFC) and what of it is recognised; None is unknown, not absent.

    `catalogue` is "2024" or "2025", None when nothing is recognised. `latitude` and `longitude`
    are degrees (WGS 84) of the middle of the unit of level `located`. `unrecognised` are the
    phrases that should name a unit and do not. `possible` are the communes it may be where
    several fit, the likeliest first.
    """

    as_written: str
    catalogue: str | None = None
    province: Unit | None = None
    district: Unit | None = None
    commune: Unit | None = None
    latitude: float | None = None
    longitude: float | None = None
    located: Level | None = None
    certainty: Certainty = Certainty.UNKNOWN
    unrecognised: tuple[str, ...] = ()
    possible: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the map, in degrees (WGS 84)."""

    code: str
    name: str
    latitude: float
    longitude: float

    @property
    def point(self) -> tuple[float, float]:
        """Latitude and longitude in degrees."""
        return self.latitude, self.longitude


def recognise(text: str) -> RecognisedAddress:
    """Give the units an address names, old three-part or new two-part; never raises."""
    reading = addresses.read(text, (_catalogue(FORMER), _catalogue(CURRENT)))
    recognised = RecognisedAddress(nfc(text), unrecognised=reading.unrecognised)
    if not reading.chain:
        return recognised
    return replace(
        _located(recognised, reading.chain),
        catalogue=reading.edition,
        certainty=reading.certainty,
        possible=tuple(entry.unit for entry in reading.possible),
    )


def to_current(address: RecognisedAddress) -> RecognisedAddress:
    """Give the same address in the units of 1/7/2025 ("2025").

    A commune that was divided leaves the commune open and its parts in `possible`; the place
    known before is kept. An address already current, or not recognised, comes back as it is.

    Raises:
        KeyError: a code is not of the catalogue of 2024; that is our fault.
    """
    if address.catalogue != FORMER or address.province is None:
        return address
    merged = _successors(address.commune or address.district or address.province)
    province = _catalogue(CURRENT).entries[_new_province(address.province)]
    moved = replace(address, catalogue=CURRENT, province=province.unit, district=None)
    if len(merged) == 1:
        sure = address.certainty if address.commune else Certainty.LIKELY  # an island district
        return replace(_located(moved, (province, merged[0])), certainty=sure)
    return replace(
        moved,
        commune=None,
        certainty=Certainty.PARTIAL,
        possible=tuple(entry.unit for entry in merged),
    )


def former_units(code: str) -> tuple[str, str] | None:
    """Give the codes of province and district in which a commune or district of 2024 lay.

    None when the catalogue of 2024 has no such code.
    """
    found = _former_by_code().get(code)
    if found is None or len(found.path) < 2:
        return None
    entries = _catalogue(FORMER).entries
    return entries[found.path[:1]].unit.code, entries[found.path[:2]].unit.code


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Give the distance in kilometres along the Earth between two points.

    Args:
        a: latitude and longitude in degrees (WGS 84).
        b: the same of the other point.

    Raises:
        PointOutside: a latitude or longitude is no number or out of range.
    """
    return float(geodesic(_checked(a), _checked(b)).kilometers)


def nearest(
    places: Iterable[Place], point: tuple[float, float], count: int
) -> list[tuple[Place, float]]:
    """Give the `count` places nearest to a point, each with its distance in kilometres.

    Places equally far stand in the order of their codes.

    Args:
        places: where to look.
        point: latitude and longitude in degrees (WGS 84).
        count: how many at most.

    Raises:
        PointOutside: a latitude or longitude is no number or out of range.
    """
    here = _checked(point)
    # The exact distance costs ten times the one on a sphere, so only those near enough get it.
    rough = sorted(
        ((float(great_circle(here, _checked(place.point)).kilometers), place) for place in places),
        key=lambda pair: (pair[0], pair[1].code),
    )
    if count < 1 or not rough:
        return []
    limit = rough[min(count, len(rough)) - 1][0] * _SURE_MARGIN
    exact = [(place, kilometres(here, place.point)) for far, place in rough if far <= limit]
    return sorted(exact, key=lambda pair: (pair[1], pair[0].code))[:count]


def _checked(point: tuple[float, float]) -> tuple[float, float]:
    latitude, longitude = point
    if math.isfinite(latitude) and abs(latitude) <= 90 and abs(longitude) <= 180:
        return latitude, longitude
    raise PointOutside(latitude=latitude, longitude=longitude)


def _located(address: RecognisedAddress, chain: tuple[Entry, ...]) -> RecognisedAddress:
    units = {entry.level: entry.unit for entry in chain}
    deepest = chain[-1]
    return replace(
        address,
        province=units.get(Level.PROVINCE),
        district=units.get(Level.DISTRICT),
        commune=units.get(Level.COMMUNE),
        latitude=deepest.latitude,
        longitude=deepest.longitude,
        located=deepest.level,
    )


def _new_province(former_province: Unit) -> tuple[str]:
    key = _former_entry(former_province).path[0]
    return (next(new for new, olds in merger.DICT_PROVINCE.items() if key in olds),)


def _successors(unit: Unit) -> tuple[Entry, ...]:
    """Give the present communes a former commune went into, the likeliest first."""
    communes = _catalogue(CURRENT).entries
    return tuple(communes[path] for path in _merged().get(_former_entry(unit).path, ()))


def _former_entry(unit: Unit) -> Entry:
    return _former_by_code()[unit.code]


@cache
def _former_by_code() -> dict[str, Entry]:
    # province, district and commune codes have two, three and five digits, so none meet
    return {entry.unit.code: entry for entry in _catalogue(FORMER).entries.values()}


@cache
def _merged() -> dict[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Give, by the path of each former commune, the paths of the communes it went into."""
    found: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}
    for province, whole in merger.DICT_PROVINCE_WARD_NO_DIVIDED.items():
        found |= {_path(old): ((province, new),) for new, olds in whole.items() for old in olds}
    for province, divided in merger.DICT_PROVINCE_WARD_DIVIDED.items():
        for old, parts in divided.items():
            likeliest_first = sorted(parts, key=lambda part: not part["isDefaultNewWard"])
            found[_path(old)] = tuple((province, part["newWardKey"]) for part in likeliest_first)
    return found


def _path(key: str) -> tuple[str, ...]:
    return tuple(step for step in key.split("_") if step)


@cache
def _catalogue(edition: str) -> Catalogue:
    entries: dict[tuple[str, ...], Entry] = {}
    by_name: dict[str, list[Entry]] = {}
    for entry in _former_units() if edition == FORMER else _current_units():
        entries[entry.path] = entry
        for name in entry.names:
            by_name.setdefault(name, []).append(entry)
    return Catalogue(edition, entries, by_name)


def _former_units() -> Iterator[Entry]:
    for province, row in former.DICT_PROVINCE.items():
        yield _entry(Level.PROVINCE, (province,), row, _OLDER_SPELLINGS.get(province, ()))
        split = former.DICT_PROVINCE_DISTRICT_DIVIDED.get(province, {}).values()
        for district, found in former.DICT_PROVINCE_DISTRICT[province].items():
            shared = [
                name
                for gone in split
                if district in gone["districts"]
                for name in gone["dividedDistrictKeywords"]
            ]
            yield _entry(Level.DISTRICT, (province, district), found, shared)
    for table in (
        former.DICT_PROVINCE_DISTRICT_WARD_NO_ACCENTED,
        former.DICT_PROVINCE_DISTRICT_WARD_ACCENTED,
    ):
        for province, districts in table.items():
            for district, communes in districts.items():
                for key, row in communes.items():
                    if key != _NO_COMMUNE:
                        yield _entry(Level.COMMUNE, (province, district, key), row)


def _current_units() -> Iterator[Entry]:
    for province, row in current.DICT_PROVINCE.items():
        yield _entry(Level.PROVINCE, (province,), row, _OLDER_SPELLINGS.get(province, ()))
    for table in (current.DICT_PROVINCE_WARD_NO_ACCENTED, current.DICT_PROVINCE_WARD_ACCENTED):
        for province, communes in table.items():
            for key, row in communes.items():
                yield _entry(Level.COMMUNE, (province, key), row)


def _entry(
    level: Level, path: tuple[str, ...], row: dict[str, Any], shared: Iterable[str] = ()
) -> Entry:
    word = "ward" if level is Level.COMMUNE else level.value
    kind = row.get(f"{word}Type") or row[word].removesuffix(row[f"{word}Short"]).strip()
    short = row[word][len(kind) + 1 :]  # the library's own is at times «Thạnh An (Xã)»
    return Entry(
        level,
        path,
        Unit(row[f"{word}Code"], f"{kind} {short}"),  # not «Thị Xã»
        short,
        addresses.names_of(short, level, (*row[f"{word}Keywords"], *shared)),
        row[f"{word}Lat"],
        row[f"{word}Lon"],
    )
