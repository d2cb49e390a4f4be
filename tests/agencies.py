"""Agencies at work: colleagues, another agency, and envelopes counted again, for tests."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from models.answers import Recount
from models.items import Item
from models.places import Agency
from postal_app import agency_desk, agency_receipts, places, scanning, signed_lists
from postal_app.agency_desk import Acceptance
from postal_app.agency_receipts import CountedPaper, Receipt
from postal_app.answer_form import NewAnswer
from postal_app.rules.recounts import Papers
from postal_app.rules.roles import Actor, Role
from tests.makers import DECISION_DAY, Town, bring_to_agency, make_actor, minutes, scan, take_in

DUE = date(2026, 3, 9)
REFUSAL = NewAnswer("refused", reason="Không thuộc thẩm quyền", ground="NĐ 118/2025/NĐ-CP")


def colleague(session: Session, town: Town, sign_in: str = "hoa") -> Actor:
    """Add a second officer of the town's agency: chị Bùi Thanh Hoa."""
    return make_actor(session, sign_in, "Bùi Thanh Hoa", Role.OFFICER, town.agency)


def other_agency(session: Session) -> tuple[Agency, Actor]:
    """Add the Trung tâm Phục vụ hành chính công with its officer, anh Xa Văn Nghĩa."""
    values = places.AgencyValues(
        "H28.99", "Trung tâm Phục vụ hành chính công", "Tỉnh", "Phường Đồng Tiến", 20.82, 105.33
    )
    made = places.add_agency(session, values, DECISION_DAY)
    return made, make_actor(session, "nghia", "Xa Văn Nghĩa", Role.OFFICER, made)


def as_listed(session: Session, item: Item, **changes: CountedPaper) -> Receipt:
    """Give a receipt that counts every line of the signed lists as listed.

    `changes` replace lines of the only dossier, by `line_0` and so on; `extra` adds one.
    """
    lists = signed_lists.of_item(session, item)
    counted = {}
    for leg in item.legs:
        lines = [
            changes.get(f"line_{place}", CountedPaper(line.papers, place))
            for place, line in enumerate(lists[leg.dossier_id])
        ]
        counted[leg.dossier.number] = [*lines, *([changes["extra"]] if "extra" in changes else [])]
    return Receipt("intact", counted)


def arrive(session: Session, town: Town, **changes: object) -> Item:
    """Take a dossier in and bring it to the agency."""
    item = take_in(session, town, **changes)
    bring_to_agency(session, town, item)
    return item


def receive(
    session: Session,
    item: Item,
    by: Actor,
    now: datetime | None = None,
    **changes: CountedPaper,
) -> Recount:
    """Count an envelope again and sign for it."""
    receipt = as_listed(session, item, **changes)
    return agency_receipts.receive(session, item.number, receipt, by, now=now or minutes(150))


def accepted(session: Session, town: Town, code: str, **changes: object) -> str:
    """Give the number of a dossier that was counted again and accepted."""
    item = arrive(session, town, **changes)
    receive(session, item, town.officer)
    acceptance = Acceptance(code, DUE)
    done = agency_desk.accept(session, item.number, acceptance, town.officer, now=minutes(180))
    return done.number


def collect(session: Session, item: Item, by: Actor, minute: int = 240) -> None:
    """Let a courier collect an envelope from the agency and take it out."""
    taken = "result_collected" if item.leg == "result" else "collected_from_agency"
    scanning.take_in(
        session,
        [scan(item.number, taken, minutes(minute), condition="intact")],
        by,
        now=minutes(minute + 1),
    )


def deliver(session: Session, item: Item, by: Actor, minute: int = 300) -> None:
    """Let a courier deliver an envelope to the citizen."""
    said = {"receiver": "Đinh Thị Mai", "relation": "self", "proof": "signature"}
    scans = [
        scan(item.number, "out_for_delivery", minutes(minute)),
        scan(item.number, "delivered", minutes(minute + 10), **said),
    ]
    scanning.take_in(session, scans, by, now=minutes(minute + 11))


def paper(kind: str, copies: int, pages: int = 0) -> Papers:
    """Give so many copies of a kind."""
    return Papers(kind, copies, pages)
