"""Lives at the counter and at the agency: supplements, refusals, transfers, loans, losses."""

from collections.abc import Callable

from postal_app import (
    agency_answers,
    agency_desk,
    agency_envelopes,
    agency_originals,
    agency_transfers,
    collection_calls,
    compensations,
    complaints,
    deliveries,
    incidents,
    pickups,
    supplements,
)
from postal_app.answer_form import AskedPaper, NewAnswer
from postal_app.collection_calls import NewCall
from postal_app.compensations import NewCompensation
from postal_app.complaints import NewComplaint
from postal_app.complaints import Person as Complainant
from postal_app.demo.hours import clock, office_day_after, post_day_after
from postal_app.demo.lives import BOTH_SIGN, Life, Steps
from postal_app.incidents import NewIncident
from postal_app.pickup_form import Paper
from postal_app.rules.compensation import Amounts
from postal_app.rules.exemptions import Exempted
from postal_app.rules.vietnamese import day_of
from postal_app.supplements import Supplement

MISSING = "Giấy xác nhận nơi cư trú"


def supplemented(life: Life) -> Steps:
    """The agency asks for a paper by post; it comes on a leg of its own, then the result goes."""
    number = yield from life.in_work()
    yield life.morning()
    asked = NewAnswer(
        "supplement_asked", f"Hồ sơ thiếu {MISSING.lower()}", papers=(AskedPaper(MISSING, 1),)
    )
    given = agency_answers.give(
        life.session, life.dossier(number), asked, life.officer, now=life.now
    )
    yield from _answered_by_post(life, [given.id])
    yield clock(post_day_after(day_of(life.now)), 9, life.minute(1))
    found = supplements.find(life.session, number, "", life.clerk)
    brought = Supplement((Paper(MISSING, "original", 1, 1, 1),), "citizen")
    sending = supplements.open_supplement(
        life.session, found, brought, life.clerk, now=life.now
    ).reserved_number
    yield life.later(3)
    supplements.sign(life.session, sending, BOTH_SIGN, life.clerk, now=life.now)
    yield life.later(3)
    supplements.seal(life.session, sending, life.envelope(), life.clerk, now=life.now)
    yield from life.brought(sending)
    yield from life.received(sending)
    yield from _settled_and_delivered(life, number)


def refused(life: Life) -> Steps:
    """The agency counts again, refuses with its form, and the papers come back with it."""
    number, item = yield from life.taken_in()
    yield from life.brought(item)
    yield from life.received(item)
    yield life.morning()
    said = NewAnswer(
        "refused", "Hồ sơ không thuộc thẩm quyền giải quyết", "NĐ 118/2025/NĐ-CP, Điều 16"
    )
    given = agency_answers.give(
        life.session, life.dossier(number), said, life.officer, now=life.now
    )
    yield from _answered_by_post(life, [given.id])


def withdrawn(life: Life) -> Steps:
    """The citizen takes his dossier back; the agency sends the papers home."""
    number = yield from life.in_work()
    yield life.morning(2)
    said = NewAnswer("withdrawn", request="Đơn xin rút hồ sơ của người nộp")
    given = agency_answers.give(
        life.session, life.dossier(number), said, life.officer, now=life.now
    )
    if agency_envelopes.unsent(life.session, life.officer):
        yield from _answered_by_post(life, [given.id])


def stopped(life: Life) -> Steps:
    """The agency stops what it had begun, says so by its form, and the papers come home."""
    number = yield from life.in_work()
    yield life.morning(2)
    said = NewAnswer(
        "stopped", "Thửa đất đang có tranh chấp", "Văn bản thụ lý của Tòa án nhân dân khu vực"
    )
    given = agency_answers.give(
        life.session, life.dossier(number), said, life.officer, now=life.now
    )
    yield from _answered_by_post(life, [given.id])


def not_taken_by_agency(life: Life) -> Steps:
    """The agency does not take the envelope: it goes back to the citizen who sent it."""
    _, item = yield from life.taken_in()
    yield from life.not_taken(item)
    yield life.later(60)
    back = deliveries.send_back(life.session, item, life.clerk, now=life.now).number
    yield life.round()
    life.scan("out_for_delivery", back, life.courier)
    yield life.later(90)
    life.delivered(back, life.sender)


def transferred(life: Life) -> Steps:
    """Another agency has to settle it: the papers go on in an envelope between the two."""
    number, item = yield from life.taken_in()
    yield from life.brought(item)
    yield from life.received(item)
    yield life.morning()
    other = next(
        office
        for office in life.desk.scene.offices
        if office.level == life.case.agency.level and office.code != life.case.agency.code
    )
    why = "Thuộc thẩm quyền của cơ quan nhận"
    agency_transfers.transfer(
        life.session, number, other.code, why, life.officer, now=life.now, envelope=life.envelope()
    )
    sent = life.dossier(number, other.officer).legs[-1].item.number
    yield life.morning()
    life.scan("collected_from_agency", sent, life.courier, condition="intact")
    yield life.later(90)
    life.scan("handed_to_agency", sent, life.courier, condition="intact")
    yield from life.received(sent, other.officer)
    life.accepted(sent, other)
    yield life.morning(4)
    made = life.result(number, other.officer)
    yield from life.out(made)
    life.delivered(made)


def lent(life: Life) -> Steps:
    """The agency keeps originals for comparison; they come home with the result."""
    number, item = yield from life.taken_in()
    yield from life.brought(item)
    yield from life.received(item, lend=True)
    life.accepted(item)
    yield life.morning(3)
    dossier = life.dossier(number)
    loans = [one.id for one in agency_originals.open_of(life.session, [dossier.id])]
    made = life.results([number], loans)
    yield from life.out(made)
    life.delivered(made)


def exempted(life: Life) -> Steps:
    """A poor household pays half the postage, and shows its certificate."""
    claimed = Exempted("poor", "Giấy chứng nhận hộ nghèo số 12/2026")
    money = tuple(
        type(line)(line.kind, line.amount, claimed) if line.kind == "postage" else line
        for line in life.pickup().money
    )
    number = yield from life.in_work(money=money)
    yield from _settled_and_delivered(life, number)


def fetched_at_home(life: Life) -> Steps:
    """Somebody calls; the courier takes the dossier in at his table, with the same gates."""
    today = day_of(life.now)
    sender, on = life.sender, post_day_after(today)
    wish = NewCall(sender.name, sender.phone or "0218 3850 101", sender.address, on, "buổi sáng")
    call = collection_calls.ask(life.session, wish, life.clerk, now=life.now).id
    yield clock(on, 8, 30 + life.minute(1))
    opened = pickups.open_pickup(
        life.session, life.pickup(call_id=call), life.courier, now=life.now
    )
    number = opened.number
    collection_calls.fetched(life.session, opened, life.courier, now=life.now)
    yield life.later(4)
    pickups.sign(life.session, number, BOTH_SIGN, life.courier, now=life.now)
    yield life.later(4)
    item = pickups.seal(life.session, number, life.envelope(), life.courier, now=life.now).number
    yield clock(office_day_after(on), 9, life.minute(1))
    life.scan("handed_to_agency", item, life.courier, condition="intact")
    yield life.later(60)
    life.accepted(item)
    yield from _settled_and_delivered(life, number)


def lost_and_made_good(life: Life) -> Steps:
    """An envelope is lost: a record, a complaint, the province's answer, and compensation."""
    number, item = yield from life.taken_in()
    yield life.round()
    life.scan("departed", item, life.courier)
    yield life.later(90)
    life.scan("lost", item, life.courier, note="Kiểm túi không thấy bì này")
    yield life.later(20)
    record = incidents.open_incident(
        life.session,
        NewIncident(
            item,
            "lost",
            life.now,
            seen="Túi còn nguyên khóa, thiếu một bì so với bản kê.",
            done="Đã rà lại xe, các túi và bưu cục dọc tuyến.",
            witness=life.clerk.name,
        ),
        life.courier,
        now=life.now,
    ).number
    yield life.later(40)
    incidents.answer(life.session, record, "", life.clerk, signs=True, now=life.now)
    yield from _complained(life, number, item)


def _complained(life: Life, number: str, item: str) -> Steps:
    """The sender complains of the loss; the province finds him right and pays."""
    yield clock(post_day_after(post_day_after(day_of(life.now))), 9, life.minute(2))
    who = Complainant(life.sender.name, life.sender.address, life.sender.phone)
    said = NewComplaint(
        item,
        "loss",
        "sender",
        who,
        f"Hồ sơ {number} của tôi chưa đến cơ quan.",
        day_of(life.now),
    )
    complaint = complaints.take_in(life.session, said, life.clerk, now=life.now).number
    yield life.morning(3)
    first, second = life.desk.scene.provincial, life.desk.scene.second_provincial
    complaints.answer(
        life.session, complaint, "justified", "Bưu chính làm mất bì.", first, now=life.now
    )
    yield life.later(30)
    paid = NewCompensation(
        "total_loss",
        Amounts(120_000, 60_000, 30_000),
        life.case.point.code,
        evidence="biên lai làm lại giấy tờ",
    )
    compensations.propose(life.session, complaint, paid, first, now=life.now)
    yield life.later(60)
    compensations.approve(life.session, complaint, "", second, approved=True, now=life.now)
    yield life.morning(2)
    compensations.pay(life.session, complaint, "PC-0007", life.clerk, now=life.now)


def _answered_by_post(life: Life, answers: list[int]) -> Steps:
    """Send answers by form to the citizen, and deliver them."""
    yield life.later(30)
    made = agency_envelopes.send_answers(
        life.session, answers, life.envelope(), life.officer, now=life.now, payer="agency"
    ).number
    yield from life.out(made, "collected_from_agency")
    life.delivered(made)


def _settled_and_delivered(life: Life, number: str) -> Steps:
    yield life.morning(3)
    if life.dossier(number).service_form == "send":
        agency_desk.settle(life.session, number, life.officer, now=life.now)
        return
    made = life.result(number)
    yield from life.out(made)
    life.delivered(made)


AT_THE_DESKS: dict[str, Callable[[Life], Steps]] = {
    "supplemented": supplemented,
    "refused": refused,
    "withdrawn_by_citizen": withdrawn,
    "stopped": stopped,
    "not_taken_by_agency": not_taken_by_agency,
    "transferred": transferred,
    "lent": lent,
    "exempted": exempted,
    "fetched_at_home": fetched_at_home,
    "lost_and_made_good": lost_and_made_good,
}
