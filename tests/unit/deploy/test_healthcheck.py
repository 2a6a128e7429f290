"""The health check of the image reaches its own server, whatever proxies the engine gives to the container."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from tests.served import ROOT, serving


def healthy(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer as the portal does, to the first configured host over TLS alone (WSGI)."""
    is_right = environ["HTTP_HOST"] == "portail.example.org" and environ["HTTP_X_FORWARDED_PROTO"] == "https"
    start_response("200 OK" if is_right and environ["PATH_INFO"] == "/healthz" else "503 Away", [])
    return [b""]


def check(port: int, **variables: str) -> subprocess.CompletedProcess[str]:
    environ = {"PORTAL_PORT": str(port), "PORTAL_HOSTS": "portail.example.org,autre.example.org", **variables}
    return subprocess.run(
        [sys.executable, str(ROOT / "deploy" / "healthcheck.py")],
        env={"PATH": os.environ["PATH"], **environ}, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_engine_is_not_asked(variable: str) -> None:
    with serving(healthy) as port:
        assert check(port, **{variable: "http://127.0.0.1:1"}).returncode == 0


def test_a_server_that_misses_its_database_is_unhealthy() -> None:
    with serving(healthy) as port:
        assert check(port, PORTAL_HOSTS="inconnu.example.org").returncode == 1


def test_nothing_that_listens_is_said_with_its_address() -> None:
    result = check(1)
    assert result.returncode == 1
    assert "http://127.0.0.1:1/healthz" in result.stderr
