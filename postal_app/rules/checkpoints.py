"""Checkpoints: what the ledger was at one moment, in a few lines that can be signed and kept.

1. A checkpoint is a text of lines `name value`, always the same names in the same order, each line
   ended by a newline. It is what is signed (Ed25519), byte for byte.
2. It names the installation, counts the entries, gives the Merkle root over them, the moment, the
   key, and the digest of the checkpoint before it, so that none can be left out of the row.
3. What is given away is the text, an empty line, and the signature in base64.
4. The short code stands for size and root alone: whoever copied it from a paper can hold it
   against any later ledger, whatever key signed. Sixteen letters of the labels' alphabet: 71 bits.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from postal_app.rules.codes import TAG_ALPHABET

FORM = "postal-ledger-checkpoint 1"
CODE_LENGTH = 16
GROUP = 4
NOTHING_BEFORE = bytes(32)
"""What stands for the checkpoint before the first one."""

_ENDORSEMENT = "postal-ledger-key 1"
_NAMES = ("origin", "number", "size", "root", "time", "key", "previous")
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says; `made_at` in whole seconds, `previous` digests the last text."""

    origin: str
    number: int
    size: int
    root: bytes
    made_at: datetime
    key_id: str
    previous: bytes

    @property
    def body(self) -> str:
        """Give the text that is signed."""
        values = (
            self.origin,
            str(self.number),
            str(self.size),
            self.root.hex(),
            self.made_at.astimezone(UTC).strftime(_MOMENT),
            self.key_id,
            self.previous.hex(),
        )
        lines = [f"{name} {value}" for name, value in zip(_NAMES, values, strict=True)]
        return "\n".join((FORM, *lines, ""))

    @property
    def code(self) -> str:
        """Give the short code, in groups as it is printed."""
        return code_of(self.size, self.root)


def read_body(text: str) -> Checkpoint:
    """Give what a checkpoint's text says.

    Raises:
        ValueError: it is no checkpoint's text, or not written as we write it.
    """
    form, *lines = text.split("\n")
    said = dict(line.partition(" ")[::2] for line in lines[:-1])
    if form != FORM or tuple(said) != _NAMES:
        raise ValueError("no checkpoint begins like this")
    moment = datetime.strptime(said["time"], _MOMENT).replace(tzinfo=UTC)
    found = Checkpoint(
        said["origin"],
        int(said["number"]),
        int(said["size"]),
        bytes.fromhex(said["root"]),
        moment,
        said["key"],
        bytes.fromhex(said["previous"]),
    )
    if found.body != text:
        raise ValueError("the checkpoint is not written as checkpoints are")
    return found


def note(body: str, signature: bytes) -> str:
    """Give the text with its signature, as it is published and kept."""
    return f"{body}\n{base64.b64encode(signature).decode()}\n"


def read_note(text: str) -> tuple[str, bytes]:
    """Give body and signature of a published text.

    Raises:
        ValueError: there is no signature in it.
    """
    body, _, signed = text.replace("\r\n", "\n").rpartition("\n\n")
    try:
        return body + "\n", base64.b64decode(signed.strip(), validate=True)
    except ValueError as error:
        raise ValueError("there is no signature under the text") from error


def digest_of(body: str) -> bytes:
    """Give what the next checkpoint says of this one."""
    return hashlib.sha256(body.encode()).digest()


def code_of(size: int, root: bytes) -> str:
    """Give the short code of a ledger of so many entries under this root: `XXXX-XXXX-XXXX-XXXX`."""
    return letters_of(f"{FORM}\n{size}\n".encode() + root)


def letters_of(content: bytes) -> str:
    """Give a short code of any content, in groups as it is printed."""
    value = int.from_bytes(hashlib.sha256(content).digest())
    letters = []
    for _ in range(CODE_LENGTH):
        value, index = divmod(value, len(TAG_ALPHABET))
        letters.append(TAG_ALPHABET[index])
    return "-".join("".join(letters[at : at + GROUP]) for at in range(0, CODE_LENGTH, GROUP))


def key_id_of(public_key: bytes) -> str:
    """Give the short name of a public key."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def endorsement(origin: str, public_key: bytes, at: datetime) -> bytes:
    """Give what the old key signs when a new one takes its place."""
    moment = at.astimezone(UTC).strftime(_MOMENT)
    return f"{_ENDORSEMENT}\norigin {origin}\nkey {public_key.hex()}\nfrom {moment}\n".encode()
