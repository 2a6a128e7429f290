"""Library panels written: made, changed, deleted. A change shows on every dashboard that uses the panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from dashboards import access
from dashboards.documents.document import Panel
from dashboards.documents.faults import closest
from dashboards.documents.writing import panel_values
from dashboards.errors import (
    DocumentFault,
    EditConflict,
    InvalidDocument,
    SlugInUse,
    UnknownLibraryPanel,
)
from dashboards.models import TITLE_MAX, LibraryPanel
from layers.access import producer_groups
from layers.visitor import Visitor

_OMITTED_KEYS = ("id", "library")  # a library panel is named by its row, and is no other's


@dataclass(frozen=True, slots=True)
class LibraryPanelWords:
    """The title of a library panel, and its group; ``slug`` is only for a new one."""

    title: str
    producer: str = ""
    slug: str = ""


@transaction.atomic
def create_library_panel(*, panel: Panel, words: LibraryPanelWords, visitor: Visitor) -> LibraryPanel:
    """Add a panel to the library, under the title of ``words`` when the panel has none.

    Raises:
        ForbiddenDashboard: the visitor may not.
        SlugInUse: a library panel has this identifier.
        InvalidDocument: the producer is no group of the visitor, or the title is missing or too long.
    """
    access.check_share(visitor)
    _check_title(words.title)
    row, is_new = LibraryPanel.objects.get_or_create(
        slug=words.slug,
        defaults={
            "title": words.title,
            "producer": _producer(words.producer, visitor),
            "document": _values(panel, words.title),
        },
    )
    if not is_new:
        raise SlugInUse(_("L’identifiant « %s » est déjà pris.") % words.slug, parameter="slug")
    return row


@transaction.atomic
def change_library_panel(
    *, row: LibraryPanel, panel: Panel, words: LibraryPanelWords, expected: int, visitor: Visitor
) -> LibraryPanel:
    """Write a library panel: its dashboards show it as it is now.

    Raises:
        UnknownLibraryPanel, ForbiddenDashboard, EditConflict: as ``_locked``.
        InvalidDocument: the producer is no group of the visitor.
    """
    locked_row = _locked(row, expected, visitor)
    _check_title(words.title)
    locked_row.title, locked_row.document = words.title, _values(panel, words.title)
    locked_row.producer = _producer(words.producer, visitor, current=locked_row.producer_id)
    locked_row.revision += 1
    locked_row.save(update_fields=["title", "document", "producer", "revision", "updated_at"])
    return locked_row


@transaction.atomic
def delete_library_panel(*, row: LibraryPanel, expected: int, visitor: Visitor) -> None:
    """Delete a library panel; dashboards that use it do without.

    Raises:
        UnknownLibraryPanel, ForbiddenDashboard, EditConflict: as ``_locked``.
    """
    _locked(row, expected, visitor).delete()


def _locked(row: LibraryPanel, expected: int, visitor: Visitor) -> LibraryPanel:
    """Return a library panel, held until the end of the transaction; ``expected`` is the revision read.

    Raises:
        UnknownLibraryPanel: it is gone.
        ForbiddenDashboard: the visitor may not change it.
        EditConflict: somebody wrote it since.
    """
    locked_row = access.library(visitor).select_for_update().filter(pk=row.pk).first()
    if locked_row is None:
        raise UnknownLibraryPanel(row.slug)
    access.check_edit_panel(visitor, locked_row)
    if locked_row.revision != expected:
        raise EditConflict(
            _("Quelqu’un a changé ce panneau depuis que vous l’avez ouvert : rechargez-le, puis reprenez."),
            parameter="revision",
        )
    return locked_row


def _check_title(title: str) -> None:
    if not title or len(title) > TITLE_MAX:
        text = _("Donnez un titre, de %d caractères au plus : c’est par lui qu’on choisit le panneau.")
        raise InvalidDocument([DocumentFault(text % TITLE_MAX, "title")])


def _values(panel: Panel, title: str) -> dict[str, Any]:
    own = {name: value for name, value in panel_values(panel).items() if name not in _OMITTED_KEYS}
    return {**own, "title": panel.title or title}


def _producer(name: str, visitor: Visitor, *, current: int | None = None) -> Group | None:
    if not name:
        return None
    groups = {group.name: group for group in producer_groups(visitor, current=current)}
    if name not in groups:
        text = _("Inconnu : « %s ».") % name
        raise InvalidDocument([DocumentFault(text + closest(name, groups), "producer")])
    return groups[name]
