"""What the pages of a delivery ask: the hand-out and its demands, an envelope, the demands."""

from flask import request

from postal_app import identity_photos
from postal_app.demands import MOST_PAPERS, Demanded, Demands, PaperBack
from postal_app.envelopes import HEAVIEST_GRAMS, Envelope
from postal_app.hand_outs import HandOut, IdentityPaper, Receiver, Rest
from postal_app.rules.handing_out import IDENTITY_LEVELS, LATER, PAPER_KINDS, RELATIONS
from postal_app.rules.undeliverable import REASONS
from postal_app.rules.words import Words
from routes.clerk_signatures import BadSignature, read_drawn
from routes.forms import FAULTS, Form
from routes.scan_form import CONDITION_CHOICES

SIGN_OR_SAY = Words(
    "Hãy để người nhận ký, hoặc chọn đã ký trên phiếu giấy, hoặc chứng từ nộp sau.",
    "Let the receiver sign, or choose signed on paper, or proof to follow.",
)
LARGEST_PHOTO = 8_000_000


def read_hand_out(form: Form, number: str, demands: Demands, *, several: bool) -> HandOut:
    """Read a hand-out; faults of single fields are told all at once.

    Raises:
        FaultyForm: a field cannot be used.
    """
    receiver = _read_receiver(form)
    proof, signature = _read_proof(form)
    condition = form.one_of("condition", [code for code, _ in CONDITION_CHOICES], required=False)
    identity = IdentityPaper(
        form.text("identity_number", required=False, longest=40),
        form.text("identity_issued_on", required=False, longest=40),
        form.text("identity_issued_by", required=False, longest=120),
    )
    papers = _read_papers(form, demands)
    envelope = read_envelope(form, "recovered_", required=bool(papers))
    dossiers = frozenset(form.values("dossiers"))
    if several and not dossiers:
        form.fault("dossiers", FAULTS["choice"])
    rest = _read_rest(form)
    form.check()
    return HandOut(
        number,
        receiver,
        proof,
        condition,
        identity,
        _read_photos(),
        signature,
        papers,
        envelope if papers else None,
        frozenset(int(one) for one in form.values("dues") if one.isdecimal() and len(one) < 18),
        dossiers,
        rest,
    )


def read_envelope(form: Form, prefix: str, *, required: bool) -> Envelope | None:
    """Read seal and weight; None when neither is given and neither need be."""
    seal = form.text(f"{prefix}seal", required=required, longest=40)
    if not seal:
        return None
    weight = form.count(f"{prefix}weight", least=1, most=HEAVIEST_GRAMS)
    return Envelope(seal, weight)


def read_demanded(form: Form) -> Demanded:
    """Read what a hand-out is to ask.

    Raises:
        FaultyForm: a field cannot be used.
    """
    level = form.one_of("identity_level", [str(level) for level in IDENTITY_LEVELS])
    papers = []
    for place in range(MOST_PAPERS):
        name = form.text(f"paper_{place}", required=False, longest=200)
        kind = form.one_of(f"kind_{place}", PAPER_KINDS, required=False)
        if name:
            papers.append(PaperBack(name, kind or "old_paper"))
    form.check()
    return Demanded(int(level), form.ticked("in_hand"), tuple(papers))


def _read_receiver(form: Form) -> Receiver:
    relation = form.one_of("relation", RELATIONS)
    proxy = relation == "proxy"
    return Receiver(
        form.text("receiver", longest=120),
        relation,
        form.text("relation_text", required=relation == "other", longest=120),
        form.text("authorisation", required=proxy, longest=120),
        form.text("authorised_on", required=proxy, longest=40),
        form.text("certified_by", required=proxy, longest=200),
    )


def _read_proof(form: Form) -> tuple[str, bytes]:
    if form.ticked("paper_receiver"):
        return "slip", b""
    if drawn := form.value("image_receiver"):
        try:
            return "signature", read_drawn(drawn)
        except BadSignature as bad:
            form.fault("image_receiver", bad.said)
    elif not form.ticked("proof_later"):
        form.fault("image_receiver", SIGN_OR_SAY)
    return LATER, b""


def _read_papers(form: Form, demands: Demands) -> frozenset[tuple[str, str]]:
    """Read the papers ticked, among those that are still open."""
    ticked = set(form.values("papers"))
    return frozenset(
        (one.dossier_number, one.paper.name)
        for one in demands.papers
        if f"{one.dossier_number}|{one.paper.name}" in ticked
    )


def _read_rest(form: Form) -> Rest:
    """Read why the rest stays; empty when nothing does."""
    reason = form.one_of("reason", REASONS, required=False)
    if not reason:
        return Rest()
    known = REASONS[reason]
    action = form.value(f"next_action_{reason}")
    if len(known.actions) == 1:
        action = known.actions[0]
    return Rest(reason, action, form.note("text", required=False))


def _read_photos() -> dict[str, bytes]:
    """Read the photos that were taken, by kind; too large ones are left to the desk to refuse."""
    found = {}
    for kind in identity_photos.KINDS:
        sent = request.files.get(f"photo_{kind}")
        if sent is not None and sent.filename:
            found[kind] = sent.stream.read(LARGEST_PHOTO)
    return found
