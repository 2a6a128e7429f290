"""Who asks: the system is somebody, and never a request's visitor."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils import timezone

from layers.visitor import Visitor, system_visitor, visitor_of


def test_the_system_is_not_anonymous() -> None:
    assert not system_visitor().is_anonymous


def test_the_system_has_no_account() -> None:
    assert system_visitor().user_id is None


def test_an_administrator_is_not_the_system() -> None:
    assert not Visitor(instant=timezone.now(), user_id=1, is_administrator=True).is_system


def test_a_request_is_never_the_system() -> None:
    with pytest.raises(TypeError):
        visitor_of(SimpleNamespace(visitor=system_visitor()))
