"""Reads the QR codes of pictures with ZBar's QR reader, which shares nothing with zxing.

Runs alone, in the environment of the other libraries: takes names of picture files on its input,
one a line, and answers each with what it read, one line each.
"""

import sys

import deqr
from PIL import Image


def main():
    """Answer each picture; an empty line for what cannot be read."""
    reader = deqr.QRdecDecoder()
    for line in sys.stdin:
        with Image.open(line.rstrip("\n")) as picture:
            found = reader.decode(picture.convert("L"))
        texts = ["".join(str(part.data) for part in code.data_entries) for code in found]
        sys.stdout.write((texts[0] if texts else "") + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
