"""Forms of the one-stop desk: one layout, whose contents differ by what the agency answers. A5.

Which number and title a form has is decided by the set of its legal basis; here they are words.
What each carries: number, code with QR, applicant, procedure, papers by kind of copy, days,
reasons, and who signs. Papers without end run over to further pages.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from labels import qr
from labels.fitting import Style
from labels.forms.blocks import (
    BOLD,
    REGULAR,
    SMALL,
    Block,
    Column,
    Signature,
    beside,
    field,
    fields,
    national_heading,
    section,
    sentence,
    signatures,
    space,
    table,
)
from labels.forms.pages import A5, Paper, render
from labels.marks import Box, Mark, Qr, Set, Side, words

MARGIN = 9.0
QR_ROOM = 24.0


@dataclass(frozen=True, slots=True)
class FormPaper:
    """One paper in the form's table, so many of each kind of copy."""

    name: str
    originals: int = 0
    certified: int = 0
    photocopies: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class OneStopForm:
    """What a form says, as text a person reads, times already of the place.

    `form_words` names the form and its legal basis, empty where the set has none. `facts` are
    labels and values in the order of the form; `signing` are parts and names.
    """

    issuer: str
    number: str
    title: str
    form_words: str
    place_and_day: str
    qr_text: str
    dossier_words: str
    applicant_name: str
    applicant_address: str
    applicant_phone: str
    procedure_words: str
    facts: tuple[tuple[str, str], ...]
    signing: tuple[tuple[str, str], ...]
    papers_title: str = ""
    papers: tuple[FormPaper, ...] = ()
    statements: tuple[str, ...] = ()
    sample: bool = False


def draw(form: OneStopForm) -> bytes:
    """The form as a PDF of A5 pages; the same form gives the same bytes.

    Raises:
        NotAlphanumeric, CodeDoesNotFit: the code cannot be drawn so that it scans.
    """
    return render(tuple(blocks(form)), paper(form))


def paper(form: OneStopForm) -> Paper:
    """The sheet with its foot."""
    foot = " · ".join(part for part in (form.form_words, f"Số: {form.number}") if part)
    return Paper(*A5, MARGIN, f"{form.title} {form.number}", foot, form.sample)


def blocks(form: OneStopForm) -> Iterator[Block]:
    """The form from its heading to its signatures."""
    wide = paper(form).column
    yield national_heading(form.issuer, f"Số: {form.number}/HDHS", wide)
    yield space(0.6)
    yield sentence(form.place_and_day, wide, size=SMALL + 0.5, across=Side.END)
    yield _title(form, wide)
    yield from _whose(form, wide)
    if form.papers:
        yield section(form.papers_title, wide)
        yield space(0.4)
        yield from _papers(form, wide)
        yield space(1.0)
    for label, value in form.facts:
        yield field(label, value, wide, lines=8)
    for said in form.statements:
        yield sentence(said, wide, size=SMALL + 0.5)
    yield space(1.5)
    yield signatures([Signature(part, name) for part, name in form.signing], wide, 18.0)


def _title(form: OneStopForm, wide: float) -> Block:
    symbol = qr.encode(form.qr_text, QR_ROOM)
    quiet = qr.QUIET_ZONE * qr.module_size(symbol, QR_ROOM)
    left = wide - QR_ROOM + quiet
    marks: list[Mark] = [
        words(
            form.title.upper(),
            Box(0, 2.0, left, 13.0),
            Set(Style(BOLD, 13, 9, balanced=True), Side.MIDDLE, Side.MIDDLE),
        ),
        words(
            form.dossier_words,
            Box(0, 15.5, left, 4.4),
            Set(Style(BOLD, 9, 6.5), Side.MIDDLE),
        ),
    ]
    if form.form_words:
        small = Set(Style(REGULAR, SMALL, 5.5), Side.MIDDLE)
        marks.append(words(form.form_words, Box(0, 20.0, left, 3.6), small))
    code: Mark = Qr(Box(0, 0, QR_ROOM, QR_ROOM), symbol)  # nothing stands in its quiet zone
    return beside(Block(QR_ROOM, tuple(marks)), Block(QR_ROOM, (code,)), left)


def _whose(form: OneStopForm, wide: float) -> Iterator[Block]:
    phone = 42.0
    yield fields(
        (
            ("Người nộp hồ sơ", form.applicant_name, wide - phone, True),
            ("Điện thoại", form.applicant_phone, phone, False),
        ),
        lines=2,
    )
    yield field("Địa chỉ", form.applicant_address, wide)
    yield field("Nội dung yêu cầu giải quyết", form.procedure_words, wide, lines=5)


def _papers(form: OneStopForm, wide: float) -> Iterator[Block]:
    fixed = (7.0, 14.0, 18.0, 14.0, 26.0)
    columns = (
        Column("TT", fixed[0], Side.MIDDLE),
        Column("Tên giấy tờ", wide - sum(fixed)),
        Column("Bản chính", fixed[1], Side.MIDDLE),
        Column("Bản sao chứng thực", fixed[2], Side.MIDDLE),
        Column("Bản sao", fixed[3], Side.MIDDLE),
        Column("Ghi chú", fixed[4]),
    )
    rows = [
        (
            str(place),
            one.name,
            *(str(count) if count else "" for count in _counts(one)),
            one.note,
        )
        for place, one in enumerate(form.papers, start=1)
    ]
    yield from table(columns, rows)


def _counts(one: FormPaper) -> tuple[int, int, int]:
    return one.originals, one.certified, one.photocopies
