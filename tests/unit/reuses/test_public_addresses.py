"""A reuse is a page that everybody may open: no other scheme, no private host, no password."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from reuses.links import check_public_address


@pytest.mark.parametrize(
    "address",
    [
        "https://www.ville.fr/carte?x=1#y",
        "http://arbres.example.org:8080/",
        "https://écoles.fr/",
        "https://xn--coles-9ra.xn--p1ai/",
        "https://93.184.215.14/",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
    ],
)
def test_a_public_page_is_accepted(address: str) -> None:
    check_public_address(address)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("ftp://ville.fr/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("https://nom:secret@ville.fr/", "credentials"),
        ("https://ville.fr:99999/", "invalid"),
        ("https://[::1/", "invalid"),
        ("https:///carte", "host"),
        ("https://localhost/", "host"),
        ("https://intranet/", "host"),
        ("https://carte.ville.local/", "host"),
        ("https://carte.ville.internal./", "host"),
        ("https://127.0.0.1/", "host"),
        ("https://10.1.2.3/", "host"),
        ("https://169.254.169.254/", "host"),
        ("https://2130706433/", "host"),
        ("https://127.1/", "host"),
        ("https://0x7f.0x0.0x0.0x1/", "host"),
        ("https://[::1]/", "host"),
        ("https://[::ffff:127.0.0.1]/", "host"),
        ("https://[fd00::1]/", "host"),
        ("https://224.0.0.1/", "host"),
    ],
)
def test_what_is_not_a_public_page_is_refused(address: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        check_public_address(address)
    assert refusal.value.code == code
