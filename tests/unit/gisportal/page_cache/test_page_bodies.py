"""A stored page is compressed once, and is a whole gzip file whatever is written into its placeholders."""

from __future__ import annotations

import gzip
import zlib

from hypothesis import given
from hypothesis import strategies as st

from gisportal.page_cache.bodies import joined_checksum, packed, unpacked
from interface.shared_pages import Placeholder, leave_incomplete, mark_of, sharing
from tests.examples import examples

WORDS: dict[Placeholder, tuple[bytes, ...]] = {
    Placeholder.TOKEN: (b"token of one",),
    Placeholder.ACCOUNT: ("Zoé ".encode() * 200, b"", b"token of one", b"\x00" * 256, b"\x01" * 257),
    Placeholder.END: (),
}
PARTS = st.lists(
    st.tuples(st.binary(max_size=300), st.sampled_from([Placeholder.TOKEN, Placeholder.ACCOUNT])), max_size=4
)


@examples(100)
@given(parts=PARTS, last=st.binary(max_size=3_000))
def test_a_filled_page_is_the_same_compressed_and_not(
    parts: list[tuple[bytes, Placeholder]], last: bytes
) -> None:
    page = unpacked(packed({"Content-Type": "text/html"}, [*parts, (last, Placeholder.END)]))
    whole = b"".join(content + b"".join(WORDS[placeholder]) for content, placeholder in parts) + last
    assert page.plain(WORDS.__getitem__) == whole
    assert gzip.decompress(page.gzipped(WORDS.__getitem__)) == whole


@examples(100)
@given(first=st.binary(max_size=300), second=st.binary(max_size=3_000))
def test_the_checksum_of_two_texts_is_computed_from_those_of_each(first: bytes, second: bytes) -> None:
    joined = joined_checksum(zlib.crc32(first), zlib.crc32(second), len(second))
    assert joined == zlib.crc32(first + second)


def test_headers_are_stored() -> None:
    assert unpacked(packed({"Vary": "HX-Request"}, [(b"", Placeholder.END)])).headers == {
        "Vary": "HX-Request"
    }


def test_a_page_is_cut_where_it_leaves_places() -> None:
    with sharing() as page:
        content = f"a{mark_of(Placeholder.TOKEN)}b{mark_of(Placeholder.ACCOUNT)}c".encode()
    assert list(page.parts_of(content)) == [
        (b"a", Placeholder.TOKEN),
        (b"b", Placeholder.ACCOUNT),
        (b"c", Placeholder.END),
    ]


def test_a_mark_of_another_page_is_text() -> None:
    with sharing():
        other = str(mark_of(Placeholder.TOKEN))
    with sharing() as page:
        assert list(page.parts_of(other.encode())) == [(other.encode(), Placeholder.END)]


def test_a_page_for_one_person_has_no_mark() -> None:
    assert mark_of(Placeholder.TOKEN) is None


def test_a_page_that_lacks_a_part_says_so() -> None:
    with sharing() as page:
        leave_incomplete()
    assert not page.is_complete
