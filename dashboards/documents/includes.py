"""A stored document as one visitor reads it: sections of other dashboards in their place, library panels filled in.

What is included is what its own dashboard publishes now, for this visitor: a section of a dashboard that they may not
see is not there. Nothing here fails for what changed elsewhere since; ``Document.notes`` says it to authors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from dashboards import access
from dashboards.documents.document import Document, Include, LinkedField, Panel, Section
from dashboards.documents.parsing import document_of, panel_of
from dashboards.documents.questions import dated_document
from dashboards.documents.schema import MAX_PANELS
from dashboards.documents.sizes import (
    MAX_INCLUDED,
    MAX_LEVELS,
    MAX_PAGE_CHARACTERS,
    MAX_PAGE_SECTIONS,
    section_size,
)
from dashboards.models import Dashboard, DashboardVersion, LibraryPanel
from layers.models import Commune
from layers.visitor import Visitor

SEPARATOR = "--"  # no identifier holds two dashes


def stored_document(dashboard: Dashboard, version: DashboardVersion | None = None) -> Document:
    """Return the document of a version (by default the published one, else the draft), includes as they are written.

    Rights and theme are not those of a version: they stand on the dashboard, and are left empty here.
    """
    version = version or dashboard.published or dashboard.draft
    content = version.document if version else {"title": dashboard.title, "summary": dashboard.summary}
    return replace(document_of(content), slug=dashboard.slug)


def resolve(dashboard: Dashboard, visitor: Visitor, *, version: DashboardVersion | None = None) -> Document:
    """Return a document as a visitor reads it: every section is a ``Section``, every panel has its kind.

    An included section or panel is called ``{dashboard}--{id}``; ``origin`` is the dashboard that publishes it. At most
    ``MAX_PANELS`` panels and ``MAX_PAGE_SECTIONS`` sections are returned.
    """
    return resolve_document(stored_document(dashboard, version), visitor, portal=dashboard.portal)


def resolve_document(document: Document, visitor: Visitor, *, portal: Commune | None = None) -> Document:
    """Return a document, stored or not, as ``resolve`` does; ``portal`` is the commune that it is narrowed to."""
    expansion = _Expansion(visitor, portal.pk if portal else None)
    sections = expansion.sections(document, (document.slug,))
    sections = _with_library(sections, expansion.notes)
    resolved = replace(
        document,
        sections=tuple(_bounded(sections, expansion.notes)),
        links=_merged([*document.links, *expansion.links]),
        notes=tuple(expansion.notes),
    )
    return dated_document(resolved)


def include_notes(
    document: Document, visitor: Visitor, *, portal: Commune | None = None
) -> Iterator[tuple[int, str]]:
    """Yield what is absent of each include of a document, with the place of the include among its sections.

    Each dashboard is opened once. A way back to the document itself is a cycle, and reported as such.
    """
    expansion = _Expansion(visitor, portal.pk if portal else None)
    for index, part in enumerate(document.sections):
        if isinstance(part, Include) and part.dashboard != document.slug:
            expansion.notes = []
            sections = expansion.sections(replace(document, sections=(part,)), (document.slug,))
            sections = _with_library(sections, expansion.notes)
            list(_bounded(sections, expansion.notes))
            yield from ((index, note) for note in expansion.notes)


@dataclass(slots=True)
class _Expansion:
    """One resolution: ``read`` are the dashboards that were looked for, by slug, None for those that are not there.

    ``expanded`` are the sections of those that were opened: each is opened once, and has no more sections than a page
    (``dashboards.documents.sizes``), however includes lead to it. Faults of what is included are for its own authors:
    but for cycles, only those of the document itself are noted.
    """

    visitor: Visitor
    portal_id: int | None
    read: dict[str, Dashboard | None] = field(default_factory=dict)
    expanded: dict[str, list[Section]] = field(default_factory=dict)
    links: list[LinkedField] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def sections(self, document: Document, chain: tuple[str, ...]) -> list[Section]:
        """Return the sections of a document, those of others in their place; ``chain`` is the way to it."""
        self._look_for({part.dashboard for part in document.sections if isinstance(part, Include)})
        sections: list[Section] = []
        characters = 0
        for part in document.sections:
            for section in [part] if isinstance(part, Section) else self._included(part, chain):
                characters += section_size(section)
                if len(sections) == MAX_PAGE_SECTIONS or characters > MAX_PAGE_CHARACTERS:
                    self._note_of_page(chain[0])
                    return sections
                sections.append(section)
        return sections

    def _note_of_page(self, slug: str) -> None:
        words = {"dashboard": slug, "sections": MAX_PAGE_SECTIONS, "characters": MAX_PAGE_CHARACTERS}
        text = _(
            "Les inclusions de « %(dashboard)s » mènent à plus de %(sections)d sections "
            "ou %(characters)d caractères : la suite ne paraît pas."
        )
        self.notes += [text % words] if text % words not in self.notes else []

    def _look_for(self, slugs: set[str]) -> None:
        missing = set(sorted(slugs - {*self.read})[: max(MAX_INCLUDED - len(self.read), 0)])
        if missing:
            rows = access.published(self.visitor).filter(slug__in=missing).select_related("published")
            self.read |= dict.fromkeys(missing) | {row.slug: row for row in rows}

    def _included(self, include: Include, chain: tuple[str, ...]) -> list[Section]:
        name, dashboard = include.dashboard, self.read.get(include.dashboard)
        if name in chain:
            self.notes.append(_("Inclusion en rond : %s.") % " → ".join((*chain, name)))
            return []
        if name not in self.read or len(chain) > MAX_LEVELS:
            words = {"dashboard": chain[0], "levels": MAX_LEVELS, "most": MAX_INCLUDED}
            self._note(chain[:1], too_many_includes() % words)
            return []
        refusal = self._refusal(dashboard)
        if dashboard is None or refusal:
            self._note(chain, refusal % name)
            return []
        sections = self._opened(dashboard, (*chain, name))
        chosen = [part for part in sections if include.section in {"", part.id}]
        if not chosen and include.section:
            words = {"dashboard": name, "section": include.section}
            self._note(
                chain, _("Le tableau de bord « %(dashboard)s » n’a pas de section « %(section)s ».") % words
            )
        return [_of_origin(part, name) for part in chosen]

    def _opened(self, dashboard: Dashboard, chain: tuple[str, ...]) -> list[Section]:
        """Return the sections of a dashboard that is included, which is opened the first time."""
        if dashboard.slug not in self.expanded:
            document = stored_document(dashboard, dashboard.published)
            self.links += document.links
            self.expanded[dashboard.slug] = self.sections(document, chain)
        return self.expanded[dashboard.slug]

    def _refusal(self, dashboard: Dashboard | None) -> str:
        """Return why a dashboard is not included, with a place for its name; empty when it is."""
        if dashboard is None:
            return _("Le tableau de bord inclus « %s » n’est pas publié, ou vous ne le voyez pas.")
        if dashboard.portal_id not in {None, self.portal_id}:
            return _("Le tableau de bord inclus « %s » se limite à une autre commune.")
        return ""

    def _note(self, chain: tuple[str, ...], text: str) -> None:
        if len(chain) == 1 and text not in self.notes:
            self.notes.append(text)


def too_many_includes() -> str:
    """Return the words for includes that lead too far, with a place for the dashboard and both bounds."""
    return _(
        "Les inclusions de « %(dashboard)s » mènent à plus de %(most)d tableaux de bord, "
        "ou s’emboîtent sur plus de %(levels)d niveaux."
    )


def _of_origin(section: Section, origin: str) -> Section:
    panels = tuple(replace(panel, id=f"{origin}{SEPARATOR}{panel.id}") for panel in section.panels)
    name = f"{origin}{SEPARATOR}{section.id}"
    return replace(section, id=name, panels=panels, origin=section.origin or origin)


def _with_library(sections: list[Section], notes: list[str]) -> list[Section]:
    slugs = {panel.library for section in sections for panel in section.panels if panel.library}
    rows = LibraryPanel.objects.filter(slug__in=slugs) if slugs else ()
    library = {row.slug: row.document for row in rows}
    notes += [
        _("Le panneau de bibliothèque « %s » n’existe pas.") % slug for slug in sorted(slugs - {*library})
    ]
    return [replace(section, panels=tuple(_filled(section.panels, library))) for section in sections]


def _filled(panels: Iterable[Panel], library: dict[str, Any]) -> Iterable[Panel]:
    for panel in panels:
        if not panel.library:
            yield panel
        elif panel.library in library:
            yield over(panel, panel_of(library[panel.library]))


def over(panel: Panel, base: Panel) -> Panel:
    """Return a panel merged over its library panel.

    Sizes are the panel's own where they are not the defaults; options of both are joined.
    """
    default = Panel("", "")
    own = {
        name: getattr(panel, name) if getattr(panel, name) != getattr(default, name) else getattr(base, name)
        for name in ("kind", "title", "subtitle", "width", "height", "question", "notice", "source")
    }
    return replace(panel, options={**base.options, **panel.options}, **own)


def _bounded(sections: list[Section], notes: list[str]) -> Iterable[Section]:
    """Return the first ``MAX_PANELS`` panels; sections without a panel left are dropped."""
    left, count = MAX_PANELS, sum(len(section.panels) for section in sections)
    if count > MAX_PANELS:
        words = {"count": count, "most": MAX_PANELS}
        notes.append(
            _("Les inclusions mènent à %(count)d panneaux : les %(most)d premiers paraissent.") % words
        )
    for section in sections:
        panels = section.panels[:left]
        left -= len(panels)
        if panels or not section.panels:
            yield replace(section, panels=panels)


def _merged(links: list[LinkedField]) -> tuple[LinkedField, ...]:
    """Return one linked field a name; where two documents name the same layer, the outer one decides."""
    names: dict[str, dict[str, str]] = {}
    for link in links:
        field_names = names.setdefault(link.field, {})
        names[link.field] = {**link.names, **field_names}
    return tuple(LinkedField(field, field_names) for field, field_names in names.items())


@dataclass(frozen=True, slots=True)
class Extent:
    """The size of a dashboard with its includes: sections, dashboards opened, levels.

    A section is its name, its panels and the characters that a page shows of it, about. There is at most one more of
    them than a page has.
    """

    sections: tuple[tuple[str, int, int], ...] = ()
    opened: frozenset[str] = frozenset()
    levels: int = 0

    @property
    def panels(self) -> int:
        """How many panels there are."""
        return sum(panels for _name, panels, _characters in self.sections)

    @property
    def characters(self) -> int:
        """How many characters a page shows of them, about."""
        return sum(characters for _name, _panels, characters in self.sections)


@dataclass(slots=True)
class Composition:
    """The published documents that one document leads to; ``changed`` stands for what would be published of it.

    Each is read and measured once.
    """

    changed: Document
    read: dict[str, Document | None] = field(default_factory=dict)
    extents: dict[str, Extent] = field(default_factory=dict)

    def document(self, slug: str) -> Document | None:
        """Return what a dashboard publishes, or would; None when it publishes nothing."""
        if slug == self.changed.slug:
            return self.changed
        if slug not in self.read:
            row = (
                Dashboard.objects.filter(slug=slug, published__isnull=False)
                .select_related("published")
                .first()
            )
            self.read[slug] = stored_document(row, row.published) if row else None
        return self.read[slug]

    def cycle(self) -> tuple[str, ...]:
        """Return the dashboards of a cycle that the document is in, itself first and last; empty without one."""
        start = self.changed.slug
        visited = set[str]()
        pending: list[tuple[str, ...]] = [(start,)]
        while pending:
            chain = pending.pop()
            document = self.document(chain[-1])
            inner = included(document) if document else ()
            if start in inner:
                return (*chain, start)
            fresh = [name for name in dict.fromkeys(inner) if name not in visited]
            visited.update(fresh)
            pending += [(*chain, name) for name in reversed(fresh)]
        return ()

    def extent(self, slug: str, level: int = 0) -> Extent:
        """Return the size of a dashboard with its includes."""
        if slug not in self.extents:
            self.extents[slug] = Extent()  # what it is while it is measured: a cycle adds nothing
            document = self.document(slug)
            if document is not None and level <= MAX_LEVELS:
                self.extents[slug] = self._measured(document, level)
        return self.extents[slug]

    def _measured(self, document: Document, level: int) -> Extent:
        parts, opened, levels = list[tuple[str, int, int]](), set[str](), 0
        for part in document.sections:
            if isinstance(part, Include):
                inner = self.extent(part.dashboard, level + 1)
                levels = max(levels, inner.levels + 1)
                opened |= {part.dashboard} | inner.opened
                parts += [
                    (f"{part.dashboard}{SEPARATOR}{name}", panels, characters)
                    for name, panels, characters in inner.sections
                    if part.section in {"", name}
                ]
            else:
                parts.append((part.id, len(part.panels), section_size(part)))
        return Extent(tuple(parts[: MAX_PAGE_SECTIONS + 1]), frozenset(opened), levels)


def included(document: Document) -> tuple[str, ...]:
    """Return the dashboards that a document includes itself, in their order."""
    return tuple(part.dashboard for part in document.sections if isinstance(part, Include))


def including(slug: str) -> list[str]:
    """Return the published dashboards that include one, through others too, by slug."""
    slugs: list[str] = []
    near = [slug]
    while near:
        holds = [{"sections": [{"include": name}]} for name in near]
        rows = Dashboard.objects.none()
        for part in holds:
            rows = rows | Dashboard.objects.filter(published__document__contains=part)
        near = [name for name in rows.values_list("slug", flat=True) if name not in {slug, *slugs}]
        slugs += near
    return sorted(slugs)
