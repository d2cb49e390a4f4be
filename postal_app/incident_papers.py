"""The papers of incidents and complaints, as bytes to print: the record, and the written answer."""

from sqlalchemy.orm import Session

from labels.forms import complaint_answer, editions, incident_record
from labels.forms.complaint_answer import ComplaintLetter, PaidPart
from labels.forms.incident_record import IncidentRecord
from models.complaints import Compensation, ComplaintAnswer
from models.incidents import Incident
from postal_app import complaints, incidents, places
from postal_app.compensations import amounts_of, stage_of
from postal_app.printing import ISSUER
from postal_app.rules import complaints as complaint_rules
from postal_app.rules.compensation import BASES, Stage
from postal_app.rules.holders import HOLDER_WORDS, HolderKind
from postal_app.rules.incidents import KINDS, OUTCOME_WORDS, Outcome
from postal_app.rules.legs import LEG_WORDS
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day, day_of, moment
from postal_app.rules.vietnamese import number as written

REMAKING = "Chi phí làm lại giấy tờ"
REFUND = "Cước hoàn lại"


def record(session: Session, number: str, by: Actor) -> bytes:
    """Give the record of an incident as a PDF.

    Raises:
        UnknownIncident: no record in this person's reach bears the number.
    """
    found = incidents.incident(session, number, by)
    answer, outcome = found.answer, found.outcome
    kind = KINDS[found.kind].words.vi
    province = places.province(session)
    return incident_record.draw(
        IncidentRecord(
            issuer=ISSUER.format(province=province.name if province else ""),
            place=place_of(found),
            number=found.number,
            recorded_at=moment(found.recorded_at),
            recorder=found.recorder.full_name,
            second_name=answer.second.full_name if answer else "",
            second_place=answer.place if answer else "",
            witness=found.witness,
            item_number=found.item.number,
            leg_words=LEG_WORDS[found.item.leg].vi,
            old_seal=found.old_seal,
            new_seal=found.new_seal,
            kind_words=f"{kind}: {found.told}" if found.told else kind,
            happened_at=moment(found.happened_at),
            holder_words=f"{holder_words(found)} giữ",
            seen=found.seen,
            done=found.done,
            remark=answer.remark if answer else "",
            signed=_signed(found),
            outcome=_outcome(outcome.outcome, outcome.note) if outcome else "",
            weight=_beside(found.weight_found, found.weight_sealed, "gam"),
            papers=_beside(found.papers_found, found.papers_listed, "bản"),
            photos=tuple(one.digest for one in found.photos),
            refused=answer is not None and answer.answer == "refused",
            sample=province.sample if province else False,
            edition=editions.in_force("su-vu", day_of(found.recorded_at)),
        )
    )


def letter(session: Session, number: str, by: Actor) -> bytes:
    """Give the written answer to a complaint as a PDF, by the answer's own number.

    Raises:
        UnknownComplaint: no answer in this person's reach bears the number.
    """
    answer = complaints.answer_of(session, number, by)
    found = answer.complaint
    who = found.complainant
    province = places.province(session)
    made_good = _made_good(answer)
    return complaint_answer.draw(
        ComplaintLetter(
            issuer=ISSUER.format(province=province.name if province else ""),
            place=province.name if province else "",
            number=answer.number,
            answered_at=day(day_of(answer.answered_at)),
            name=who.name if who else "",
            address=who.address if who else "",
            complaint_number=found.number,
            lodged_on=day(found.lodged_on),
            kind_words=complaint_rules.KINDS[found.kind].words.vi,
            item_number=found.item.number,
            judged=found.judged_vi,
            verdict=f"{complaint_rules.VERDICTS[answer.verdict].vi}.",
            said=answer.said,
            answerer=answer.answerer.full_name,
            paid=_parts(made_good) if made_good else (),
            approved_on=_approved_on(made_good),
            paid_at=_paid_at(made_good),
            sample=province.sample if province else False,
            edition=editions.in_force("tra-loi-khieu-nai", day_of(answer.answered_at)),
        )
    )


def place_of(found: Incident) -> str:
    """Give the point or the agency at which a record was made."""
    if found.point is not None:
        return f"{found.point.name} ({found.point.code})"
    return found.agency.name if found.agency else ""


def holder_words(found: Incident) -> str:
    """Give who held the item, as the record says it."""
    kind = HolderKind(found.holder_kind)
    words = HOLDER_WORDS[kind].vi
    if kind in (HolderKind.COURIER, HolderKind.ITEM, HolderKind.BAG):
        return f"{words} {found.holder_name}"
    return found.holder_name or words


def _signed(found: Incident) -> str:
    """Say when each answered in the system."""
    said = f"Trên hệ thống: {found.recorder.full_name} lập lúc {moment(found.recorded_at)}"
    if found.answer is None:
        return f"{said}."
    verb = "ký" if found.answer.answer == "signed" else "không ký"
    second = found.answer.second.full_name
    return f"{said}; {second} {verb} lúc {moment(found.answer.answered_at)}."


def _beside(found: int | None, sealed: int | None, unit: str) -> str:
    """Say what was found beside what was sealed; empty where nobody looked."""
    if found is None:
        return ""
    if sealed is None:
        return f"{written(found)} {unit}"
    differs = "khớp" if found == sealed else "không khớp"
    return f"{written(found)} {unit}, lúc niêm phong {written(sealed)} {unit} ({differs})"


def _outcome(outcome: str, note: str) -> str:
    words = OUTCOME_WORDS[Outcome(outcome)].vi
    return f"{words}: {note}" if note else f"{words}."


def _made_good(answer: ComplaintAnswer) -> Compensation | None:
    """Give the approved compensation that belongs to the answer which settled the complaint."""
    if answer.verdict not in complaint_rules.OPENS_COMPENSATION:
        return None
    agreed = (Stage.APPROVED, Stage.PAID)
    return next((o for o in answer.complaint.compensations if stage_of(o) in agreed), None)


def _parts(one: Compensation) -> tuple[PaidPart, ...]:
    amounts = amounts_of(one)
    parts = (
        PaidPart(BASES[one.basis].vi, amounts.loss),
        PaidPart(REMAKING, amounts.remaking),
        PaidPart(REFUND, amounts.postage_refund),
    )
    return tuple(part for part in parts if part.amount)


def _approved_on(one: Compensation | None) -> str:
    return day(day_of(one.answer.answered_at)) if one and one.answer else ""


def _paid_at(one: Compensation | None) -> str:
    if one is None or one.payment is None:
        return ""
    paid = one.payment
    return f"{one.payer.name}, {paid.reference}, ngày {day(day_of(paid.paid_at))}"
