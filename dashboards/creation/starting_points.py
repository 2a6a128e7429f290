"""What a new dashboard starts from becomes a document, and the document a draft."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from django.utils.text import slugify
from django.utils.translation import gettext as _

from dashboards import access
from dashboards.creation.copies import document_to_copy
from dashboards.documents.document import Audience, Document, Section
from dashboards.documents.parsing import parse_document
from dashboards.documents.schema import RESERVED_DASHBOARDS
from dashboards.models import Dashboard
from dashboards.models.dashboard import SLUG_MAX
from dashboards.registry import PANEL_KINDS
from dashboards.services.dashboards import create_dashboard
from dashboards.starters.sections import starter, starters_of
from layers.access import Scope, scope
from layers.models import Commune
from layers.visitor import Visitor

FIRST_SECTION, UNNAMED = "section-1", "tableau"


class Start(Enum):
    """What a new dashboard starts from."""

    LAYER = "couche"
    EMPTY = "vide"
    COPY = "copie"
    FILE = "fichier"


@dataclass(frozen=True, slots=True)
class NewDashboard:
    """What somebody asks for. Title and identifier may be empty for a file, which has its own.

    ``layer`` and ``starter`` are those of a ready model, ``copied`` the dashboard to copy, ``text`` that of a file.
    """

    start: Start
    title: str = ""
    slug: str = ""
    summary: str = ""
    theme: str = ""
    producer: str = ""
    layer: str = ""
    starter: str = ""
    copied: str = ""
    text: str = ""


def create_from(asked: NewDashboard, visitor: Visitor) -> Dashboard:
    """Make the dashboard, as a draft that its readers do not see yet.

    Raises:
        ForbiddenDashboard: the visitor may not make dashboards.
        SlugTaken: the identifier that was asked is another one's.
        InvalidDocument: the file cannot be read, or names what is not there; with lines.
        UnknownLayer, UnknownStarter, UnknownDashboard: what it starts from is not there for the visitor.
    """
    document = _MAKERS[asked.start](asked, visitor)
    title = asked.title or document.title
    named = replace(
        document,
        title=title,
        slug=asked.slug or _own_slug(document, asked) or free_slug(title),
        summary=asked.summary or document.summary,
        theme=asked.theme or document.theme,
        producer=asked.producer or document.producer,
        portal=document.portal or _portal(visitor),
    )
    return create_dashboard(document=named, visitor=visitor, note=_note(asked))


def free_slug(title: str) -> str:
    """Return an identifier made of a title, which no dashboard has."""
    base = slugify(title).replace("_", "-").strip("-")
    base = "-".join(part for part in base.split("-") if part)[: SLUG_MAX - 5].strip("-") or UNNAMED
    taken = {
        *RESERVED_DASHBOARDS,
        *Dashboard.objects.filter(slug__startswith=base).values_list("slug", flat=True),
    }
    return _untaken(base, taken)


def _untaken(base: str, taken: Iterable[str]) -> str:
    names = {*taken}
    return (
        base
        if base not in names
        else next(name for number in range(2, len(names) + 3) if (name := f"{base}-{number}") not in names)
    )


def _own_slug(document: Document, asked: NewDashboard) -> str:
    return document.slug if asked.start is Start.FILE else ""


def _portal(visitor: Visitor) -> str:
    """Return the commune whose portal the dashboard is made on: it shows that commune alone."""
    found = Commune.objects.filter(code=visitor.portal).values_list("slug", flat=True).first()
    return found or ""


def _of_layer(asked: NewDashboard, visitor: Visitor) -> Document:
    found: Scope = scope(visitor, asked.layer)
    chosen = starter(found, asked.starter) if asked.starter else starters_of(found)[0]
    theme = found.layer.theme.slug if found.layer.theme_id else ""
    return Document("", asked.title, theme=theme, sections=chosen.sections, filters=chosen.filters)


def _empty(asked: NewDashboard, _visitor: Visitor) -> Document:
    return Document("", asked.title, sections=(Section(FIRST_SECTION, "", ()),))


def _of_dashboard(asked: NewDashboard, visitor: Visitor) -> Document:
    row = access.one(visitor, asked.copied)
    document = document_to_copy(row, visitor)
    return replace(
        document,
        theme=row.theme.slug if row.theme else "",
        portal=row.portal.slug if row.portal else "",
        producer="",
        audience=Audience(),
    )


def _of_file(asked: NewDashboard, _visitor: Visitor) -> Document:
    return parse_document(asked.text, PANEL_KINDS.values())[0]


_MAKERS = {Start.LAYER: _of_layer, Start.EMPTY: _empty, Start.COPY: _of_dashboard, Start.FILE: _of_file}


def _note(asked: NewDashboard) -> str:
    return _("Copie de « %s »") % asked.copied if asked.start is Start.COPY else ""
