"""Identity photos: taken only where the item's level asks for one, encrypted, seen with a reason.

A photo of an identity paper is sensitive (Luật 91/2025/QH15; NĐ 356/2025/NĐ-CP). It is encrypted
with AES-256-GCM under the installation's own key; the item's number, the kind and the photo's id
are bound to it, so that a row that was changed or put in another's place is refused, not shown.
The key stands in the session's `info` under `KEY`: whoever opens the archive puts it there.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from models.items import Item
from models.people_data import IdentityPhoto
from models.staff import Account
from postal_app.demands import NOTHING, demands_of
from postal_app.errors import Conflict, Forbidden, Invalid, NotAllowed, Unknown
from postal_app.photo_file import cleaned
from postal_app.rules.handing_out import PHOTO
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import tidy
from postal_app.rules.words import Words
from postal_app.staff import record_view

KEY = "photo_key"
DOOR = "people.photo"
NONCE_BYTES = 12
SHORTEST_REASON = 10
MOST_OF_ITEM = 12
SEEN_BY = frozenset({Role.PROVINCIAL, Role.AUDITOR})

KINDS: dict[str, Words] = {
    "face": Words("Ảnh người nhận", "The receiver's face"),
    "id_front": Words("Mặt trước giấy tờ tùy thân", "Identity paper, front"),
    "id_back": Words("Mặt sau giấy tờ tùy thân", "Identity paper, back"),
    "other_paper": Words("Giấy tờ khác", "Another paper"),
}


class PhotoNotAsked(NotAllowed):
    """The item's identity level asks for no photo."""

    words = Words(
        "Bưu gửi {number} không yêu cầu chụp ảnh; không được chụp giấy tờ của người nhận.",
        "Item {number} asks for no photo; the receiver's papers may not be photographed.",
    )


class UnknownKind(Invalid):
    """Nobody takes photos of this kind."""

    words = Words("Hãy chọn loại ảnh trong danh sách.", "Choose the kind of photo from the list.")


class TooManyPhotos(Conflict):
    """The item has as many photos as one may take."""

    words = Words(
        "Bưu gửi này đã có {most} ảnh, không nhận thêm.",
        "This item has {most} photos already and takes no more.",
    )


class UnknownPhoto(Unknown):
    """No photo has this id."""

    words = Words("Không tìm thấy ảnh này.", "There is no such photo.")


class ErasedPhoto(Conflict):
    """The photo's term has ended."""

    words = Words(
        "Ảnh đã được xóa theo thời hạn lưu trữ; chỉ còn dấu SHA-256.",
        "The photo was erased at the end of its term; only its SHA-256 is left.",
    )


class PhotoRefused(Conflict):
    """The photo cannot be opened: another key, or the row was touched."""

    words = Words(
        "Ảnh không mở được: khóa không đúng, hoặc dữ liệu đã bị sửa. Hãy báo quản trị viên.",
        "The photo cannot be opened: the key is wrong or the data were touched. Tell the "
        "administrator.",
    )


class PhotosForProvince(Forbidden):
    """Only provincial staff and auditors see photos."""

    words = Words(
        "Chỉ cán bộ cấp tỉnh và kiểm toán viên được xem ảnh giấy tờ tùy thân.",
        "Only provincial staff and auditors may see identity photos.",
    )


class ReasonNeeded(Invalid):
    """A photo is looked at for a reason that is written down."""

    words = Words(
        "Hãy ghi rõ lý do xem ảnh, ít nhất {least} ký tự.",
        "Say why the photo is looked at, in at least {least} characters.",
    )


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """What a list tells of a photo, never its picture; `photo_digest` as hex."""

    photo: UUID
    number: str
    kind: str
    taken_at: datetime
    taken_by: str
    photo_digest: str
    erased_at: datetime | None


def keep(session: Session, item: Item, kind: str, jpeg: bytes, by: Actor, *, now: datetime) -> str:
    """Keep a photo, encrypted; give the SHA-256 of the picture as kept, hex.

    The digest goes into the ledger as `photo_digest` of the hand-out; the picture never does.

    Raises:
        PhotoNotAsked: the item's identity level asks for no photo, or it is handed out already.
        UnknownKind: there is no such kind.
        TooManyPhotos: the item has `MOST_OF_ITEM` already.
        BadPhoto: it is no whole JPEG, or too large.
    """
    asked = demands_of(session, [item.id]).get(item.id, NOTHING)
    if not asked.identity_level & PHOTO:
        raise PhotoNotAsked(number=item.number)
    if kind not in KINDS:
        raise UnknownKind(field="kind")
    there = session.scalars(select(IdentityPhoto.id).where(IdentityPhoto.item_id == item.id)).all()
    if len(there) >= MOST_OF_ITEM:
        raise TooManyPhotos(most=MOST_OF_ITEM)
    picture = cleaned(jpeg)
    key, photo, nonce = _key(session), uuid4(), secrets.token_bytes(NONCE_BYTES)
    digest = sha256(picture).digest()
    session.add(
        IdentityPhoto(
            photo=photo,
            item_id=item.id,
            kind=kind,
            key_mark=_mark(key),
            nonce=nonce,
            content=AESGCM(key).encrypt(nonce, picture, _bound(item.number, kind, photo)),
            photo_digest=digest,
            taken_at=now,
            account_id=by.account_id,
        )
    )
    session.flush()
    return digest.hex()


def of_item(session: Session, item_id: int) -> list[PhotoLine]:
    """Give the photos of an item, oldest first, without their pictures."""
    rows = session.execute(
        _lines().where(IdentityPhoto.item_id == item_id).order_by(IdentityPhoto.id)
    )
    return [_line(row) for row in rows]


def find(session: Session, photo: UUID) -> PhotoLine:
    """Give what a list tells of one photo.

    Raises:
        UnknownPhoto: there is no such photo.
    """
    row = session.execute(_lines().where(IdentityPhoto.photo == photo)).first()
    if row is None:
        raise UnknownPhoto
    return _line(row)


def view(session: Session, photo: UUID, reason: str, by: Actor, *, now: datetime) -> bytes:
    """Give the picture (JPEG) to whoever says why he looks; the look is written down.

    Raises:
        PhotosForProvince: the person is neither of the province nor an auditor.
        UnknownPhoto: there is no such photo.
        ReasonNeeded: the reason is empty or a word.
        ErasedPhoto: its term has ended.
        PhotoRefused: the key is wrong, or the row was touched.
    """
    if by.role not in SEEN_BY:
        raise PhotosForProvince
    found = session.execute(
        select(IdentityPhoto, Item.number)
        .join(Item, Item.id == IdentityPhoto.item_id)
        .where(IdentityPhoto.photo == photo)
    ).first()
    if found is None:
        raise UnknownPhoto
    if len(tidy(reason)) < SHORTEST_REASON:
        raise ReasonNeeded(field="reason", least=SHORTEST_REASON)
    row, number = found
    picture = _opened(row, number, _key(session))
    record_view(session, by, DOOR, number, now=now, reason=tidy(reason))
    return picture


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            IdentityPhoto.photo,
            Item.number,
            IdentityPhoto.kind,
            IdentityPhoto.taken_at,
            Account.full_name,
            IdentityPhoto.photo_digest,
            IdentityPhoto.erased_at,
        )
        .join(Account, Account.id == IdentityPhoto.account_id)
        .join(Item, Item.id == IdentityPhoto.item_id)
    )


def _line(row: Row[*tuple[Any, ...]]) -> PhotoLine:
    photo, number, kind, taken_at, name, digest, erased_at = row
    return PhotoLine(photo, number, kind, taken_at, name, digest.hex(), erased_at)


def _opened(row: IdentityPhoto, number: str, key: bytes) -> bytes:
    if row.nonce is None or row.content is None:
        raise ErasedPhoto
    try:
        picture = AESGCM(key).decrypt(row.nonce, row.content, _bound(number, row.kind, row.photo))
    except InvalidTag as touched:
        raise PhotoRefused from touched
    if sha256(picture).digest() != row.photo_digest:
        raise PhotoRefused
    return picture


def _key(session: Session) -> bytes:
    """Give the 32 bytes of the cipher's key, drawn from the setting, of whatever length."""
    secret = session.info.get(KEY)
    if not secret:
        raise RuntimeError(f"whoever opened this session left out its {KEY}")
    drawn: bytes = HKDF(SHA256(), 32, salt=None, info=b"identity photos").derive(secret)
    return drawn


def _mark(key: bytes) -> str:
    return sha256(b"mark of " + key).hexdigest()[:12]


def _bound(number: str, kind: str, photo: UUID) -> bytes:
    return f"{number}\n{kind}\n{photo}".encode()
