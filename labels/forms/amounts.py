"""Sums of money as a form says them: dots between the thousands, and Vietnamese words.

The words follow the spoken norm: "linh" for an empty ten (một trăm linh năm), "mốt", "tư" and
"lăm" after a ten (hai mươi mốt, hai mươi tư, mười lăm), "không trăm" for an empty hundred inside
a number, "tỷ" for every nine figures.
"""

from labels.errors import AmountOutOfRange

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
GROUPS = ("", " nghìn", " triệu")
BEYOND = 10**18


def dotted(amount: int) -> str:
    """Whole đồng with dots between the thousands, without the unit: 1.250.000."""
    return f"{amount:,}".replace(",", ".")


def number_in_words(amount: int) -> str:
    """Whole đồng in Vietnamese words: "Một trăm hai mươi lăm nghìn đồng".

    Raises:
        AmountOutOfRange: the amount is negative or has more than eighteen figures.
    """
    if not 0 <= amount < BEYOND:
        raise AmountOutOfRange(amount)
    said = f"{_number(amount)} đồng"
    return said[0].upper() + said[1:]


def count_in_words(count: int, what: str) -> str:
    """A number of things in Vietnamese words: "Hai mươi mốt bưu gửi".

    Raises:
        AmountOutOfRange: the number is negative or has more than eighteen figures.
    """
    if not 0 <= count < BEYOND:
        raise AmountOutOfRange(count)
    said = f"{_number(count)} {what}"
    return said[0].upper() + said[1:]


def _number(number: int) -> str:
    billions, rest = divmod(number, 10**9)
    if not billions:
        return _below_a_billion(rest, is_inside=False)
    said = f"{_number(billions)} tỷ"
    return f"{said} {_below_a_billion(rest, is_inside=True)}" if rest else said


def _below_a_billion(number: int, *, is_inside: bool) -> str:
    """Up to nine figures; inside a larger number the first group that is said is said in full."""
    said: list[str] = []
    for place in (2, 1, 0):
        group = number // 1000**place % 1000
        if group:
            said.append(_group(group, is_full=is_inside or bool(said)) + GROUPS[place])
    return " ".join(said) or DIGITS[0]


def _group(group: int, *, is_full: bool) -> str:
    """Three figures; in full also the empty hundred and the empty ten are said."""
    hundreds, rest = divmod(group, 100)
    if not hundreds and not is_full:
        return _two_figures(rest)
    said = f"{DIGITS[hundreds]} trăm"
    if not rest:
        return said
    return f"{said} linh {DIGITS[rest]}" if rest < 10 else f"{said} {_two_figures(rest)}"


def _two_figures(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    said = "mười" if tens == 1 else f"{DIGITS[tens]} mươi"
    if not ones:
        return said
    if ones == 5:
        return f"{said} lăm"
    if tens > 1 and ones in (1, 4):
        return f"{said} {'mốt' if ones == 1 else 'tư'}"
    return f"{said} {DIGITS[ones]}"
