"""Reads the QR codes of pictures with OpenCV, a reader of its own making.

Runs alone, in the environment of the other libraries: takes PNG file names on its input, one a
line, and answers each with what it read, one line each.
"""

import sys

import cv2


def main():
    """Answer each picture; an empty line for what cannot be read."""
    reader = cv2.QRCodeDetector()
    for line in sys.stdin:
        picture = cv2.imread(line.rstrip("\n"), cv2.IMREAD_GRAYSCALE)
        text = ""
        for scale in (1, 2):  # a camera that is not near enough is brought nearer
            large = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
            try:
                text = reader.detectAndDecode(large)[0]
            except cv2.error:
                text = ""
            if text:
                break
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
