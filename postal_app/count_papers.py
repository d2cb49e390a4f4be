"""The paper of a closing count, as bytes to print."""

from sqlalchemy.orm import Session

from labels.forms import count_sheet, editions
from labels.forms.amounts import count_in_words
from labels.forms.count_sheet import CountedLine, CountPaper
from labels.label import grouped
from models.counts import CountLine, CountSheet
from postal_app import checkpoints, count_lists, places
from postal_app.count_lists import Explained
from postal_app.printing import ISSUER
from postal_app.rules.balances import Balance
from postal_app.rules.counts import RESULT_WORDS, CountResult
from postal_app.rules.vietnamese import day, day_of, moment, number

BALANCE = "Đầu ngày {opening} + nhận {came} - giao {went} = còn {closing} bưu gửi"
COUNTED = "Đếm được {seen} bưu gửi ({words}); chênh lệch {differences}"
EXPLAINED = "Có lượt quét «{kind}» lúc {at}"
SETTLED = "{words} ({name}, {place})"


def sheet(session: Session, found: CountSheet) -> bytes:
    """Give a count as a PDF; whoever asks must have it in reach."""
    explained = count_lists.explained(session, found)
    province = places.province(session)
    agreed = [one for one in found.lines if one.result == CountResult.AGREED]
    differing = [one for one in found.lines if one.result != CountResult.AGREED]
    return count_sheet.draw(
        CountPaper(
            issuer=ISSUER.format(province=province.name if province else ""),
            place=_place(found),
            number=found.number,
            holder=found.holder_name,
            counted_at=moment(found.counted_at),
            counter=found.counter.full_name,
            blind=found.blind,
            balance_words=_balance(found),
            totals=_totals(found.lines, len(differing)),
            due_on=day(found.due_on),
            note=found.note,
            differences=tuple(_difference(one, explained) for one in differing),
            agreed=tuple(grouped(one.code) for one in agreed),
            sample=province.sample if province else False,
            ledger_code=checkpoints.latest_code(session),
            edition=editions.in_force("kiem-ke", day_of(found.counted_at)),
        )
    )


def _place(found: CountSheet) -> str:
    if found.point is not None:
        return f"{found.point.name} ({found.point.code})"
    return found.agency.name if found.agency else ""


def _balance(found: CountSheet) -> str:
    closing = Balance(found.opening, found.came, found.went).closing
    figures = {"opening": found.opening, "came": found.came, "went": found.went}
    return BALANCE.format(
        closing=number(closing), **{name: number(one) for name, one in figures.items()}
    )


def _totals(lines: list[CountLine], differences: int) -> str:
    seen = sum(one.result != CountResult.MISSING for one in lines)
    words = count_in_words(seen, "bưu gửi").lower()
    return COUNTED.format(seen=number(seen), words=words, differences=number(differences))


def _difference(line: CountLine, explained: dict[int, Explained]) -> CountedLine:
    code = grouped(line.code) if line.item_id else line.code
    words = RESULT_WORDS[CountResult(line.result)].vi
    return CountedLine(code, words, line.book_name, _settled(line, explained))


def _settled(line: CountLine, explained: dict[int, Explained]) -> str:
    if line.position in explained:
        one = explained[line.position]
        return EXPLAINED.format(kind=one.kind.vi, at=moment(one.at))
    if line.settlement is None:
        return ""
    said = line.settlement
    return SETTLED.format(words=said.words, name=said.settler.full_name, place=said.place)
