"""What one version changes of another, in sentences: panels added, moved, wider, asked otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.documents.comparison import DocumentChange, DocumentChangeKind, compare_documents
from dashboards.documents.document import Document, Include, Panel, Section
from dashboards.reading.sketches import Sketch, sketch
from dashboards.registry import PANEL_KINDS
from layers.definitions import Text

_NAMED = 4  # more names than that are counted
_KEYS: Mapping[str, Text] = {
    "subtitle": gettext_lazy("sous-titre"),
    "library": gettext_lazy("panneau de bibliothèque"),
    "source": gettext_lazy("source"),
    "summary": gettext_lazy("résumé"),
    "refresh": gettext_lazy("actualisation"),
    "filters": gettext_lazy("filtres de page"),
    "links": gettext_lazy("champs communs"),
    "text": gettext_lazy("texte"),
    "title": gettext_lazy("titre"),
    "notice": gettext_lazy("phrase d’alerte"),
    "options": gettext_lazy("aspect"),
    "question": gettext_lazy("question"),
    "question.layer": gettext_lazy("couche"),
    "question.relation": gettext_lazy("enregistrements liés"),
    "question.relation_filter": gettext_lazy("filtre des enregistrements"),
    "question.filter": gettext_lazy("filtre"),
    "question.by": gettext_lazy("regroupement"),
    "question.measures": gettext_lazy("mesure"),
    "question.series": gettext_lazy("séries"),
    "question.fields": gettext_lazy("champs"),
    "question.sort": gettext_lazy("tri"),
    "question.limit": gettext_lazy("nombre de lignes"),
    "question.empty": gettext_lazy("périodes vides"),
}


@dataclass(frozen=True, slots=True)
class VersionComparison:
    """Two documents side by side: what changes in sentences, and a drawing of each with what changes ringed."""

    lines: tuple[str, ...]
    old: Sketch
    new: Sketch

    @property
    def is_same(self) -> bool:
        """Whether nothing changes."""
        return not self.lines


def comparison(old: Document, new: Document, *, is_brief: bool = False) -> VersionComparison:
    """Return what changes from one document to another; ``is_brief`` draws the sections alone where something does."""
    changes = compare_documents(old, new)
    gone, come = DocumentChangeKind.REMOVED, DocumentChangeKind.ADDED
    everywhere = {change.name.partition("/")[0] for change in changes}
    drawn = [
        [part for part in each.sections if not is_brief or _names_in(part) & everywhere]
        for each in (old, new)
    ]
    return VersionComparison(
        lines=tuple(_lines(changes, old, new)),
        old=sketch(drawn[0], marked=_marks(changes, without=come)),
        new=sketch(drawn[1], marked=_marks(changes, without=gone)),
    )


def _names_in(part: Section | Include) -> set[str]:
    """Return the names by which changes tell a section, its panels, or an include."""
    return {part.dashboard} if isinstance(part, Include) else {part.id, *(panel.id for panel in part.panels)}


def _marks(changes: Iterable[DocumentChange], *, without: DocumentChangeKind) -> set[str]:
    return {change.name.partition("/")[0] for change in changes if change.kind is not without}


def _lines(changes: Sequence[DocumentChange], old: Document, new: Document) -> Iterator[str]:
    by_kind = {kind: [each for each in changes if each.kind is kind] for kind in DocumentChangeKind}
    for kind, part, say in _COUNTED:
        found = [change for change in by_kind[kind] if change.part == part]
        if found:
            yield say(len(found)) % {"n": len(found), "names": _names(found)}
    before, after = _parts(old), _parts(new)
    for change in by_kind[DocumentChangeKind.CHANGED]:
        place = (change.part, change.name)
        yield _sentence(change, before.get(place, old), after.get(place, new))


def _names(changes: Sequence[DocumentChange]) -> str:
    quoted = [_("« %s »") % (change.title or _("sans titre")) for change in changes[:_NAMED]]
    left = len(changes) - _NAMED
    if left > 0:
        quoted.append(ngettext("%d autre", "%d autres", left) % left)
    return ", ".join(quoted)


def _added(n: int) -> str:
    return ngettext("Un panneau ajouté : %(names)s.", "%(n)d panneaux ajoutés : %(names)s.", n)


def _removed(n: int) -> str:
    return ngettext("Un panneau retiré : %(names)s.", "%(n)d panneaux retirés : %(names)s.", n)


def _moved(n: int) -> str:
    return ngettext("Un panneau déplacé : %(names)s.", "%(n)d panneaux déplacés : %(names)s.", n)


def _section_added(n: int) -> str:
    return ngettext("Une section ajoutée : %(names)s.", "%(n)d sections ajoutées : %(names)s.", n)


def _section_removed(n: int) -> str:
    return ngettext("Une section retirée : %(names)s.", "%(n)d sections retirées : %(names)s.", n)


def _section_moved(n: int) -> str:
    return ngettext("Une section déplacée : %(names)s.", "%(n)d sections déplacées : %(names)s.", n)


_COUNTED: Sequence[tuple[DocumentChangeKind, str, Callable[[int], str]]] = (
    (DocumentChangeKind.ADDED, "section", _section_added),
    (DocumentChangeKind.REMOVED, "section", _section_removed),
    (DocumentChangeKind.MOVED, "section", _section_moved),
    (DocumentChangeKind.ADDED, "panel", _added),
    (DocumentChangeKind.REMOVED, "panel", _removed),
    (DocumentChangeKind.MOVED, "panel", _moved),
)


def _sentence(change: DocumentChange, before: Any, after: Any) -> str:
    """Say what changes of one part: sizes, titles and kinds by their values, the rest by its name."""
    told = [say(before, after) for key, say in _VALUES.items() if _has_value(change, key)]
    named = {_key_words(key) for key in change.keys if not _has_value(change, key)}
    if named:
        words = ", ".join(sorted(named))
        told.append(ngettext("réglage changé (%s)", "réglages changés (%s)", len(named)) % words)
    subject = _SUBJECTS[change.part] % (change.title or _("sans titre"))
    return _("%(subject)s : %(changes)s.") % {"subject": subject, "changes": ", ".join(told)}


_SUBJECTS: Mapping[str, Text] = {
    "document": gettext_lazy("Tableau de bord « %s »"),
    "section": gettext_lazy("Section « %s »"),
    "panel": gettext_lazy("« %s »"),
}


def _has_value(change: DocumentChange, key: str) -> bool:
    """Whether a key changed whose values are told, not its name alone."""
    return key in change.keys and key in _VALUES and (change.part == "panel" or key == "title")


def _width(before: Panel, after: Panel) -> str:
    return _("de %(old)d à %(new)d colonnes") % {"old": before.width, "new": after.width}


def _height(before: Panel, after: Panel) -> str:
    return _("de %(old)d à %(new)d rangs") % {"old": before.height, "new": after.height}


def _title(before: Any, _after: Any) -> str:
    return _("s’appelait « %s »") % before.title if before.title else _("n’avait pas de titre")


def _kind(before: Panel, after: Panel) -> str:
    words = [
        PANEL_KINDS[part.kind].title if part.kind in PANEL_KINDS else part.kind for part in (before, after)
    ]
    return _("%(old)s devient %(new)s") % {"old": words[0], "new": words[1]}


_VALUES: Mapping[str, Callable[[Any, Any], str]] = {
    "title": _title,
    "kind": _kind,
    "width": _width,
    "height": _height,
}


def _key_words(key: str) -> str:
    head = key.partition(".")[0]
    return str(_KEYS.get(key) or _KEYS.get(head) or head)


def _parts(document: Document) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for part in document.sections:
        if isinstance(part, Include):
            continue
        assert isinstance(part, Section)
        found["section", part.id] = part
        found |= {("panel", panel.id): panel for panel in part.panels}
    return found
