"""Identity photos: only the picture is kept, nobody reads it without key, reason and record."""

from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.people_data import IdentityPhoto
from models.staff import PersonalDataView
from postal_app import identity_photos
from postal_app.identity_photos import (
    MOST_OF_ITEM,
    ErasedPhoto,
    PhotoNotAsked,
    PhotoRefused,
    PhotosForProvince,
    ReasonNeeded,
    TooManyPhotos,
    UnknownKind,
    UnknownPhoto,
)
from postal_app.photo_file import BadPhoto, cleaned
from tests.makers import NINE, accept, bring_to_agency, make_town, minutes, take_in
from tests.results import deliver_result, photographed_result

KEY = "khóa ảnh của bài kiểm thử".encode()
WHY = "người nhận khiếu nại chưa nhận được"


def a_photo(size=(2400, 1800), colour=(180, 40, 60), **more) -> bytes:
    picture = Image.new("RGB", size, colour)
    exif = Image.Exif()
    exif[0x010F] = "Máy của anh Dũng"
    exif[0x8825] = {1: "N", 2: (20.0, 52.0, 37.0)}
    written = BytesIO()
    picture.save(written, "JPEG", exif=exif, comment=b"chup tai nha ba Mai", **more)
    return written.getvalue()


@pytest.fixture
def safe(session: Session) -> Session:
    """A session whose opener knows the key."""
    session.info[identity_photos.KEY] = KEY
    return session


def kept(session, item, town, kind="id_front"):
    digest = identity_photos.keep(session, item, kind, a_photo(), town.courier, now=NINE)
    return session.scalars(
        select(IdentityPhoto).order_by(IdentityPhoto.id.desc()).limit(1)
    ).one(), digest


def test_only_the_picture_is_kept_at_a_size_one_can_read(safe):
    picture = cleaned(a_photo())
    drawn = Image.open(BytesIO(picture))
    assert drawn.size == (1600, 1200)
    assert not drawn.getexif()
    assert not drawn.info.get("comment")
    for told in ("Máy của anh Dũng".encode(), b"Exif", b"chup tai nha"):
        assert told not in picture


def test_a_photo_taken_sideways_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    written = BytesIO()
    Image.new("RGB", (400, 200)).save(written, "JPEG", exif=exif)
    assert Image.open(BytesIO(cleaned(written.getvalue()))).size == (200, 400)


def finished(session, town):
    item = take_in(session, town)
    bring_to_agency(session, town, item)
    accept(session, town, item, "H28.16-260302-0009")
    return item


def _png() -> bytes:
    written = BytesIO()
    Image.new("RGB", (10, 10)).save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"", "JPEG"),
        (_png(), "JPEG"),
        (b"\xff\xd8\xff\xe0 nothing more", "JPEG"),
        (a_photo()[:4000], "JPEG"),
        (a_photo((9001, 8)), "cạnh"),
        (a_photo() + b"\x00" * 8 * 1024 * 1024, "8 MB"),
    ],
)
def test_what_is_no_whole_jpeg_of_a_fitting_size_is_refused(sent, why):
    with pytest.raises(BadPhoto, match=why):
        cleaned(sent)


def test_what_stands_in_the_archive_is_no_picture_but_can_be_seen_again(safe):
    town = make_town(safe)
    item = photographed_result(safe, town)
    row, digest = kept(safe, item, town)
    assert b"JFIF" not in row.content
    assert not row.content.startswith(b"\xff\xd8\xff")
    seen = identity_photos.view(safe, row.photo, WHY, town.provincial, now=minutes(5))
    assert seen == cleaned(a_photo())
    assert digest == row.photo_digest.hex()
    again, _ = kept(safe, item, town)
    assert again.content != row.content  # the same picture, another nonce


def test_each_look_is_written_down_with_its_reason(safe):
    town = make_town(safe)
    item = photographed_result(safe, town)
    row, _ = kept(safe, item, town)
    for who in (town.provincial, town.auditor):
        identity_photos.view(safe, row.photo, f"  {WHY} ", who, now=minutes(5))
    seen = safe.scalars(select(PersonalDataView).order_by(PersonalDataView.id)).all()
    assert [(one.account_id, one.door, one.subject, one.reason) for one in seen] == [
        (who.account_id, "people.photo", item.number, WHY)
        for who in (town.provincial, town.auditor)
    ]


def test_who_may_not_or_says_not_why_sees_nothing_and_nothing_is_written(safe):
    town = make_town(safe)
    row, _ = kept(safe, photographed_result(safe, town), town)
    for who in (town.clerk, town.courier, town.officer, town.administrator):
        with pytest.raises(PhotosForProvince):
            identity_photos.view(safe, row.photo, WHY, who, now=NINE)
    for reason in ("", "   ", "xem thử"):
        with pytest.raises(ReasonNeeded):
            identity_photos.view(safe, row.photo, reason, town.auditor, now=NINE)
    with pytest.raises(UnknownPhoto):
        identity_photos.view(safe, uuid4(), WHY, town.auditor, now=NINE)
    assert safe.scalars(select(PersonalDataView)).all() == []


def test_another_key_opens_nothing(safe):
    town = make_town(safe)
    row, _ = kept(safe, photographed_result(safe, town), town)
    safe.info[identity_photos.KEY] = b"another key"
    with pytest.raises(PhotoRefused):
        identity_photos.view(safe, row.photo, WHY, town.auditor, now=NINE)
    del safe.info[identity_photos.KEY]
    with pytest.raises(RuntimeError, match="photo_key"):
        identity_photos.view(safe, row.photo, WHY, town.auditor, now=NINE)


TAMPERED = {
    "one bit of the picture": "UPDATE identity_photos SET content = "
    "set_byte(content, 100, get_byte(content, 100) # 1) WHERE id = {first}",
    "the nonce": "UPDATE identity_photos SET nonce = set_byte(nonce, 0, get_byte(nonce, 0) # 1)"
    " WHERE id = {first}",
    "the kind": "UPDATE identity_photos SET kind = 'id_back' WHERE id = {first}",
    "the item": "UPDATE identity_photos SET item_id = (SELECT item_id FROM identity_photos "
    "WHERE id = {second}) WHERE id = {first}",
    "the digest": "UPDATE identity_photos SET photo_digest = sha256('x') WHERE id = {first}",
    "the content of another": "UPDATE identity_photos AS one SET content = other.content, "
    "nonce = other.nonce FROM identity_photos AS other WHERE one.id = {first} "
    "AND other.id = {second}",
}


@pytest.mark.parametrize("words", TAMPERED.values(), ids=TAMPERED)
@pytest.mark.one_server  # the cipher is ours, not the server's
def test_what_was_touched_or_swapped_is_refused_not_shown(archive, words):
    with Session(archive.engine, info={identity_photos.KEY: KEY}) as session:
        town = make_town(session)
        first, _ = kept(session, photographed_result(session, town), town)
        second, _ = kept(session, photographed_result(session, town, "H28.16-260302-0002"), town)
        photo, ids = first.photo, {"first": first.id, "second": second.id}
        session.commit()
    with archive.owner_engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        assert connection.execute(text(words.format(**ids))).rowcount == 1
    with (
        Session(archive.engine, info={identity_photos.KEY: KEY}) as session,
        pytest.raises(PhotoRefused),
    ):
        identity_photos.view(session, photo, WHY, town.auditor, now=NINE)


@pytest.mark.parametrize(
    "words",
    ["UPDATE identity_photos SET kind = 'face'", "DELETE FROM identity_photos", "TRUNCATE {}"],
)
def test_the_apps_role_can_neither_change_nor_remove_a_photo(safe, words):
    town = make_town(safe)
    kept(safe, photographed_result(safe, town), town)
    with pytest.raises(DBAPIError, match="permission denied"):
        safe.execute(text(words.format("identity_photos")))


def test_even_the_owner_lets_no_photo_go_without_a_record(archive):
    with Session(archive.engine, info={identity_photos.KEY: KEY}) as session:
        town = make_town(session)
        kept(session, photographed_result(session, town), town)
        session.commit()
    for statement in (
        update(IdentityPhoto).values(content=None, nonce=None, erased_at=NINE),
        text("DELETE FROM identity_photos"),
    ):
        with (
            archive.owner_engine.connect() as connection,
            pytest.raises(DBAPIError, match="only with a record"),
        ):
            connection.execute(statement)


def test_a_photo_is_of_a_kind_and_an_item_takes_only_so_many(safe):
    town = make_town(safe)
    item = photographed_result(safe, town)
    with pytest.raises(UnknownKind):
        identity_photos.keep(safe, item, "selfie", a_photo(), town.courier, now=NINE)
    small = a_photo((60, 40))
    for _ in range(MOST_OF_ITEM):
        identity_photos.keep(safe, item, "face", small, town.courier, now=NINE)
    with pytest.raises(TooManyPhotos):
        identity_photos.keep(safe, item, "face", small, town.courier, now=NINE)


def test_a_photo_nobody_asked_for_is_refused(safe):
    town = make_town(safe)
    asked = photographed_result(safe, town)
    kept(safe, asked, town)
    for item in (take_in(safe, town), deliver_result(safe, town, finished(safe, town))):
        with pytest.raises(PhotoNotAsked, match=item.number):
            kept(safe, item, town)


def test_a_list_tells_of_a_photo_but_shows_none(safe):
    town = make_town(safe)
    item = photographed_result(safe, town)
    _, digest = kept(safe, item, town, "face")
    [line] = identity_photos.of_item(safe, item.id)
    assert (line.kind, line.taken_by, line.photo_digest) == ("face", "Quách Văn Dũng", digest)
    assert not any(isinstance(getattr(line, name), bytes) for name in line.__slots__)
    assert identity_photos.of_item(safe, item.id + 1) == []


def test_an_erased_photo_leaves_its_digest_and_the_moment(safe):
    town = make_town(safe)
    item = photographed_result(safe, town)
    row, digest = kept(safe, item, town)
    term = safe.scalar(text("SELECT id FROM retention_terms WHERE class_code='identity_photos'"))
    safe.execute(
        text(
            "INSERT INTO erasures (run, class_code, term_id, at, count, first_day, last_day, root,"
            " done_by) VALUES (gen_random_uuid(), 'identity_photos', :term, :at, 1, '2026-03-02',"
            " '2026-03-02', '', 'test')"
        ),
        {"term": term, "at": minutes(9)},
    )
    safe.execute(
        text(
            "SELECT erase_rows((SELECT max(id) FROM erasures), 'identity_photos', "
            "ARRAY[:id]::bigint[], ARRAY[:said]::bytea[])"
        ),
        {"id": row.id, "said": row.photo_digest},
    )
    safe.expire_all()
    [line] = identity_photos.of_item(safe, item.id)
    assert (line.photo_digest, line.erased_at) == (digest, minutes(9))
    with pytest.raises(ErasedPhoto):
        identity_photos.view(safe, row.photo, WHY, town.auditor, now=NINE)
