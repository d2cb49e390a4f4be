"""The pickup form: what a clerk fills in before the first gate, and what may be wrong with it.

The clerk judges completeness against the list, never validity; so a paper may be missing, but
not without a word why (TT 17/2017/TT-BTTTT Art. 5: count, compare, guide to complete).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from postal_app.errors import Invalid
from postal_app.rules.exemptions import Exempted
from postal_app.rules.intake import MONEY_KINDS, PAPER_KINDS, SERVICE_FORMS
from postal_app.rules.vietnamese import tidy
from postal_app.rules.words import Words


class NothingCounted(Invalid):
    """A dossier that is sent holds papers."""

    words = Words(
        "Hãy kiểm đếm ít nhất một giấy tờ trong hồ sơ.", "Count at least one paper of the dossier."
    )


class MissingUnexplained(Invalid):
    """A paper that is missing must be explained."""

    words = Words(
        "«{paper}» còn thiếu; hãy hướng dẫn bổ sung hoặc ghi rõ vì sao thiếu.",
        "“{paper}” is missing; have it completed or note why it is missing.",
    )


class NameOrAddressMissing(Invalid):
    """A party has neither name nor a way to be reached."""

    words = Words(
        "Hãy nhập họ tên và địa chỉ của {part_vi}.", "Give the name and address of the {part_en}."
    )


class NotInVocabulary(Invalid):
    """A choice that is not on the list."""

    words = Words("Lựa chọn «{value}» không hợp lệ.", "“{value}” is not one of the choices.")


PARTS = {
    "sender": Words("người gửi", "sender"),
    "owner": Words("chủ hồ sơ", "dossier owner"),
    "receiver": Words("người nhận kết quả", "receiver of the result"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """A party of the dossier, the address as written."""

    name: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as clerk and citizen counted it together."""

    name: str
    kind: str
    required: int
    counted: int
    pages: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """Money of one kind taken at the counter, whole đồng, in full before any exemption."""

    kind: str
    amount: int
    exemption: Exempted | None = None


@dataclass(frozen=True, slots=True)
class Pickup:
    """What the clerk, or the courier at an address, filled in up to the first gate.

    `return_point_code` names the point at which the result is to wait, empty where it is brought
    to the receiver's address; `call_id` the wish to be fetched that it answers. `request_key` was
    made with the page, so that a form sent twice is one dossier.
    """

    service_form: str
    procedure_code: str
    agency_code: str
    sender: Person
    owner: Person
    receiver: Person
    papers: tuple[Paper, ...]
    money: tuple[Money, ...] = ()
    return_point_code: str = ""
    call_id: int | None = None
    request_key: UUID | None = None


@dataclass(frozen=True, slots=True)
class SignedBy:
    """That one of the two signed; `image` is the PNG of a drawn signature, None on paper."""

    signer: str
    image: bytes | None = None


def check(pickup: Pickup) -> None:
    """Refuse a form that cannot be used.

    Raises:
        Invalid: the first fault; its `field` names the form field, papers counted from 0.
    """
    require_known("service_form", pickup.service_form, SERVICE_FORMS)
    for part, words in PARTS.items():
        person: Person = getattr(pickup, part)
        if not tidy(person.name) or not tidy(person.address):
            field = f"{part}_{'address' if tidy(person.name) else 'name'}"
            raise NameOrAddressMissing(field=field, part_vi=words.vi, part_en=words.en)
    if pickup.service_form != "receive" and not any(paper.counted for paper in pickup.papers):
        raise NothingCounted(field="papers")
    check_papers(pickup.papers)
    check_money(pickup.money)


def check_papers(papers: Sequence[Paper]) -> None:
    """Refuse a list of papers that cannot be used.

    Raises:
        Invalid: the first fault; papers are counted from 0.
    """
    for place, paper in enumerate(papers):
        require_known(f"paper_{place}_kind", paper.kind, PAPER_KINDS)
        if min(paper.counted, paper.required, paper.pages) < 0:
            raise NotInVocabulary(field=f"paper_{place}_counted", value=paper.counted)
        if paper.counted < paper.required and not tidy(paper.note):
            raise MissingUnexplained(field=f"paper_{place}_note", paper=paper.name)


def check_money(lines: Sequence[Money]) -> None:
    """Refuse money that is no money.

    Raises:
        NotInVocabulary: a kind is none, or an amount is below nought.
    """
    for line in lines:
        require_known(f"money_{line.kind}", line.kind, MONEY_KINDS)
        if line.amount < 0:
            raise NotInVocabulary(field=f"money_{line.kind}", value=line.amount)


def require_known(field: str, value: str, known: Mapping[str, Words]) -> None:
    """Refuse a choice that is not on its list.

    Raises:
        NotInVocabulary: it is not.
    """
    if value not in known:
        raise NotInVocabulary(field=field, value=value)
