"""The looks that a scanning app takes at one picture before it asks for the next.

A telephone sees thirty pictures a second and does not give up on one at the first try: it looks at
it as it is, with its edges sharpened, smoothed, from nearer and from farther, and as the hand turns
it. Here each damaged label has one picture only, so the looks at it stand for a second of a
hand that is never still. What is read at the first look that reads anything is what is read; a
wrong text is never looked at again.
"""

from collections.abc import Callable, Iterator

from PIL import Image, ImageFilter

Look = Callable[[Image.Image], Image.Image]

SIZES = (1.0, 0.5, 2.0, 1.5, 0.75)
EDGES = ImageFilter.UnsharpMask(radius=3, percent=300, threshold=0)
"""Three dots of a printer are a quarter of a millimetre: about half a module, as a blur is wide."""
GRAIN = ImageFilter.GaussianBlur(1)
WAYS: tuple[Look, ...] = (
    lambda picture: picture,
    lambda picture: picture.filter(EDGES),
    lambda picture: picture.filter(GRAIN),
)
TURNED_SIZES = (1.0, 0.75)
TURNS = (15, 30, 75, 90, 120, 210)  # degrees
MOST = len(SIZES) * len(WAYS) + len(TURNED_SIZES) * len(TURNS)
WHITE = 255


def looks(picture: Image.Image) -> Iterator[Image.Image]:
    """Give what is looked at, one after the other, made only when it is asked for."""
    for size in SIZES:
        sized = _sized(picture, size)
        for way in WAYS:
            yield way(sized)
    for size in TURNED_SIZES:
        sized = _sized(picture, size)
        for turn in TURNS:
            yield sized.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=WHITE)


def _sized(picture: Image.Image, size: float) -> Image.Image:
    if size == 1:
        return picture
    wide, tall = round(picture.width * size), round(picture.height * size)
    return picture.resize((wide, tall), Image.Resampling.BICUBIC)
