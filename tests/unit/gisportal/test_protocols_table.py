"""The table of protocols: each row says all that the house asks of a protocol, and nothing else holds it apart."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from gisportal.protocols import PAGES, PROTOCOLS, Protocol, is_for_a_person, protocol_of
from gisportal.settings import sign_in


def row(path: str) -> Protocol:
    return protocol_of(RequestFactory().get(path))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "pages"),
        ("/catalogue/arbres-remarquables/", "pages"),
        ("/api/", "api"),
        ("/api/collections", "api"),
        ("/tiles/communes.json", "tiles"),
        ("/export/communes.csv", "exports"),
        ("/wfs", "wfs"),
        ("/wfs/communes", "wfs"),
        ("/photos/aires-de-jeux/1/photos/2/full.jpg", "photos"),
        ("/apis", "pages"),
    ],
)
def test_a_path_is_of_one_protocol(path: str, name: str) -> None:
    assert row(path).name == name


def test_pages_close_the_table() -> None:
    assert PROTOCOLS[-1] is PAGES


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)
def test_a_quota_is_a_policy_of_the_settings(protocol: Protocol) -> None:
    assert protocol.quota == "" or protocol.quota in sign_in.RATE_LIMITS


def test_a_machine_protocol_takes_tokens() -> None:
    assert [
        protocol.name for protocol in PROTOCOLS if protocol.is_machine and not protocol.takes_tokens
    ] == []


def test_a_page_opens_to_no_token() -> None:
    assert not PAGES.takes_tokens


def test_the_form_that_f_names_decides_where_the_protocol_reads_it() -> None:
    request = RequestFactory().get("/api/collections?f=html", headers={"Accept": "application/json"})
    assert is_for_a_person(request)


def test_f_means_nothing_to_a_protocol_that_does_not_read_it() -> None:
    request = RequestFactory().get("/tiles/a/1/1/1.mvt?f=html", headers={"Accept": "application/json"})
    assert not is_for_a_person(request)
