"""Sample written pieces of the plan: PDFs of a few lines, each page of which says that it is an example.

The regulation has a page for each zone label, then one for each type of prescription: NOMFIC leads there (``#page=``).
"""

from __future__ import annotations

from collections.abc import Sequence

from plui.vocabulary import PRESCRIPTIONS, TypeZone

_A4 = "0 0 595 842"
_CATALOGUE, _PAGES, _FONT, _FIRST_PAGE = 1, 2, 3, 4


def sample_pdf(pages: Sequence[tuple[str, Sequence[str]]], *, title: str) -> bytes:
    """Return a PDF 1.7 (ISO 32000-1) of A4 pages: a heading and lines each, in the characters of Windows-1252."""
    count = len(pages)
    kids = " ".join(f"{_FIRST_PAGE + 2 * index} 0 R" for index in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) >>",
        f"<< /Type /Pages /Count {count} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for index, (heading, lines) in enumerate(pages):
        text = b"BT /F1 20 Tf 60 760 Td " + _text_operator(heading) + b" /F1 11 Tf 0 -36 Td "
        text += (
            b" 0 -18 Td ".join(_text_operator(line) for line in (*lines, f"{title}, page {index + 1}"))
            + b" ET"
        )
        objects.append(
            f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [{_A4}] /Contents {_FIRST_PAGE + 2 * index + 1} 0 R"
            f" /Resources << /Font << /F1 {_FONT} 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n" % len(text) + text + b"\nendstream")
    return _file([*objects, b"<< /Title " + _string(title) + b" >>"])


def _text_operator(text: str) -> bytes:
    return _string(text) + b" Tj"


def _string(text: str) -> bytes:
    """Return a literal string of PDF."""
    content = text.encode("cp1252", "replace")
    for special in (b"\\", b"(", b")"):
        content = content.replace(special, b"\\" + special)
    return b"(" + content + b")"


def _file(objects: Sequence[bytes]) -> bytes:
    """Return the objects, the last of which is the information dictionary, with their table of places."""
    content, offsets = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = f"<< /Size {size} /Root {_CATALOGUE} 0 R /Info {len(objects)} 0 R >>".encode()
    start = b"xref\n0 %d\n0000000000 65535 f \n" % size + table + b"trailer\n" + trailer
    return content + start + b"\nstartxref\n%d\n%%%%EOF\n" % len(content)


_TYPES = sorted({code[:2] for code in PRESCRIPTIONS})


def zone_page(label: str, labels: Sequence[str]) -> int:
    """Return the page of the regulation about a zone, after the cover."""
    return 2 + labels.index(label)


def prescription_page(typepsc: str, labels: Sequence[str]) -> int:
    """Return the page of the regulation about a type of prescription, after those of the zones."""
    return 2 + len(labels) + _TYPES.index(typepsc)


def regulation_pages(zones: Sequence[tuple[str, TypeZone, str]]) -> list[tuple[str, list[str]]]:
    """Return the pages of the regulation: cover, zones (label, TYPEZONE, long label), types of prescriptions."""
    pages = [("Règlement, exemple", ["Ce document est un exemple : il ne fixe aucune règle."])]
    pages += [
        (f"Zone {label}", [f"{long_label} ({typezone}).", "Exemple de page : aucune règle n’est écrite ici."])
        for label, typezone, long_label in zones
    ]
    for typepsc in _TYPES:
        title = next(words for code, words in PRESCRIPTIONS.items() if code.startswith(typepsc))
        pages.append(
            (f"Prescription {typepsc}", [title[:90], "Exemple de page : aucune règle n’est écrite ici."])
        )
    return pages
