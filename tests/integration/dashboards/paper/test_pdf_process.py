"""The child that writes PDF asks nothing of anybody: what a page names outside itself is left out."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from export_formats.pdf import pdf_of
from tests.pdf import sheets

HELD = "data:image/gif;base64,R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port of this machine, and what anybody says there."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection = server.accept()[0]
                except OSError:
                    return
                with connection:
                    heard.append(connection.recv(1_024))

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def test_a_page_is_written_without_asking_anybody(listener: tuple[int, list[bytes]]) -> None:
    port, heard = listener
    site = f"http://127.0.0.1:{port}"
    content = pdf_of(
        f'<html lang="fr"><head><title>t</title><link rel="stylesheet" href="{site}/a.css">'
        f'<style>@import "{site}/b.css"; p {{ background: url({site}/c.png) }}</style></head><body><p>a</p>'
        f'<img src="{site}/d.png" alt="d"><img src="file:///etc/hostname" alt="e"><img src="{HELD}" alt="f">'
        "</body></html>"
    ).content
    assert (sheets(content), heard) == ([(210, 297)], [])


def test_a_part_that_goes_on_over_several_pages_is_on_its_first_one() -> None:
    rows = "<p>a</p>" * 200
    pdf = pdf_of(
        f'<html lang="fr"><head><title>t</title></head><body><p>a</p>'
        f'<section id="suite" style="break-before: page">{rows}</section></body></html>'
    )
    assert pdf.pages > 3
    assert pdf.pages_before("suite") == 1
