"""A QR code as a picture for a screen (SVG): black on white whatever the page's colours are."""

from labels import qr

ROOM_MILLIMETRES = 60.0
"""As wide as a phone is; the picture itself has no size and fills what room it is given."""


def svg(text: str) -> bytes:
    """Give the picture of a text, quiet zone included.

    Raises:
        NotAlphanumeric, CodeDoesNotFit: the text cannot be coded.
    """
    symbol = qr.encode(text, ROOM_MILLIMETRES)
    side = symbol.size + 2 * qr.QUIET_ZONE
    dark = "".join(
        f"M{left + qr.QUIET_ZONE} {top + qr.QUIET_ZONE}h{wide}v{high}h-{wide}z"
        for left, top, wide, high in symbol.runs()
    )
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{dark}"/></svg>'
    )
    return picture.encode()
