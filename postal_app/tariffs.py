"""What the post's own services cost on a day: asked by the counter, the calculator and receipts.

The zone of a way is found from what is kept: coordinates, and the codes of the catalogue 2024 of
points and parties. So an old price is found again after districts vanished. `tariff_lists` says
how prices are published.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.dossiers import Dossier, Party
from models.places import Agency, ServicePoint
from models.tariff import TariffPrice
from postal_app.geography import former_units, kilometres, recognise
from postal_app.rules.addresses import FORMER
from postal_app.rules.tariff import (
    LIGHTEST,
    SERVICES_OF,
    End,
    Rate,
    Service,
    Way,
    ZoneKind,
    rate_for,
    way_between,
)
from postal_app.rules.vietnamese import day

SERVICES_AT = {"supplement": (Service.SUBMIT,), "delivery": (Service.RETURN,)}
"""The way that money taken after the intake is for."""


@dataclass(frozen=True, slots=True)
class PriceQuestion:
    """What is to be carried between whom; a receiver who is not known lives by the point.

    `grams` is the weight of the envelope, or the lightest while nobody has weighed it.
    """

    services: tuple[Service, ...]
    point: End
    agency: End
    receiver: End | None = None
    grams: int = LIGHTEST


@dataclass(frozen=True, slots=True)
class Price:
    """A price and what it is made of, in whole đồng: `amount` is paid, `vat` lies inside."""

    amount: int
    vat: int
    version: str
    zones: tuple[str, ...]
    rates: tuple[Rate, ...]

    def vat_of(self, amount: int) -> int:
        """Give the VAT inside another amount taken for the same, at the same rate."""
        return round(amount * self.vat / self.amount) if self.amount else 0


def price_of(session: Session, question: PriceQuestion, on: date) -> Price | None:
    """Give the price of a service on a day; of two ways the sum. None when it is not published."""
    return _price(in_force(session, on), question, on)


def price_of_line(
    session: Session, dossier: Dossier, kind: str, moment: str, on: date
) -> Price | None:
    """Give the price of the postage or the remittance of a dossier; None of any other kind."""
    if kind == "remittance":
        return remittance_price(session, on)
    known = in_force(session, on) if kind == "postage" else ()
    if not known:
        return None
    services = SERVICES_AT.get(moment) or SERVICES_OF[dossier.service_form]
    point = session.get_one(ServicePoint, dossier.point_id)
    agency = session.get_one(Agency, dossier.agency_id)
    receiver = next((one for one in dossier.parties if one.part == "receiver"), None)
    question = PriceQuestion(
        services,
        point_end(point),
        agency_end(agency),
        party_end(receiver) if receiver is not None else None,
    )
    return _price(known, question, on)


def suggested_price(
    session: Session, point_id: int, agency: Agency, service_form: str, on: date
) -> Price | None:
    """Give what the counter suggests: the lightest step, the receiver living by the point."""
    here = point_end(session.get_one(ServicePoint, point_id))
    question = PriceQuestion(SERVICES_OF[service_form], here, agency_end(agency))
    return price_of(session, question, on)


def remittance_price(session: Session, on: date) -> Price | None:
    """Give the price of remitting the fees of one dossier on a day; None when not published."""
    return price_of(session, PriceQuestion((Service.REMITTANCE,), End(), End()), on)


def versions_on(session: Session, days: Collection[date]) -> dict[date, str]:
    """Give the version of the postage of those days on which one is published."""
    rows = [
        one for one in _rows(session, min(days), max(days)) if one.service is not Service.REMITTANCE
    ]
    told = {on: version_of(one for one in rows if one.is_in_force(on)) for on in set(days)}
    return {on: version for on, version in told.items() if version}


def version_of(rates: Iterable[Rate]) -> str:
    """Give what names the prices: their decisions and the days from which they hold."""
    return "; ".join(sorted({f"{one.source}, từ {day(one.valid_from)}" for one in rates}))


def in_force(session: Session, on: date) -> tuple[Rate, ...]:
    """Give the prices in force on a day."""
    return _rows(session, on, on)


def rate_of(row: TariffPrice) -> Rate:
    """Give a published price as a value."""
    return Rate(
        Service(row.service),
        ZoneKind(row.zone_kind),
        row.zone,
        row.up_to_km,
        tuple(row.provinces),
        row.up_to_grams,
        row.price,
        row.ceiling,
        row.vat_percent,
        row.valid_from,
        row.valid_to,
        row.source,
    )


def point_end(point: ServicePoint) -> End:
    """Give the end of a way at a service point."""
    units = former_units(point.commune_code) if point.catalogue == FORMER else None
    return End((point.latitude, point.longitude), *(units or (None, None)))


def agency_end(agency: Agency) -> End:
    """Give the end of a way at an agency, by its address where it has no coordinates."""
    end = _public_end(agency.address)
    if agency.latitude is None or agency.longitude is None:
        return end
    return End((agency.latitude, agency.longitude), end.province, end.district)


def party_end(party: Party) -> End:
    """Give the end of a way at a party, by the codes kept with it."""
    end = address_end(party.address)
    if party.catalogue != FORMER:
        return End(end.point)
    return End(end.point, party.province_code, party.district_code)


def address_end(address: str) -> End:
    """Give the end of a way at an address, as far as it is recognised."""
    place = recognise(address)
    point = None
    if place.latitude is not None and place.longitude is not None:
        point = place.latitude, place.longitude
    if place.catalogue != FORMER:
        return End(point)
    province, district = place.province, place.district
    return End(point, province.code if province else None, district.code if district else None)


def _price(known: Collection[Rate], question: PriceQuestion, on: date) -> Price | None:
    if not known:
        return None
    rates = []
    for service in question.services:
        found = rate_for(known, service, _way(question, service), question.grams, on)
        if found is None:
            return None
        rates.append(found)
    return Price(
        amount=sum(one.amount for one in rates),
        vat=sum(one.vat for one in rates),
        version=version_of(rates),
        zones=tuple(dict.fromkeys(one.zone for one in rates)),
        rates=tuple(rates),
    )


@lru_cache(maxsize=2_000)
def _public_end(address: str) -> End:
    """Remember the ends of agencies, which are asked for at every counter and are nobody's home."""
    return address_end(address)


def _rows(session: Session, first: date, last: date) -> tuple[Rate, ...]:
    rows = session.scalars(
        select(TariffPrice)
        .where(
            TariffPrice.valid_from <= last,
            or_(TariffPrice.valid_to.is_(None), TariffPrice.valid_to >= first),
        )
        .order_by(TariffPrice.id)
    )
    return tuple(map(rate_of, rows))


def _way(question: PriceQuestion, service: Service) -> Way:
    if service is Service.REMITTANCE:
        return Way()
    if service is Service.SUBMIT:
        here, there = question.point, question.agency
    else:
        here, there = question.agency, question.receiver or question.point
    if here.point is None or there.point is None:
        return way_between(here, there, None)
    return way_between(here, there, kilometres(here.point, there.point))
