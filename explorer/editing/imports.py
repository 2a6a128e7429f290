"""A file of entries, received, compared line by line with what is there, saved, and undone."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from explorer.editing.presenters import changes, far_periods, far_values, summary, values_text
from explorer.editing.queries import last_like
from explorer.editing.services import changed_values
from explorer.editing.spreadsheet import RECORD_ID, EditableTable, editable_features, read_titles, read_value
from explorer.editing.uploaded_tables import Line, read_sheet
from explorer.models import EntryImport, EntryImportState
from layers.access import Scope
from layers.definitions import Relation
from layers.errors import Forbidden, InvalidFeature, InvalidFile, LayersError, StaleFeature
from layers.parsing.feature import FeatureInput
from layers.parsing.numbers import parse_integer
from layers.queries import has_related_rows, related_rows
from layers.services.features import create_feature, delete_feature, update_feature
from layers.services.records import create_record, delete_record, update_record

# A line takes some 20 ms, and nobody else writes in the table meanwhile.
MAX_CHANGES = 500
Change = dict[str, Any]
RETENTION_DAYS = 90


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """A line of the file: ``state`` is added, changed, unchanged or refused; ``text`` says what, or why.

    ``far`` are its values, in words, that are far from the last ones.
    """

    line: int
    key: str
    state: str
    text: str
    far: tuple[str, ...] = ()


@dataclass(slots=True)
class EntryComparison:
    """What a file would do, line by line; ``written`` are the changes, from which they are undone."""

    lines: list[ComparedLine] = field(default_factory=list)
    written: list[Change] = field(default_factory=list)

    def of(self, state: str) -> list[ComparedLine]:
        """Return the lines of a state."""
        return [line for line in self.lines if line.state == state]

    @property
    def is_savable(self) -> bool:
        """Whether there is something to save, and nothing to correct."""
        return bool(self.written) and not self.of("refused")

    @property
    def digest(self) -> str:
        """Digest of this comparison, values before and after included; new rows have no number yet."""
        texts = [
            [_feature_key(each), each["is_added"], each["before"], each["after"]] for each in self.written
        ]
        return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()

    @property
    def far(self) -> list[ComparedLine]:
        """The lines with unusual values, to be confirmed."""
        return [line for line in self.lines if line.far]


def _feature_key(change: Change) -> Any:
    """Return the identity of the feature of a change: its number, or the key of one that the file creates."""
    return change["key"] if change["is_added"] and change["record"] is None else change["feature"]


def json_value(value: Any) -> Any:
    """Return a value as an import stores it."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def written_text(table: EditableTable, change: Change) -> str:
    """Return what a change that was saved wrote, in words: of what the visitor still reads."""
    before, after = (
        {
            name: table.stored[name].to_python(value)
            for name, value in change[side].items()
            if name in table.stored
        }
        for side in ("before", "after")
    )
    if change["is_added"]:
        return values_text(table.fields.values(), after)
    return " ; ".join(changes(table.fields.values(), before, after))


def applied(table: EditableTable, entry_import: EntryImport) -> EntryComparison:
    """Write every line of a file, in the caller's transaction; return what each did."""
    (_number, titles), *lines = entry_import.lines
    names = read_titles(table, titles)
    features = editable_features(table)
    records = _records(table, features)
    result, occurrences = EntryComparison(), dict[tuple[Any, ...], int]()
    for number, texts in lines:
        cells = dict(zip(names, [*texts, *[""] * (len(names) - len(texts))], strict=False))
        line = _Line(table, features, records, occurrences, number, cells)
        is_over = len(result.written) >= MAX_CHANGES
        result.lines.append(line.left_out() if is_over else line.compared(result.written))
    return result


def _records(table: EditableTable, features: Mapping[tuple[str, ...], Any]) -> dict[tuple[Any, ...], Any]:
    """Return the records of the edited features, by the id of the feature and the identity of the record."""
    relation = table.relation
    if relation is None:
        return {}
    attname = _link(relation)
    pks = [feature.pk for feature in features.values()]
    rows = related_rows(table.scope, relation, pks)
    return {(getattr(row, attname), *_identity_of(table, row)): row for row in rows}


def _link(relation: Relation) -> str:
    return next(c.attname for c in relation.model._meta.concrete_fields if c.name == relation.link)


def _identity_of(table: EditableTable, row: Any) -> tuple[Any, ...]:
    if not table.identity:
        return (row.pk,)
    return tuple(getattr(row, table.stored[name].attname) or None for name in table.identity)


@dataclass(slots=True)
class _Line:
    """A line of the file with the present row."""

    table: EditableTable
    features: Mapping[tuple[str, ...], Any]
    records: Mapping[tuple[Any, ...], Any]
    occurrences: dict[tuple[Any, ...], int]
    number: int
    cells: Mapping[str | None, str]
    far: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(self.cells[f"key-{field.name}"].strip() for field in self.table.keys)

    def left_out(self) -> ComparedLine:
        """Refuse a line that comes after as many changes as a file may make."""
        text = _("Un fichier change au plus %d lignes : donnez les suivantes dans un autre.") % MAX_CHANGES
        return ComparedLine(self.number, " · ".join(filter(None, self.key)), "refused", text)

    def compared(self, written: list[Change]) -> ComparedLine:
        """Write the line; say what it does, or why it is refused."""
        try:
            with transaction.atomic():
                state, text = self._written(written)
        except ValidationError as error:
            state, text = "refused", " ".join(error.messages)
        except InvalidFeature as error:
            state, text = "refused", self._explained(error)
        except LayersError as error:
            state, text = "refused", error.detail
        far = tuple(self.far) if state in ("added", "changed") else ()
        return ComparedLine(self.number, " · ".join(filter(None, self.key)), state, text, far)

    def _explained(self, error: InvalidFeature) -> str:
        """Say what the layer refuses by the titles of the columns."""
        values = {
            column.name.removeprefix("key-"): column.heading for column in self.table.columns if column.name
        }
        text = _("%(name)s : %(reason)s")
        faults = [
            text % {"name": values[name], "reason": reason} if name in values else reason
            for name, reason in error.faults.items()
        ]
        return " ".join(faults) or error.detail

    def _written(self, written: list[Change]) -> tuple[str, str]:
        feature = self.features.get(self.key)
        relation = self.table.relation
        if feature is None and self.table.is_of_new_features and all(self.key):
            return self._made(written)
        if feature is None:
            raise InvalidFile(self._unknown())
        values = self._values()
        if relation is None:
            self._once((feature.pk,))
            return self._changed(written, feature, feature, values)
        if self._is_blank(relation, values):
            return "unchanged", _("Ligne laissée vide.")
        record = self._record(feature, values)
        self._compare_with_last(relation, feature, record, values)
        if record is not None:
            return self._changed(written, feature, record, values)
        created = create_record(scope=self.table.scope, pk=feature.pk, relation=relation.name, values=values)
        row = related_rows(self.table.scope, relation, [feature.pk]).get(pk=created)
        after = {name: json_value(getattr(row, column.attname)) for name, column in self.table.stored.items()}
        written.append(self._change(feature.pk, created, {}, after, is_added=True))
        return "added", summary(relation.fields, row)

    def _unknown(self) -> str:
        """Say that no feature has the key, or none that may be changed: what is hidden reads like absent."""
        text = _("« %(key)s » n’est pas un objet que vous modifiez (%(name)s).") % {
            "key": " · ".join(self.key)[:80],
            "name": ", ".join(str(key.title) for key in self.table.keys),
        }
        if self.table.relation is not None:
            return text
        return text + " " + _("Un fichier ne crée pas d’objet de cette couche.")

    def _made(self, written: list[Change]) -> tuple[str, str]:
        """Make the feature of a key that no feature has."""
        self._once(self.key)
        values = self._values()
        names = {key.name: text for key, text in zip(self.table.keys, self.key, strict=True)}
        made = create_feature(scope=self.table.scope, draft=FeatureInput(values=names | values))
        row = self.table.scope.queryset.get(pk=made.pk)
        after = {name: json_value(getattr(row, column.attname)) for name, column in self.table.stored.items()}
        written.append(self._change(made.pk, None, {}, after, is_added=True))
        return "added", summary(self.table.fields.values(), row)

    def _compare_with_last(
        self, relation: Relation, feature: Any, record: Any, values: Mapping[str, Any]
    ) -> None:
        """Note the new values that are far from those of the record before."""
        parts = dict(values)
        if record is not None:
            parts = {name: value for name, value in parts.items() if self._is_new(record, name, value)}
        if parts:
            today = timezone.localdate(self.table.scope.visitor.instant)
            when = parts.get(relation.periodic.field) if relation.periodic else None
            last = last_like(
                self.table.scope,
                relation,
                feature.pk,
                dict(values),
                but=record.pk if record is not None else None,
            )
            self.far = far_periods(relation, feature, when, today=today) + far_values(relation, parts, last)

    def _is_new(self, record: Any, name: str, value: Any) -> bool:
        return bool(changed_values(self.table.stored, record, {name: value})[1])

    def _values(self) -> dict[str, Any]:
        values, faults = {}, []
        for name, text in self.table.fields.items():
            if name not in self.cells:
                continue
            try:
                values[name] = read_value(self.table, name, self.cells[name])
            except ValidationError as error:
                reason = {
                    "name": capfirst(str(text.title)),
                    "value": self.cells[name][:40],
                    "reason": " ".join(error.messages),
                }
                with_value = _("%(name)s (« %(value)s ») : %(reason)s")
                faults.append((with_value if reason["value"] else _("%(name)s : %(reason)s")) % reason)
        if faults and not self._has_nothing_measured():
            raise ValidationError(faults)
        return values

    def _has_nothing_measured(self) -> bool:
        """Whether a line of a template was left as it came: its period, and no value."""
        relation = self.table.relation
        measured = relation.periodic.values if relation and relation.periodic else ()
        return bool(measured) and not any(self.cells.get(name, "").strip() for name in measured)

    def _is_blank(self, relation: Relation, values: Mapping[str, Any]) -> bool:
        return relation.periodic is not None and self._has_nothing_measured()

    def _record(self, feature: Any, values: Mapping[str, Any]) -> Any:
        if self.table.identity:
            key = (feature.pk, *(values.get(name) or None for name in self.table.identity))
        elif number := self.cells.get(RECORD_ID, "").strip():
            key = (feature.pk, parse_integer(number))
            if key not in self.records:
                raise InvalidFile(_("Cet objet n’a pas de ligne %s.") % number[:20])
        else:
            return None
        self._once(key)
        return self.records.get(key)

    def _once(self, key: tuple[Any, ...]) -> None:
        if key in self.occurrences:
            raise InvalidFile(_("Déjà donnée à la ligne %d du fichier.") % self.occurrences[key])
        self.occurrences[key] = self.number

    def _changed(
        self, written: list[Change], feature: Any, row: Any, values: Mapping[str, Any]
    ) -> tuple[str, str]:
        before, after = changed_values(self.table.stored, row, values)
        if not after:
            return "unchanged", ""
        relation = self.table.relation
        scope = self.table.scope
        if relation is None:
            update_feature(scope=scope, pk=feature.pk, draft=FeatureInput(values=after), expected=None)
        else:
            update_record(
                scope=scope, pk=feature.pk, relation=relation.name, record=row.pk, values=after, expected=None
            )
        record = row.pk if relation else None
        written.append(
            self._change(feature.pk, record, json_value(before), json_value(after), is_added=False)
        )
        return "changed", " ; ".join(changes(self.table.fields.values(), before, after))

    def _change(
        self, pk: int, record: int | None, before: Change, after: Change, *, is_added: bool
    ) -> Change:
        return {
            "feature": pk,
            "record": record,
            "is_added": is_added,
            "key": " · ".join(self.key),
            "before": before,
            "after": after,
        }


def receive(table: EditableTable, *, upload: Any) -> EntryImport:
    """Read a file and store its lines, to be compared.

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


def _check_lines(table: EditableTable, lines: list[Line]) -> None:
    """Refuse titles that are not those of the table, and a line with more cells than titles."""
    (_number, titles), *other_rows = lines
    read_titles(table, titles)
    wide = next((number for number, texts in other_rows if len(texts) > len(titles)), None)
    if wide is not None:
        raise InvalidFile(
            _("Ligne %d : plus de cellules que de titres de colonnes.") % wide, parameter="upload"
        )


def expire_imports(*, now: dt.datetime) -> int:
    """Delete the imports that are too old to be undone; return how many there were."""
    return EntryImport.objects.filter(created_at__lt=now - dt.timedelta(days=RETENTION_DAYS)).delete()[0]


def own_imports(scope: Scope, relation: str) -> list[EntryImport]:
    """Return the last imports of the visitor in a layer."""
    rows = EntryImport.objects.filter(author_id=scope.visitor.user_id, layer=scope.slug, relation=relation)
    return list(rows.exclude(state=EntryImportState.COMPARED).defer("lines", "changes")[:10])


def own_import(scope: Scope, pk: int) -> EntryImport | None:
    """Return an import of the visitor in a layer; None without any."""
    return EntryImport.objects.filter(pk=pk, author_id=scope.visitor.user_id, layer=scope.slug).first()


def compare(table: EditableTable, entry_import: EntryImport) -> EntryComparison:
    """Return what a file would do: nothing is written."""
    with transaction.atomic():
        result = applied(table, entry_import)
        transaction.set_rollback(True)
    return result


def save(
    table: EditableTable, entry_import: EntryImport, *, digest: str, is_confirmed: bool
) -> EntryComparison:
    """Write every line of a file in one transaction, or nothing when one of them is refused now.

    Raises:
        StaleFeature: it is saved already, or would not do what the comparison of this ``digest`` said.
        InvalidFile: something is surprising, and nobody ``is_confirmed`` it.
    """
    with pghistory.context(entry_import=entry_import.pk), transaction.atomic():
        stored = EntryImport.objects.select_for_update().get(pk=entry_import.pk)
        if stored.state != EntryImportState.COMPARED:
            raise StaleFeature(_("Ce fichier est déjà enregistré."))
        result = applied(table, stored)
        if result.is_savable and result.digest != digest:
            raise StaleFeature(
                _("Ce que ce fichier remplace a changé : relisez la comparaison, puis enregistrez.")
            )
        if result.far and not is_confirmed:
            raise InvalidFile(
                _("Confirmez d’abord ce qui sort de l’ordinaire, ou corrigez-le dans le fichier.")
            )
        if result.is_savable:
            stored.state, stored.changes, stored.saved_at = (
                EntryImportState.SAVED,
                result.written,
                timezone.now(),
            )
            stored.save(update_fields=["state", "changes", "saved_at"])
        else:
            transaction.set_rollback(True)
    return result


def undo(table: EditableTable, entry_import: EntryImport) -> None:
    """Take back everything that an import wrote, in one transaction.

    Raises:
        StaleFeature: something of it changed since, or is gone.
        Forbidden, InvalidFeature: the visitor may not, or the layer refuses what was before.
    """
    with pghistory.context(entry_import=entry_import.pk), transaction.atomic():
        stored = EntryImport.objects.select_for_update().get(pk=entry_import.pk)
        if stored.state != EntryImportState.SAVED:
            raise StaleFeature(_("Cet import n’est pas, ou n’est plus, à annuler."))
        for change in reversed(stored.changes):
            _reverted(table, change)
        stored.state = EntryImportState.UNDONE
        stored.save(update_fields=["state"])


def _reverted(table: EditableTable, change: Change) -> None:
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


def _remove_added(table: EditableTable, change: Change) -> None:
    """Delete a feature that the import created, unless it has got records since."""
    if has_related_rows(table.scope, change["feature"]):
        raise StaleFeature(
            _("« %s » a reçu des saisies depuis : l’import ne s’annule plus d’un coup.") % change["key"]
        )
    delete_feature(scope=table.scope, pk=change["feature"], expected=None)
