"""What is stored under a key stays readable when the module that wrote it moves."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from gisportal.accounts.second_factors.services import decrypt
from layers.services.jobs import client_digest
from layers.visitor import Visitor

# Written by the first release that encrypted, with the key below.
STORED = (
    "gAAAAABlU_EAZrXgzwZ7ql6qbfA77UQo63Sjpt8D5YuGGOtI-wwVapushReTNEOSpgbHvSrtKY73aiYG"
    "9_5rMsUBIJeGhZLX24zBRQSBEcptKZDO0eDztKY="
)


@pytest.fixture(autouse=True)
def key(settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a fixed key of the tests", []


def test_a_stored_second_factor_is_read() -> None:
    assert decrypt(STORED) == "JBSWY3DPEHPK3PXP"


def test_a_client_of_stored_files_has_the_same_digest() -> None:
    assert client_digest(Visitor(instant=dt.datetime.now(dt.UTC), client_key="192.0.2.1")) == (
        "34745e50495a733681659221182a08bc6e32784dc9efc8613034b42fb2f7d2ec"
    )
