"""Check that the names in a document exist for its author: layers, fields, included dashboards, library panels.

No schema can check it, and it changes with time: it is done when a document is published or imported, never when it
is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from dashboards import access as dashboards_access
from dashboards.documents.document import Document, Include, Panel, PanelQuestion, Section
from dashboards.documents.faults import MAX_FAULTS, closest, fault_at
from dashboards.documents.includes import Composition, include_notes, including, too_many_includes
from dashboards.documents.questions import ATTRIBUTES, check_question
from dashboards.documents.schema import MAX_PANELS
from dashboards.documents.sizes import MAX_INCLUDED, MAX_LEVELS, MAX_PAGE_CHARACTERS, MAX_PAGE_SECTIONS
from dashboards.documents.source_text import Path, SourceText
from dashboards.errors import DocumentFault
from dashboards.registry import PANEL_KINDS
from layers import access
from layers.access import Scope
from layers.errors import LayersError, UnknownLayer
from layers.models import Commune
from layers.visitor import Visitor


def document_faults(
    document: Document, visitor: Visitor, *, portal: Commune | None = None, source: SourceText | None = None
) -> list[DocumentFault]:
    """Return what a document names and its author does not have, the first ones; ``source`` gives their lines.

    ``portal`` is the commune that the dashboard is narrowed to.
    """
    check = _Check(document, visitor, portal)
    faults = [fault_at(source or SourceText(), path, text) for path, text in check.faults()]
    return sorted(faults, key=lambda fault: fault.line)[:MAX_FAULTS]


Fault = tuple[Path, str]


@dataclass(slots=True)
class _Check:
    document: Document
    visitor: Visitor
    portal: Commune | None
    scopes: dict[str, Scope | None] = field(default_factory=dict)

    def faults(self) -> Iterator[Fault]:
        yield from self._composition()
        library = set(dashboards_access.library(self.visitor).values_list("slug", flat=True))
        for index, part in enumerate(self.document.sections):
            path: Path = ("sections", index)
            if isinstance(part, Section):
                yield from self._section(part, path, library)
        for index, note in include_notes(self.document, self.visitor, portal=self.portal):
            yield ("sections", index, "include"), note
        yield from self._filters()

    def _composition(self) -> Iterator[Fault]:
        """Yield a cycle, or too much here or where this dashboard is included; hidden names are left out."""
        composition = Composition(self.document)
        cycle = composition.cycle()
        if cycle:
            yield ("sections",), _("Inclusion en rond : %s.") % " → ".join(self._named(cycle))
            return
        for slug in (self.document.slug, *including(self.document.slug)):
            extent = composition.extent(slug)
            if extent.panels > MAX_PANELS:
                yield ("sections",), self._too_many(slug, extent.panels)
            if len(extent.sections) > MAX_PAGE_SECTIONS or extent.characters > MAX_PAGE_CHARACTERS:
                yield ("sections",), self._too_long(slug)
            if len(extent.opened) > MAX_INCLUDED or extent.levels > MAX_LEVELS:
                words = {"dashboard": self._named((slug,))[0], "levels": MAX_LEVELS, "most": MAX_INCLUDED}
                yield ("sections",), too_many_includes() % words

    def _too_many(self, slug: str, count: int) -> str:
        text = _("« %(dashboard)s » aurait %(count)d panneaux, inclusions comprises ; %(most)d au plus.")
        return text % {"dashboard": self._named((slug,))[0], "count": count, "most": MAX_PANELS}

    def _too_long(self, slug: str) -> str:
        text = _(
            "« %(dashboard)s » aurait plus de %(sections)d sections "
            "ou de %(characters)d caractères, inclusions comprises."
        )
        words = {"sections": MAX_PAGE_SECTIONS, "characters": MAX_PAGE_CHARACTERS}
        return text % {"dashboard": self._named((slug,))[0], **words}

    def _named(self, slugs: tuple[str, ...]) -> list[str]:
        visible = set(
            dashboards_access.visible(self.visitor).filter(slug__in=slugs).values_list("slug", flat=True)
        )
        return [slug if slug in {*visible, self.document.slug} else "…" for slug in slugs]

    def _section(self, part: Section, path: Path, library: set[str]) -> Iterator[Fault]:
        for rank, panel in enumerate(part.panels):
            panel_path = (*path, "panels", rank)
            if panel.library and panel.library not in library:
                text = _("Aucun panneau de bibliothèque ne s’appelle « %s ».") % panel.library
                yield (*panel_path, "library"), text + closest(panel.library, library)
            yield from self._raster(panel, panel_path)
            yield from self._context(panel, panel_path)
            yield from self._needed(panel, panel_path)
            if panel.question:
                yield from self._question(panel, panel.question, panel_path)

    def _raster(self, panel: Panel, path: Path) -> Iterator[Fault]:
        """Yield the rasters that a panel names and its author does not see, by the options that name them."""
        kind = PANEL_KINDS.get(panel.kind)
        rasters = kind.rasters(panel) if kind else ()
        visible = [scope.slug for scope in access.visible_rasters(self.visitor)] if rasters else []
        for slug in rasters:
            if slug not in visible:
                name = next(name for name, value in panel.options.items() if value == slug)
                text = _("Aucun raster ne s’appelle « %s ».") % slug
                yield (*path, "options", name), text + closest(slug, visible)

    def _context(self, panel: Panel, path: Path) -> Iterator[Fault]:
        """Yield the layers around a map that its author does not see."""
        for index, slug in enumerate(panel.options.get("context", ())):
            if self._scope(slug) is None:
                slugs = [visible_scope.slug for visible_scope in access.visible(self.visitor)]
                text = _("Aucune couche ne s’appelle « %s ».") % slug
                yield (*path, "options", "context", index), text + closest(slug, slugs)

    def _needed(self, panel: Panel, path: Path) -> Iterator[Fault]:
        """Yield the layers without which there is no panel and that its author does not see, by their options."""
        kind = PANEL_KINDS.get(panel.kind)
        for slug in kind.needed_layers(panel) if kind else ():
            if self._scope(slug) is None:
                name = next(name for name, value in panel.options.items() if value == slug)
                slugs = [visible_scope.slug for visible_scope in access.visible(self.visitor)]
                text = _("Aucune couche ne s’appelle « %s ».") % slug
                yield (*path, "options", name), text + closest(slug, slugs)

    def _question(self, panel: Panel, question: PanelQuestion, path: Path) -> Iterator[Fault]:
        scope = self._scope(question.layer)
        if scope is None:
            slugs = [visible_scope.slug for visible_scope in access.visible(self.visitor)]
            text = _("Aucune couche ne s’appelle « %s ».") % question.layer
            yield (*path, "question", "layer"), text + closest(question.layer, slugs)
            return
        try:
            check_question(scope, question)
        except LayersError as error:
            name = ATTRIBUTES.get(error.parameter, "")
            yield (*path, "question", *([name] if name else [])), error.detail

    def _scope(self, slug: str) -> Scope | None:
        if slug not in self.scopes:
            try:
                self.scopes[slug] = access.scope(self.visitor, slug)
            except UnknownLayer:
                self.scopes[slug] = None
        return self.scopes[slug]

    def _filters(self) -> Iterator[Fault]:
        """Yield the filters of the page that no panel could obey; nothing when a layer or an include may have them."""
        if None in self.scopes.values() or any(isinstance(part, Include) for part in self.document.sections):
            return
        names = {name for scope in self.scopes.values() if scope for name in _names_of(scope)}
        linked = {link.field for link in self.document.links}
        for index, entry in enumerate(self.document.filters):
            is_existing = entry.kind != "values" or entry.field in names | linked
            if not is_existing:
                text = _("Aucune couche de ce tableau de bord n’a de champ « %s ».") % entry.field
                yield ("filters", index), text + closest(entry.field, names)


def _names_of(scope: Scope) -> set[str]:
    of_records = {field.name for relation in scope.relations for field in relation.fields}
    return {*scope.filterable, *of_records}
