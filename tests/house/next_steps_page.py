"""The manual's part on next steps: for each state what comes next, then every pair in one table."""

from collections.abc import Iterable, Mapping

from postal_app.rules.legs import LEG_WORDS, LEGS, TO_AGENCY, TO_CITIZEN
from postal_app.rules.next_steps import Verdict, next_steps, pair, reachable
from postal_app.rules.roles import ROLE_WORDS, Role
from postal_app.rules.vocabulary import ENDED, KINDS, STATE_WORDS, Kind, State
from postal_app.rules.words import Words

SIGNS = {Verdict.REGULAR: "✓", Verdict.TOLD: "!", Verdict.KEPT: "–"}

STEPS = """## Bước tiếp theo của từng trạng thái · Next steps of each state

Tìm trạng thái đang thấy trên màn hình; bảng dưới nó là những việc làm tiếp được, ai ghi, và bưu
gửi sẽ ở trạng thái nào. Việc không có trong bảng vẫn được ghi khi nó đã xảy ra, nhưng bị báo là
bất thường. «Đính chính một ghi nhận sai» và «Đã xử lý xong sự vụ, hết tạm giữ» làm được ở mọi trạng
thái, cần hai người; khi bưu gửi đang tạm giữ, mọi lần chuyển tay đều bị báo là bất thường.

Find the state that the screen shows; the table under it lists what may be done next, who records
it and which state it leads to. What is not listed is recorded all the same when it happened, and
told as an anomaly. A mistaken record can be corrected, and a matter settled, in every state, by two
persons; while an item is in quarantine each change of hands is told as an anomaly.
"""
MATRIX = """## Mọi trạng thái với mọi sự kiện · Every state with every event

Hàng là sự kiện, cột là trạng thái trước sự kiện, theo số ở dưới. Rows are events, columns the
state before it, by the numbers below.

"""
HARM = """
Hư hỏng nhìn thấy sau khi đã kết thúc vẫn được tính ngay vào tình trạng của bì.
Harm that is seen after the end counts at once for the condition of the envelope.
"""
NO_STEPS = (
    "Đã kết thúc. Chỉ đính chính, do hai người, mới mở lại được. "
    "This is an end; only a correction by two persons opens it again.\n"
)
GROUPS = (
    (frozenset(LEGS), Words("mọi chiều", "all directions")),
    (TO_AGENCY, Words("mọi chiều đến cơ quan", "all directions to the agency")),
    (TO_CITIZEN, Words("mọi chiều đến người dân", "all directions to the citizen")),
)
UNCHANGED = Words("không đổi", "unchanged")
CORRECTS = Words("như khi chưa có ghi nhận sai", "what it would be without the mistaken record")


def steps(kinds: Mapping[str, Kind]) -> Iterable[str]:
    """Give the heading and the table of each state."""
    yield STEPS
    for number, (state, words) in enumerate(STATE_WORDS.items(), start=1):
        yield f"### {number}. {words.vi} · {words.en}\n"
        legs = [leg for leg in LEGS if state in reachable(leg)]
        yield f"Chiều · Direction: {directions(legs)}.\n"
        if state in ENDED:
            yield NO_STEPS
        else:
            heads = ("Việc · Step", "Ai ghi · Recorded by", "Chiều · Direction", "Thành · Becomes")
            yield table(heads, _steps(state, legs, kinds))


def _steps(state: State, legs: list[str], kinds: Mapping[str, Kind]) -> Iterable[tuple[str, ...]]:
    for name, kind in next_steps(state, legs):
        if name not in kinds:
            continue
        roles = _listed(ROLE_WORDS[role] for role in Role if role in kind.by)
        some = [leg for leg in legs if leg in kind.legs]
        only = directions(some) if len(some) < len(legs) else "–"
        after = STATE_WORDS[kind.leads_to] if kind.leads_to else UNCHANGED
        yield _both(kind.words), roles, only, _both(after)


def matrix(kinds: Mapping[str, Kind]) -> Iterable[str]:
    """Give every pair in one table with its legend."""
    yield MATRIX + "".join(
        f"{number}. {_both(words)}\n" for number, words in enumerate(STATE_WORDS.values(), start=1)
    )
    yield "\n".join(f"- {SIGNS[one]} {one.words.vi}. {one.words.en}." for one in Verdict) + HARM
    numbers = tuple(str(number) for number in range(1, len(STATE_WORDS) + 1))
    heads = ("Sự kiện · Event", *numbers, "Thành · Becomes")
    yield table(heads, (_row(name, kind) for name, kind in kinds.items() if name in KINDS))


def _row(name: str, kind: Kind) -> tuple[str, ...]:
    after = STATE_WORDS[kind.leads_to] if kind.leads_to else UNCHANGED
    said = CORRECTS if name == "corrected" else after
    return _both(kind.words), *(SIGNS[pair(state, name).verdict] for state in State), _both(said)


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Give a table in Markdown."""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def directions(legs: Iterable[str]) -> str:
    """Give directions in words, those that belong together by one name."""
    left, said = set(legs), []
    for together, words in GROUPS:
        if together <= left:
            said.append(words)
            left -= together
    return _listed([*said, *(LEG_WORDS[leg] for leg in LEGS if leg in left)])


def _listed(words: Iterable[Words]) -> str:
    return "; ".join(_both(one) for one in words)


def _both(words: Words) -> str:
    return f"{words.vi} ({words.en})"
