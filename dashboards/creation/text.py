"""The document of a dashboard as a text that people write: what it shows, and none of its rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from dashboards.documents.document import Document
from dashboards.documents.includes import stored_document
from dashboards.documents.parsing import parse_document
from dashboards.documents.source_text import SourceText
from dashboards.documents.validation import fault_at
from dashboards.documents.writing import OF_THE_ROW, document_yaml
from dashboards.errors import DocumentFault, InvalidDocument
from dashboards.models import Dashboard
from dashboards.registry import PANEL_KINDS

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class TextFault:
    """What is wrong in a text: in words that name its line, and that line itself."""

    words: str
    line: str


def document_text(dashboard: Dashboard, *, schema: str = "") -> str:
    """Return the draft of a dashboard, or what is published, as YAML; ``schema`` is the address of its schema."""
    return document_yaml(stored_document(dashboard, dashboard.draft or dashboard.published), schema=schema)


def document_of_text(dashboard: Dashboard, text: str) -> Document:
    """Return the document of a text that somebody wrote for a dashboard.

    Raises:
        InvalidDocument: the text cannot be read, says what no document may, names another dashboard, or says who reads.
    """
    document, source = parse_document(text, PANEL_KINDS.values())
    faults = list(_out_of_place(dashboard, document, source))
    if faults:
        raise InvalidDocument(faults)
    return replace(document, slug=dashboard.slug)


def _out_of_place(dashboard: Dashboard, document: Document, source: SourceText) -> Sequence[DocumentFault]:
    found = []
    if document.slug != dashboard.slug:
        words = _("L’identifiant d’un tableau de bord ne change pas : gardez « %s », ou faites une copie.")
        found.append(fault_at(source, ("slug",), words % dashboard.slug))
    given = source.values if isinstance(source.values, dict) else {}
    found += [
        fault_at(
            source, (name,), _("Cette clé ne se change pas ici, mais dans « Qui le verra » : retirez-la.")
        )
        for name in OF_THE_ROW
        if name != "slug" and name in given
    ]
    return found


def text_faults(error: InvalidDocument, text: str) -> list[TextFault]:
    """Return the faults of a text, each with the line that it is about."""
    lines = text.splitlines()
    return [
        TextFault(
            str(fault), lines[fault.line - 1].strip()[:_LONGEST] if 0 < fault.line <= len(lines) else ""
        )
        for fault in error.faults
    ]
