"""Which letters of a weight a document uses, and the fonts that hold just these.

A letter of ASCII keeps its own number, any other takes the next free one as it first appears. So
what is shown is one byte a letter, and the same words in the same order give the same font. A
document that uses more letters than one byte can number has a second font of the same weight.
"""

from reportlab.pdfbase.ttfonts import TTFontFace, makeToUnicodeCMap

from labels.pdf_stream import PdfStream
from labels.typeface import Weight, registered

LETTERS_IN_A_FONT = 224  # the control characters' numbers stay free
FIRST_BEYOND_ASCII = 127
SPACE = 32
SYMBOLIC = 4
NONSYMBOLIC = 32
_ESCAPED = {ord(letter): "\\" + letter for letter in "()\\"}


class Subset:
    """The letters of one weight in one document."""

    def __init__(self, weight: Weight, name: str) -> None:
        """Begin with no letter; in the document's pages the fonts are called by the name."""
        self.face: TTFontFace = registered()[weight].face
        self._name = name
        self._fonts: list[dict[int, int]] = []  # of each font: letter by its number
        self._places: dict[str, tuple[int, str]] = {}
        self._next = FIRST_BEYOND_ASCII
        self._first = _Written(self)

    def shown(self, words: str, size: float) -> str:
        """The operators that show the words at a size in points."""
        try:
            return f"/{self._name}0 {size:g} Tf ({''.join(map(self._first.__getitem__, words))}) Tj"
        except _InAnotherFont:
            return self._in_several(words, size)

    def embed(self, document: PdfStream) -> dict[str, int]:
        """Write the fonts into the document; give each one's object by its name."""
        return {
            f"{self._name}{place}": self._embedded(document, place, letters)
            for place, letters in enumerate(self._fonts)
        }

    def place(self, letter: str) -> tuple[int, str]:
        """In which font the letter stands, and the byte that shows it, escaped."""
        found = self._places.get(letter)
        if found is None:
            if letter.isascii():
                font, code = 0, ord(letter)
            else:
                font, code = self._next // 256, self._next % 256
                self._next += 1 if code < 255 else 1 + 256 - LETTERS_IN_A_FONT
            while len(self._fonts) <= font:
                self._fonts.append({})
            self._fonts[font][code] = ord(letter)
            found = self._places[letter] = (font, _ESCAPED.get(code, chr(code)))
        return found

    def _in_several(self, words: str, size: float) -> str:
        shown: list[str] = []
        used = -1
        for letter in words:
            font, byte = self.place(letter)
            if font != used:
                shown.append(f"{') Tj ' if shown else ''}/{self._name}{font} {size:g} Tf (")
                used = font
            shown.append(byte)
        return "".join(shown) + ") Tj"

    def _embedded(self, document: PdfStream, place: int, letters: dict[int, int]) -> int:
        codes = [letters.get(code, SPACE) for code in range(max(letters) + 1)]
        tag = "".join(chr(ord("A") + (place // 26**i) % 26) for i in range(6))
        name = f"{tag}+{self.face.name.decode()}"
        font_file = self.face.makeSubset(codes)
        program = document.stream(font_file, f"/Length1 {len(font_file)}")
        unicode = document.stream(makeToUnicodeCMap(name, codes).encode())
        flags = self.face.flags & ~NONSYMBOLIC | SYMBOLIC
        box = " ".join(f"{edge:g}" for edge in self.face.bbox)
        descriptor = document.object(
            f"<< /Type /FontDescriptor /FontName /{name} /Flags {flags} /FontBBox [{box}] "
            f"/Ascent {self.face.ascent:g} /Descent {self.face.descent:g} "
            f"/CapHeight {self.face.capHeight:g} /ItalicAngle {self.face.italicAngle:g} "
            f"/StemV {self.face.stemV:g} /FontFile2 {program} 0 R >>"
        )
        widths = " ".join(f"{self.face.getCharWidth(code):g}" for code in codes)
        return document.object(
            f"<< /Type /Font /Subtype /TrueType /BaseFont /{name} /FirstChar 0 "
            f"/LastChar {len(codes) - 1} /Widths [{widths}] /FontDescriptor {descriptor} 0 R "
            f"/ToUnicode {unicode} 0 R >>"
        )


class _InAnotherFont(Exception):
    """Some letter stands in no first font."""


class _Written(dict[str, str]):
    """The bytes of the letters that stand in the first font, which nearly all do."""

    def __init__(self, subset: Subset) -> None:
        self._subset = subset

    def __missing__(self, letter: str) -> str:
        font, byte = self._subset.place(letter)
        if font:
            raise _InAnotherFont
        self[letter] = byte
        return byte
