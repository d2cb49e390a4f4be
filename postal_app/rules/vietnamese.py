"""How Vietnamese is searched, sorted, counted and dated.

Writing
  1. Text is kept in composed form (NFC), as Unicode Standard Annex 15 defines it; what a Mac or
     a phone sends decomposed (NFD) is the same text.
  2. «hòa» and «hoà», «ủy» and «uỷ» are one word in two spellings. A name is kept as it was
     written; two names are compared in one spelling.
  3. A search folds case, marks and đ, so that "cap doi giay phep" finds «Cấp đổi giấy phép».

Order
  4. Letters stand in the order a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y;
     f, j, w and z keep their Latin places. Of two syllables with the same letters the tones
     decide: level, huyền, hỏi, ngã, sắc, nặng.
  5. A list of people is ordered by the given name, which is the last word.

Figures
  6. A dot groups thousands, a comma marks decimals: 1.801 and 9,45 %.
  7. A share with nothing to be shared is «–», never 0 %. Rounding makes neither "all" nor
     "none": 100,00 % stands only where nothing is missing, 0,00 % only where nothing is there.
  8. Days are written dd/mm/yyyy and moments in the time of Việt Nam. Money is whole đồng, and
     its unit is the word, because not every printer's font has the sign.
"""

import re
import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
NOTHING = "–"

_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_SHAPES = {"\u0306", "\u0302", "\u031b"}  # the breve of ă, the roof of â ê ô, the horn of ơ ư
_LETTERS = {
    letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", start=100)
}
_AFTER_THE_ALPHABET = 1000
_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile("[\u0300-\u036f]")
_D_WITH_STROKE = str.maketrans({"đ": "d", "ð": "d", "ɖ": "d"})
_OLD_PLACE = re.compile(r"o([àảãáạèẻẽéẹ])(?!\w)|(?<!q)u([ỳỷỹýỵ])(?!\w)", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:[. ]\d{3})+|\d+")
_MONEY_UNIT = re.compile(r"\s*(?:đồng|đ|₫|vnđ|vnd)\.?$", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def nfc(text: str) -> str:
    """Give the text in composed form."""
    return unicodedata.normalize("NFC", text)


def tidy(text: str) -> str:
    """Give the text composed, its spaces of any kind made one, and nothing invisible in it."""
    if not text.isprintable():  # printable text, which is most of it, has no invisible signs
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return " ".join(nfc(text).split())


def one_spelling(text: str) -> str:
    """Give the text tidy and with the older place of the tone: «Hoà», «uỷ» become «Hòa», «ủy».

    For comparing; what was written is what is kept.
    """
    return _OLD_PLACE.sub(_tone_moved, tidy(text))


def _tone_moved(found: re.Match[str]) -> str:
    first, marked = found[0][0], unicodedata.normalize("NFD", found[0][1])
    return nfc(first + marked[1:] + marked[0])


def fold(text: str) -> str:
    """Give the text as a search compares it: lower case, no marks, đ as d, single spaces."""
    lowered = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = _MARKS.sub("", lowered).translate(_D_WITH_STROKE)
    if not plain.isascii():  # marks of other writings, and signs that nobody sees
        plain = "".join(sign for sign in plain if unicodedata.category(sign) not in {"Mn", "Cf"})
    return " ".join(plain.split())


def folded_words(text: str) -> str:
    """Give the folded words of a text with single spaces between, signs left out."""
    return " ".join(_WORD.findall(fold(text)))


Syllable = tuple[tuple[int, ...], tuple[int, ...]]


def sort_key(text: str) -> tuple[Syllable, ...]:
    """Give what orders texts by the Vietnamese alphabet, syllable by syllable."""
    return tuple(_syllable_key(word) for word in tidy(text).casefold().split())


def name_key(name: str) -> tuple[Syllable, ...]:
    """Give what orders people's names: the given name first, then family and middle names."""
    syllables = sort_key(name)
    return syllables[-1:] + syllables[:-1]


def _syllable_key(word: str) -> Syllable:
    letters: list[str] = []
    tones: list[int] = []
    for sign in unicodedata.normalize("NFD", word):
        if sign in _TONES:
            tones.append(_TONES[sign])
        elif sign in _SHAPES and letters:
            letters[-1] = nfc(letters[-1] + sign)
        else:
            letters.append(sign)
    return tuple(_letter_place(letter) for letter in letters), tuple(tones)


def _letter_place(letter: str) -> int:
    if letter in _LETTERS:
        return _LETTERS[letter]
    if letter.isascii() or letter.isdecimal():
        return unicodedata.decimal(letter, 0) + 1  # digits and signs stand before the letters
    return _AFTER_THE_ALPHABET + ord(letter[0])


def number(value: int) -> str:
    """Give a whole number with its thousands grouped: 1801 is `1.801`."""
    return f"{value:,}".replace(",", ".")


def percent(part: int, whole: int) -> str:
    """Give a share with two decimals, `9,45 %`; `–` when `whole` is zero.

    Half a hundredth is rounded up, but never up to all nor down to none.

    Raises:
        ValueError: `part` is not between zero and `whole`; that is our fault.
    """
    if not 0 <= part <= whole:
        raise ValueError(f"{part} is no part of {whole}")
    if whole == 0:
        return NOTHING
    hundredths = (part * 20_000 + whole) // (2 * whole)
    if part < whole:
        hundredths = min(hundredths, 9_999)
    if part > 0:
        hundredths = max(hundredths, 1)
    return f"{hundredths // 100},{hundredths % 100:02d} %"


def dong(amount: int) -> str:
    """Give an amount of money in whole đồng: `125.000 đồng`."""
    return f"{number(amount)} đồng"


def day(value: date) -> str:
    """Give a day as dd/mm/yyyy.

    Raises:
        TypeError: a moment was given, whose day depends on the place; use `day_of` first.
    """
    if isinstance(value, datetime):
        raise TypeError("a moment has no day before it has a place: see day_of")
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def moment(value: datetime) -> str:
    """Give a moment in the time of Việt Nam: `21/11/2025 09:05`.

    Raises:
        ValueError: the moment has no time zone; that is our fault.
    """
    return f"{day(day_of(value))} {clock_of(value)}"


def clock_of(value: datetime) -> str:
    """Give the time of day of a moment in Việt Nam: `09:05`.

    Raises:
        ValueError: the moment has no time zone; that is our fault.
    """
    local = _in_vietnam(value)
    return f"{local.hour:02d}:{local.minute:02d}"


def day_of(value: datetime) -> date:
    """Give the day it was in Việt Nam at that moment.

    Raises:
        ValueError: the moment has no time zone; that is our fault.
    """
    return _in_vietnam(value).date()


def _in_vietnam(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError(f"a moment needs its time zone, but {value!r} has none")
    return value.astimezone(VIETNAM)


def read_day(text: str) -> date | None:
    """Give the day written dd/mm/yyyy or yyyy-mm-dd; None when it is neither."""
    written = tidy(text)
    if found := _DAY_FIRST.fullmatch(written):
        days, months, years = found.groups()
    elif found := _YEAR_FIRST.fullmatch(written):
        years, months, days = found.groups()
    else:
        return None
    try:
        return date(int(years), int(months), int(days))
    except ValueError:
        return None


def read_number(text: str) -> int | None:
    """Give the whole number written `1801` or `1.801`; None when it is no whole number."""
    written = tidy(text)
    if not _GROUPED.fullmatch(written):
        return None
    return int("".join(sign for sign in written if sign.isdecimal()))


def read_dong(text: str) -> int | None:
    """Give the amount written `125.000`, `125000 đ` or `125.000 đồng`; None when it is none."""
    return read_number(_MONEY_UNIT.sub("", tidy(text)))
