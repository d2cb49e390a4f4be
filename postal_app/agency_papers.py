"""Papers an agency prints: its one-stop forms, the hand-over record, the list for the post."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from labels import errors as paper_errors
from labels.forms import collection_list, editions, handover_record, one_stop
from labels.forms.collection_list import CollectionPaper, ListedEnvelope
from labels.forms.handover_record import HandoverRecord, RecordDossier, RecordLine
from labels.forms.one_stop import FormPaper, OneStopForm
from models.answers import AgencyAnswer, CollectionList, Recount, RecountLine
from models.dossiers import Dossier, MoneyLine, Party
from models.ledger import LedgerEntry
from models.money import Voucher, VoucherLine
from postal_app import agency_collections, agency_envelopes, agency_records, checkpoints, places
from postal_app.addressees import addressee
from postal_app.agency_collections import LINE_STATE_WORDS, LineState
from postal_app.printing import PaperRefused, is_sample, sorting_place
from postal_app.rules.dossier_states import STEPS
from postal_app.rules.intake import MONEY_KINDS, PAPER_KINDS
from postal_app.rules.integrity import INTEGRITY_WORDS, Integrity
from postal_app.rules.legs import LEG_WORDS, TO_AGENCY
from postal_app.rules.money import TRUST_KINDS
from postal_app.rules.one_stop_forms import FormKind, set_by_code
from postal_app.rules.recounts import LINE_RESULT_WORDS, REPLIES, LineResult
from postal_app.rules.supplements import CLOCK_WORDS, Clock
from postal_app.rules.vietnamese import day, day_of, dong, moment

ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
SIGNERS = {
    FormKind.ACCEPTANCE: ("NGƯỜI NỘP HỒ SƠ", "NGƯỜI TIẾP NHẬN HỒ SƠ"),
    FormKind.SUPPLEMENT: ("NGƯỜI DUYỆT", "NGƯỜI HƯỚNG DẪN"),
    FormKind.REFUSAL: ("", "NGƯỜI TIẾP NHẬN HỒ SƠ"),
    FormKind.EXTENSION: ("", "THỦ TRƯỞNG CƠ QUAN"),
    FormKind.STOP: ("", "THỦ TRƯỞNG CƠ QUAN"),
}
STATEMENTS = {
    FormKind.ACCEPTANCE: (
        "Khi đến nhận kết quả, mang theo giấy này; người nhận thay mang theo giấy ủy quyền.",
    ),
    FormKind.SUPPLEMENT: (
        "Người nộp có thể gửi giấy tờ bổ sung tại bưu cục, nói số hồ sơ ghi trên phiếu này.",
    ),
    FormKind.REFUSAL: ("Giấy tờ của hồ sơ được trả lại kèm theo phiếu này.",),
    FormKind.EXTENSION: ("Cơ quan xin lỗi vì sự chậm trễ này và mong người nộp hồ sơ thông cảm.",),
    FormKind.STOP: ("Giấy tờ của hồ sơ được trả lại kèm theo thông báo này.",),
}


def form(session: Session, answer: AgencyAnswer) -> bytes:
    """Give the form of an answer as a PDF.

    Raises:
        PaperRefused: the paper cannot be drawn.
    """
    try:
        return one_stop.draw(_form(session, answer))
    except paper_errors.PaperError as refused:
        raise PaperRefused(why=str(refused)) from refused


def record(session: Session, one: Recount) -> bytes:
    """Give a hand-over record as a PDF, signed on paper by both.

    Raises:
        PaperRefused: the paper cannot be drawn.
    """
    try:
        return handover_record.draw(_record(session, one))
    except paper_errors.PaperError as refused:
        raise PaperRefused(why=str(refused)) from refused


def collection(session: Session, one: CollectionList) -> bytes:
    """Give a list for the post as a PDF, with what the post has answered so far.

    Raises:
        PaperRefused: the paper cannot be drawn.
    """
    try:
        return collection_list.draw(_collection(session, one))
    except paper_errors.PaperError as refused:
        raise PaperRefused(why=str(refused)) from refused


def money_of(session: Session, dossier_ids: Iterable[int]) -> list[str]:
    """Give the state money taken of dossiers in words, with receipts and vouchers."""
    rows = session.execute(
        select(MoneyLine, Voucher.number)
        .outerjoin(VoucherLine, VoucherLine.money_line_id == MoneyLine.id)
        .outerjoin(Voucher, Voucher.id == VoucherLine.voucher_id)
        .where(
            MoneyLine.dossier_id.in_(set(dossier_ids)),
            MoneyLine.kind.in_(TRUST_KINDS),
            MoneyLine.amount > 0,
        )
        .order_by(MoneyLine.id)
    )
    return [
        f"{MONEY_KINDS[line.kind].vi} {dong(line.amount)} (biên lai {line.receipt_number}, "
        + (f"phiếu giao tiền {voucher})" if voucher else "chưa có phiếu giao tiền)")
        for line, voucher in rows
    ]


def _form(session: Session, answer: AgencyAnswer) -> OneStopForm:
    dossier, kind = answer.dossier, FormKind(answer.form)
    chosen = set_by_code(answer.form_set)
    layout = chosen.forms[kind]
    applicant = _applicant(dossier)
    code = dossier.dossier_code or ""
    on = day_of(answer.given_at)
    province = places.province(session)
    place = province.name if province else ""
    name = dossier.terms.name if dossier.terms else ""
    title, papers = _papers(session, answer)
    return OneStopForm(
        issuer=answer.agency.name,
        number=answer.number,
        title=layout.title,
        form_words=f"Mẫu số {layout.number} – {chosen.basis.vi}" if layout.number else "",
        place_and_day=f"{place}, ngày {on.day:02d} tháng {on.month:02d} năm {on.year}",
        qr_text=code if code and set(code) <= ALPHANUMERIC else dossier.number,
        dossier_words=f"Mã hồ sơ: {code or '…'} · {dossier.number}",
        applicant_name=applicant.name if applicant else "",
        applicant_address=applicant.address if applicant else "",
        applicant_phone=applicant.phone if applicant else "",
        procedure_words=f"{name} ({dossier.procedure_code})".strip(),
        facts=tuple((label, value) for label, value in _facts(answer, kind) if value),
        signing=_signing(answer, kind, applicant),
        papers_title=title,
        papers=papers,
        statements=STATEMENTS[kind],
        sample=is_sample(session),
    )


def _facts(answer: AgencyAnswer, kind: FormKind) -> Iterable[tuple[str, str]]:
    """Give what this form says beside its papers, label and value, the empty ones among them."""
    dossier = answer.dossier
    yield "Lý do", answer.reason
    yield "Căn cứ", answer.ground
    if kind is FormKind.ACCEPTANCE:
        days = dossier.terms.working_days if dossier.terms else None
        yield "Thời gian giải quyết theo quy định", f"{days} ngày làm việc" if days else ""
        yield "Thời gian nhận hồ sơ", moment(answer.given_at)
        yield "Thời gian trả kết quả", day(answer.due_after) if answer.due_after else ""
        by_post = dossier.service_form != "send"
        yield (
            "Nơi nhận kết quả",
            "Qua dịch vụ bưu chính công ích" if by_post else answer.agency.name,
        )
    if kind is FormKind.SUPPLEMENT:
        yield "Thời hạn giải quyết", CLOCK_WORDS[Clock(answer.clock)].vi
    if kind is FormKind.EXTENSION:
        yield "Ngày hẹn trả trước đây", day(answer.due_before) if answer.due_before else ""
        yield "Ngày hẹn trả mới", day(answer.due_after) if answer.due_after else ""


def _papers(session: Session, answer: AgencyAnswer) -> tuple[str, tuple[FormPaper, ...]]:
    """Give the title and the lines of the form's table of papers."""
    if answer.papers:
        asked = tuple(
            FormPaper(one.name, one.originals, one.certified, one.photocopies, one.note)
            for one in answer.papers
        )
        return "Giấy tờ cần bổ sung, hoàn thiện", asked
    counted = agency_envelopes.papers_here(session, answer.dossier)
    if answer.form == FormKind.ACCEPTANCE and not counted:
        lines = [
            (one.name, one.kind, one.counted) for one in answer.dossier.checklist if one.counted
        ]
    else:
        lines = [(one.name, one.counted_kind, one.counted_copies) for one in counted]
    if answer.form == FormKind.EXTENSION:
        return "", ()
    is_slip = answer.form == FormKind.ACCEPTANCE
    return ("Thành phần hồ sơ" if is_slip else "Giấy tờ trả lại"), tuple(
        _by_kind(name, kind, copies) for name, kind, copies in lines
    )


def _by_kind(name: str, kind: str, copies: int) -> FormPaper:
    if kind == "original":
        return FormPaper(name, originals=copies)
    if kind == "certified_copy":
        return FormPaper(name, certified=copies)
    return FormPaper(name, photocopies=copies)


def _signing(
    answer: AgencyAnswer, kind: FormKind, applicant: Party | None
) -> tuple[tuple[str, str], ...]:
    left, right = SIGNERS[kind]
    signing = [(right, answer.officer.full_name)]
    if kind is FormKind.ACCEPTANCE:
        signing.insert(0, (left, applicant.name if applicant else ""))
    elif answer.approver is not None:
        signing.insert(0, (left or SIGNERS[FormKind.SUPPLEMENT][0], answer.approver.full_name))
    return tuple(signing)


def _applicant(dossier: Dossier) -> Party | None:
    parts = {one.part: one for one in dossier.parties}
    return parts.get("sender") or parts.get("owner") or parts.get("receiver")


def _record(session: Session, one: Recount) -> HandoverRecord:
    item = one.item
    by_dossier: dict[int, list[RecountLine]] = {leg.dossier_id: [] for leg in item.legs}
    for line in one.lines:
        by_dossier.setdefault(line.dossier_id, []).append(line)
    reply = one.reply
    said = f"{REPLIES[reply.reply].vi}. {reply.remark}".strip() if reply else ""
    giver = one.giver.full_name if one.giver else (reply.account.full_name if reply else "")
    return HandoverRecord(
        number=one.number,
        agency_name=one.agency.name,
        item_number=item.number,
        leg_words=LEG_WORDS[item.leg].vi,
        point_name=f"{item.point.name} ({item.point.code})",
        seal_number=item.seal_number,
        condition_words=INTEGRITY_WORDS[Integrity(one.condition)].vi if one.condition else "",
        handed_time=_handed(session, one),
        received_time=moment(one.received_at),
        dossiers=tuple(
            RecordDossier(_named(leg.dossier), tuple(_line(x) for x in by_dossier[leg.dossier_id]))
            for leg in item.legs
        ),
        counted=one.counted,
        differences=len(agency_records.differences(one)),
        money_words="; ".join(money_of(session, by_dossier)) or "Không có",
        note=one.note,
        reply_words=said,
        giver_name=giver,
        taker_name=one.officer.full_name,
        sample=is_sample(session),
        ledger_code=checkpoints.latest_code(session),
        edition=editions.in_force("bien-ban-giao-nhan", day_of(one.received_at)),
    )


def _named(dossier: Dossier) -> str:
    name = dossier.terms.name if dossier.terms else dossier.procedure_code
    return f"{dossier.number} · {name}"


def _line(line: RecountLine) -> RecordLine:
    listed = _said(line.listed_kind, line.listed_copies, line.listed_pages)
    return RecordLine(
        line.name,
        listed if line.listed_kind else "Không có trong danh mục",
        _said(line.counted_kind, line.counted_copies, line.counted_pages),
        LINE_RESULT_WORDS[LineResult(line.result)].vi,
    )


def _said(kind: str, copies: int, pages: int) -> str:
    words = PAPER_KINDS[kind].vi.lower() if kind in PAPER_KINDS else kind
    return f"{copies} {words}" + (f", {pages} trang" if pages else "")


def _handed(session: Session, one: Recount) -> str:
    if one.giver_scan is None:
        return ""
    at = session.scalars(
        select(LedgerEntry.occurred_at).where(
            LedgerEntry.item_id == one.item_id,
            LedgerEntry.recorded_at >= one.item.created_at,
            LedgerEntry.fact == one.giver_scan,
        )
    ).first()
    return moment(at) if at else ""


def _collection(session: Session, one: CollectionList) -> CollectionPaper:
    told = agency_collections.told(session, one)
    takers = sorted({line.taken.name for line in told if line.taken})
    return CollectionPaper(
        number=one.number,
        agency_name=one.agency.name,
        closed_time=moment(one.closed_at),
        envelopes=tuple(
            ListedEnvelope(
                line.item.number,
                line.item.seal_number,
                LEG_WORDS[line.item.leg].vi,
                ", ".join(leg.dossier.dossier_code or leg.dossier.number for leg in line.item.legs),
                line.item.agency.name
                if line.item.leg in TO_AGENCY
                else sorting_place(addressee(line.item).address),
                "" if line.state is LineState.WAITING else LINE_STATE_WORDS[line.state].vi,
            )
            for line in told
        ),
        giver_name=one.officer.full_name,
        taker_name=", ".join(takers),
        sample=is_sample(session),
        ledger_code=checkpoints.latest_code(session),
        edition=editions.in_force("so-giao-nhan", day_of(one.closed_at)),
    )


def form_of(answer: AgencyAnswer) -> str:
    """Give the title of an answer's form, or the words of its step where it has none."""
    if not answer.form:
        return STEPS[answer.kind].words.vi if answer.kind in STEPS else ""
    return set_by_code(answer.form_set).forms[FormKind(answer.form)].title
