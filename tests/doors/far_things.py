"""Things of another point and another agency, which the people of the tests must not see."""

from dataclasses import replace

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Config
from models.answers import Recount
from models.handovers import Difference
from models.items import Item
from models.places import Agency
from models.staff import Account
from postal_app import (
    agency_answers,
    agency_collections,
    agency_envelopes,
    agency_originals,
    bags,
    collection_calls,
    complaints,
    corrections,
    counts,
    handovers,
    incidents,
    money,
    pre_printed,
    printers,
    scanning,
    supplements,
)
from postal_app.agency_receipts import CountedPaper
from postal_app.collection_calls import NewCall
from postal_app.complaints import NewComplaint
from postal_app.counts import NewCount
from postal_app.enquiries import item_history
from postal_app.envelopes import Envelope
from postal_app.handovers import NewHandover
from postal_app.incidents import NewIncident
from postal_app.pickup_form import Paper
from postal_app.printers import Origin
from postal_app.rules.handovers import ListKind
from postal_app.rules.recounts import Papers
from postal_app.rules.roles import Actor, Role
from postal_app.supplements import Supplement
from tests.agencies import REFUSAL, receive
from tests.complaining import MAI
from tests.doors.conftest import Post
from tests.makers import TODAY, make_actor, make_point, minutes, scan, take_in


def far_item(session: Session, post: Post) -> Item:
    """Take a dossier in at Hòa Bình for the Sở Xây dựng."""
    town = replace(post.town, clerk=post.town.other_clerk)
    return take_in(session, town, agency_code="H28.21")


def far_item_number(session: Session, post: Post) -> dict[str, object]:
    """Give the address of a far item."""
    return {"number": far_item(session, post).number}


def far_dossier_number(session: Session, post: Post) -> dict[str, object]:
    """Give the address of a far dossier."""
    return {"number": far_item(session, post).legs[0].dossier.number}


def far_entry(session: Session, post: Post) -> dict[str, object]:
    """Give the address of an entry of a far item."""
    item = far_item(session, post)
    told = item_history(session, item.number, post.town.other_clerk)
    return {"number": item.number, "fact": told.lines[0].fact}


def far_correction(session: Session, post: Post) -> dict[str, object]:
    """Give the address of a correction somebody asked for a far item."""
    entry = far_entry(session, post)
    asked = corrections.ask(
        session,
        str(entry["number"]),
        item_history(session, str(entry["number"]), post.town.other_clerk).lines[0].fact,
        "quét nhầm bì bên cạnh",
        post.town.other_clerk,
        now=minutes(5),
    )
    return {"correction_id": asked.id}


def far_range(session: Session, post: Post) -> dict[str, object]:
    """Give the address of a range of numbers of Hòa Bình."""
    given = pre_printed.give(session, 3, post.town.other_clerk, now=minutes(5))
    return {"range_id": given.id}


def far_job(session: Session, post: Post) -> dict[str, object]:
    """Give the address of a job of labels that waits at Hòa Bình."""
    numbers = (far_item(session, post).number,)
    settings: Config = current_app.extensions["settings"]
    folder = printers.folder_in(settings.home)
    origin = Origin(post.other_point, "Máy tem", numbers)
    return {"job": printers.keep(b"%PDF", None, folder, origin, now=minutes(5))}


def far_voucher(session: Session, post: Post) -> dict[str, object]:
    """Give the address of a voucher of Hòa Bình for the Sở Xây dựng."""
    far_item(session, post)
    [held] = money.held(session, post.town.other_clerk)
    receipts = [one.number for one in held.receipts]
    made = money.hand_over(session, held.agency_id, receipts, post.town.other_clerk, now=minutes(5))
    return {"number": made.number}


def far_receipt(session: Session, post: Post) -> dict[str, object]:
    """Give the address of a receipt of Hòa Bình."""
    return {"number": far_item(session, post).legs[0].dossier.money[0].receipt_number}


def far_incident(session: Session, post: Post) -> dict[str, object]:
    """Give the address of the record of a far item's damage."""
    item = far_item(session, post)
    new = NewIncident(item.number, "damaged", minutes(1), "Bì rách một góc.", "Gói bọc lại.")
    made = incidents.open_incident(session, new, post.town.other_clerk, now=minutes(5))
    return {"number": made.number}


def far_count(session: Session, post: Post) -> dict[str, object]:
    """Give the address of a count of the table at Hòa Bình."""
    new = NewCount([far_item(session, post).number])
    return {"number": counts.record(session, new, post.town.other_clerk, now=minutes(5)).number}


def far_complaint(session: Session, post: Post) -> dict[str, object]:
    """Give the address of a complaint that was taken in at Hòa Bình."""
    item = far_item(session, post)
    new = NewComplaint(item.number, "price", "sender", MAI, "Cước cao hơn bảng giá.", TODAY)
    made = complaints.take_in(session, new, post.town.other_clerk, now=minutes(5))
    return {"number": made.number}


def far_answer(session: Session, post: Post) -> dict[str, object]:
    """Give the address of the answer to a far complaint."""
    number = str(far_complaint(session, post)["number"])
    made = complaints.answer(
        session, number, "unjustified", "Cước đúng bảng giá.", post.town.provincial, now=minutes(6)
    )
    return {"number": made.number}


def far_supplement(session: Session, post: Post) -> dict[str, object]:
    """Give the address of further papers that Hòa Bình takes in."""
    town = post.town
    dossier = far_item(session, post).legs[0].dossier
    papers = Supplement((Paper("Ảnh thẻ", "original", 2, 2),), "citizen")
    found = supplements.find(session, dossier.number, "", town.other_clerk)
    sending = supplements.open_supplement(session, found, papers, town.other_clerk, now=minutes(9))
    return {"number": sending.reserved_number}


def far_call(session: Session, post: Post) -> dict[str, object]:
    """Give the address of a call for the couriers of Hòa Bình."""
    wish = NewCall("Xa Thị Nghĩa", "0987654321", "Phường Phương Lâm", TODAY)
    asked = collection_calls.ask(session, wish, post.town.other_clerk, now=minutes(5))
    return {"call_id": asked.id}


def far_bag(session: Session, post: Post) -> dict[str, object]:
    """Give the address of a bag that Hòa Bình packs for Kim Bôi."""
    kim_boi = make_point(session, "353000", "Bưu cục Kim Bôi", 20.66, 105.53)
    made = bags.make(session, kim_boi.code, post.town.other_clerk, now=minutes(5))
    return {"number": made.number}


def far_handover(session: Session, post: Post) -> dict[str, object]:
    """Give the address of a list by which Hòa Bình gives a far item to Kim Bôi."""
    item = far_item(session, post)
    kim_boi = make_point(session, "353000", "Bưu cục Kim Bôi", 20.66, 105.53)
    new = NewHandover(ListKind.BD10, (item.number,), kim_boi.code, minutes(5))
    made = handovers.close(session, new, post.town.other_clerk, now=minutes(6))
    return {"number": made.number}


def far_difference(session: Session, post: Post) -> dict[str, object]:
    """Give the address of a difference on a far list, whose giver took what he gave."""
    number = str(far_handover(session, post)["number"])
    item = session.scalars(select(Item.number)).one()
    own = scan(item, "arrived", minutes(7), handover=number)
    scanning.take_in(session, [own], post.town.other_clerk, now=minutes(8))
    return {"difference_id": session.scalars(select(Difference.id)).one()}


def far_agency(session: Session, post: Post) -> tuple[Actor, Item]:
    """Bring an envelope to the Sở Xây dựng, where somebody signs for it; give both."""
    item = far_item(session, post)
    there = session.get_one(Agency, post.other_agency)
    officer = make_actor(session, "xay", "Đinh Văn Xây", Role.OFFICER, there)
    receive(session, item, officer, minutes(150), line_0=CountedPaper(Papers("original", 0), 0))
    return officer, item


def far_record(session: Session, post: Post) -> dict[str, object]:
    """Give the address of a hand-over record of the Sở Xây dựng with the point Hòa Bình."""
    _, item = far_agency(session, post)
    return {"number": session.scalars(select(Recount.number)).one(), "item": item.number}


def far_form(session: Session, post: Post) -> dict[str, object]:
    """Give the address of an answer, and of a kind of answer, on a far dossier."""
    officer, item = far_agency(session, post)
    dossier = item.legs[0].dossier
    made = agency_answers.give(session, dossier, REFUSAL, officer, now=minutes(160))
    return {"number": dossier.number, "position": made.position, "kind": "withdrawn"}


def far_loan(session: Session, post: Post) -> dict[str, object]:
    """Give the address of an original lent to the Sở Xây dựng."""
    officer, item = far_agency(session, post)
    number = item.legs[0].dossier.number
    made = agency_originals.lend(session, number, "Sổ đỏ", 1, officer, now=minutes(160))
    return {"number": number, "loan": made.id}


def far_envelope(session: Session, post: Post) -> dict[str, object]:
    """Give the address of an envelope that the Sở Xây dựng closed."""
    officer, item = far_agency(session, post)
    answer = agency_answers.give(session, item.legs[0].dossier, REFUSAL, officer, now=minutes(160))
    made = agency_envelopes.send_answers(
        session, [answer.id], Envelope("NP9", 30), officer, now=minutes(170)
    )
    return {"number": made.number}


def far_list(session: Session, post: Post) -> dict[str, object]:
    """Give the address of a list by which the Sở Xây dựng hands envelopes to the post."""
    number = str(far_envelope(session, post)["number"])
    officer = Actor(0, 0, Role.OFFICER, "", "", agency_id=post.other_agency)
    by = session.scalars(select(Account.id).where(Account.sign_in == "xay")).one()
    made = agency_collections.close(
        session, [number], replace(officer, account_id=by), now=minutes(180)
    )
    return {"number": made.number}
