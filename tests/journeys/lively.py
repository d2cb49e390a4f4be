"""A lively archive: items at every state, gates passed in part, mistakes, refusals, exceptions."""

from datetime import date, timedelta
from io import BytesIO

from flask import Flask
from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.items import Item
from models.staff import Account
from postal_app import (
    agency_desk,
    balances,
    checkpoints,
    collecting,
    corrections,
    counts,
    deliveries,
    demands,
    devices,
    identity_photos,
    label_sheets,
    money,
    month_book,
    month_closing,
    pickups,
    point_printers,
    pre_printed,
    printers,
    scanning,
    staff,
)
from postal_app import catalogue_uploads as uploads
from postal_app.counts import NewCount
from postal_app.demands import Demanded, PaperBack
from postal_app.enquiries import item_history
from postal_app.envelopes import Envelope
from postal_app.label_orders import Speech
from postal_app.label_sheets import Sheet
from postal_app.ledger import own_holder
from postal_app.ledger_keys import Signer
from postal_app.pickup_form import SignedBy
from postal_app.point_printers import NewPrinter
from postal_app.printers import Origin
from postal_app.printing import LabelCodes
from postal_app.rules.closing import month_of
from postal_app.rules.codes import tag
from postal_app.rules.handing_out import PHOTO
from tests.bagging import changing_hands
from tests.journeys.agency_work import agency_work
from tests.journeys.counter_work import counter_work
from tests.journeys.matters import matters
from tests.journeys.owing import owing
from tests.lists import HEADINGS, LICENCE, MARRIAGE, workbook
from tests.makers import (
    NINE,
    RECORD,
    Town,
    accept,
    bring_to_agency,
    make_town,
    minutes,
    pickup_of,
    scan,
    take_in,
)
from tests.promised import CALENDAR, STANDARDS, publish
from tests.tariffs import BY_DISTANCE

PASSWORD = "sông Đà mùa nước"
LATER_THAT_DAY = minutes(400)
FEBRUARY = month_of(date(2026, 2, 1))


def bring_to_life(session: Session, app: Flask) -> dict[str, object]:
    """Fill an empty archive; give what the addresses of its pages are filled with."""
    town = make_town(session)
    publish(session)
    session.execute(update(Account).values(password_hash=staff.hash_password(PASSWORD)))
    _february_signed(session, town)
    told = _at_the_counter(session, town) | _at_the_agency(session, town)
    scanning.take_in(session, [scan("RH000000000VN", "departed")], town.courier, now=minutes(1))
    key = app.extensions["settings"].label_key
    return {
        **told,
        **_at_the_door(session, town),
        **_mistaken(session, town),
        **_handed_over(session, town),
        **owing(session, town),
        **_published(session, town),
        **counter_work(session, town),
        **changing_hands(session, town),
        **agency_work(session, town),
        **_photographed(session, town, str(told["out"])),
        **matters(session, town),
        **_counted(session, town),
        **_equipped(session, town),
        **_adjusted(session, town),
        "kept_job": _kept_job(session, town, app, str(told["delivered"])),
        "tag": tag(str(told["delivered"]), key),
        "account": town.clerk.account_id,
    }


def _february_signed(session: Session, town: Town) -> None:
    """Close the month before, in which nobody had recorded anything yet."""
    seen = month_closing.seen_in(month_book.gather(session, FEBRUARY, now=NINE))
    month_closing.close(session, FEBRUARY, seen, town.provincial, now=NINE)


def _adjusted(session: Session, town: Town) -> dict[str, object]:
    """Record late what was taken in on a day of the closed month."""
    return {"late": take_in(session, town, now=NINE - timedelta(days=3)).number}


def _equipped(session: Session, town: Town) -> dict[str, object]:
    """Leave a phone of the courier's, labels printed ahead, and a checkpoint of the ledger."""
    phone = devices.meet(session, "PDA-17", "Máy của anh Dũng", town.courier, now=minutes(1))
    pre_printed.give(session, 20, town.clerk, now=minutes(2))
    checkpoints.make(session, Signer.of("khóa"), "hoso.example.vn", now=minutes(400))
    return {"device": phone.device_id}


def _kept_job(session: Session, town: Town, app: Flask, number: str) -> str:
    """Leave a label that was drawn to be fetched, and a printer that is entered."""
    settings = app.extensions["settings"]
    codes = LabelCodes(settings.public_url, settings.label_key)
    new = NewPrinter("354100", "Máy tem", printers.destination("file:/dev/null"), Speech("zpl"))
    point_printers.enter(session, new, town.clerk, now=minutes(3))
    drawn = label_sheets.labels(session, [number], Sheet(), codes, town.clerk, now=minutes(320))
    origin = Origin(town.clerk.point_id, "", (number,))
    folder = printers.folder_in(settings.home)
    return printers.keep(drawn, None, folder, origin, now=minutes(320))


def _counted(session: Session, town: Town) -> dict[str, object]:
    """Leave a count of the counter with every way to differ, one of them settled."""
    here = balances.lying(session, own_holder(town.clerk), minutes(390))
    away = balances.lying(session, own_holder(town.courier), minutes(390))
    codes = [*(one.number for one in here[2:]), away[0].number, "SO-TAY-17"]
    made = counts.record(session, NewCount(codes), town.clerk, now=minutes(390))
    last = made.lines[-1].position
    said = "đã thấy ở ngăn dưới"
    counts.settle(session, made.number, last, said, town.provincial, now=minutes(395))
    return {"count": made.number, "point": town.luong_son.id}


def _at_the_counter(session: Session, town: Town) -> dict[str, object]:
    """Leave a pickup at each of its gates."""
    clerk = town.clerk
    both = [SignedBy("clerk"), SignedBy("sender")]
    counted, signed, given_up = (
        pickups.open_pickup(session, pickup_of(), clerk, now=minutes(count)).number
        for count in (300, 310, 320)
    )
    pickups.sign(session, signed, both, clerk, now=minutes(311))
    pickups.give_up(session, given_up, "công dân đổi ý", clerk, now=minutes(321))
    by_post = pickup_of(RECORD, service_form="receive")
    receives = pickups.open_pickup(session, by_post, clerk, now=minutes(330)).number
    pickups.sign(session, receives, both, clerk, now=minutes(331))
    sealed = take_in(session, town, now=minutes(340))
    return {
        "counted": counted,
        "signed": signed,
        "given_up": given_up,
        "receives": receives,
        "sealed": sealed.legs[0].dossier.number,
        "receipt": sealed.legs[0].dossier.money[0].receipt_number,
    }


def _at_the_agency(session: Session, town: Town) -> dict[str, object]:
    """Leave one item at the agency, one dossier in work, one settled, and results on every way."""
    for_acceptance = take_in(session, town)
    scans = [
        scan(for_acceptance.number, "departed", minutes(60)),
        scan(for_acceptance.number, "seal_broken", minutes(90), note="bì rách một góc"),
        scan(for_acceptance.number, "handed_to_agency", minutes(120), condition="damaged"),
    ]
    scanning.take_in(session, scans, town.courier, now=minutes(121))
    in_work, settled = (_accepted(session, town, f"H28.16-260302-000{n}") for n in (1, 2))
    agency_desk.settle(session, settled, town.officer, now=minutes(190))
    out, failed, delivered = (_result(session, town, f"H28.16-260302-000{n}") for n in (3, 4, 5))
    waiting = _accepted(session, town, "H28.16-260302-0006")
    envelope = Envelope("NP0006", 40)
    agency_desk.hand_result(session, waiting, envelope, town.officer, now=minutes(200))
    said = {"receiver": "Bùi Văn Thịnh", "relation": "spouse", "proof": "signature"}
    why = {"reason": "absent", "next_action": "again"}
    scans = [
        scan(failed.number, "attempt_failed", minutes(230), notice="paper", **why),
        scan(delivered.number, "attempt_failed", minutes(231), **why),
        scan(delivered.number, "out_for_delivery", minutes(300)),
        scan(delivered.number, "delivered", minutes(310), **said),
        scan(out.number, "damaged", minutes(311), note="ướt mưa"),
    ]
    scanning.take_in(session, scans, town.courier, now=minutes(312))
    return {
        "at_agency": for_acceptance.number,
        "in_work": in_work,
        "settled": settled,
        "waiting": waiting,
        "out": out.number,
        "failed": failed.number,
        "delivered": delivered.number,
    }


def _at_the_door(session: Session, town: Town) -> dict[str, object]:
    """Leave a result whose hand-out asks for everything, and one that was sent back."""
    asked = _result(session, town, "H28.16-260302-0007")
    dossier = asked.legs[0].dossier
    papers = (PaperBack("Giấy phép lái xe cũ"), PaperBack("Giấy hẹn", "slip"))
    demanded = Demanded(3, in_hand=True, papers=papers)
    demands.set_demands(session, dossier, demanded, town.officer, now=minutes(222))
    collecting.add_due(
        session, dossier, "charge", 135_000, "delivery", town.officer, now=minutes(222)
    )
    refused = _result(session, town, "H28.16-260302-0008")
    why = {"reason": "refused", "next_action": "return"}
    failed = [scan(refused.number, "attempt_failed", minutes(230), **why)]
    scanning.take_in(session, failed, town.courier, now=minutes(230))
    arrived = [scan(refused.number, "arrived", minutes(240))]
    scanning.take_in(session, arrived, town.clerk, now=minutes(240))
    deliveries.send_back(session, refused.number, town.clerk, now=minutes(250))
    return {"asked": asked.number, "went_back": refused.number}


def _accepted(session: Session, town: Town, code: str) -> str:
    """Bring a dossier into the agency's work; give its number."""
    item = take_in(session, town)
    bring_to_agency(session, town, item)
    accept(session, town, item, code)
    return item.legs[0].dossier.number


def _result(session: Session, town: Town, code: str) -> Item:
    """Bring a result onto the courier's way to the citizen."""
    dossier = _accepted(session, town, code)
    made = agency_desk.hand_result(
        session, dossier, Envelope("NP0002", 40), town.officer, now=minutes(200)
    )
    scans = [
        scan(made.number, "result_collected", minutes(210), condition="intact"),
        scan(made.number, "out_for_delivery", minutes(220)),
    ]
    scanning.take_in(session, scans, town.courier, now=minutes(221))
    return made


def _mistaken(session: Session, town: Town) -> dict[str, object]:
    """Let one correction be confirmed and one wait for its second person."""
    item = take_in(session, town)
    scans = [
        scan(item.number, "departed", minutes(60)),
        scan(item.number, "lost", minutes(70), note="không thấy trong túi thư"),
    ]
    scanning.take_in(session, scans, town.courier, now=minutes(71))
    lines = item_history(session, item.number, town.clerk).lines
    for line, reason in ((lines[1], "quét nhầm bì bên cạnh"), (lines[2], "bì nằm trong ngăn xe")):
        asked = corrections.ask(
            session, item.number, line.fact, reason, town.courier, now=minutes(80)
        )
    corrections.settle(session, asked.id, town.clerk, approved=True, now=minutes(90))
    return {"travelled": item.number, "fact": lines[0].fact}


def _handed_over(session: Session, town: Town) -> dict[str, object]:
    """Hand the money of two receipts over to the agency, which refuses the first voucher."""
    for_agency = money.held(session, town.clerk)[0]
    first, second, *_ = [one.number for one in for_agency.receipts if one.ready]
    agency, clerk = for_agency.agency_id, town.clerk
    refused = money.hand_over(session, agency, [first], clerk, now=minutes(350)).number
    money.refuse(session, refused, "thiếu 50.000 đồng", town.officer, now=minutes(360))
    unanswered = money.hand_over(session, agency, [second], clerk, now=minutes(370)).number
    return {"refused": refused, "unanswered": unanswered}


def _published(session: Session, town: Town) -> dict[str, object]:
    """Keep a list of each kind before its dry run, one of them with a faulty row."""
    faulty = [*LICENCE[:3], "Cấp liên xã", *LICENCE[4:]]
    lists = {
        "calendar": CALENDAR.replace("TB mẫu", "TB sửa").encode(),
        "standards": STANDARDS.encode(),
        "tariff": BY_DISTANCE.replace("QĐ mẫu 12", "QĐ mẫu 13").encode(),
        "faulty_tariff": BY_DISTANCE.replace("40.000", "bốn mươi").encode(),
        "list": workbook(HEADINGS, LICENCE, MARRIAGE),
        "faulty": workbook(HEADINGS, LICENCE, faulty),
    }
    return {
        name: uploads.keep(session, f"{name}.xlsx", content, town.provincial, now=NINE).digest
        for name, content in lists.items()
    }


def _photographed(session: Session, town: Town, number: str) -> dict[str, object]:
    """Take a photo at the door of somebody whose hand-out asks for one."""
    item = session.scalars(select(Item).where(Item.number == number)).one()
    asked = Demanded(identity_level=PHOTO)
    demands.set_demands(session, item.legs[0].dossier, asked, town.officer, now=minutes(215))
    picture = BytesIO()
    Image.new("RGB", (60, 40), (120, 90, 60)).save(picture, "JPEG")
    identity_photos.keep(
        session, item, "id_front", picture.getvalue(), town.courier, now=minutes(225)
    )
    return {"photo": identity_photos.of_item(session, item.id)[0].photo}
