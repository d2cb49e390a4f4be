"""Incidents and complaints at every step, for the pages that show them."""

from sqlalchemy.orm import Session

from postal_app import compensation_limits, compensations, complaints, incidents, scanning
from postal_app.compensations import NewCompensation
from postal_app.complaints import NewComplaint
from postal_app.incidents import NewIncident
from postal_app.rules.compensation import Amounts
from postal_app.rules.roles import Role
from tests.complaining import MAI, lose
from tests.makers import TODAY, Town, make_actor, minutes, scan, take_in


def matters(session: Session, town: Town) -> dict[str, object]:
    """Leave records and complaints at each of their steps."""
    compensation_limits.publish_limit(
        session, 4, TODAY, "thông báo mẫu", town.provincial, now=minutes(0)
    )
    return {**_recorded(session, town), **_complained(session, town)}


def _recorded(session: Session, town: Town) -> dict[str, object]:
    """Leave one record unsigned, one signed, one refused, one ended, and harm without a record."""
    numbers = []
    for seal in ("NP0101", "NP0102", "NP0103", "NP0104"):
        item = take_in(session, town)
        told = [
            scan(item.number, "departed", minutes(60)),
            scan(item.number, "seal_broken", minutes(70), note="niêm phong bong"),
        ]
        scanning.take_in(session, told, town.courier, now=minutes(71))
        new = NewIncident(
            item.number,
            "seal_broken",
            minutes(70),
            seen="Niêm phong bong một nửa, đủ giấy tờ theo danh mục.",
            done="Gói bọc lại, niêm phong lại.",
            new_seal=seal,
            witness="ông Bùi Văn Nam, công an xã Tân Vinh",
        )
        made = incidents.open_incident(session, new, town.courier, now=minutes(80))
        numbers.append(made.number)
    unsigned, signed, refused, ended = numbers
    for number in (signed, ended):
        incidents.answer(session, number, "", town.clerk, signs=True, now=minutes(90))
    incidents.answer(session, refused, "Chưa xem bì.", town.clerk, signs=False, now=minutes(90))
    incidents.settle(session, ended, "resealed", "", town.clerk, now=minutes(95))
    lose(session, town)
    return {"record_unsigned": unsigned, "record_signed": signed, "record_ended": ended}


def _complained(session: Session, town: Town) -> dict[str, object]:
    """Leave a complaint without an answer, one to approve, one to pay, one paid."""
    second = make_actor(session, "nga", "Phùng Thị Nga", Role.PROVINCIAL, town.province)
    numbers, answers = [], []
    for step in range(4):
        item = lose(session, town)
        new = NewComplaint(
            item.number, "loss", "sender", MAI, "Hồ sơ của tôi chưa đến cơ quan.", TODAY
        )
        number = complaints.take_in(session, new, town.clerk, now=minutes(200)).number
        numbers.append(number)
        if step == 0:
            continue
        answers.append(
            complaints.answer(
                session, number, "justified", "Bì mất khi vận chuyển.", second, now=minutes(210)
            ).number
        )
        paid = NewCompensation(
            "total_loss",
            Amounts(120_000, 135_000, 27_000),
            town.luong_son.code,
            evidence="biên lai số 0012",
        )
        compensations.propose(session, number, paid, second, now=minutes(220))
        if step > 1:
            compensations.approve(
                session, number, "", town.provincial, approved=True, now=minutes(230)
            )
        if step > 2:
            compensations.pay(session, number, "PC-0007", town.clerk, now=minutes(240))
    return {
        "complaint_open": numbers[0],
        "complaint_proposed": numbers[1],
        "complaint_approved": numbers[2],
        "complaint_paid": numbers[3],
        "answer": answers[-1],
    }
