"""Compression by gzip: the bytes come back, and ``Accept-Encoding`` (RFC 9110, 12.5.3) is obeyed."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interface.http.compression import compress, compress_once, content_encoding, decompress
from tests.examples import examples


@pytest.mark.parametrize("method", [compress, compress_once])
@pytest.mark.parametrize("reader", [decompress, gzip.decompress])
@examples(50)
@given(content=st.binary(max_size=2_000))
def test_what_is_compressed_is_read_again(
    method: Callable[[bytes], bytes], reader: Callable[[bytes], bytes], content: bytes
) -> None:
    assert reader(method(content)) == content


@pytest.mark.parametrize("method", [compress, compress_once])
def test_the_same_content_is_compressed_to_the_same_bytes(method: Callable[[bytes], bytes]) -> None:
    assert method(b"tile" * 100)[:10] == method(b"fond" * 100)[:10]


@pytest.mark.parametrize(
    ("header", "is_accepted"),
    [
        ("gzip", True),
        ("br, gzip", True),
        ("GZIP;q=0.5", True),
        ("gzip; q=1.0, br", True),
        ("*", True),
        ("*;q=0, gzip", True),
        ("", False),
        ("br", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("gzip;q=much", False),
        ("x-gzip", False),
        (",,;;q=,", False),
    ],
)
def test_gzip_is_sent_to_who_accepts_it(header: str, is_accepted: bool) -> None:
    assert content_encoding(header) == ("gzip" if is_accepted else "")
