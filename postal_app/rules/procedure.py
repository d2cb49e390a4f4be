"""The words of a catalogue: levels of agencies and online levels.

1. A procedure is settled at a province's, a district's or a commune's agency, or at several.
   There are no districts since 01/07/2025; older lists still name them, so the word stays.
2. Online levels were 1 to 4 until NĐ 42/2022/NĐ-CP made them *partial* (một phần) and *full*
   (toàn trình); lists of both ages are read.
3. A dossier's components are originals, copies, certified copies or photocopies, each with a
   count (QĐ 45/2016/QĐ-TTg Art. 6: clerk and citizen count them together).
"""

from enum import StrEnum

from postal_app.rules.words import Words


class AgencyLevel(StrEnum):
    """Where a procedure is settled."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    SEVERAL = "several"

    @property
    def words(self) -> Words:
        """Give the level as a list writes it."""
        return _AGENCY_LEVELS[self]


_AGENCY_LEVELS = {
    AgencyLevel.MINISTRY: Words("Cấp bộ", "Ministry"),
    AgencyLevel.PROVINCE: Words("Cấp tỉnh", "Province"),
    AgencyLevel.DISTRICT: Words("Cấp huyện", "District"),
    AgencyLevel.COMMUNE: Words("Cấp xã", "Commune"),
    AgencyLevel.SEVERAL: Words("Nhiều cấp", "Several levels"),
}


class OnlineLevel(StrEnum):
    """How much of a procedure can be done online."""

    NOT_STATED = "not_stated"
    NONE = "none"
    LEVEL_1 = "1"
    LEVEL_2 = "2"
    LEVEL_3 = "3"
    LEVEL_4 = "4"
    PARTIAL = "partial"
    FULL = "full"

    @property
    def words(self) -> Words:
        """Give the level as a list writes it."""
        return _ONLINE_LEVELS[self]


_ONLINE_LEVELS = {
    OnlineLevel.NOT_STATED: Words("Không nêu", "Not stated"),
    OnlineLevel.NONE: Words("Không trực tuyến", "Not online"),
    OnlineLevel.LEVEL_1: Words("Mức độ 1", "Level 1"),
    OnlineLevel.LEVEL_2: Words("Mức độ 2", "Level 2"),
    OnlineLevel.LEVEL_3: Words("Mức độ 3", "Level 3"),
    OnlineLevel.LEVEL_4: Words("Mức độ 4", "Level 4"),
    OnlineLevel.PARTIAL: Words("Một phần", "Partial"),
    OnlineLevel.FULL: Words("Toàn trình", "Full"),
}
