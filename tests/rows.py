"""Rows written straight into the tables, for what is read from them: people, places, papers.

`makers.py` goes through the counter; here a test sets each day and each permission itself. What
happens to an item goes through the real ledger desk.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy.orm import Session

from models.dossiers import Dossier
from models.items import Item, Leg
from models.places import Agency, AgencyCode, Province, Qualification, ServicePoint
from models.procedures import Decision, Permission, Procedure, Terms
from models.staff import Account, Assignment
from postal_app.ledger import NewFact, Recorded, record
from postal_app.rules.codes import item_number
from postal_app.rules.custody import Custody
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.legs import SUBMISSION
from postal_app.rules.permission import Direction
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import VIETNAM, fold

LONG_AGO = date(2025, 1, 1)
_numbers = count(1)
R = TypeVar("R")


def at(days: date, hour: int = 9, minute: int = 0) -> datetime:
    """Give a moment of a day in Việt Nam; nine in the morning unless told."""
    return datetime(days.year, days.month, days.day, hour, minute, tzinfo=VIETNAM)


def province_row(session: Session, *, sample: bool = False) -> Province:
    """Make Hòa Bình."""
    return _made(session, Province(code="H28", name="Hòa Bình", sample=sample))


def point_row(
    session: Session,
    code: str = "353900",
    name: str = "Bưu cục Lương Sơn",
    *,
    qualified: tuple[date, date | None] | None = (LONG_AGO, None),
) -> ServicePoint:
    """Make a service point, qualified from the first to the last day given."""
    made = ServicePoint(
        code=code,
        name=name,
        kind="post_office",
        address=name.removeprefix("Bưu cục "),
        commune_code="05089",
        catalogue="2024",
        latitude=20.87,
        longitude=105.53,
    )
    if qualified:
        made.qualifications = [Qualification(valid_from=qualified[0], valid_to=qualified[1])]
    return _made(session, made)


def agency_row(
    session: Session, name: str = "Sở Tư pháp", code: str = "H28.15", level: str = "province"
) -> Agency:
    """Make an agency with its identifier."""
    return _made(
        session,
        Agency(
            name=name,
            level=level,
            address="Phường Hòa Bình",
            latitude=None,
            longitude=None,
            codes=[AgencyCode(code=code, valid_from=LONG_AGO)],
        ),
    )


def decision_row(
    session: Session, number: str = "12/QĐ-UBND", issued_on: date = LONG_AGO
) -> Decision:
    """Make a decision of the province, in force from the day it was issued."""
    made = Decision(
        number=number,
        issued_on=issued_on,
        in_force_from=issued_on,
        issuer="UBND tỉnh Hòa Bình",
        file_name="danh-muc.xlsx",
        file_digest="00" * 32,
        imported_at=at(issued_on),
        imported_by="quan.tri",
    )
    return _made(session, made)


def procedure_row(
    session: Session,
    decision: Decision,
    code: str = "2.000488",
    name: str = "Cấp phiếu lý lịch tư pháp",
    *,
    submit: bool | None = True,
    back: bool | None = True,
) -> Procedure:
    """Make a procedure with what the decision says of each direction; None: it does not speak."""
    made = Procedure(code=code)
    made.terms = [
        Terms(
            decision=decision,
            name=name,
            field="Tư pháp",
            agency_level="province",
            presence_needed=False,
            online_level="not_stated",
            folded_name=fold(name),
            folded_field=fold("Tư pháp"),
            valid_from=decision.in_force_from,
        )
    ]
    for direction, allowed in ((Direction.SUBMIT, submit), (Direction.RETURN, back)):
        if allowed is not None:
            made.permissions.append(
                Permission(
                    decision=decision,
                    direction=direction.value,
                    allowed=allowed,
                    reason="" if allowed else "Người nộp phải có mặt",
                    valid_from=decision.in_force_from,
                )
            )
    return _made(session, made)


def actor_row(
    session: Session, role: Role, place: ServicePoint | Agency | Province, name: str
) -> Actor:
    """Make an account with one assignment, and its holder signed in there."""
    account = _made(
        session,
        Account(
            sign_in=fold(name).replace(" ", "."),
            full_name=name,
            password_hash="no password opens this",
            created_at=at(LONG_AGO),
        ),
    )
    where = {
        "point_id": place.id if isinstance(place, ServicePoint) else None,
        "agency_id": place.id if isinstance(place, Agency) else None,
        "province_id": place.id if isinstance(place, Province) else None,
    }
    assignment = _made(
        session, Assignment(account_id=account.id, role=role.value, valid_from=LONG_AGO, **where)
    )
    return Actor(account.id, assignment.id, role, name, place.name, **where)


def dossier_row(
    session: Session,
    point: ServicePoint,
    agency: Agency,
    clerk: Actor,
    procedure_code: str = "2.000488",
    *,
    sealed_at: datetime | None = None,
) -> Dossier:
    """Make a dossier taken in at the counter, or without a seal one that an agency registered."""
    made = Dossier(
        number=f"HB26-{next(_numbers):06d}",
        service_form="both" if sealed_at else "receive",
        procedure_code=procedure_code,
        point_id=point.id,
        agency_id=agency.id,
        opened_by=clerk.account_id,
        form_version="1",
        opened_at=sealed_at or at(LONG_AGO),
        counted_at=sealed_at,
        signed_at=sealed_at,
        sealed_at=sealed_at,
    )
    return _made(session, made)


def item_row(
    session: Session, dossiers: Sequence[Dossier], started_at: datetime, kind: str = SUBMISSION
) -> Item:
    """Make a sealed envelope with one leg for each dossier; nothing has happened to it yet."""
    opening = Custody()
    made = Item(
        number=item_number("RH", 10_000_000 + next(_numbers)),
        leg=kind,
        point_id=dossiers[0].point_id,
        agency_id=dossiers[0].agency_id,
        seal_number=f"NP{next(_numbers):06d}",
        weight_grams=120,
        created_at=started_at,
        state=opening.state.value,
        integrity=opening.integrity.value,
        holder_kind=opening.holder.kind.value,
        holder_id=opening.holder.id,
        outcome=opening.outcome.value,
        proven=False,
        closed=False,
        changed_at=started_at,
        entries=0,
        digest=b"",
    )
    made.legs = [Leg(dossier=dossier, kind=kind, started_at=started_at) for dossier in dossiers]
    return _made(session, made)


def happened(
    session: Session, item: Item, kind: str, occurred_at: datetime, by: Actor, **said: Any
) -> Recorded:
    """Let something happen to an item and give what the ledger says of it.

    `condition` and `corrects` are what they are in the ledger; the rest are its details.
    """
    takers = {
        "handed_to_agency": Holder(HolderKind.AGENCY, item.agency_id),
        "delivered": Holder(HolderKind.CITIZEN, 0),
    }
    condition, corrects = said.pop("condition", ""), said.pop("corrects", None)
    new = NewFact(
        item.id,
        uuid4(),
        kind,
        occurred_at,
        by,
        taker=takers.get(kind),
        condition=condition,
        corrects=corrects,
        details=said,
    )
    # Whatever a clock says, nothing of an envelope is recorded before there is one.
    now = max(occurred_at, item.created_at) + timedelta(minutes=1)
    return record(session, [new], now=now)[new.fact]


def _made(session: Session, row: R) -> R:
    session.add(row)
    session.flush()
    return row
