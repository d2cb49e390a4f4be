"""The editions of our forms: what each is called, on which act it rests, since when it is printed.

1. An edition is only added to, never changed: a paper printed again years later is the paper that
   was signed.
2. A dossier and a sending keep the code of their slip's edition, an answer of an agency the set of
   its forms (`postal_app/rules/one_stop_forms`). Of every other paper the day of what it tells
   decides.
3. A form that rests on no act of the State is the post's own, and says so.
"""

from dataclasses import dataclass
from datetime import date

OWN = "mẫu của bưu chính"


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a form; `since` is None for the first, which nothing older precedes."""

    form: str
    number: int
    name: str
    basis: str
    since: date | None = None

    @property
    def code(self) -> str:
        """By what a row keeps it."""
        return f"{self.form}-{self.number}"

    @property
    def words(self) -> str:
        """What stands at the foot of the form."""
        return f"{self.name} {self.number} – {self.basis}"


_SLIP = "QĐ 45/2016/QĐ-TTg, Điều 6; TT 17/2017/TT-BTTTT, Điều 5"
EDITIONS: tuple[Edition, ...] = (
    Edition("phieu-gui", 1, "Mẫu phiếu gửi", _SLIP),
    # It tells the leg, and where the result goes.
    Edition("phieu-gui", 2, "Mẫu phiếu gửi", _SLIP, date(2026, 11, 22)),
    Edition("bien-lai", 1, "Mẫu biên lai", "QĐ 45/2016/QĐ-TTg, Điều 11"),
    Edition("chung-tu-cuoc", 1, "Mẫu chứng từ thu cước", OWN),
    Edition("bien-ban-giao-nhan", 1, "Mẫu biên bản giao nhận", "TT 17/2017/TT-BTTTT, Điều 5"),
    Edition("so-giao-nhan", 1, "Mẫu sổ giao nhận", OWN),
    Edition("bd10", 1, "Mẫu BD10", OWN),
    Edition("bd13", 1, "Mẫu BD13", OWN),
    Edition("giay-moi", 1, "Mẫu giấy mời", "Luật Bưu chính 49/2010/QH12, Điều 17"),
    Edition("su-vu", 1, "Mẫu biên bản sự vụ", "Luật Bưu chính 49/2010/QH12, Điều 13"),
    Edition("tra-loi-khieu-nai", 1, "Mẫu trả lời", "Luật Bưu chính 49/2010/QH12, Điều 38"),
    Edition("kiem-ke", 1, "Mẫu biên bản kiểm kê", OWN),
)


def in_force(form: str, on: date) -> Edition:
    """Give the edition of a form that is printed for what happened on a day.

    Raises:
        KeyError: there is no such form; that is our fault.
    """
    for one in reversed(EDITIONS):
        if one.form == form and (one.since is None or one.since <= on):
            return one
    raise KeyError(form)


def latest(form: str) -> Edition:
    """Give the edition of a form that is printed for what happens from now on."""
    return in_force(form, date.max)


def by_code(code: str) -> Edition:
    """Give the edition that a row keeps.

    Raises:
        KeyError: no edition bears the code; that is our fault.
    """
    return {one.code: one for one in EDITIONS}[code]
