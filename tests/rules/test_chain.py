"""The digest chain and its commitments."""

import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.chain import START, canonical, commit, link

WHOLE = st.integers(-(2**63), 2**63 - 1)
PLAIN = st.text(max_size=8) | WHOLE | st.none() | st.booleans()
CONTENT = st.dictionaries(st.text(max_size=8), PLAIN)
NESTED = st.recursive(
    PLAIN, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=8), one)
)


def test_the_same_moment_has_one_form_in_every_time_zone():
    utc = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    hoa_binh = utc.astimezone(timezone(timedelta(hours=7)))
    assert canonical({"at": utc}) == canonical({"at": hoa_binh})


def test_moments_ids_and_bytes_are_written_plainly():
    content = {"at": datetime(2026, 3, 2, 2, 0, tzinfo=UTC), "id": UUID(int=1), "digest": b"\xff"}
    assert canonical(content) == (
        b'{"at":"2026-03-02T02:00:00.000000+00:00","digest":"ff",'
        b'"id":"00000000-0000-0000-0000-000000000001"}'
    )


@pytest.mark.parametrize("value", [{1, 2}, 0.1, 2**64, {1: "one"}])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(TypeError):
        canonical({"value": value})


@given(st.dictionaries(st.text(max_size=8), NESTED))
def test_whoever_has_python_alone_writes_the_same(content):
    alone = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical(content) == alone.encode()


@given(CONTENT, CONTENT)
def test_different_content_gives_a_different_digest(one, other):
    assert (link(START, one) == link(START, other)) == (canonical(one) == canonical(other))


@given(CONTENT)
def test_the_digest_hangs_on_the_one_before(content):
    assert link(START, content) != link(link(START, content), content)


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_a_commitment_without_its_salt_says_nothing(salt, other):
    personal = {"receiver": "Bà Bùi Thị Hằng"}
    assert (commit(salt, personal) == commit(other, personal)) == (salt == other)
