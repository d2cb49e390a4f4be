"""Compensation: what is paid for what was lost, and who may say so.

1. A total loss is compensated up to a limit, a partial one by the actual loss; it is paid once, in
   whole đồng, and what was lost only in consequence is not paid (Luật Bưu chính 49/2010/QH12
   Art. 40). The limit is commonly a multiple of the postage; which one is published data with its
   day and source. A sum above it is told and asks for its ground, it is never refused here.
2. The cost of having papers made anew is a part of its own (NĐ 61/2018/NĐ-CP Art. 21, on papers of
   the one-stop desk), with the receipt that proves it.
3. Postage given back leaves out taxes, and phí and lệ phí never enter into it: state money is not
   the post's.
4. Who records a compensation does not approve it, and who approves it does not pay it out.
"""

from dataclasses import dataclass
from enum import StrEnum

from postal_app.rules.words import Words

BASES = {
    "total_loss": Words("Mất toàn bộ", "Total loss"),
    "partial_loss": Words("Mất, hỏng một phần", "Partial loss"),
    "lateness": Words("Chậm thời gian đã hẹn", "Lateness"),
}
"""What is made good; the limit is one of total loss."""

LIMITED = frozenset({"total_loss"})


class Stage(StrEnum):
    """How far a compensation has come."""

    PROPOSED = "proposed"
    REFUSED = "refused"
    APPROVED = "approved"
    PAID = "paid"


STAGE_WORDS = {
    Stage.PROPOSED: Words("Chờ duyệt", "Waits for approval"),
    Stage.REFUSED: Words("Không duyệt", "Not approved"),
    Stage.APPROVED: Words("Đã duyệt, chờ chi", "Approved, to be paid"),
    Stage.PAID: Words("Đã chi trả", "Paid"),
}


@dataclass(frozen=True, slots=True)
class Amounts:
    """The parts of a compensation, in whole đồng, never mixed with state money."""

    loss: int = 0
    remaking: int = 0
    postage_refund: int = 0

    @property
    def total(self) -> int:
        """Give what is paid out."""
        return self.loss + self.remaking + self.postage_refund


@dataclass(frozen=True, slots=True)
class Limit:
    """A published limit for a total loss: so many times the postage."""

    times: int
    source: str

    def amount(self, postage: int) -> int:
        """Give the limit for an item of this postage, in whole đồng."""
        return self.times * postage


def is_over(basis: str, amounts: Amounts, limit: int | None) -> bool:
    """Tell whether the loss is above the published limit; the cost of papers is apart from it."""
    return basis in LIMITED and limit is not None and amounts.loss > limit


def stage(*, approved: bool | None, paid: bool) -> Stage:
    """Give how far a compensation has come.

    Args:
        approved: None while nobody answered.
        paid: whether the money went out.
    """
    if paid:
        return Stage.PAID
    if approved is None:
        return Stage.PROPOSED
    return Stage.APPROVED if approved else Stage.REFUSED
