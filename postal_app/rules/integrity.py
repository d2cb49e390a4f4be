"""Integrity: what is known of an envelope and its seal; never a state."""

from enum import StrEnum

from postal_app.rules.words import Words


class Integrity(StrEnum):
    """What is known of the envelope and its seal, from best to worst."""

    INTACT = "intact"
    NOT_CHECKED = "not_checked"
    RESEALED = "resealed"
    DAMAGED = "damaged"
    SEAL_BROKEN = "seal_broken"
    ALTERED = "altered"
    LOST = "lost"


INTEGRITY_WORDS: dict[Integrity, Words] = {
    Integrity.INTACT: Words("Nguyên vẹn", "Intact"),
    Integrity.NOT_CHECKED: Words("Chưa kiểm tra", "Not checked"),
    Integrity.RESEALED: Words("Đã niêm phong lại có biên bản", "Re-sealed with a record"),
    Integrity.DAMAGED: Words("Hư hỏng", "Damaged"),
    Integrity.SEAL_BROKEN: Words("Niêm phong không còn nguyên vẹn", "Seal broken"),
    Integrity.ALTERED: Words("Bị suy chuyển, thay đổi", "Altered"),
    Integrity.LOST: Words("Thất lạc", "Lost"),
}

CONDITIONS = (Integrity.INTACT, Integrity.DAMAGED, Integrity.SEAL_BROKEN, Integrity.RESEALED)
"""What somebody who looks at an item can say of it."""

HARM = frozenset({Integrity.DAMAGED, Integrity.SEAL_BROKEN, Integrity.ALTERED})
"""What is said of an item to which something was done that asks for a record."""
