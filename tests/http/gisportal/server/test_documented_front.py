"""The front of docs/operations.md works as pasted: TLS ends there, and the portal knows scheme, host and client."""

from __future__ import annotations

import datetime as dt
import json
import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gisportal.client_address import origin_of
from tests.served import ROOT, free_port, nginx_before, raw, read_answer, read_to_end, running_nginx, serving

HOST = "portail.example.org"
REQUEST = (
    f"GET /carte/ HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\nX-Forwarded-Proto: https\r\n\r\n".encode()
)


def front() -> str:
    """Return the server of the page."""
    page = (ROOT / "docs" / "operations.md").read_text()
    blocks = re.findall(r"^ *```nginx\n(.*?)^ *```$", page, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 1
    return str(blocks[0])


def write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def seen(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer with what the application is given (WSGI)."""
    names = ("HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_FOR", "REMOTE_ADDR")
    content = json.dumps({name: environ.get(name, "") for name in names}).encode()
    start_response("200 OK", [("Content-Length", str(len(content)))])
    return [content]


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """Give the ports in clear and by TLS of the documented front, before nginx of the containers."""
    inner, outer = tmp_path_factory.mktemp("nginx"), tmp_path_factory.mktemp("front")
    write_certificate(outer)
    clear, secret = free_port(), free_port()
    with serving(seen) as upstream, nginx_before(upstream, inner) as behind:
        text = front()
        for written, instead in {
            "listen 80;": f"listen 127.0.0.1:{clear};",
            "listen 443 ssl;": f"listen 127.0.0.1:{secret} ssl;",
            "127.0.0.1:8080": f"127.0.0.1:{behind}",
            "/etc/letsencrypt/live/portail.example.org": str(outer),
        }.items():
            assert written in text
            text = text.replace(written, instead)
        folders = "".join(
            f"{kind}_temp_path {outer}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (outer / "nginx.conf").write_text(
            f"pid {outer}/nginx.pid; error_log {outer}/error.log; events {{}} http {{ {folders} {text} }}"
        )
        with running_nginx(outer / "nginx.conf", secret):
            yield clear, secret


def by_tls(port: int, trusted: Path) -> dict[str, str]:
    context = ssl.create_default_context(cafile=str(trusted))
    with (
        socket.create_connection(("127.0.0.1", port), timeout=30, source_address=("127.0.0.9", 0)) as plain,
        context.wrap_socket(plain, server_hostname=HOST) as connection,
    ):
        connection.sendall(REQUEST)
        status, body = read_answer(read_to_end(connection))
    assert status == 200
    return dict(json.loads(body))


def test_scheme_host_and_client_reach_the_portal(
    ports: tuple[int, int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    certificate = next(tmp_path_factory.getbasetemp().glob("front*/fullchain.pem"))
    given = by_tls(ports[1], certificate)
    assert given["HTTP_HOST"] == HOST
    assert given["HTTP_X_FORWARDED_PROTO"] == "https"
    origin = origin_of(given["REMOTE_ADDR"], given["HTTP_X_FORWARDED_FOR"], proxies=2, trusted=["*"])
    assert origin.address == "127.0.0.9"


def test_who_comes_in_clear_is_not_believed_to_come_by_tls(ports: tuple[int, int]) -> None:
    status, body = read_answer(raw(ports[0], REQUEST))
    assert status == 200
    assert json.loads(body)["HTTP_X_FORWARDED_PROTO"] == "http"
