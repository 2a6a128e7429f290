"""What dashboards make of one another, whoever reads: cycles of includes, and how much they come to.

Rights play no part here: a cycle is one even through a dashboard that its author does not see.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dashboards.documents.document import Document, Include
from dashboards.documents.includes import SEPARATOR, stored_document
from dashboards.documents.sizes import MAX_LEVELS, MAX_PAGE_SECTIONS, section_size
from dashboards.models import Dashboard


@dataclass(frozen=True, slots=True)
class Extent:
    """What a dashboard comes to, those it includes counted: sections, dashboards opened, levels of includes.

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
        seen = set[str]()
        pending: list[tuple[str, ...]] = [(start,)]
        while pending:
            chain = pending.pop()
            document = self.document(chain[-1])
            inner = included(document) if document else ()
            if start in inner:
                return (*chain, start)
            fresh = [name for name in dict.fromkeys(inner) if name not in seen]
            seen.update(fresh)
            pending += [(*chain, name) for name in reversed(fresh)]
        return ()

    def extent(self, slug: str, level: int = 0) -> Extent:
        """Return what a dashboard comes to."""
        if slug not in self.extents:
            self.extents[slug] = Extent()  # what it is while it is measured: a cycle adds nothing
            document = self.document(slug)
            if document is not None and level <= MAX_LEVELS:
                self.extents[slug] = self._measured(document, level)
        return self.extents[slug]

    def _measured(self, document: Document, level: int) -> Extent:
        found, opened, levels = list[tuple[str, int, int]](), set[str](), 0
        for part in document.sections:
            if isinstance(part, Include):
                inner = self.extent(part.dashboard, level + 1)
                levels = max(levels, inner.levels + 1)
                opened |= {part.dashboard} | inner.opened
                found += [
                    (f"{part.dashboard}{SEPARATOR}{name}", panels, characters)
                    for name, panels, characters in inner.sections
                    if part.section in {"", name}
                ]
            else:
                found.append((part.id, len(part.panels), section_size(part)))
        return Extent(tuple(found[: MAX_PAGE_SECTIONS + 1]), frozenset(opened), levels)


def included(document: Document) -> tuple[str, ...]:
    """Return the dashboards that a document includes itself, in their order."""
    return tuple(part.dashboard for part in document.sections if isinstance(part, Include))


def including(slug: str) -> list[str]:
    """Return the published dashboards that include one, through others too, by slug."""
    found: list[str] = []
    near = [slug]
    while near:
        holds = [{"sections": [{"include": name}]} for name in near]
        rows = Dashboard.objects.none()
        for part in holds:
            rows = rows | Dashboard.objects.filter(published__document__contains=part)
        near = [name for name in rows.values_list("slug", flat=True) if name not in {slug, *found}]
        found += near
    return sorted(found)
