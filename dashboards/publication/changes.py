"""Changes from one version to another: compared by section, panel and key, and worded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.documents.document import Document, Include, Panel, Section
from dashboards.documents.writing import document_values
from dashboards.reading.grid import Sketch, sketch
from dashboards.registry import PANEL_KINDS
from layers.definitions import Text


class DocumentChangeKind(Enum):
    """What happened to a part of a document."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A difference: ``part`` is ``document``, ``section`` or ``panel``, ``name`` its identifier, ``title`` its words.

    ``keys`` are those whose values differ, as ``question.filter``.
    """

    kind: DocumentChangeKind
    part: str
    name: str = ""
    title: str = ""
    keys: tuple[str, ...] = ()


def compare_documents(old: Document, new: Document) -> list[DocumentChange]:
    """Return what changes from one document to another, in the order of the new one; removed parts come last."""
    before, after = document_values(old), document_values(new)
    keys = _keys(_without(before, "sections"), _without(after, "sections"))
    page_changes = (
        [DocumentChange(DocumentChangeKind.CHANGED, "document", title=new.title, keys=keys)] if keys else []
    )
    sections = _document_parts("section", _sections(before), _sections(after), "panels")
    panels = _document_parts("panel", _panels(before), _panels(after), "")
    return [*page_changes, *sections, *panels]


_Parts = dict[str, tuple[Any, dict[str, Any]]]


def _sections(values: Mapping[str, Any]) -> _Parts:
    """Return the sections by identifier, each with its place among the others."""
    return {_section_name(part): (index, part) for index, part in enumerate(values.get("sections", ()))}


def _section_name(part: Mapping[str, Any]) -> str:
    if "include" in part:
        return "/".join(filter(None, (part["include"], part.get("section", ""))))
    return str(part["id"])


def _panels(values: Mapping[str, Any]) -> _Parts:
    """Return the panels by identifier, each with its section."""
    sections = [part for part in values.get("sections", ()) if "id" in part]
    return {panel["id"]: (part["id"], panel) for part in sections for panel in part.get("panels", ())}


def _document_parts(part: str, before: _Parts, after: _Parts, inner: str) -> Iterator[DocumentChange]:
    common_before = [name for name in before if name in after]
    common_after = [name for name in after if name in before]
    for name, (index, values) in after.items():
        title = str(values.get("title", name))
        if name not in before:
            yield DocumentChange(DocumentChangeKind.ADDED, part, name, title)
            continue
        old_place, old = before[name]
        keys = _keys(_without(old, inner), _without(values, inner))
        if keys:
            yield DocumentChange(DocumentChangeKind.CHANGED, part, name, title, keys)
        is_elsewhere = part == "panel" and old_place != index
        if is_elsewhere or common_before.index(name) != common_after.index(name):
            yield DocumentChange(DocumentChangeKind.MOVED, part, name, title)
    for name, (_place, values) in before.items():
        if name not in after:
            yield DocumentChange(DocumentChangeKind.REMOVED, part, name, str(values.get("title", name)))


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def _keys(before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = "") -> tuple[str, ...]:
    """Return the keys whose values differ, those of objects by their own keys."""
    keys: list[str] = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            keys += _keys(old, new, f"{prefix}{key}.")
        else:
            keys.append(f"{prefix}{key}")
    return tuple(keys)


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
    lines = [
        [part for part in each.sections if not is_brief or _names_in(part) & everywhere]
        for each in (old, new)
    ]
    return VersionComparison(
        lines=tuple(_lines(changes, old, new)),
        old=sketch(lines[0], marked=_marks(changes, without=come)),
        new=sketch(lines[1], marked=_marks(changes, without=gone)),
    )


def _names_in(part: Section | Include) -> set[str]:
    """Return the names of a section, its panels, or an include in descriptions of changes."""
    return {part.dashboard} if isinstance(part, Include) else {part.id, *(panel.id for panel in part.panels)}


def _marks(changes: Iterable[DocumentChange], *, without: DocumentChangeKind) -> set[str]:
    return {change.name.partition("/")[0] for change in changes if change.kind is not without}


def _lines(changes: Sequence[DocumentChange], old: Document, new: Document) -> Iterator[str]:
    by_kind = {kind: [each for each in changes if each.kind is kind] for kind in DocumentChangeKind}
    for kind, part, say in _COUNTED:
        matching = [change for change in by_kind[kind] if change.part == part]
        if matching:
            yield say(len(matching)) % {"n": len(matching), "names": _names(matching)}
    before, after = _parts(old), _parts(new)
    for change in by_kind[DocumentChangeKind.CHANGED]:
        key = (change.part, change.name)
        yield _sentence(change, before.get(key, old), after.get(key, new))


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
    sentences = [say(before, after) for key, say in _VALUES.items() if _has_value(change, key)]
    named = {_key_words(key) for key in change.keys if not _has_value(change, key)}
    if named:
        words = ", ".join(sorted(named))
        sentences.append(ngettext("réglage changé (%s)", "réglages changés (%s)", len(named)) % words)
    subject = _SUBJECTS[change.part] % (change.title or _("sans titre"))
    return _("%(subject)s : %(changes)s.") % {"subject": subject, "changes": ", ".join(sentences)}


_SUBJECTS: Mapping[str, Text] = {
    "document": gettext_lazy("Tableau de bord « %s »"),
    "section": gettext_lazy("Section « %s »"),
    "panel": gettext_lazy("« %s »"),
}


def _has_value(change: DocumentChange, key: str) -> bool:
    """Whether a changed key is described by its values, not its name alone."""
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
    parts: dict[tuple[str, str], Any] = {}
    for part in document.sections:
        if isinstance(part, Include):
            continue
        assert isinstance(part, Section)
        parts["section", part.id] = part
        parts |= {("panel", panel.id): panel for panel in part.panels}
    return parts
