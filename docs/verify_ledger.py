#!/usr/bin/env python3
"""Kiểm tra sổ cái đã xuất / Check an exported ledger. Needs Python 3.11 and `cryptography` alone.

    python3 verify_ledger.py DIR|--proof FILE [--kept FILE] [--code CODE] [--key ID] [--earlier DIR]

It uses nothing of the application that wrote the ledger. Ends with status 1 when anything is not as
it was signed, and names the item and the place in its chain; with status 2 when it cannot read.

What is checked: digests and chains of the entries, entries against leaves, leaves against the
Merkle roots (RFC 6962) of the checkpoints, these against each other, their signatures (Ed25519) and
what the auditor kept: a checkpoint's text, or the short code from a paper.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORM = "postal-ledger-checkpoint 1"
ALPHABET = "0123456789BCGHKLMNPQTV"
START = "00" * 32
NAMES = ["origin", "number", "size", "root", "time", "key", "previous"]
LATE = timedelta(days=1)

WORDS = {
    "edited": ("nội dung không khớp với dấu", "its content does not fit its digest"),
    "unlinked": ("không nối với mục trước", "it does not follow the entry before it"),
    "missing": ("thiếu mục trước đó", "the entry before it is missing"),
    "replaced": ("khác với mục đã được niêm", "it is not the entry that was signed for"),
    "gone": ("đã được niêm nhưng không còn", "it was signed for and is gone"),
    "inserted": ("chưa được niêm nhưng ghi như đã lâu", "never signed for, yet dated long ago"),
    "twice": ("hai mục cùng một lá", "two entries have one leaf"),
    "body": ("không phải nội dung niêm", "this is no checkpoint's text"),
    "signature": ("chữ ký không đúng", "the signature is wrong"),
    "order": ("không nối với lần niêm trước", "it does not follow the checkpoint before it"),
    "root": ("gốc khác với các lá", "the leaves do not give its root"),
    "code": ("mã ngắn không đúng", "its short code is wrong"),
    "key": ("khóa không được khóa trước xác nhận", "the key before it does not vouch for it"),
    "other key": ("sổ này không có khóa đó", "this ledger does not have that key"),
    "kept": (
        "bản niêm đã giữ không phải của sổ này",
        "this is not the ledger that was signed then",
    ),
    "kept code": ("không lần niêm nào của sổ này có mã đó", "no checkpoint here has this code"),
    "shorter": ("sổ ngắn hơn bản xuất trước", "the ledger is shorter than the earlier export"),
    "changed": ("khác với bản xuất trước", "it differs from the earlier export"),
    "proof": ("chứng minh không dẫn đến gốc", "the proof does not lead to the root"),
    "unread": ("không đọc được dòng này", "this line cannot be read"),
}


def subject_of(content: dict[str, Any]) -> tuple[str, int]:
    """Give the number of what an entry is about, and its place in that chain."""
    return str(content.get("item") or content["bag"]), int(content["position"])


class Report:
    """What was found, told at once, in both languages."""

    count = 0

    def fault(self, where: str, what: str) -> None:
        """Tell one fault."""
        self.count += 1
        sys.stdout.write(f"{where}: {' / '.join(WORDS[what])}\n")


def leaf_hash(content: bytes) -> bytes:
    """Hash a leaf (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash a node (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def code_of(size: int, root: bytes) -> str:
    """Give the short code of a ledger of this size and root."""
    value = int.from_bytes(hashlib.sha256(f"{FORM}\n{size}\n".encode() + root).digest(), "big")
    letters = ""
    for _ in range(16):
        value, place = divmod(value, len(ALPHABET))
        letters += ALPHABET[place]
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def plain_code(typed: str) -> str:
    """Give a code as it is compared, however it was copied."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def read_body(text: str) -> dict[str, str] | None:
    """Give what a checkpoint says; None when the text is none."""
    form, *lines = text.split("\n")
    said = dict(line.partition(" ")[::2] for line in lines[:-1])
    if form != FORM or list(said) != NAMES or not text.endswith("\n"):
        return None
    return said if said["size"].isdecimal() and said["number"].isdecimal() else None


def is_signed(public_key: bytes, signature: str, said: bytes) -> bool:
    """Tell whether this is the key's signature, given in base64."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(base64.b64decode(signature), said)
    except (InvalidSignature, ValueError):
        return False
    return True


def canonical(content: object) -> bytes:
    """Give the one byte string that stands for an entry's content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def check_keys(keys: list[dict[str, str]], origins: set[str], report: Report) -> dict[str, bytes]:
    """Hold each key against its name and the word of the one before it; give them by name."""
    known: dict[str, bytes] = {}
    before = b""
    for key in keys:
        public = bytes.fromhex(key["public_key"])
        moment = datetime.fromisoformat(key["from"]).strftime("%Y-%m-%dT%H:%M:%SZ")
        vouched = not before or any(
            is_signed(
                before,
                key["endorsement"],
                f"postal-ledger-key 1\norigin {one}\nkey {public.hex()}\nfrom {moment}\n".encode(),
            )
            for one in origins
        )
        if not vouched or hashlib.sha256(public).hexdigest()[:16] != key["id"]:
            report.fault(f"khóa/key {key['id']}", "key")
        known[key["id"]] = before = public
    return known


def check_checkpoints(told: dict[str, Any], report: Report, *, whole: bool) -> list[dict[str, str]]:
    """Hold checkpoints against the keys and, when all are there, each other; give what they say."""
    bodies = [(one, read_body(one["body"])) for one in told["checkpoints"]]
    keys = check_keys(told["keys"], {said["origin"] for _, said in bodies if said}, report)
    previous, number, good = START, 1, []
    for one, said in bodies:
        where = f"niêm/checkpoint {one['number']}"
        if said is None:
            report.fault(where, "body")
            continue
        if whole and (said["previous"], int(said["number"])) != (previous, number):
            report.fault(where, "order")
        if not is_signed(keys.get(said["key"], b""), one["signature"], one["body"].encode()):
            report.fault(where, "signature")
        if one["code"] != code_of(int(said["size"]), bytes.fromhex(said["root"])):
            report.fault(where, "code")
        previous = hashlib.sha256(one["body"].encode()).hexdigest()
        number = int(said["number"]) + 1
        good.append(said)
    return good


class Leaves:
    """The leaves of an export: read in their order once, then one here and one there."""

    def __init__(self, folder: Path, about: dict[str, Any]) -> None:
        self.subject = int(about["subject_width"])
        self.position = int(about["position_width"])
        self.width = len(f"{'':{self.subject}} {'':{self.position}} {'':64}\n".encode())
        self.file = (folder / "leaves.txt").open("rb")
        self.count = (folder / "leaves.txt").stat().st_size // self.width

    def __iter__(self) -> Iterator[str]:
        """Give every line in its order."""
        self.file.seek(0)
        return (self.file.read(self.width).decode() for _ in range(self.count))

    def __getitem__(self, index: int) -> tuple[str, int, str]:
        """Give subject, position and digest of a leaf."""
        self.file.seek(index * self.width)
        return self.parts(self.file.read(self.width).decode())

    def parts(self, line: str) -> tuple[str, int, str]:
        """Give subject, position and digest of a line."""
        subject, rest = line[: self.subject], line[self.subject :].split()
        return subject.strip(), int(rest[0]), rest[1]


def roots_of(leaves: Leaves, sizes: set[int]) -> dict[int, bytes]:
    """Give the roots over the first leaves, for each size that is asked for."""
    trees: list[tuple[int, bytes]] = []
    roots = {0: hashlib.sha256(b"").digest()}
    for size, line in enumerate(leaves, start=1):
        trees.append((0, leaf_hash(bytes.fromhex(line[-65:-1]))))
        while len(trees) > 1 and trees[-2][0] == trees[-1][0]:
            _, right = trees.pop()
            height, left = trees.pop()
            trees.append((height + 1, node_hash(left, right)))
        if size in sizes:
            root = trees[-1][1]
            for _, left in reversed(trees[:-1]):
                root = node_hash(left, root)
            roots[size] = root
    return roots


def check_entries(
    folder: Path, about: dict[str, Any], leaves: Leaves, last: datetime | None, report: Report
) -> int:
    """Check every entry; give how many there were that no checkpoint has yet."""
    seen, new, before = bytearray(leaves.count), 0, ("", 0, START)
    pending: tuple[str, str] | None = None
    with (folder / "entries.ndjson").open(encoding="utf-8") as lines:
        for line_number, line in enumerate(lines, start=1):
            try:
                entry = json.loads(line)
                recorded = datetime.fromisoformat(entry["content"]["recorded_at"])
                before = check_chain(entry, before, about["whole"], report)
            except (ValueError, KeyError, TypeError):
                report.fault(f"entries.ndjson:{line_number}", "unread")
                continue
            subject, where = before[0], f"{before[0]}#{before[1]}"
            if entry["leaf"] is None:
                if last is not None and recorded < last - LATE:
                    report.fault(where, "inserted")
                new, pending = new + 1, (subject, where)
                continue
            check_leaf(entry, before, leaves, seen, report)
            if pending is not None and pending[0] == subject:
                report.fault(pending[1], "inserted")
            pending = None
    for index in range(about["first"], min(about["end"], leaves.count)):
        if not seen[index]:
            subject, position, _ = leaves[index]
            report.fault(f"{subject}#{position}", "gone")
    return new


def check_chain(
    entry: dict[str, Any], before: tuple[str, int, str], whole: bool, report: Report
) -> tuple[str, int, str]:
    """Hold an entry against its digest and the entry before it; give what the next one follows."""
    subject, position = subject_of(entry["content"])
    where, is_first = f"{subject}#{position}", subject != before[0]
    covered = bytes.fromhex(entry["previous"]) + canonical(entry["content"])
    if hashlib.sha256(covered).hexdigest() != entry["digest"]:
        report.fault(where, "edited")
    elif position == (1 if is_first else before[1] + 1):
        if entry["previous"] != (START if is_first else before[2]):
            report.fault(where, "unlinked")
    elif whole or not is_first:
        report.fault(where, "missing" if position > 1 else "unlinked")
    return subject, position, entry["digest"]


def check_leaf(
    entry: dict[str, Any],
    here: tuple[str, int, str],
    leaves: Leaves,
    seen: bytearray,
    report: Report,
) -> None:
    """Hold an entry against its leaf."""
    where, index = f"{here[0]}#{here[1]}", entry["leaf"]
    if not isinstance(index, int) or not 0 <= index < leaves.count or leaves[index] != here:
        report.fault(where, "replaced")
        return
    if seen[index]:
        report.fault(where, "twice")
    seen[index] = 1


def check_earlier(folder: Path, leaves: Leaves, report: Report) -> None:
    """Hold the leaves against those of an export that the auditor kept."""
    earlier = Leaves(folder, read_json(folder / "about.json"))
    if earlier.count > leaves.count:
        report.fault(str(folder), "shorter")
    for old, new in zip(earlier, leaves, strict=False):
        if earlier.parts(old) != leaves.parts(new):
            subject, position, _ = earlier.parts(old)
            report.fault(f"{subject}#{position}", "changed")


def check_kept(
    asked: argparse.Namespace, roots: dict[int, bytes], keys: list[dict[str, str]], report: Report
) -> None:
    """Hold what the auditor kept against the roots that the leaves give."""
    publics = [bytes.fromhex(key["public_key"]) for key in keys]
    for place in asked.kept:
        body, signature = split_note(place)
        said = read_body(body)
        if said is None or not any(is_signed(one, signature, body.encode()) for one in publics):
            report.fault(str(place), "signature")
        elif roots.get(int(said["size"]), b"").hex() != said["root"]:
            report.fault(str(place), "kept")
    have = {plain_code(code_of(size, root)) for size, root in roots.items()}
    for code in asked.code:
        if plain_code(code) not in have:
            report.fault(code, "kept code")
    if asked.key and asked.key not in {key["id"] for key in keys}:
        report.fault(f"khóa/key {asked.key}", "other key")


def read_json(place: Path) -> dict[str, Any]:
    """Give what a file tells."""
    return dict(json.loads(place.read_text(encoding="utf-8")))


def split_note(place: Path) -> tuple[str, str]:
    """Give the text and the signature of a checkpoint as it was published."""
    text = place.read_text(encoding="utf-8").replace("\r\n", "\n")
    body, _, signature = text.rpartition("\n\n")
    return body + "\n", signature.strip()


def check_export(asked: argparse.Namespace, report: Report) -> str:
    """Check an export; give what there was."""
    folder = Path(asked.folder)
    about, told = read_json(folder / "about.json"), read_json(folder / "checkpoints.json")
    signed = check_checkpoints(told, report, whole=True)
    leaves = Leaves(folder, about)
    kept = [said for place in asked.kept if (said := read_body(split_note(place)[0]))]
    roots = roots_of(leaves, {int(said["size"]) for said in (*signed, *kept)})
    for said in signed:
        if roots.get(int(said["size"]), b"").hex() != said["root"]:
            report.fault(f"niêm/checkpoint {said['number']}", "root")
    last = signed[-1] if signed else None
    moment = datetime.fromisoformat(last["time"].replace("Z", "+00:00")) if last else None
    new = check_entries(folder, about, leaves, moment, report)
    check_kept(asked, roots, told["keys"], report)
    if asked.earlier:
        check_earlier(Path(asked.earlier), leaves, report)
    return (
        f"{leaves.count} lá, {len(signed)} lần niêm, {new} mục chưa niêm / "
        f"{leaves.count} leaves, {len(signed)} checkpoints, {new} entries not signed for yet"
    )


def check_proof(asked: argparse.Namespace, report: Report) -> str:
    """Check the proof of one item; give what it proves."""
    told = read_json(Path(asked.proof))
    [said] = check_checkpoints(told, report, whole=False)
    size, root, before = int(said["size"]), bytes.fromhex(said["root"]), ("", 0, START)
    for entry in told["entries"]:
        before = check_chain(entry, before, True, report)
        if before[0] != told["item"] or not leads_to(entry, size, root):
            report.fault(f"{before[0]}#{before[1]}", "proof")
    check_kept(asked, {size: root}, told["keys"], report)
    return f"{told['item']}: {len(told['entries'])} mục / entries, niêm {said['number']}"


def leads_to(entry: dict[str, Any], size: int, root: bytes) -> bool:
    """Tell whether an entry's path leads to the root (RFC 6962, 2.1.1)."""
    place, last = int(entry["leaf"]), size - 1
    hashed = leaf_hash(bytes.fromhex(entry["digest"]))
    if not 0 <= place <= last:
        return False
    for beside in map(bytes.fromhex, entry["path"]):
        if not last:
            return False
        if place & 1 or place == last:
            hashed = node_hash(beside, hashed)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            hashed = node_hash(hashed, beside)
        place, last = place >> 1, last >> 1
    return not last and hashed == root


def main() -> int:
    """Check what was asked for; give the status to end with."""
    parser = argparse.ArgumentParser(description="Kiểm tra sổ cái / Check an exported ledger")
    parser.add_argument("folder", nargs="?", help="bản xuất / the export")
    parser.add_argument("--proof", help="chứng minh của một bưu gửi / the proof of one item")
    parser.add_argument("--kept", action="append", default=[], type=Path, help="bản niêm đã giữ")
    parser.add_argument(
        "--code", action="append", default=[], help="mã ngắn trên giấy / of a paper"
    )
    parser.add_argument("--key", help="tên khóa đã biết / the name of a key that you know")
    parser.add_argument("--earlier", help="bản xuất trước / an export that you kept")
    asked, report = parser.parse_args(), Report()
    if bool(asked.folder) == bool(asked.proof):
        parser.error("DIR hoặc --proof FILE / either DIR or --proof FILE")
    try:
        told = check_proof(asked, report) if asked.proof else check_export(asked, report)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        sys.stderr.write(f"không đọc được / cannot be read: {type(error).__name__}: {error}\n")
        return 2
    sys.stdout.write(f"{told}\n")
    sys.stdout.write(f"{report.count or 'không có'} sai lệch / {report.count or 'no'} faults\n")
    return 1 if report.count else 0


if __name__ == "__main__":
    sys.exit(main())
