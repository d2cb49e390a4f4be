"""The manual's page of states and next steps, written from the tables that the rules read."""

from collections.abc import Iterable, Mapping

from postal_app.rules.bags import BAG_KINDS, BAG_STATE_WORDS, BagState
from postal_app.rules.custody import JUDGED
from postal_app.rules.handing_out import PROOFS, RELATIONS
from postal_app.rules.handovers import OUTCOME_WORDS as HANDOVER_WORDS
from postal_app.rules.holders import HOLDER_WORDS
from postal_app.rules.intake import GATE_WORDS
from postal_app.rules.integrity import CONDITIONS, INTEGRITY_WORDS
from postal_app.rules.legs import LEG_WORDS
from postal_app.rules.roles import ROLE_WORDS, Role
from postal_app.rules.undeliverable import ACTIONS, GROUNDS, MANNERS, REASONS, WISHES
from postal_app.rules.vocabulary import ANOMALIES, KINDS, STATE_WORDS, Kind, Outcome, State, Taker
from postal_app.rules.words import Words
from postal_app.scan_refusals import REFUSALS
from postal_app.scan_verdicts import OUTCOME_WORDS
from routes.scan_form import DETAIL_LABELS
from tests.house.next_steps_page import directions, matrix, steps, table

HEAD = """# Trạng thái và bước tiếp theo · States and next steps

Trang này được lập từ chính các bảng mà phần mềm dùng, nên không sửa bằng tay. Sau khi thêm một từ
vào `postal_app/rules/vocabulary.py` hoặc `postal_app/rules/undeliverable.py`, hãy chạy
`./postal test tests/house/test_manual.py --write-manual`.

This page is written from the tables that the software itself reads; do not edit it. After a word
was added to one of the two files above, run the command above.

Một việc đã xảy ra thì luôn được ghi, dù muộn hay không đúng trình tự; điểm bất thường được ghi kèm.
What happened is always recorded, however late or out of order, and what is odd is told with it.
"""

TAKERS: dict[Taker | None, Words] = {
    None: Words("người đang giữ không đổi", "whoever has it keeps it"),
    Taker.RECORDER: Words("người ghi nhận", "the one who records"),
    Taker.POINT: Words("điểm phục vụ của người ghi nhận", "the recorder's service point"),
    Taker.AGENCY: Words("cơ quan giải quyết hồ sơ trong bì", "the agency of the dossier inside"),
    Taker.CITIZEN: Words("người dân", "the citizen"),
    Taker.ITEM: Words("bưu gửi mới đi chuyển hoàn", "the new item that takes it back"),
    Taker.BAG: Words("túi nhận bưu gửi", "the bag it is put in"),
    Taker.PACKER: Words("người đã cho vào túi", "who put it in the bag"),
}
BAGS = """## Túi · Bags

Việc xảy ra với túi được ghi vào lịch sử từng bưu gửi trong túi, đánh dấu là suy ra. What happens to
a bag is written into the history of each item in it, marked as assumed.
"""
ENDS: dict[Outcome | None, Words] = {
    Outcome.HANDED_OVER: Words("đã giao cơ quan", "handed over"),
    Outcome.DELIVERED: Words("đã phát", "delivered"),
    Outcome.PARTLY_DELIVERED: Words("đã phát một phần", "partly delivered"),
    Outcome.NOT_DELIVERED: Words("phát chưa được", "not delivered"),
    Outcome.RETURNED: Words("đã chuyển hoàn", "sent back"),
}
RECEIVER = Words("Người nhận", "Receiver")
YES, NO, NOTHING = Words("có", "yes"), Words("không", "no"), Words("không cần gì", "nothing")


def page(kinds: Mapping[str, Kind] = KINDS) -> str:
    """Give the whole page as Markdown."""
    parts = [
        HEAD,
        *steps(kinds),
        *matrix(kinds),
        "## Trạng thái của bưu gửi · States of an item\n",
        table(("Mã · Code", "Tiếng Việt", "English", "Do sự kiện · Reached by"), _states(kinds)),
        "## Các loại sự kiện · Kinds of event\n",
        *(_kind(code, kind) for code, kind in kinds.items()),
        "## Tình trạng bì và niêm phong · Conditions\n\n"
        "Không phải trạng thái. «Chưa kiểm tra» không phải là «Nguyên vẹn». "
        "Not a state; “not checked” is not “intact”.\n",
        table(("Mã · Code", "Tiếng Việt", "English", "Người xem nói · Can be said"), _seals()),
        "## Điểm bất thường · Anomalies\n\n"
        "Ghi nhận vẫn được giữ. Điểm có dấu * được xét lại khi một việc xảy ra trước đó đến sau. "
        "The record stays. Those with * are judged anew when an earlier event arrives later.\n",
        table(("Mã · Code", "Tiếng Việt", "English"), _anomalies()),
        "## Lý do phát chưa thành công · Why a delivery failed\n",
        table(
            ("Mã · Code", "Lý do", "Reason", "Xử lý tiếp theo · Next actions", "Ghi rõ · In words"),
            _reasons(),
        ),
        BAGS,
        table(("Mã · Code", "Tiếng Việt", "English"), _plain(BAG_STATE_WORDS)),
        table(
            (
                "Mã · Code",
                "Sự kiện · Event",
                "Đúng sau · After",
                "Thành · Becomes",
                "Trong túi · Inside",
            ),
            _bag_kinds(),
        ),
        *_lists(),
    ]
    return "\n".join(parts)


def _lists() -> Iterable[str]:
    """Give the vocabularies that need no more than their words."""
    for title, words in (
        ("Xử lý tiếp theo · Next actions", ACTIONS),
        ("Quan hệ với người nhận · Relation to the receiver", RELATIONS),
        ("Bằng chứng phát · Proofs of delivery", PROOFS),
        ("Cách báo cho người nhận · Means of a notice", MANNERS),
        ("Yêu cầu của người nhận, người gửi · Wishes", WISHES),
        ("Căn cứ chuyển hoàn, vô thừa nhận · Grounds of a return", GROUNDS),
        ("Kết luận cho một lượt quét · Verdicts on a scan", OUTCOME_WORDS),
        ("Vì sao lượt quét không ghi nhận được · Why a scan is refused", REFUSALS),
        ("Người giữ · Holders", HOLDER_WORDS),
        ("Kết quả từng dòng giao nhận · Outcomes of a hand-over", HANDOVER_WORDS),
        ("Chiều của bưu gửi · Directions of an item", LEG_WORDS),
        ("Các bước tại quầy · Gates of the counter", GATE_WORDS),
        ("Vai trò · Roles", ROLE_WORDS),
    ):
        yield f"## {title}\n"
        yield table(("Mã · Code", "Tiếng Việt", "English"), _plain(words))


def _kind(code: str, kind: Kind) -> str:
    moves = STATE_WORDS[kind.leads_to] if kind.leads_to else Words("giữ nguyên", "unchanged")
    told = [
        ("Người ghi · Recorded by", _joined(ROLE_WORDS[role] for role in Role if role in kind.by)),
        ("Cách ghi · How", _both(_how(kind))),
        ("Chiều · Direction", directions(kind.legs)),
        ("Đúng trình tự sau · Regular after", _after(kind)),
        ("Trạng thái sau đó · Leads to", _both(moves)),
        ("Người giữ sau đó · Held by", _both(TAKERS[kind.taker])),
        ("Người ghi phải đang giữ · The recorder must be the holder", _yes(kind.gives)),
        ("Phải nói rõ · Needs", _needs(kind)),
        ("Người dân thấy · Shown to the citizen", _yes(kind.public)),
    ]
    if kind.asserts is not None:
        told.append(("Tình trạng · Condition", _both(INTEGRITY_WORDS[kind.asserts])))
    if kind.outcome is not None:
        told.append(("Kết cục · Outcome", _both(ENDS[kind.outcome])))
    head = f"### {kind.words.vi} · {kind.words.en} (`{code}`)\n\n"
    return head + "\n".join(f"- {label}: {said}." for label, said in told) + "\n"


def _bag_kinds() -> Iterable[tuple[str, ...]]:
    for code, kind in BAG_KINDS.items():
        every = kind.after == frozenset(BagState)
        after = "; ".join(BAG_STATE_WORDS[one].vi for one in BagState if one in kind.after)
        leads = BAG_STATE_WORDS[kind.leads_to].vi if kind.leads_to else "–"
        inside = KINDS[kind.inside].words.vi if kind.inside else "–"
        yield f"`{code}`", _both(kind.words), "mọi trạng thái" if every else after, leads, inside


def _states(kinds: Mapping[str, Kind]) -> Iterable[tuple[str, ...]]:
    for state, words in STATE_WORDS.items():
        ways = [f"`{code}`" for code, kind in kinds.items() if kind.leads_to is state]
        yield f"`{state}`", *words, ", ".join(ways) or "–"


def _seals() -> Iterable[tuple[str, ...]]:
    for code, words in INTEGRITY_WORDS.items():
        yield f"`{code}`", *words, _yes(code in CONDITIONS)


def _anomalies() -> Iterable[tuple[str, ...]]:
    for code, words in ANOMALIES.items():
        yield f"`{code}`{' *' if code in JUDGED else ''}", *words


def _reasons() -> Iterable[tuple[str, ...]]:
    for code, reason in REASONS.items():
        actions = "; ".join(_both(ACTIONS[action]) for action in reason.actions)
        yield f"`{code}`", *reason.words, actions, _yes(reason.text_needed)


def _plain(words: Mapping[str, Words]) -> Iterable[tuple[str, ...]]:
    for code, said in words.items():
        yield f"`{code}`", *said


def _how(kind: Kind) -> Words:
    if kind.scanned:
        return Words("quét", "by scanning")
    return Words("trên trang riêng của việc đó", "on a page of its own")


def _after(kind: Kind) -> str:
    if kind.after == frozenset(State):
        return _both(Words("mọi trạng thái", "any state"))
    return _joined(words for state, words in STATE_WORDS.items() if state in kind.after)


def _needs(kind: Kind) -> str:
    labels = {"receiver": RECEIVER, **DETAIL_LABELS}
    return _joined(labels[need] for need in kind.needs) if kind.needs else _both(NOTHING)


def _joined(words: Iterable[Words]) -> str:
    return "; ".join(_both(one) for one in words)


def _both(words: Words) -> str:
    return f"{words.vi} ({words.en})"


def _yes(said: bool) -> str:
    return _both(YES if said else NO)
