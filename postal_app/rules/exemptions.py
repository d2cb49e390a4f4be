"""Who pays less or nothing: the grounds, their share, and what is left to pay.

1. Of the postage some are free and some pay half (TT 22/2017/TT-BTTTT). The remittance price has
   no such grounds.
2. Phí and lệ phí are the State's: they are exempt only where an act on that fee says so, and the
   act is named.
3. Every ground needs the paper that proves it. Which ground and which paper is sensitive: other
   papers and pages say «miễn, giảm theo quy định» and no more.
4. What is left is rounded down to whole đồng, in favour of who pays.
"""

from dataclasses import dataclass

from postal_app.rules.words import Words

ON_PAPER = {
    100: Words("miễn theo quy định", "exempt by law"),
    50: Words("giảm theo quy định", "reduced by law"),
}
"""All that a paper or a page of somebody else says of an exemption, by its percent."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground: for which kinds of money, how many percent, and whether an act must be named."""

    kinds: tuple[str, ...]
    percent: int
    words: Words
    names_act: bool = False


@dataclass(frozen=True, slots=True)
class Exempted:
    """What somebody claims: the ground's code, the paper that proves it, the act if one must be."""

    ground: str
    evidence: str
    act: str = ""


POSTAGE = ("postage",)
STATE_MONEY = ("fee", "charge")

GROUNDS: dict[str, Ground] = {
    "revolutionary": Ground(
        POSTAGE,
        100,
        Words(
            "Người hoạt động cách mạng trước ngày 19/8/1945",
            "Revolutionary active before 19/8/1945",
        ),
    ),
    "heroic_mother": Ground(
        POSTAGE, 100, Words("Bà mẹ Việt Nam anh hùng", "Heroic Vietnamese Mother")
    ),
    "hero": Ground(
        POSTAGE,
        50,
        Words(
            "Anh hùng Lực lượng vũ trang nhân dân, Anh hùng Lao động",
            "Hero of the Armed Forces or of Labour",
        ),
    ),
    "invalid": Ground(
        POSTAGE,
        50,
        Words(
            "Thương binh và người hưởng chính sách như thương binh",
            "War invalid, or treated as one",
        ),
    ),
    "sick_soldier": Ground(POSTAGE, 50, Words("Bệnh binh", "Sick soldier")),
    "toxic": Ground(
        POSTAGE,
        50,
        Words(
            "Người hoạt động kháng chiến bị nhiễm chất độc hóa học",
            "Resistance fighter exposed to toxic chemicals",
        ),
    ),
    "imprisoned": Ground(
        POSTAGE,
        50,
        Words(
            "Người hoạt động cách mạng bị địch bắt tù, đày",
            "Revolutionary imprisoned by the enemy",
        ),
    ),
    "martyr_family": Ground(
        POSTAGE,
        50,
        Words("Cha, mẹ, vợ, chồng, con của liệt sĩ", "Parent, wife, husband or child of a martyr"),
    ),
    "poor": Ground(POSTAGE, 50, Words("Hộ nghèo", "Poor household")),
    "difficult_area": Ground(
        POSTAGE,
        50,
        Words(
            "Người ở vùng có điều kiện kinh tế - xã hội đặc biệt khó khăn",
            "Living in an area of special difficulty",
        ),
    ),
    "act_full": Ground(
        STATE_MONEY,
        100,
        Words("Miễn phí, lệ phí theo văn bản", "Fee or charge exempt by an act"),
        names_act=True,
    ),
    "act_half": Ground(
        STATE_MONEY,
        50,
        Words("Giảm 50% phí, lệ phí theo văn bản", "Fee or charge halved by an act"),
        names_act=True,
    ),
}
"""A ground that is no longer granted stays here, because old receipts still say it."""


def grounds_of(kind: str) -> dict[str, Ground]:
    """Give the grounds on which money of a kind may be exempt."""
    return {code: ground for code, ground in GROUNDS.items() if kind in ground.kinds}


def left_to_pay(amount: int, percent: int) -> int:
    """Give what is left of whole đồng after so many percent are let off, rounded down."""
    return amount * (100 - percent) // 100
