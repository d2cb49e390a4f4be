"""What every page shows around its own content: the house, the reader, the way through it."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, current_app, g, request, url_for

from postal_app import places
from postal_app.rules import vietnamese
from postal_app.rules.integrity import INTEGRITY_WORDS, Integrity
from postal_app.rules.roles import ROLE_WORDS, Role
from postal_app.rules.vocabulary import STATE_WORDS, State
from postal_app.rules.words import Words
from routes.archive import transaction
from routes.language import LANGUAGES, _, language, say
from routes.sessions import visitor

STATIC = Path(__file__).resolve().parent / "static"


class Link(NamedTuple):
    """One entry of the way through the house: a door without arguments, and its words."""

    endpoint: str
    words: Words


@dataclass(frozen=True, slots=True)
class House:
    """The province this installation serves; `sample` when its data are made up."""

    name: str
    sample: bool


HOME = Link("home.start", Words("Nhận tại nhà", "Fetch at home"))
HANDOVERS = Link("handovers.listed", Words("Giao nhận", "Hand-overs"))
DIFFERENCES = Link("handovers.differences", Words("Chênh lệch giao nhận", "Differences"))
SCAN = Link("courier.scan", Words("Quét", "Scan"))
CATALOGUE = Link("catalogue.new_list", Words("Nhập danh mục", "Import a list"))
REFUSED = Link("admin.refused", Words("Quét bị từ chối", "Refused scans"))
VIEWS = Link("admin.views", Words("Nhật ký xem", "Views"))
MONTH = Link("province.month", Words("Kỳ báo cáo", "Month's end"))
PROMISES = Link("promises.published", Words("Lịch và thời hạn", "Days and deadlines"))
MONEY = Link("money.balance", Words("Cân đối tiền thu hộ", "Money held in trust"))
TARIFF = Link("tariff.published", Words("Bảng giá", "Prices"))
MATTERS = Link("incidents.work", Words("Sự vụ, khiếu nại", "Incidents, complaints"))
BALANCE = Link("balances.own", Words("Số dư, kiểm kê", "Balance, count"))
TABLES = Link("balances.trial", Words("Số dư, kiểm kê", "Balances, counts"))
HELD = Link("people.held", Words("Dữ liệu cá nhân", "People's data"))
RETENTION = Link("people.terms", Words("Lưu trữ, xóa", "Keeping, erasing"))
TO_SIGN = Link("records.to_sign", Words("Biên bản chờ ký", "Records to sign"))
CORRECTIONS = Link("anyone.to_confirm", Words("Đính chính", "Corrections"))

# The first entry is where the role begins its day.
NAVIGATION: dict[Role, tuple[Link, ...]] = {
    Role.CLERK: (
        Link("clerk.start", Words("Quầy", "Counter")),
        Link("clerk.new_pickup", Words("Nhận hồ sơ", "Take in a dossier")),
        Link("clerk.new_supplement", Words("Bổ sung", "Further papers")),
        Link("calls.listed", Words("Hẹn nhận tại nhà", "Calls")),
        Link("clerk.labels", Words("In nhãn", "Print labels")),
        Link("deliveries.waiting", Words("Chờ phát", "To deliver")),
        HANDOVERS,
        Link("money.held", Words("Tiền giữ hộ", "Money held")),
        TARIFF,
        SCAN,
        BALANCE,
        TO_SIGN,
        MATTERS,
        CORRECTIONS,
    ),
    Role.COURIER: (
        Link("courier.holding", Words("Đang giữ", "What I hold")),
        SCAN,
        HANDOVERS,
        HOME,
        Link("receipts.mine", Words("Biên lai", "Receipts")),
        BALANCE,
        TO_SIGN,
        MATTERS,
    ),
    Role.OFFICER: (
        Link("agency.inbox", Words("Hồ sơ đến", "Arriving")),
        Link("agency.dossiers", Words("Đang giải quyết", "In work")),
        Link("sending.start", Words("Gửi qua bưu chính", "Send by post")),
        Link("agency.register", Words("Đăng ký trả kết quả", "Register a result")),
        Link("money.to_confirm", Words("Nhận tiền", "Money")),
        BALANCE,
        MATTERS,
        CORRECTIONS,
    ),
    Role.PROVINCIAL: (
        MONTH,
        MONEY,
        TABLES,
        Link("undelivered.lying_back", Words("Không người nhận", "Ownerless")),
        DIFFERENCES,
        MATTERS,
        CATALOGUE,
        PROMISES,
        TARIFF,
        REFUSED,
        HELD,
        CORRECTIONS,
    ),
    Role.AUDITOR: (MONTH, MONEY, TABLES, DIFFERENCES, MATTERS, VIEWS, HELD, REFUSED),
    Role.ADMINISTRATOR: (
        Link("admin.accounts_list", Words("Tài khoản", "Accounts")),
        Link("devices.listed", Words("Máy quét", "Devices")),
        MONTH,
        MONEY,
        CATALOGUE,
        PROMISES,
        TARIFF,
        VIEWS,
        RETENTION,
        REFUSED,
        CORRECTIONS,
    ),
}

# The tone of a badge: good, under way, careful, bad, or quiet. The word says it, not the colour.
STATE_TONES: dict[State, str] = {
    State.EXPECTED: "quiet",
    State.DELIVERED: "good",
    State.ACCEPTED_BY_AGENCY: "good",
    State.NOT_DELIVERED: "careful",
    State.LOST: "bad",
}
INTEGRITY_TONES: dict[Integrity, str] = {
    Integrity.INTACT: "good",
    Integrity.NOT_CHECKED: "quiet",
    Integrity.RESEALED: "careful",
    Integrity.DAMAGED: "bad",
    Integrity.SEAL_BROKEN: "bad",
    Integrity.ALTERED: "bad",
    Integrity.LOST: "bad",
}


def hang_on(app: Flask) -> None:
    """Give every template the words, the figures and the frame."""
    app.jinja_env.globals.update(
        _=_,
        say=say,
        language=language,
        asset=asset,
        visitor=visitor,
        house=house,
        navigation=navigation,
        role_words=ROLE_WORDS,
        other_language=other_language,
    )
    app.jinja_env.filters.update(
        day=vietnamese.day,
        moment=vietnamese.moment,
        day_of=vietnamese.day_of,
        clock=vietnamese.clock_of,
        number=vietnamese.number,
        dong=vietnamese.dong,
        said=say,
        merged=_merged,
        state=_state,
        integrity=_integrity,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def house() -> House | None:
    """Give the province as the header names it; None before one is set up."""
    if "house" in g:
        found: House | None = g.house
        return found
    # Kept by the process: it is set up once, and every page asks.
    kept: House | None = current_app.extensions.get("house")
    if kept is None:
        with transaction() as session:
            row = places.province(session)
            kept = House(row.name, row.sample) if row else None
        if kept is not None:
            current_app.extensions["house"] = kept
    g.house = kept
    return kept


def navigation() -> list[tuple[str, str, bool]]:
    """Give the reader's links: address, words, and whether the page is behind it."""
    person = visitor()
    links = NAVIGATION[person.role] if person else ()
    ways = [(url_for(link.endpoint), say(link.words)) for link in links]
    leading = [address for address, _words in ways if _leads_to(address, request.path)]
    here = max(leading, key=len, default="")  # «/clerk/labels» lies below «/clerk» too
    return [(address, words, address == here) for address, words in ways]


def home_endpoint(role: Role) -> str:
    """Give the door at which the role begins its day."""
    links = NAVIGATION[role]
    return links[0].endpoint if links else "sign_in.account"


def asset(name: str) -> str:
    """Give the address of a static file, which changes with its content."""
    return url_for("static", filename=name, v=_digest(name))


def other_language() -> tuple[str, str]:
    """Give the code and the own name of the language the page is not in."""
    other = LANGUAGES[1 - LANGUAGES.index(language())]
    return other, {"vi": "Tiếng Việt", "en": "English"}[other]


def _leads_to(address: str, here: str) -> bool:
    return here == address or here.startswith(address.rstrip("/") + "/")


@cache
def _digest(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def _merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    return {**first, **second}


def _state(code: str) -> dict[str, Any]:
    """Give the words and the tone of a state, for the badge macro."""
    state = State(code)
    return {"words": say(STATE_WORDS[state]), "tone": STATE_TONES.get(state, "underway")}


def _integrity(code: str) -> dict[str, Any]:
    """Give the words and the tone of an integrity, for the badge macro."""
    integrity = Integrity(code)
    return {"words": say(INTEGRITY_WORDS[integrity]), "tone": INTEGRITY_TONES[integrity]}
