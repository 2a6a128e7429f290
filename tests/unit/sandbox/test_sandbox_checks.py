"""The system check starts a child and tells what the kernel lets it do."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import checks, supervisor
from sandbox.errors import SandboxUnavailable


class Child:
    """A child in which one wall is missing."""

    def receive(self) -> tuple[dict[str, Any], bytes]:
        return {"possible": ["network"]}, b""

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_error: object) -> None:
        pass


def test_kernel_with_every_wall_has_nothing_to_tell() -> None:
    assert list(checks.check_walls()) == []


def test_missing_wall_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "start", lambda *_target, **_options: Child())
    assert [(told.id, "network" in told.msg) for told in checks.check_walls()] == [("sandbox.W001", True)]


def test_machine_where_no_child_starts_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_target: object, **_options: object) -> None:
        raise SandboxUnavailable("no room")

    monkeypatch.setattr(supervisor, "start", refuse)
    assert [told.id for told in checks.check_walls()] == ["sandbox.E001"]
