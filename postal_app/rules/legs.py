"""Legs: for which purpose an envelope travels, from whom to whom.

A dossier's papers go in envelopes of their own for each purpose: to the agency, once more to it
with what was missing, back with the result. What cannot be delivered goes back to the sender *of
that leg*, in an envelope of its own (Luật Bưu chính 49/2010/QH12 Art. 17; QĐ 45/2016/QĐ-TTg
Art. 5). To add a purpose, add it here.
"""

from dataclasses import dataclass
from enum import StrEnum

from postal_app.rules.words import Words


class End(StrEnum):
    """Who stands at an end of a leg."""

    CITIZEN = "citizen"
    AGENCY = "agency"
    OTHER_AGENCY = "other agency"
    POINT = "point"


SUBMISSION = "submission"
SUPPLEMENT = "supplement"
TRANSFER = "transfer"
RECOVERED = "recovered"
RESULT = "result"
ANSWER = "answer"
RETURN_TO_AGENCY = "return_to_agency"
RETURN_TO_CITIZEN = "return_to_citizen"


@dataclass(frozen=True, slots=True)
class LegKind:
    """A purpose: its words, who has the envelope first, who is to have it, whose times it has.

    `promised_as` is the leg whose published transit times hold for it.
    """

    words: Words
    begins: End
    ends: End
    promised_as: str


LEGS: dict[str, LegKind] = {
    SUBMISSION: LegKind(
        Words("Gửi hồ sơ đến cơ quan", "Dossier to the agency"),
        End.CITIZEN,
        End.AGENCY,
        SUBMISSION,
    ),
    SUPPLEMENT: LegKind(
        Words("Gửi giấy tờ bổ sung đến cơ quan", "Further papers to the agency"),
        End.CITIZEN,
        End.AGENCY,
        SUBMISSION,
    ),
    TRANSFER: LegKind(
        Words("Chuyển hồ sơ giữa các cơ quan", "Dossier from one agency to another"),
        End.OTHER_AGENCY,
        End.AGENCY,
        SUBMISSION,
    ),
    RECOVERED: LegKind(
        Words("Chuyển giấy tờ thu hồi về cơ quan", "Recovered papers to the agency"),
        End.CITIZEN,
        End.AGENCY,
        SUBMISSION,
    ),
    RESULT: LegKind(
        Words("Trả kết quả cho người dân", "Result to the citizen"),
        End.AGENCY,
        End.CITIZEN,
        RESULT,
    ),
    ANSWER: LegKind(
        Words("Chuyển văn bản của cơ quan cho người dân", "The agency's answer to the citizen"),
        End.AGENCY,
        End.CITIZEN,
        RESULT,
    ),
    RETURN_TO_AGENCY: LegKind(
        Words("Chuyển hoàn về cơ quan", "Returned to the agency"),
        End.POINT,
        End.AGENCY,
        SUBMISSION,
    ),
    RETURN_TO_CITIZEN: LegKind(
        Words("Chuyển hoàn về người gửi", "Returned to the sender"),
        End.POINT,
        End.CITIZEN,
        RESULT,
    ),
}

LEG_WORDS: dict[str, Words] = {leg: kind.words for leg, kind in LEGS.items()}
TO_AGENCY = frozenset(leg for leg, kind in LEGS.items() if kind.ends is End.AGENCY)
TO_CITIZEN = frozenset(leg for leg, kind in LEGS.items() if kind.ends is End.CITIZEN)
RETURNS = frozenset({RETURN_TO_AGENCY, RETURN_TO_CITIZEN})

RETURN_OF: dict[str, str] = {
    leg: RETURN_TO_CITIZEN if kind.begins is End.CITIZEN else RETURN_TO_AGENCY
    for leg, kind in LEGS.items()
    if leg not in RETURNS
}
"""The leg by which each leg goes back to its sender; what is being returned is not returned."""
