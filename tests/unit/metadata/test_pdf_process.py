"""What acts in a PDF is found wherever the format may hide it."""

from __future__ import annotations

import zlib

import pytest

from layers.errors import InvalidParameter
from metadata.attachments import pdf_process

ACTION = b"<< /S /JavaScript /JS (app.alert(1)) >>"


def pdf(*objects: bytes) -> bytes:
    return b"%PDF-1.7\n" + b"".join(b"1 0 obj\n" + each + b"\nendobj\n" for each in objects) + b"%%EOF\n"


def stream(content: bytes, dictionary: bytes = b"/Filter /FlateDecode") -> bytes:
    return b"<< " + dictionary + b" >>\nstream\n" + content + b"\nendstream"


def stored(content: bytes) -> bytes:
    """Return a deflated text whose bytes stand in it as they are."""
    return zlib.compress(content, 0)


@pytest.mark.parametrize(
    "content",
    [
        pdf(ACTION),
        pdf(ACTION.replace(b"Java", b"#4A#61va")),
        pdf(stream(zlib.compress(b"1 0 " + ACTION), b"/Type /ObjStm /First 4 /Filter /FlateDecode")),
        pdf(stream(stored(b"endstream endobj " * 4_000 + b" /Launch "))),
        pdf(b"<< /Names << /EmbeddedFiles 5 0 R >> >>"),
        pdf(b"<< /AcroForm << /XFA 5 0 R >> >>"),
        pdf(stream(b"3C3C>", b"/Type /ObjStm /First 4 /Filter /ASCIIHexDecode")),
        pdf(b"<< /Encrypt 5 0 R >>"),
        b"%PDF-1.7\n1 0 obj\n",
    ],
    ids=["plain", "escaped", "object stream", "false end", "file", "form", "filter", "locked", "cut"],
)
def test_an_active_locked_or_damaged_file_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidParameter):
        pdf_process.examine(content)


@pytest.mark.parametrize(
    "content",
    [
        pdf(
            b"<< /Type /Catalog /OpenAction [3 0 R /Fit] >>", stream(zlib.compress(b"BT (JavaScript) Tj ET"))
        ),
        pdf(stream(b"\xff\xd8\xff", b"/Filter /DCTDecode")),
    ],
    ids=["text", "picture"],
)
def test_a_plain_file_passes(content: bytes) -> None:
    pdf_process.examine(content)


def test_a_file_that_grows_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "MAX_INFLATED", 10_000)
    with pytest.raises(InvalidParameter, match="trop grand"):
        pdf_process.examine(pdf(stream(zlib.compress(bytes(100_000)))))
