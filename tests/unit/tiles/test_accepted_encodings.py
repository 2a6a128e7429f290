"""``Accept-Encoding`` (RFC 9110, 12.5.3)."""

from __future__ import annotations

import pytest

from tiles.views.tiles import accepts_gzip


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
    assert accepts_gzip(header) is is_accepted
