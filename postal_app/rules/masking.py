"""How a person is shown to somebody who must recognise him, but not learn who he is.

1. Of a name the first word stays, because families share it; of every other word the first letter
   stays: «Đinh Thị Mai» is «Đinh T. M.». A name of one word, and a first word that is not made of
   letters alone («H'Bia», where the given name comes first), keep only their first letter.
2. Of a phone only the last digits stay.
3. Four digits of a phone are a key only when there is a phone around them to be known.
"""

import re

from postal_app.rules.vietnamese import tidy

KEY_DIGITS = 4
SHORTEST_PHONE = 8

_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def masked_name(name: str) -> str:
    """Give a name with only its first word written out; empty for one without a letter."""
    words = [word for word in tidy(name).split() if _LETTER_OR_DIGIT.search(word)]
    if len(words) > 1 and len(words[0]) > 1 and words[0].isalpha():
        return " ".join((words[0], *map(_initial, words[1:])))
    return " ".join(map(_initial, words))


def masked_phone(phone: str, shown: int) -> str:
    """Give a phone with only its last `shown` digits, e.g. `•••••••678`; empty for none."""
    digits = phone.replace(" ", "")
    return "•" * max(0, len(digits) - shown) + digits[-shown:]


def phone_key(phone: str) -> str:
    """Give the last four digits of a phone; empty when it is too short to keep a secret."""
    digits = re.sub(r"\D", "", phone)
    return digits[-KEY_DIGITS:] if len(digits) >= SHORTEST_PHONE else ""


def _initial(word: str) -> str:
    found = _LETTER_OR_DIGIT.search(word)
    return f"{found[0].upper()}." if found else ""
