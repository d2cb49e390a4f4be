"""What the post's own services cost: zones, weight steps, VAT, and which price holds.

1. Prices are published with their days; the State's price (TT 22/2017/TT-BTTTT) is a ceiling and
   the enterprise sets its own beneath it. The price that holds is that of the day of acceptance.
2. There and back are two prices; who orders both pays both. Bringing the appointment slip and
   carrying recovered papers to the agency are inside.
3. Until 30/6/2025 a zone was «same district», «other district» or another province, some of them
   near and some far. Districts ended on 1/7/2025, so a zone is now a distance in a straight line,
   which can be found again later. An old question is answered by the codes of the address
   catalogue 2024 that were kept with the dossier, never by the map of today.
4. Of several zones that fit, the closest is asked; in it the least weight step that is enough. A
   zone without a step for so heavy an envelope has no price: none is guessed.
5. VAT is added to the price and rounded to whole đồng, half upwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from postal_app.rules.words import Words

LAST_DAY_OF_DISTRICTS = date(2025, 6, 30)
LIGHTEST = 1


class Service(StrEnum):
    """What has a price of its own."""

    SUBMIT = "submit"
    RETURN = "return"
    REMITTANCE = "remittance"


SERVICE_WORDS = {
    Service.SUBMIT: Words("Nộp hồ sơ", "Sending the dossier"),
    Service.RETURN: Words("Trả kết quả", "Bringing the result"),
    Service.REMITTANCE: Words("Chuyển nộp phí, lệ phí", "Remitting fees"),
}
SERVICES_OF = {
    "send": (Service.SUBMIT,),
    "receive": (Service.RETURN,),
    "both": (Service.SUBMIT, Service.RETURN),
}
"""The ways a service form orders; the price of both is the sum."""


class ZoneKind(StrEnum):
    """How a zone is drawn, the closest first."""

    SAME_DISTRICT = "same_district"
    OTHER_DISTRICT = "other_district"
    OTHER_PROVINCE = "other_province"
    DISTANCE = "distance"
    ANY = "any"


ZONE_WORDS = {
    ZoneKind.SAME_DISTRICT: Words("Cùng huyện", "Same district"),
    ZoneKind.OTHER_DISTRICT: Words("Khác huyện", "Other district"),
    ZoneKind.OTHER_PROVINCE: Words("Khác tỉnh", "Other province"),
    ZoneKind.DISTANCE: Words("Khoảng cách", "Distance"),
    ZoneKind.ANY: Words("Mọi nơi", "Anywhere"),
}
OF_DISTRICTS = frozenset({ZoneKind.SAME_DISTRICT, ZoneKind.OTHER_DISTRICT, ZoneKind.OTHER_PROVINCE})
"""Zones that ended with the districts."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a way: its place in degrees, its province and district by the codes of 2024.

    What is not known is None; a place of the catalogue 2025 has no district.
    """

    point: tuple[float, float] | None = None
    province: str | None = None
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """Between two ends: kilometres in a straight line, and the old zone with the far province."""

    kilometres: float | None = None
    zone: ZoneKind | None = None
    far_province: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """A published price; amounts in whole đồng before VAT, steps None where they have no end."""

    service: Service
    zone_kind: ZoneKind
    zone: str
    up_to_km: int | None
    provinces: tuple[str, ...]
    up_to_grams: int | None
    price: int
    ceiling: int | None
    vat_percent: int
    valid_from: date
    valid_to: date | None
    source: str

    @property
    def key(self) -> tuple[Service, ZoneKind, int | None, tuple[str, ...], int | None]:
        """Give what one price at a time holds for."""
        return self.service, self.zone_kind, self.up_to_km, self.provinces, self.up_to_grams

    @property
    def amount(self) -> int:
        """Give what is paid, VAT inside."""
        return self.price + self.vat

    @property
    def vat(self) -> int:
        """Give the VAT on the price."""
        return _rounded(self.price * self.vat_percent, 100)

    def is_in_force(self, on: date) -> bool:
        """Tell whether the price holds on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def reaches(self, way: Way) -> bool:
        """Tell whether a way lies in the zone of the price."""
        if self.zone_kind is ZoneKind.ANY:
            return True
        if self.zone_kind is ZoneKind.DISTANCE:
            return self.up_to_km is None or (
                way.kilometres is not None and way.kilometres <= self.up_to_km
            )
        return self.zone_kind is way.zone and (
            not self.provinces or way.far_province in self.provinces
        )


def way_between(here: End, there: End, kilometres: float | None) -> Way:
    """Give the way from a service point's end, `here`, to another."""
    if here.province is None or there.province is None:
        return Way(kilometres)
    if here.province != there.province:
        return Way(kilometres, ZoneKind.OTHER_PROVINCE, there.province)
    if here.district is None or there.district is None:
        return Way(kilometres)
    same = here.district == there.district
    return Way(kilometres, ZoneKind.SAME_DISTRICT if same else ZoneKind.OTHER_DISTRICT)


def rate_for(
    rates: Iterable[Rate], service: Service, way: Way, grams: int, on: date
) -> Rate | None:
    """Give the price that holds for a way and a weight on a day; None when none is published."""
    fitting = [
        one for one in rates if one.service is service and one.is_in_force(on) and one.reaches(way)
    ]
    if not fitting:
        return None
    closest = min(map(_closeness, fitting))
    enough = [
        one
        for one in fitting
        if _closeness(one) == closest and (one.up_to_grams is None or grams <= one.up_to_grams)
    ]
    return min(
        enough, key=lambda one: (one.up_to_grams is None, one.up_to_grams or 0), default=None
    )


def vat_inside(amount: int, percent: int) -> int:
    """Give the VAT inside an amount that was paid with it."""
    return _rounded(amount * percent, 100 + percent)


def _closeness(rate: Rate) -> tuple[int, bool, int, bool]:
    kinds = list(ZoneKind)
    return (
        kinds.index(rate.zone_kind),
        rate.up_to_km is None,
        rate.up_to_km or 0,
        not rate.provinces,
    )


def _rounded(part: int, whole: int) -> int:
    return (2 * part + whole) // (2 * whole)
