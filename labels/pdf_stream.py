"""A PDF that is written as it is made: a page leaves for the file as soon as it is drawn.

What is kept until the end is where each object begins, eight bytes for each, so a hundred thousand
labels need no more memory than ten. No clock and no random file id: the same pages give the same
bytes.
"""

import zlib
from array import array
from typing import BinaryIO

PAGES_IN_A_BRANCH = 64
CATALOG, TREE, RESOURCES, ABOUT = 1, 2, 3, 4
# The fastest level that still halves the next one's gain: a page is written a few times faster
# than at the usual level and grows by a seventh.
COMPRESSION = 3


class PdfStream:
    """A PDF in the making; width and height of its pages in points."""

    def __init__(self, file: BinaryIO, width: float, height: float, title: str) -> None:
        """Write the beginning of the file."""
        self._file = file
        self._size = f"{width:.2f} {height:.2f}"
        self._title = title
        self._begins = array("Q", [0] * (ABOUT + 1))
        self._branches: list[tuple[int, int]] = []
        self._leaves: list[int] = []
        self._branch = 0
        self._at = 0
        self._write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")

    def page(self, content: bytes) -> None:
        """Add a page of this content."""
        drawn = self.stream(content)
        if not self._leaves:
            self._branch = self._reserved()
        self._leaves.append(
            self.object(
                f"<< /Type /Page /Parent {self._branch} 0 R /Resources {RESOURCES} 0 R "
                f"/MediaBox [0 0 {self._size}] /Contents {drawn} 0 R >>"
            )
        )
        if len(self._leaves) == PAGES_IN_A_BRANCH:
            self._end_branch()

    def stream(self, content: bytes, entries: str = "") -> int:
        """Add a stream object; give its number."""
        packed = zlib.compress(content, COMPRESSION)
        number = self._reserved()
        self._begin(number)
        self._write(
            f"<< /Filter /FlateDecode /Length {len(packed)} {entries}>>\nstream\n".encode("ascii")
        )
        self._write(packed)
        self._write(b"\nendstream\nendobj\n")
        return number

    def object(self, content: str) -> int:
        """Add an object; give its number."""
        number = self._reserved()
        self._put(number, content)
        return number

    def finish(self, fonts: dict[str, int]) -> None:
        """Write the fonts' names, the tree of the pages and the end; nothing may follow."""
        if self._leaves:
            self._end_branch()
        kids = " ".join(f"{number} 0 R" for number, _ in self._branches)
        count = sum(pages for _, pages in self._branches)
        named = " ".join(f"/{name} {number} 0 R" for name, number in fonts.items())
        title = self._title.encode("utf-16-be").hex().upper()
        self._put(CATALOG, f"<< /Type /Catalog /Pages {TREE} 0 R >>")
        self._put(TREE, f"<< /Type /Pages /Kids [{kids}] /Count {count} >>")
        self._put(RESOURCES, f"<< /Font << {named} >> /ProcSet [/PDF /Text] >>")
        self._put(
            ABOUT,
            f"<< /Title <FEFF{title}> /Creator (postal dossiers) /Producer (postal dossiers) >>",
        )
        table = self._at
        self._write(f"xref\n0 {len(self._begins)}\n0000000000 65535 f \n".encode("ascii"))
        for begin in self._begins[1:]:
            self._write(f"{begin:010d} 00000 n \n".encode("ascii"))
        self._write(
            f"trailer\n<< /Size {len(self._begins)} /Root {CATALOG} 0 R /Info {ABOUT} 0 R >>\n"
            f"startxref\n{table}\n%%EOF\n".encode("ascii")
        )

    def _end_branch(self) -> None:
        kids = " ".join(f"{number} 0 R" for number in self._leaves)
        self._put(
            self._branch,
            f"<< /Type /Pages /Parent {TREE} 0 R /Kids [{kids}] /Count {len(self._leaves)} >>",
        )
        self._branches.append((self._branch, len(self._leaves)))
        self._leaves = []

    def _reserved(self) -> int:
        self._begins.append(0)
        return len(self._begins) - 1

    def _put(self, number: int, content: str) -> None:
        self._begin(number)
        self._write(f"{content}\nendobj\n".encode("ascii"))

    def _begin(self, number: int) -> None:
        self._begins[number] = self._at
        self._write(f"{number} 0 obj\n".encode("ascii"))

    def _write(self, content: bytes) -> None:
        self._file.write(content)
        self._at += len(content)
