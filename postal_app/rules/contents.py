"""Contents: one fingerprint of what lies in an envelope, by which two counts are compared.

1. Papers are counted when the envelope is sealed, when the agency opens it, and when something
   goes back. Each count is a list; its fingerprint is worked out from it and never typed.
2. A list is the same whatever the order of its lines, the capitals and spaces of its names, and
   whether equal papers stand in one line or in two. What is not there is not on the list.
3. The digest covers names, kinds and copies. Pages speak only where both counted all of them,
   because nobody is asked to count pages again.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from postal_app.rules.recounts import Papers
from postal_app.rules.vietnamese import one_spelling, tidy
from postal_app.rules.words import Words

SHORT = 8
"""Signs of a fingerprint that are shown: enough to tell two lists apart, short enough to read."""


class Stage(StrEnum):
    """When the contents were counted."""

    SEALED = "sealed"
    AGENCY = "agency"
    LENT = "lent"
    RETURNED = "returned"


STAGE_WORDS: dict[Stage, Words] = {
    Stage.SEALED: Words("Khi niêm phong", "When sealed"),
    Stage.AGENCY: Words("Cơ quan đếm lại", "Counted again at the agency"),
    Stage.LENT: Words("Bản chính đưa để đối chiếu", "Originals shown for comparison"),
    Stage.RETURNED: Words("Đã trả lại", "Given back"),
}


class Likeness(StrEnum):
    """What comparing two counts says."""

    SAME = "same"
    DIFFERS = "differs"
    NOT_COUNTED = "not_counted"


LIKENESS_WORDS: dict[Likeness, Words] = {
    Likeness.SAME: Words("Khớp", "The same"),
    Likeness.DIFFERS: Words("Không khớp", "Differs"),
    Likeness.NOT_COUNTED: Words("Chưa ai đếm", "Nobody counted"),
}


@dataclass(frozen=True, slots=True)
class Contents:
    """A counted list: copies and pages in all, and the digest of its lines.

    `all_pages` tells whether the pages of every paper were counted.
    """

    copies: int
    pages: int
    all_pages: bool
    digest: str

    @property
    def short(self) -> str:
        """Give the fingerprint as a page shows it."""
        return self.digest[:SHORT].upper()


def fingerprint(lines: Iterable[tuple[str, Papers]]) -> Contents:
    """Give the fingerprint of a list of papers, each with its name."""
    copies: Counter[tuple[str, str]] = Counter()
    pages, all_pages = 0, True
    for name, papers in lines:
        if papers.copies:
            copies[one_spelling(tidy(name)).casefold(), papers.kind] += papers.copies
            pages += papers.pages
            all_pages = all_pages and papers.pages > 0
    written = "\n".join(
        f"{name}\t{kind}\t{count}" for (name, kind), count in sorted(copies.items())
    )
    digest = sha256(written.encode()).hexdigest()
    return Contents(copies.total(), pages, all_pages, digest)


def compare(listed: Contents | None, found: Contents | None) -> Likeness:
    """Compare two counts; None: nobody counted."""
    if listed is None or found is None:
        return Likeness.NOT_COUNTED
    pages_speak = listed.all_pages and found.all_pages
    same = listed.digest == found.digest and (not pages_speak or listed.pages == found.pages)
    return Likeness.SAME if same else Likeness.DIFFERS
