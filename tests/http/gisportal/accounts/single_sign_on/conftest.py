"""The provider of identities of these tests: started once, described to the portal for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.identity_provider import MockProvider, running_provider


@pytest.fixture(scope="package")
def running() -> Iterator[MockProvider]:
    """A provider that answers."""
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: MockProvider, settings: Settings, db: None) -> MockProvider:
    """The provider, described to the portal in the plainest way."""
    running.tamper = lambda _path, response: response
    settings.IDENTITY_PROVIDERS = [running.describe()]
    return running
