"""The schemas and the examples of the OGC, where they are at hand: they are not part of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "schemas"
SCHEMAS = SHARED / "schemas.opengis.net"
needs_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(),
    reason="The standards' schemas and examples are not part of the project (../shared/schemas)",
)


def offline(address: str) -> str:
    """Return where a schema is on this machine."""
    for scheme in ("http://", "https://"):
        if address.startswith(scheme):
            return (SHARED / address.removeprefix(scheme)).as_uri()
    return address
