"""What dashboards make of one another, whoever reads: cycles of includes, and how many panels they come to.

Rights play no part here: a cycle is one even through a dashboard that its author does not see.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dashboards.documents.document import Document, Include
from dashboards.documents.includes import SEPARATOR, stored_document
from dashboards.models import Dashboard

_DEEPEST = 12


@dataclass(slots=True)
class Composition:
    """The published documents that one document leads to; ``changed`` stands for what would be published of it."""

    changed: Document
    read: dict[str, Document | None] = field(default_factory=dict)

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
        return self._way_back((self.changed.slug,), set())

    def _way_back(self, chain: tuple[str, ...], seen: set[str]) -> tuple[str, ...]:
        document = self.document(chain[-1])
        for name in included(document) if document else ():
            if name == chain[0]:
                return (*chain, name)
            if name not in seen:
                seen.add(name)
                found = self._way_back((*chain, name), seen)
                if found:
                    return found
        return ()

    def panels(self, slug: str) -> int:
        """Return how many panels a dashboard comes to, those of its includes counted."""
        return sum(count for _section, count in self._sections(slug, 0))

    def _sections(self, slug: str, depth: int) -> list[tuple[str, int]]:
        """Return the sections that a dashboard comes to, with their panels."""
        document = self.document(slug)
        if document is None or depth > _DEEPEST:
            return []
        found: list[tuple[str, int]] = []
        for part in document.sections:
            if isinstance(part, Include):
                inner = self._sections(part.dashboard, depth + 1)
                chosen = [(name, count) for name, count in inner if part.section in {"", name}]
                found += [(f"{part.dashboard}{SEPARATOR}{name}", count) for name, count in chosen]
            else:
                found.append((part.id, len(part.panels)))
        return found


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
