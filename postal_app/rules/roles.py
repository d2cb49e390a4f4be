"""Who works with dossiers: the roles, and a signed-in person at one place."""

from dataclasses import dataclass
from enum import StrEnum

from postal_app.rules.words import Words


class Role(StrEnum):
    """What a person is signed in as; one person may hold several and chooses one."""

    CLERK = "clerk"
    COURIER = "courier"
    OFFICER = "officer"
    PROVINCIAL = "provincial"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLE_WORDS = {
    Role.CLERK: Words("Giao dịch viên", "Clerk"),
    Role.COURIER: Words("Bưu tá", "Courier"),
    Role.OFFICER: Words("Cán bộ cơ quan giải quyết", "Agency officer"),
    Role.PROVINCIAL: Words("Cán bộ cấp tỉnh", "Provincial staff"),
    Role.AUDITOR: Words("Kiểm toán viên", "Auditor"),
    Role.ADMINISTRATOR: Words("Quản trị viên", "Administrator"),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person in one role at one place; exactly one of the three ids is set."""

    account_id: int
    assignment_id: int
    role: Role
    name: str
    place: str
    point_id: int | None = None
    agency_id: int | None = None
    province_id: int | None = None

    def sees(self, *, points: frozenset[int], agencies: frozenset[int]) -> bool:
        """Tell whether an object that belongs to these points and agencies is in reach.

        People of the province see all of it; the others only what is, or was, at their own place.
        """
        if self.province_id is not None:
            return True
        return self.point_id in points or self.agency_id in agencies
