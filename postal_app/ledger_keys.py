"""The keys of the ledger: who signs its checkpoints, from when, and with whose word.

The private key is handed in by the door and never kept here. A new key is taken on the word of
the one before it; a key that takes the place of a lost one has nobody's word, which everybody
who checks is told.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.checkpoints import SigningKey
from postal_app.errors import Conflict
from postal_app.rules.checkpoints import endorsement, key_id_of
from postal_app.rules.words import Words


class ForeignKeyFile(Conflict):
    """The key at hand is not the one that signs at present."""

    words = Words(
        "Tệp khóa sổ cái không phải khóa đang dùng ({key}). Hãy khôi phục tệp khóa từ bản sao lưu; "
        "nếu khóa đã mất, chạy: postal rotate-key --lost.",
        "The ledger's key file is not the key in use ({key}). Restore it from a backup; if the "
        "key is lost, run: postal rotate-key --lost.",
    )


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key at hand; shows only its public half."""

    private: Ed25519PrivateKey

    @classmethod
    def of(cls, secret: str) -> "Signer":
        """Give the signer of a secret text."""
        seed = hashlib.sha256(b"postal ledger key\n" + secret.encode()).digest()
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public_key(self) -> bytes:
        """Give the public key, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> str:
        """Give the public key's short name."""
        return key_id_of(self.public_key)

    def __repr__(self) -> str:
        """Show which key it is, never the key."""
        return f"Signer({self.key_id})"


def is_signed(public_key: bytes, signature: bytes, said: bytes) -> bool:
    """Tell whether the signature over what was said is that of the key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True


def keys(session: Session) -> Sequence[SigningKey]:
    """Give every key, the first one first; each signs until the next one does."""
    return session.scalars(select(SigningKey).order_by(SigningKey.number)).all()


def in_use(session: Session) -> SigningKey | None:
    """Give the key that signs at present; None before the first checkpoint."""
    return session.scalars(select(SigningKey).order_by(SigningKey.number.desc()).limit(1)).first()


def enter_first(session: Session, signer: Signer, *, now: datetime) -> None:
    """Take the key at hand as the first one, or see to it that it is the one in use.

    Raises:
        ForeignKeyFile: another key signs at present.
    """
    present = in_use(session)
    if present is None:
        _enter(session, signer, 1, b"", now)
    elif present.id != signer.key_id:
        raise ForeignKeyFile(key=present.id)


def rotate(
    session: Session, old: Signer | None, new: Signer, origin: str, *, now: datetime
) -> SigningKey:
    """Let a new key sign from now on, on the word of the old one; None: the old one is lost.

    Raises:
        ForeignKeyFile: the old key is not the one in use, so its word is worth nothing.
    """
    present = in_use(session)
    if present is None:
        return _enter(session, new, 1, b"", now)
    if old is not None and present.id != old.key_id:
        raise ForeignKeyFile(key=present.id)
    word = b"" if old is None else old.private.sign(endorsement(origin, new.public_key, now))
    return _enter(session, new, present.number + 1, word, now)


def is_endorsed(key: SigningKey, before: SigningKey, origin: str) -> bool:
    """Tell whether a key has the word of the one before it."""
    said = endorsement(origin, key.public_key, key.valid_from)
    return is_signed(before.public_key, key.endorsement, said)


def _enter(session: Session, signer: Signer, number: int, word: bytes, now: datetime) -> SigningKey:
    made = SigningKey(
        id=signer.key_id,
        number=number,
        public_key=signer.public_key,
        valid_from=now.replace(microsecond=0),
        endorsement=word,
    )
    session.add(made)
    session.flush()  # the single number is the lock against two who rotate at once
    return made
