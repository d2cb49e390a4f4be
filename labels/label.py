"""What a label says. Plain values; how they are laid out stands in `label_layout`."""

from dataclasses import dataclass

from labels import typeface


@dataclass(frozen=True, slots=True)
class Label:
    """One label of one item. Everything is text as a person reads it, already chosen by the desk.

    `qr_text` is alphanumeric (HTTPS://HOST/T/NUMBER/TAG) and names no person. `receiver_place` is
    the sorting key: commune and province. `phone_masked` shows the last digits only.
    `service_marks` are a few words each (PHÁT TẬN TAY, THU HỘ 150.000 đ). `reprint` counts the
    prints after the first; 0 is the first. No procedure is named: the outside of an envelope is
    read by everybody who carries it.
    """

    item_number: str
    qr_text: str
    receiver_name: str
    receiver_address: str
    receiver_place: str
    phone_masked: str = ""
    sender_short: str = ""
    leg_words: str = ""
    seal_number: str = ""
    service_marks: tuple[str, ...] = ()
    reprint: int = 0
    sample: bool = False


def grouped(item_number: str) -> str:
    """An S10 number in the groups in which it is read aloud; any other number as it is."""
    number = item_number.replace(" ", "")
    is_s10 = (len(number) == 13 and number[:2].isalpha() and number[2:11].isdigit()) and number[
        11:
    ].isalpha()
    if not is_s10:
        return item_number
    return " ".join((number[:2], number[2:5], number[5:8], number[8:11], number[11:]))


def outside_the_font(*texts: str) -> tuple[str, ...]:
    """Letters that a label cannot show and marks instead, each once, in their order."""
    return typeface.outside_the_font("".join(texts))
