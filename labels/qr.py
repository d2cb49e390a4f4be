"""QR codes of our short texts, as ISO/IEC 18004 has them, made quickly.

A label's text is alphanumeric (HTTPS://HOST/T/NUMBER/TAG). The level of error correction is the
highest whose modules stay large enough in the room there is; at that level the symbol is the
smallest that holds the text; of the eight masks the one with the lowest penalty is taken.

The way is unusual, because ten thousand labels are printed at once. For a fixed version and level
every module is a sum (exclusive or) of data bits and a constant: Reed-Solomon, interleaving and
placing are all linear. The qrcode library is asked once what each data bit does; after that a
symbol is a few dozen exclusive ors of long integers, one bit per module, row by row.
"""

import functools
from dataclasses import dataclass

from qrcode.base import rs_blocks
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import BitBuffer, create_bytes

from labels.errors import CodeDoesNotFit, NotAlphanumeric

ALPHABET = {letter: value for value, letter in enumerate(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
)}  # fmt: skip
LEVELS = {"H": ERROR_CORRECT_H, "Q": ERROR_CORRECT_Q, "M": ERROR_CORRECT_M, "L": ERROR_CORRECT_L}
LARGEST_VERSION = 9  # from version 10 on the text's length is coded in more bits
QUIET_ZONE = 4  # modules, on each side
SMALLEST_MODULE = 0.4  # millimetres
GOOD_MODULE = 0.5  # millimetres; below this the strongest level costs more than it gives
PADDING = (0xEC, 0x11)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR code of a text: size in modules, level, and one integer per row, left module highest."""

    size: int
    level: str
    rows: tuple[int, ...]
    text: str = ""

    def runs(self) -> list[tuple[int, int, int, int]]:
        """Dark rectangles (left, top, width, height in modules) that together are the symbol."""
        finished: list[tuple[int, int, int, int]] = []
        growing: dict[tuple[int, int], int] = {}
        for top, row in enumerate((*self.rows, 0)):
            here = _dark_runs(row, self.size)
            for run in growing.keys() - here:
                start = growing.pop(run)
                finished.append((run[0], start, run[1], top - start))
            for run in here:
                growing.setdefault(run, top)
        finished.sort(key=lambda run: (run[1], run[0]))
        return finished


@dataclass(frozen=True, slots=True)
class _Grammar:
    """What one version and level does with data: constants per mask and the sum per codeword."""

    size: int
    data_codewords: int
    blanks: tuple[int, ...]
    effects: tuple[tuple[int, ...], ...]


def encode(text: str, room: float, dot: float = 0.0) -> Symbol:
    """The symbol of the text for a square of `room` millimetres, quiet zone included.

    With a printer's `dot` in millimetres each module is to be a whole number of dots.

    Raises:
        NotAlphanumeric: a letter cannot be coded; nothing is replaced in a code.
        CodeDoesNotFit: even the weakest level would have modules under 0.4 mm.
    """
    if not text or any(letter not in ALPHABET for letter in text):
        raise NotAlphanumeric(text)
    level, version = _chosen(text, room, dot)
    return _drawn(text, version, level)


def module_size(symbol: Symbol, room: float, dot: float = 0.0) -> float:
    """Millimetres of one module when the symbol and its quiet zone fill the room.

    In whole dots of a printer where its `dot` is given, so that all modules are alike.
    """
    return _module(symbol.size, room, dot)


def _module(size: int, room: float, dot: float) -> float:
    module = room / (size + 2 * QUIET_ZONE)
    return int(module / dot + 1e-6) * dot if dot else module


def _chosen(text: str, room: float, dot: float) -> tuple[str, int]:
    for level in LEVELS:
        wanted = GOOD_MODULE if level == "H" else SMALLEST_MODULE
        version = _smallest_version(len(text), level)
        if version and _module(4 * version + 17, room, dot) >= wanted:
            return level, version
    raise CodeDoesNotFit(text, room)


@functools.cache
def _smallest_version(length: int, level: str) -> int:
    """The smallest version that holds so many characters, 0 when none does."""
    bits = 4 + 9 + 11 * (length // 2) + 6 * (length % 2)
    for version in range(1, LARGEST_VERSION + 1):
        if bits <= 8 * _data_codewords(version, level):
            return version
    return 0


def _data_codewords(version: int, level: str) -> int:
    return int(sum(block.data_count for block in rs_blocks(version, LEVELS[level])))


def _drawn(text: str, version: int, level: str) -> Symbol:
    grammar = _grammar(version, level)
    content = 0
    for effect, codeword in zip(grammar.effects, _codewords(text, grammar), strict=True):
        content ^= effect[codeword]
    size = grammar.size
    matrix = min((blank ^ content for blank in grammar.blanks), key=_penalty(size))
    mask = (1 << size) - 1
    rows = tuple(matrix >> (size * (size - 1 - row)) & mask for row in range(size))
    return Symbol(size, level, rows, text)


def _codewords(text: str, grammar: _Grammar) -> bytes:
    """Data codewords of the text: mode, length, pairs of characters, end, padding (7.4)."""
    bits = (0b0010 << 9) | len(text)
    for first, second in zip(text[::2], text[1::2], strict=False):
        bits = bits << 11 | ALPHABET[first] * 45 + ALPHABET[second]
    length = 13 + 11 * (len(text) // 2)
    if len(text) % 2:
        bits = bits << 6 | ALPHABET[text[-1]]
        length += 6
    room = 8 * grammar.data_codewords
    end = min(4, room - length)
    bits, length = bits << end, length + end
    to_the_byte = -length % 8
    used = (bits << to_the_byte).to_bytes((length + to_the_byte) // 8, "big")
    padding = bytes(PADDING[i % 2] for i in range(grammar.data_codewords - len(used)))
    return used + padding


@functools.cache
def _grammar(version: int, level: str) -> _Grammar:
    """Ask the qrcode library, once, what the masks and each data bit do to the modules."""
    blocks = rs_blocks(version, LEVELS[level])
    total = sum(block.total_count for block in blocks)
    blanks = tuple(_matrix(version, level, mask, [0] * total) for mask in range(8))
    places = _places(4 * version + 17, blanks[0] ^ _matrix(version, level, 0, [255] * total))
    count = _data_codewords(version, level)
    # All ones, because the library cannot divide a block of nothing but zeros.
    ones = [255] * count
    before = _spread(ones, blocks, places)
    effects = []
    for position in range(count):
        single = [0] * 8
        for bit in range(8):
            ones[position] = 255 ^ 1 << bit
            single[bit] = before ^ _spread(ones, blocks, places)
        ones[position] = 255
        table = [0] * 256
        for value in range(1, 256):
            lowest = value & -value
            table[value] = table[value ^ lowest] ^ single[lowest.bit_length() - 1]
        effects.append(tuple(table))
    return _Grammar(4 * version + 17, count, blanks, tuple(effects))


def _matrix(version: int, level: str, mask: int, codewords: list[int]) -> int:
    code = QRCode(version=version, error_correction=LEVELS[level])
    code.data_cache = codewords
    code.makeImpl(False, mask)
    return int("".join("1" if dark else "0" for row in code.modules for dark in row), 2)


def _places(size: int, data_modules: int) -> list[int]:
    """The data modules, as single-bit integers, in the order in which bits are placed (7.7.3)."""
    places = []
    upward = True
    right = size - 1
    while right > 0:
        if right == 6:  # the vertical timing pattern takes a whole column
            right -= 1
        for row in range(size - 1, -1, -1) if upward else range(size):
            for column in (right, right - 1):
                module = 1 << (size * size - 1 - row * size - column)
                if data_modules & module:
                    places.append(module)
        upward = not upward
        right -= 2
    return places


def _spread(codewords: list[int], blocks: list[object], places: list[int]) -> int:
    """The modules that these data codewords and their error correction set."""
    buffer = BitBuffer()
    buffer.buffer = codewords
    modules = 0
    for index, codeword in enumerate(create_bytes(buffer, blocks)):
        for bit in range(8):
            if codeword & 0x80 >> bit:
                modules |= places[8 * index + bit]
    return modules


def _dark_runs(row: int, size: int) -> dict[tuple[int, int], None]:
    """Runs (left, width) of dark modules in a row, in their order."""
    found: dict[tuple[int, int], None] = {}
    while row:
        left = size - row.bit_length()
        length = size - left - (row ^ ((1 << (size - left)) - 1)).bit_length()
        found[left, length] = None
        row &= (1 << (size - left - length)) - 1
    return found


@functools.cache
def _penalty(size: int) -> "_Penalty":
    return _Penalty(size)


class _Penalty:
    """The points a mask loses (7.8.3.1), counted over all modules at once."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.all = (1 << size * size) - 1
        row = (1 << size) - 1
        # Windows of n modules that lie wholly in one row, by the window's last module.
        self.in_row = {
            n: sum((row >> (n - 1)) << size * i for i in range(size)) for n in (2, 5, 11)
        }

    def __call__(self, matrix: int) -> int:
        """Penalty points of the matrix, as the standard counts them."""
        dark = matrix.bit_count() * 100 / self.size**2
        along, down = self._same(matrix, 1), self._same(matrix, self.size)
        blocks = along & down & along >> self.size & self.in_row[2]
        points = self._runs(along, 1) + self._runs(down, self.size)
        points += 3 * blocks.bit_count() + 10 * int(abs(dark - 50) // 5)
        return points + 40 * (self._finder_like(matrix, 1) + self._finder_like(matrix, self.size))

    def _same(self, matrix: int, step: int) -> int:
        """Modules with the same colour as the one a step before them."""
        same = ~(matrix ^ matrix >> step) & self.all
        return same & self.in_row[2] if step == 1 else same & (self.all >> step)

    @staticmethod
    def _runs(same: int, step: int) -> int:
        """Three points for each run of five, one more for each module beyond."""
        five = same & same >> step & same >> 2 * step & same >> 3 * step
        starts = five & ~(five << step)
        return five.bit_count() + 2 * starts.bit_count()

    def _finder_like(self, matrix: int, step: int) -> int:
        """How often dark-light-dark-dark-dark-light-dark stands beside four light modules."""
        fits = self.in_row[11] if step == 1 else self.all >> 10 * step
        light = ~matrix
        finder = matrix & light >> step & matrix >> 2 * step & matrix >> 3 * step
        finder &= matrix >> 4 * step & light >> 5 * step & matrix >> 6 * step
        four = light & light >> step
        four &= four >> 2 * step
        after, before = finder & four >> 7 * step & fits, four & finder >> 4 * step & fits
        return after.bit_count() + before.bit_count()
