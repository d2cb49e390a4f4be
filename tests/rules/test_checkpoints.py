"""The text that is signed, its reading, and the short code that fits on a paper."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.checkpoints import (
    NOTHING_BEFORE,
    Checkpoint,
    code_of,
    endorsement,
    key_id_of,
    note,
    read_body,
    read_note,
)
from postal_app.rules.codes import TAG_ALPHABET

NIGHT = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
FIRST = Checkpoint("hoso.example.vn", 1, 4, b"\x01" * 32, NIGHT, "0011223344556677", NOTHING_BEFORE)
TEXT = f"""postal-ledger-checkpoint 1
origin hoso.example.vn
number 1
size 4
root {"01" * 32}
time 2026-03-02T17:00:00Z
key 0011223344556677
previous {"00" * 32}
"""


def test_a_checkpoint_is_eight_plain_lines():
    assert FIRST.body == TEXT


@given(
    st.integers(1, 10**9),
    st.integers(0, 10**12),
    st.binary(min_size=32, max_size=32),
    st.integers(0, 10**9).map(lambda seconds: NIGHT + timedelta(seconds=seconds)),
)
def test_what_was_written_is_read_and_written_again_alike(number, size, root, moment):
    made = replace(FIRST, number=number, size=size, root=root, made_at=moment)
    assert read_body(made.body) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT.replace("checkpoint 1", "checkpoint 2"),
        TEXT.replace("size 4", "size 04"),
        TEXT.replace("size 4\n", ""),
        TEXT + "thêm một dòng\n",
        TEXT.rstrip("\n"),
        TEXT.replace("2026-03-02T17:00:00Z", "hôm qua"),
    ],
)
def test_what_is_not_written_as_we_write_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011  whichever part is wrong
        read_body(text)


def test_a_note_is_taken_apart_again_however_a_mail_program_ended_its_lines():
    text = note(TEXT, b"\x07" * 64)
    assert read_note(text) == (TEXT, b"\x07" * 64)
    assert read_note(text.replace("\n", "\r\n")) == (TEXT, b"\x07" * 64)
    with pytest.raises(ValueError, match="no signature"):
        read_note(TEXT + "\nkhông phải chữ ký\n")


def test_a_code_stands_for_size_and_root_and_survives_any_input_method():
    code = FIRST.code
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    assert set(code.replace("-", "")) <= set(TAG_ALPHABET)
    assert code == code_of(4, b"\x01" * 32)
    assert code != code_of(5, b"\x01" * 32)
    assert code != code_of(4, b"\x02" * 32)


def test_an_endorsement_names_the_key_the_place_and_the_moment():
    said = endorsement("hoso.example.vn", b"\x05" * 32, NIGHT)
    assert said.startswith(b"postal-ledger-key 1\norigin hoso.example.vn\nkey 0505")
    assert len(key_id_of(b"\x05" * 32)) == 16
