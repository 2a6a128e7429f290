"""Files of entries: compared line by line with what is there, saved together or not at all, undone together.

The comparison writes every line and takes it all back: what it says is what the layer would say.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from explorer.entry.import_lines import Change, EntryComparison, applied, json_value
from explorer.entry.tables import EntryTable, read_titles
from explorer.entry.uploaded_tables import Line, read_sheet
from explorer.models import EntryImport, EntryImportState
from layers.access import Scope
from layers.errors import Forbidden, InvalidFile, StaleFeature
from layers.parsing.feature import FeatureInput
from layers.queries import has_related_rows, related_rows
from layers.services.features import delete_feature, update_feature
from layers.services.records import delete_record, update_record

KEPT_DAYS = 90


def receive(table: EntryTable, *, upload: Any) -> EntryImport:
    """Read a file and keep its lines, to be compared.

    Raises:
        InvalidFile: not a table of this entry.
    """
    lines = read_sheet(upload=upload)
    _check_lines(table, lines)
    user = table.scope.visitor.user_id
    assert user is not None  # nobody edits without an account
    return EntryImport.objects.create(
        layer=table.scope.slug,
        relation=table.relation.name if table.relation else "",
        author_id=user,
        file_name=str(upload.name)[:200],
        lines=lines,
    )


def _check_lines(table: EntryTable, lines: list[Line]) -> None:
    """Refuse titles that are not those of the table, and a line with more cells than titles."""
    (_number, titles), *others = lines
    read_titles(table, titles)
    wide = next((number for number, texts in others if len(texts) > len(titles)), None)
    if wide is not None:
        raise InvalidFile(
            _("Ligne %d : plus de cellules que de titres de colonnes.") % wide, parameter="upload"
        )


def expire_imports(*, now: dt.datetime) -> int:
    """Delete the imports that are too old to be undone; return how many there were."""
    return EntryImport.objects.filter(created_at__lt=now - dt.timedelta(days=KEPT_DAYS)).delete()[0]


def own_imports(scope: Scope, relation: str) -> list[EntryImport]:
    """Return the last imports of the visitor in a layer."""
    rows = EntryImport.objects.filter(author_id=scope.visitor.user_id, layer=scope.slug, relation=relation)
    return list(rows.exclude(state=EntryImportState.COMPARED).defer("lines", "changes")[:10])


def own_import(scope: Scope, pk: int) -> EntryImport | None:
    """Return an import of the visitor in a layer; None without any."""
    return EntryImport.objects.filter(pk=pk, author_id=scope.visitor.user_id, layer=scope.slug).first()


def compare(table: EntryTable, found: EntryImport) -> EntryComparison:
    """Return what a file would do: nothing is written."""
    with transaction.atomic():
        result = applied(table, found)
        transaction.set_rollback(True)
    return result


def save(table: EntryTable, found: EntryImport, *, digest: str, is_confirmed: bool) -> EntryComparison:
    """Write every line of a file in one transaction, or nothing when one of them is refused now.

    Raises:
        StaleFeature: it is saved already, or would not do what the comparison of this ``digest`` said.
        InvalidFile: something is surprising, and nobody ``is_confirmed`` it.
    """
    with pghistory.context(entry_import=found.pk), transaction.atomic():
        kept = EntryImport.objects.select_for_update().get(pk=found.pk)
        if kept.state != EntryImportState.COMPARED:
            raise StaleFeature(_("Ce fichier est déjà enregistré."))
        result = applied(table, kept)
        if result.is_savable and result.digest != digest:
            raise StaleFeature(
                _("Ce que ce fichier remplace a changé : relisez la comparaison, puis enregistrez.")
            )
        if result.far and not is_confirmed:
            raise InvalidFile(
                _("Confirmez d’abord ce qui sort de l’ordinaire, ou corrigez-le dans le fichier.")
            )
        if result.is_savable:
            kept.state, kept.changes, kept.saved_at = EntryImportState.SAVED, result.written, timezone.now()
            kept.save(update_fields=["state", "changes", "saved_at"])
        else:
            transaction.set_rollback(True)
    return result


def undo(table: EntryTable, found: EntryImport) -> None:
    """Take back everything that an import wrote, in one transaction.

    Raises:
        StaleFeature: something of it changed since, or is gone.
        Forbidden, InvalidFeature: the visitor may not, or the layer refuses what was before.
    """
    with pghistory.context(entry_import=found.pk), transaction.atomic():
        kept = EntryImport.objects.select_for_update().get(pk=found.pk)
        if kept.state != EntryImportState.SAVED:
            raise StaleFeature(_("Cet import n’est pas, ou n’est plus, à annuler."))
        for change in reversed(kept.changes):
            _taken_back(table, change)
        kept.state = EntryImportState.UNDONE
        kept.save(update_fields=["state"])


def _taken_back(table: EntryTable, change: Change) -> None:
    relation, pk = table.relation, change["feature"]
    if not change["after"].keys() <= table.stored.keys():
        raise Forbidden(_("Vos droits ne couvrent plus tout ce que cet import a écrit."))
    rows = related_rows(table.scope, relation, [pk]) if relation else table.scope.queryset
    row = rows.filter(pk=change["record"] or pk).first()
    if row is None or any(
        json_value(getattr(row, table.stored[name].attname)) != value
        for name, value in change["after"].items()
    ):
        raise StaleFeature(_("« %s » a changé depuis : l’import ne s’annule plus d’un coup.") % change["key"])
    before = {name: table.stored[name].to_python(value) for name, value in change["before"].items()}
    if relation is None:
        if change["is_added"]:
            _remove_added(table, change)
        else:
            update_feature(scope=table.scope, pk=pk, draft=FeatureInput(values=before), expected=None)
        return
    where: dict[str, Any] = {"scope": table.scope, "pk": pk, "relation": relation.name, "record": row.pk}
    if change["is_added"]:
        delete_record(**where, expected=None)
    else:
        update_record(**where, values=before, expected=None)


def _remove_added(table: EntryTable, change: Change) -> None:
    """Delete a feature that the import made: not with the records that somebody gave it since."""
    if has_related_rows(table.scope, change["feature"]):
        raise StaleFeature(
            _("« %s » a reçu des saisies depuis : l’import ne s’annule plus d’un coup.") % change["key"]
        )
    delete_feature(scope=table.scope, pk=change["feature"], expected=None)
