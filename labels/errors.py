"""What can be wrong with an order for paper; the doors say it in the person's language.

All are `ValueError`s: the desk gave a value that cannot be printed. Each carries the facts as
attributes, so that no one needs to read the sentence to know them.
"""


class PaperError(ValueError):
    """The paper cannot be drawn from these values."""


class UnknownStock(PaperError):
    """No label stock has this name."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        """Keep the name asked for and the names there are."""
        self.name = name
        self.known = known
        super().__init__(f"There is no label stock {name!r}; known are {', '.join(known)}.")


class PositionBeyondSheet(PaperError):
    """The first label was to stand on a place that the sheet does not have."""

    def __init__(self, position: int, places: int) -> None:
        """Keep the position asked for and how many places the sheet has."""
        self.position = position
        self.places = places
        super().__init__(f"Position {position} is not on the sheet: it has places 1 to {places}.")


class NotARoll(PaperError):
    """A printer for rolls was asked to print on a sheet."""

    def __init__(self, name: str) -> None:
        """Keep the stock's name."""
        self.name = name
        super().__init__(f"{name!r} is a sheet; a label printer prints on a roll.")


class NotAlphanumeric(PaperError):
    """A code's text has letters that the QR's alphanumeric mode does not know."""

    def __init__(self, text: str) -> None:
        """Keep the text."""
        self.text = text
        super().__init__(
            f"{text!r} is not alphanumeric: only capitals, digits, space and $%*+-./: can be coded."
        )


class CodeDoesNotFit(PaperError):
    """A code would have to be drawn too fine to be read by a scanner."""

    def __init__(self, text: str, millimetres: float) -> None:
        """Keep the text and the width that there is."""
        self.text = text
        self.millimetres = millimetres
        super().__init__(
            f"{text!r} does not fit {millimetres:.1f} mm at a module that still scans."
        )


class MeasuredBeyondReason(PaperError):
    """A figure measured on a test page is farther off than any sound printer is."""

    def __init__(self, name: str, measured: float, wanted: float) -> None:
        """Keep which figure, and what it was and should be, in millimetres."""
        self.name = name
        self.measured = measured
        self.wanted = wanted
        super().__init__(f"{name} measured {measured:g} mm, which should be {wanted:g} mm.")


class UnreadableSignature(PaperError):
    """The signature is not a picture that can be printed."""

    def __init__(self, reason: str) -> None:
        """Say why not."""
        super().__init__(f"The signature cannot be printed: {reason}.")


class AmountOutOfRange(PaperError):
    """The amount has no words: it is negative or larger than any sum of money."""

    def __init__(self, amount: int) -> None:
        """Keep the amount in đồng."""
        self.amount = amount
        super().__init__(f"{amount} đồng cannot be written in words.")
