"""The clerk's form: from what was typed at the counter to a `Pickup`, all faults told at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from postal_app import catalogue, counter, places
from postal_app.catalogue import ProcedureInForce
from postal_app.collection_calls import Caller
from postal_app.geography import RecognisedAddress, recognise
from postal_app.pickup_form import (
    PARTS,
    MissingUnexplained,
    Money,
    NothingCounted,
    Paper,
    Person,
    Pickup,
)
from postal_app.places import UnknownAgency
from postal_app.rules.intake import MONEY_KINDS, PAPER_KINDS, SERVICE_FORMS
from postal_app.rules.permission import BothVerdicts
from postal_app.rules.vietnamese import fold, number, tidy
from postal_app.rules.words import Words
from routes.archive import Session
from routes.forms import Form
from routes.money_form import exempted

FURTHER_PAPERS = 2
MOST_COPIES = 999
MOST_PAGES = 9_999
LONGEST_NUMBER = 19  # digits; a number of the archive has fewer
AGENCY_JOINT = " · "
ENOUGH = frozenset({"d", "du", "="})  # "đủ": as many as required

NOT_COUNTED = Words("Chưa đếm.", "Not counted.")
UNNAMED = Words("Hãy ghi tên giấy tờ.", "Name the paper.")
SEVERAL_AGENCIES = Words(
    "Có nhiều cơ quan khớp; hãy chọn một: {names}.",
    "Several agencies match; choose one: {names}.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the checklist before it is counted; a further paper has no name yet."""

    name: str
    kind: str
    required: int

    @property
    def further(self) -> bool:
        """Tell whether the clerk names the paper."""
        return not self.name


@dataclass(frozen=True, slots=True)
class Layout:
    """What the page of a new pickup is laid out from.

    `services` are the service forms the verdicts allow; `service` is the one the form opens
    with, empty while the clerk has not yet taken up what is allowed instead. `points` are those
    where the result may wait, by code.
    """

    procedure: ProcedureInForce | None
    services: tuple[str, ...]
    service: str
    lines: tuple[Line, ...]
    start: Mapping[str, object]
    points: Mapping[str, str] = field(default_factory=dict)


NO_PROCEDURE = Layout(None, (), "", (), {})


def services_allowed(verdicts: BothVerdicts) -> tuple[str, ...]:
    """Give the service forms the post may offer for a procedure today."""
    submit, returned = verdicts.submit.is_allowed, verdicts.return_.is_allowed
    allowed = {"both": submit and returned, "send": submit, "receive": returned}
    return tuple(form for form, may in allowed.items() if may)


def lay_out(session: Session, code: str, service: str, on: date) -> Layout:
    """Give the page of a procedure on a day; of none when no code is given.

    Raises:
        UnknownProcedure, NotInForce: the catalogue has no such procedure on that day.
    """
    if not code:
        return NO_PROCEDURE
    procedure = catalogue.get(session, code, on)
    services = services_allowed(procedure.verdicts)
    chosen = service if service in services else ""
    if "both" in services:
        chosen = chosen or "both"
    lines = (
        *(Line(paper.name, paper.kind, paper.count) for paper in procedure.components),
        *(Line("", "original", 0) for _ in range(FURTHER_PAPERS)),
    )
    agency = counter.usual_agency(session, procedure, on)
    points = {one.code: one.name for one in places.qualified_points(session, on)}
    start = _start(procedure, chosen, lines, agency)
    return Layout(procedure, services, chosen, lines, start, points)


def of_call(call: Caller | None) -> dict[str, object]:
    """Give what the form begins with when it answers somebody's wish to be fetched."""
    if call is None:
        return {}
    return {
        "call": call.call_id,
        "sender_name": call.name,
        "sender_phone": call.phone,
        "sender_address": call.address,
    }


def read(session: Session, form: Form, page: Layout, on: date) -> Pickup:
    """Give what was typed.

    Raises:
        FaultyForm: some fields cannot be used; each says why.
    """
    service = form.one_of("service_form", SERVICE_FORMS)
    code = form.text("procedure_code")
    agency_code = _agency_code(session, form, on)
    sender = _person(form, "sender")
    owner = sender if form.ticked("owner_same") else _person(form, "owner")
    receiver = sender if form.ticked("receiver_same") else _person(form, "receiver")
    papers = read_papers(form, page.lines) if service != "receive" else ()
    money = read_money(form)
    return_point = form.one_of("return_point", page.points, required=False)
    form.check()
    return Pickup(
        service,
        code,
        agency_code,
        sender,
        owner,
        receiver,
        papers,
        money,
        return_point_code=return_point,
        call_id=read_number(form, "call"),
        request_key=read_key(form),
    )


def read_key(form: Form) -> UUID | None:
    """Give the key that was made with the page of a form; None where it has none."""
    try:
        return UUID(form.value("request_key"))
    except ValueError:
        return None


def read_number(form: Form, field: str) -> int | None:
    """Give the number of a thing that the page itself put into the form; None where it has none."""
    written = form.value(field)
    return int(written) if written.isdecimal() and len(written) < LONGEST_NUMBER else None


def recognised(form: Form) -> dict[str, RecognisedAddress]:
    """Give what is recognised of the addresses that stand in the form, by part."""
    written = {part: tidy(form.value(f"{part}_address")) for part in PARTS}
    return {part: recognise(address) for part, address in written.items() if address}


def agency_shown(code: str, name: str) -> str:
    """Give an agency as it stands in its field."""
    return f"{code}{AGENCY_JOINT}{name}" if code else ""


def _start(
    procedure: ProcedureInForce, service: str, lines: tuple[Line, ...], agency: tuple[str, str]
) -> dict[str, object]:
    prices = {"money_fee": procedure.fee, "money_charge": procedure.charge}
    return {
        "procedure_code": procedure.code,
        "service_form": service,
        "agency": agency_shown(*agency),
        "owner_same": "1",  # who hands it in is mostly its owner; this is no consent
        "receiver_same": "1",
        **{f"paper_{place}_kind": line.kind for place, line in enumerate(lines)},
        **{name: number(price) for name, price in prices.items() if price is not None},
    }


def _agency_code(session: Session, form: Form, on: date) -> str:
    """Give the agency's code: typed, chosen from the list, or the only one the words fit."""
    written = form.text("agency")
    if not written:
        return ""
    code = written.split(AGENCY_JOINT)[0]
    try:
        places.agency_by_code(session, code, on)
    except UnknownAgency as unknown:
        found = places.agencies(session, written, limit=6)
        if len(found) == 1:
            return found[0][1]
        names = "; ".join(agency_shown(code, agency.name) for agency, code in found)
        form.fault("agency", SEVERAL_AGENCIES.filled(names=names) if found else unknown.said)
        return ""
    return code


def _person(form: Form, part: str) -> Person:
    return Person(
        form.text(f"{part}_name"),
        form.phone(f"{part}_phone", required=False),
        form.text(f"{part}_address"),
    )


def read_papers(form: Form, lines: tuple[Line, ...]) -> tuple[Paper, ...]:
    """Give the papers as counted; that none is there is told beside the list."""
    papers = []
    faults_before = len(form.faults)
    for place, line in enumerate(lines):
        if not line.further:
            papers.append(_listed(form, f"paper_{place}", line))
        elif any(tidy(form.value(f"paper_{place}_{part}")) for part in ("name", "counted", "note")):
            papers.append(_further(form, f"paper_{place}"))
    if len(form.faults) == faults_before and not any(paper.counted for paper in papers):
        form.fault("papers", NothingCounted.words)
    return tuple(papers)


def _listed(form: Form, paper: str, line: Line) -> Paper:
    """Give a paper of the catalogue; one that is missing must be explained."""
    counted = _counted(form, f"{paper}_counted", line.required)
    note = form.text(f"{paper}_note", required=False)
    if counted < line.required and not note and f"{paper}_counted" not in form.faults:
        form.fault(f"{paper}_note", MissingUnexplained.words.filled(paper=line.name))
    kind = form.one_of(f"{paper}_kind", PAPER_KINDS)
    return Paper(line.name, kind, line.required, counted, _pages(form, paper), note)


def _further(form: Form, paper: str) -> Paper:
    """Give a paper that the citizen adds to what the catalogue asks for."""
    name = form.text(f"{paper}_name", required=False)
    if not name:
        form.fault(f"{paper}_name", UNNAMED)
    counted = form.count(f"{paper}_counted", least=1, most=MOST_COPIES)
    kind = form.one_of(f"{paper}_kind", PAPER_KINDS)
    note = form.text(f"{paper}_note", required=False)
    return Paper(name, kind, 0, counted, _pages(form, paper), note)


def _counted(form: Form, field: str, required: int) -> int:
    written = tidy(form.value(field))
    if fold(written) in ENOUGH:
        return required
    if not written:
        form.fault(field, NOT_COUNTED)
        return 0
    return form.count(field, most=MOST_COPIES)


def _pages(form: Form, paper: str) -> int:
    written = tidy(form.value(f"{paper}_pages"))
    return form.count(f"{paper}_pages", most=MOST_PAGES) if written else 0


def read_money(form: Form) -> tuple[Money, ...]:
    """Give the money typed, by kind; what is left empty is not taken."""
    amounts = {kind: form.dong_or_none(f"money_{kind}") for kind in MONEY_KINDS}
    return tuple(
        Money(kind, amount, exempted(form, kind)) for kind, amount in amounts.items() if amount
    )
