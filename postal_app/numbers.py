"""Numbers handed out one by one: item numbers, our dossier numbers, receipts.

Each series is one row; taking a number locks it until the transaction ends, so no number is given
twice and a number taken by work that failed is not lost.
"""

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.items import NumberSeries
from postal_app.errors import Conflict
from postal_app.rules.codes import item_number
from postal_app.rules.words import Words

ITEM_PREFIX = "RH"
FIRST_ITEM_SERIAL = 10_000_000
LAST_ITEM_SERIAL = 99_999_999
BAG_PREFIX = "TG"
"""Of bags (túi gói); no letter that an input method rewrites."""


class SeriesUsedUp(Conflict):
    """All numbers of a series are given out."""

    words = Words(
        "Dải số hiệu «{prefix}» đã dùng hết; quản trị viên hãy mở dải mới.",
        "The number series “{prefix}” is used up; the administrator must open a new one.",
    )


def take(session: Session, prefix: str, first: int = 1, count: int = 1) -> int:
    """Give the next number of a series, which begins with `first`; of several, the first."""
    found = session.scalar(
        update(NumberSeries)
        .where(NumberSeries.prefix == prefix)
        .values(next_serial=NumberSeries.next_serial + count)
        .returning(NumberSeries.next_serial - count)
        .execution_options(synchronize_session=False)
    )
    if found is not None:
        return found
    session.execute(
        insert(NumberSeries).values(prefix=prefix, next_serial=first).on_conflict_do_nothing()
    )
    return take(session, prefix, first, count)


def next_item_number(session: Session) -> str:
    """Give a fresh item number (UPU S10).

    Raises:
        SeriesUsedUp: the series has no serial left.
    """
    return _next_s10(session, ITEM_PREFIX)


def next_bag_number(session: Session) -> str:
    """Give a fresh bag number, shaped like an item's so that every scanner reads it.

    Raises:
        SeriesUsedUp: the series has no serial left.
    """
    return _next_s10(session, BAG_PREFIX)


def take_item_serials(session: Session, count: int) -> int:
    """Give the first of so many fresh serials of item numbers, one after the other.

    Raises:
        SeriesUsedUp: the series has not so many left.
    """
    return _take_serials(session, ITEM_PREFIX, count)


def next_dossier_number(session: Session, year: int) -> str:
    """Give our own number of a dossier, such as `HB26-000123`; it exists before the agency's."""
    series = f"HB{year % 100:02d}"
    return f"{series}-{take(session, series):06d}"


def next_receipt_number(session: Session, point_code: str, year: int) -> str:
    """Give the next receipt number of a point, such as `BL26-350100-00017`."""
    return _of_place(session, "BL", point_code, year)


def next_voucher_number(session: Session, point_code: str, year: int) -> str:
    """Give the next number of a point's vouchers to agencies, such as `GT26-350100-00017`."""
    return _of_place(session, "GT", point_code, year)


def next_incident_number(session: Session, place_code: str, year: int) -> str:
    """Give the next number of a place's incident records, such as `BB26-354100-00017`."""
    return _of_place(session, "BB", place_code, year)


def next_count_number(session: Session, place_code: str, year: int) -> str:
    """Give the next number of a place's closing counts, such as `KK26-354100-00017`."""
    return _of_place(session, "KK", place_code, year)


def next_complaint_number(session: Session, place_code: str, year: int) -> str:
    """Give the next number of the complaints taken in at a place, such as `KN26-354100-00017`."""
    return _of_place(session, "KN", place_code, year)


def next_answer_number(session: Session, province_code: str, year: int) -> str:
    """Give the next number of a province's answers to complaints, such as `TL26-H28-00017`."""
    return _of_place(session, "TL", province_code, year)


def next_form_number(session: Session, agency_code: str, year: int) -> str:
    """Give the next number of an agency's one-stop forms, such as `MC26-H28.16-00017`."""
    return _of_place(session, "MC", agency_code, year)


def next_recount_number(session: Session, agency_code: str, year: int) -> str:
    """Give the next number of an agency's hand-over records, such as `GN26-H28.16-00017`."""
    return _of_place(session, "GN", agency_code, year)


def next_collection_number(session: Session, agency_code: str, year: int) -> str:
    """Give the next number of an agency's hand-over lists, such as `SG26-H28.16-00017`."""
    return _of_place(session, "SG", agency_code, year)


def next_list_number(session: Session, form: str, point_code: str, year: int) -> str:
    """Give the next number of a point's hand-over lists, such as `BD10-26-354100-00017`."""
    return _of_place(session, f"{form}-", point_code, year)


def _next_s10(session: Session, prefix: str) -> str:
    return item_number(prefix, _take_serials(session, prefix, 1))


def _take_serials(session: Session, prefix: str, count: int) -> int:
    serial = take(session, prefix, FIRST_ITEM_SERIAL, count)
    if serial + count - 1 > LAST_ITEM_SERIAL:
        raise SeriesUsedUp(prefix=prefix)
    return serial


def _of_place(session: Session, letters: str, place_code: str, year: int) -> str:
    """Give the next number of one kind of paper at one place in one year, without a gap."""
    series = f"{letters}{year % 100:02d}-{place_code}"
    return f"{series}-{take(session, series):05d}"
