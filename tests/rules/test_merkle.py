"""Trees, held against a naive reading of RFC 6962 and against its published examples' shape."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.merkle import (
    EMPTY,
    Frontier,
    consistency,
    continues,
    includes,
    inclusion,
    leaf,
    node,
    root_at,
    root_of,
    whole_root,
)

LARGEST = 65
# The eight leaves by which logs of this kind are commonly tried, and the roots over the first of
# them (of 1, 2, … 8), in the hashing of RFC 6962.
CONTENTS = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def naive_root(contents: list[bytes]) -> bytes:
    if not contents:
        return hashlib.sha256(b"").digest()
    if len(contents) == 1:
        return hashlib.sha256(b"\x00" + contents[0]).digest()
    middle = 1
    while middle * 2 < len(contents):
        middle *= 2
    both = naive_root(contents[:middle]) + naive_root(contents[middle:])
    return hashlib.sha256(b"\x01" + both).digest()


def whole_of(contents: list[bytes]):
    def whole(height: int, place: int) -> bytes:
        part = contents[place << height : (place + 1) << height]
        assert len(part) == 1 << height, "only whole trees are asked for"
        return naive_root(part)

    return whole


LEAVES = [bytes([number]) * 32 for number in range(LARGEST)]
NAIVE = [naive_root(LEAVES[:size]) for size in range(LARGEST + 1)]
WHOLE = whole_of(LEAVES)


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_leaves_have_their_published_roots(size):
    assert root_of(CONTENTS[:size]).hex() == ROOTS[size - 1]


def test_nothing_has_the_root_of_nothing():
    assert root_of([]) == EMPTY == root_at(0, WHOLE)


def test_every_size_has_the_root_that_the_definition_gives():
    assert [root_at(size, WHOLE) for size in range(LARGEST + 1)] == NAIVE
    assert [root_of(LEAVES[:size]) for size in range(LARGEST + 1)] == NAIVE


def test_every_leaf_of_every_size_is_proved_and_proves_nothing_else():
    for size in range(1, LARGEST + 1):
        for index in range(size):
            path = inclusion(index, size, WHOLE)
            assert includes(LEAVES[index], index, size, path, NAIVE[size])
            assert not includes(LEAVES[index - 1] + b"x", index, size, path, NAIVE[size])
            assert not includes(LEAVES[index], index + 1, size, path, NAIVE[size])


def test_every_size_is_proved_to_begin_every_larger_one():
    for new in range(LARGEST + 1):
        for old in range(new + 1):
            path = consistency(old, new, WHOLE)
            assert continues(old, new, path, NAIVE[old], NAIVE[new]), (old, new)
            if 0 < old < new:
                assert not continues(old, new, path, NAIVE[old - 1], NAIVE[new])
                assert not continues(old, new, path, NAIVE[old], NAIVE[new - 1])
                assert not continues(old, new, path[:-1], NAIVE[old], NAIVE[new])
                assert not continues(old, new, [*path, b"\x00" * 32], NAIVE[old], NAIVE[new])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 2)])
def test_a_leaf_that_is_not_there_is_our_fault_and_proves_nothing(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        inclusion(index, size, WHOLE)
    assert not includes(b"", index, size, [], EMPTY)


def test_a_larger_tree_does_not_begin_a_smaller_one():
    with pytest.raises(ValueError, match="does not begin"):
        consistency(3, 2, WHOLE)
    assert not continues(3, 2, [], NAIVE[3], NAIVE[2])
    assert not continues(3, 5, [], NAIVE[3], NAIVE[5])
    assert not continues(0, 5, [], NAIVE[1], NAIVE[5])


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=200), st.data())
def test_any_tree_proves_its_leaves_and_its_beginnings_and_no_changed_one(contents, data):
    size = len(contents)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    whole = whole_of(contents)
    root = naive_root(contents)
    path = inclusion(index, size, whole)
    assert includes(contents[index], index, size, path, root)
    proof = consistency(old, size, whole)
    assert continues(old, size, proof, naive_root(contents[:old]), root)
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        bent = [*path]
        bent[place] = bytes([bent[place][0] ^ 1]) + bent[place][1:]
        assert not includes(contents[index], index, size, bent, root)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        proof[place] = bytes([proof[place][0] ^ 1]) + proof[place][1:]
        assert not continues(old, size, proof, naive_root(contents[:old]), root)


@given(st.lists(st.binary(max_size=8), max_size=300), st.integers(0, 8))
def test_a_tree_grown_by_whole_parts_is_the_tree_grown_by_leaves(contents, height):
    edge = Frontier()
    parts = len(contents) >> height
    for place in range(parts):
        part = contents[place << height : (place + 1) << height]
        edge.add(whole_root([leaf(one) for one in part]), height)
    for one in contents[parts << height :]:
        edge.add(leaf(one))
    assert (edge.size, edge.root()) == (len(contents), naive_root(contents))


def test_a_leaf_is_no_node():
    left, right = leaf(b"a"), leaf(b"b")
    assert leaf(left + right) != node(left, right)
