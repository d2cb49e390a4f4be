"""Things of another point and another agency, which the people of the tests must not see."""

from dataclasses import replace

from sqlalchemy.orm import Session

from models.items import Item
from postal_app import collection_calls, complaints, corrections, incidents, money, supplements
from postal_app.collection_calls import NewCall
from postal_app.complaints import NewComplaint
from postal_app.enquiries import item_history
from postal_app.incidents import NewIncident
from postal_app.pickup_form import Paper
from postal_app.supplements import Supplement
from tests.complaining import MAI
from tests.doors.conftest import Post
from tests.makers import TODAY, minutes, take_in


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
