"""Money at the counter: whose it is, and what a point still owes an agency.

1. Phí and lệ phí are state money, which the post holds in trust for the agency that settles the
   dossier (QĐ 45/2016/QĐ-TTg Art. 11). Cước and the remittance price are the post's own and are
   never handed over. The kinds are never added together, but for a total that names them.
2. A receipt is held from its collection, at the point of who took it. It leaves the point by a
   voucher to the agency, or goes back to the payer when the pickup is given up before the seal or
   the receipt was wrong and two persons void it. Its number stays.
3. The agency answers a voucher once: it confirms it, or refuses it, and then the money is held
   again and may go onto another voucher.
4. Held = opening + collected - returned to payers - voided - handed over + refused by the agency,
   for each point, agency, kind and day. It is never negative, and equals what its receipts add up
   to; what is left between the two is shown as the difference, never hidden.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from postal_app.rules.words import Words

TRUST_KINDS = ("fee", "charge")
OWN_KINDS = ("postage", "remittance")
MOMENTS = {
    "intake": Words("Khi nhận hồ sơ", "At the intake"),
    "supplement": Words("Khi bổ sung", "At a supplement"),
    "delivery": Words("Khi phát", "At the delivery"),
}
"""When money is taken."""


class Step(StrEnum):
    """What happens to the money of a receipt."""

    COLLECTED = "collected"
    RETURNED = "returned"
    VOIDED = "voided"
    HANDED_OVER = "handed_over"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Standing(StrEnum):
    """Where the money of a receipt is."""

    HELD = "held"
    RETURNED = "returned"
    VOIDED = "voided"
    WAITING = "waiting"
    CONFIRMED = "confirmed"


STANDING_WORDS = {
    Standing.HELD: Words("Đang giữ tại điểm", "Held at the point"),
    Standing.RETURNED: Words("Đã trả lại người nộp", "Returned to the payer"),
    Standing.VOIDED: Words("Đã hủy", "Voided"),
    Standing.WAITING: Words("Chờ cơ quan xác nhận", "Waiting for the agency"),
    Standing.CONFIRMED: Words("Cơ quan đã xác nhận", "Confirmed by the agency"),
}
ANSWER_WORDS = {
    "confirmed": STANDING_WORDS[Standing.CONFIRMED],
    "refused": Words("Cơ quan từ chối", "Refused by the agency"),
}

WAYS: dict[tuple[Standing | None, Step], Standing] = {
    (None, Step.COLLECTED): Standing.HELD,
    (Standing.HELD, Step.RETURNED): Standing.RETURNED,
    (Standing.HELD, Step.VOIDED): Standing.VOIDED,
    (Standing.HELD, Step.HANDED_OVER): Standing.WAITING,
    (Standing.WAITING, Step.CONFIRMED): Standing.CONFIRMED,
    (Standing.WAITING, Step.REFUSED): Standing.HELD,
}
"""Every step that the money of a receipt may take; there are no others."""

FIGURE_WORDS = {
    "opening": Words("Đầu kỳ", "Opening"),
    "collected": Words("Đã thu", "Collected"),
    "returned": Words("Trả lại người nộp", "Returned to payers"),
    "voided": Words("Hủy biên lai", "Voided receipts"),
    "handed_over": Words("Đã giao cơ quan", "Handed over"),
    "refused": Words("Cơ quan từ chối, giữ lại", "Refused, held again"),
    "held": Words("Đang giữ", "Held"),
    "confirmed": Words("Cơ quan xác nhận", "Confirmed"),
    "waiting": Words("Chờ xác nhận", "Waiting"),
}
"""The figures of a balance in the order in which they are read."""


class ImpossibleStep(ValueError):
    """The money of a receipt cannot go that way; a caller let through what it should not."""


def after(standing: Standing | None, step: Step) -> Standing:
    """Give where the money of a receipt is after a step; `standing` is None before collection.

    Raises:
        ImpossibleStep: there is no such way.
    """
    found = WAYS.get((standing, step))
    if found is None:
        raise ImpossibleStep(f"{standing} money cannot be {step}")
    return found


@dataclass(frozen=True, slots=True)
class Move:
    """A step of money on a day in Việt Nam; of one receipt, or the sum of several. Whole đồng."""

    day: date
    step: Step
    amount: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What became of the money of one kind in some days, in whole đồng.

    `opening` stands before the first day; `waiting` and `by_receipts` at the end of the last: what
    no agency had answered, and what the receipts held then add up to.
    """

    opening: int = 0
    collected: int = 0
    returned: int = 0
    voided: int = 0
    handed_over: int = 0
    refused: int = 0
    confirmed: int = 0
    waiting: int = 0
    by_receipts: int = 0

    @property
    def held(self) -> int:
        """Give what the movements leave at the point."""
        gone = self.returned + self.voided + self.handed_over
        return self.opening + self.collected - gone + self.refused

    @property
    def difference(self) -> int:
        """Give what the movements leave and no receipt explains; nought when all is right."""
        return self.held - self.by_receipts

    def __add__(self, other: "Balance") -> "Balance":
        """Give the balance of both; only ever of one kind, or under a name that says both."""
        fields = self.__dataclass_fields__
        return Balance(**{name: getattr(self, name) + getattr(other, name) for name in fields})


def balance(moves: Iterable[Move], first: date, last: date, by_receipts: int) -> Balance:
    """Give the balance of some days from every move up to the last of them.

    Args:
        moves: of one point, agency and kind; what lies after the last day is left out.
        first: first day.
        last: last day, included.
        by_receipts: what the receipts held at the end of the last day add up to.
    """
    before, within = dict.fromkeys(Step, 0), dict.fromkeys(Step, 0)
    for move in moves:
        if move.day <= last:
            (before if move.day < first else within)[move.step] += move.amount
    ever = {step: before[step] + within[step] for step in Step}
    return Balance(
        opening=before[Step.COLLECTED]
        - before[Step.RETURNED]
        - before[Step.VOIDED]
        - before[Step.HANDED_OVER]
        + before[Step.REFUSED],
        collected=within[Step.COLLECTED],
        returned=within[Step.RETURNED],
        voided=within[Step.VOIDED],
        handed_over=within[Step.HANDED_OVER],
        refused=within[Step.REFUSED],
        confirmed=within[Step.CONFIRMED],
        waiting=ever[Step.HANDED_OVER] - ever[Step.CONFIRMED] - ever[Step.REFUSED],
        by_receipts=by_receipts,
    )
