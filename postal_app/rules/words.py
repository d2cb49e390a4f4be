"""A phrase in both languages of the product: Vietnamese first, English second."""

from typing import NamedTuple


class Words(NamedTuple):
    """One phrase as a person reads it; `{name}` marks what `filled` puts in."""

    vi: str
    en: str

    def filled(self, **facts: object) -> "Words":
        """Give the phrase with its marks replaced by `facts`.

        Raises:
            KeyError: a mark has no fact; that is our fault, never the reader's.
        """
        return Words(self.vi.format(**facts), self.en.format(**facts))

    def spoken(self, language: str) -> str:
        """Give the English phrase for `"en"` and the Vietnamese one for anything else."""
        return self.en if language == "en" else self.vi
