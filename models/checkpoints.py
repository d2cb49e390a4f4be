"""The log over the whole ledger: its leaves, tiles of its tree, checkpoints and the keys they bear.

All of it is only ever added to. The log holds no personal data: a leaf is an entry's digest, and
the digest covers only a commitment to what is personal.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Instant


class LogLeaf(Base):
    """One entry of the ledger in its place in the log.

    Subject and position tell whose entry it was when somebody takes the entry itself away.
    """

    __tablename__ = "log_leaves"

    leaf: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="from 0")
    entry_id: Mapped[int] = mapped_column(unique=True)
    recorded_at: Mapped[Instant] = mapped_column(comment="the entry's; with its id the entry's key")
    subject: Mapped[Code] = mapped_column(comment="number of what the entry is about")
    position: Mapped[int] = mapped_column(comment="the entry's in its chain")
    digest: Mapped[bytes] = mapped_column(comment="the entry's; what the leaf hashes")


class LogTile(Base):
    """256 hashes of one level of the tree, whole and therefore final; its root is one hash above.

    Level 0 holds hashes of leaves; what is not yet 256 is read from the leaves or the tiles below.
    """

    __tablename__ = "log_tiles"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hashes: Mapped[bytes] = mapped_column(comment="256 × 32 bytes")
    root: Mapped[bytes]

    __table_args__ = (CheckConstraint("octet_length(hashes) = 8192", "whole"),)


class SigningKey(Base):
    """A public key (Ed25519) that signs checkpoints from a moment on, until the next one does."""

    __tablename__ = "signing_keys"

    id: Mapped[Code] = mapped_column(primary_key=True, comment="short digest of the public key")
    number: Mapped[int] = mapped_column(unique=True, comment="1 for the first")
    public_key: Mapped[bytes]
    valid_from: Mapped[Instant]
    endorsement: Mapped[bytes] = mapped_column(
        comment="the signature of the key before it; empty: the first, or that key was lost"
    )


class Checkpoint(Base):
    """What the log was at one moment, signed.

    `seen_id` to `settled_id` say which entries a later checkpoint need not look for again.
    """

    __tablename__ = "checkpoints"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="from 1")
    made_at: Mapped[Instant]
    size: Mapped[int] = mapped_column(comment="leaves under its root")
    root: Mapped[bytes]
    code: Mapped[Code] = mapped_column(comment="printed on papers; of size and root")
    key_id: Mapped[Code] = mapped_column(ForeignKey("signing_keys.id"))
    body: Mapped[str] = mapped_column(comment="the text that is signed")
    signature: Mapped[bytes]
    seen_id: Mapped[int] = mapped_column(comment="highest entry there was")
    seen_transaction: Mapped[int] = mapped_column(comment="the first not yet begun")
    settled_id: Mapped[int] = mapped_column(comment="no entry up to this one is still on its way")

    __table_args__ = (Index("ix_checkpoints_code", "code"), Index("ix_checkpoints_size", "size"))
