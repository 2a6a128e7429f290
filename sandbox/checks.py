"""Check of ``manage.py check --deploy``: which walls around a child the kernel does not support."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, Warning

from sandbox import supervisor
from sandbox.errors import SandboxError
from sandbox.limits import configured_limits

_HINT = "See docs/adr/0018-hostile-files.md, “Where the kernel refuses”."


def check_walls(**_options: Any) -> Iterable[CheckMessage]:
    """Start a child that tries what it must not do, and say what it could do."""
    try:
        with tempfile.TemporaryFile() as file:
            child = supervisor.start(
                "sandbox.probe:serve", file=file, arguments={}, limits=configured_limits()
            )
            with child:
                possible = child.receive()[0]["possible"]
    except SandboxError as error:
        yield Error(f"Files cannot be read in a child process: {error.detail}", hint=_HINT, id="sandbox.E001")
        return
    if possible:
        yield Warning(
            f"The kernel lets the readers of delivered files do what they must not: {', '.join(possible)}.",
            hint=_HINT,
            id="sandbox.W001",
        )
