"""What a new schema changes of a dataset: the differences of the two documents, with the rows that each is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy, pgettext_lazy

from datasets.comparison.services import title_of
from datasets.constraints import LOCAL_TIME
from datasets.definitions import DatasetSchema, GeometryRecipe, SchemaField
from datasets.loading.sql.staging import StagingPlan
from datasets.loading.sql.tables import data_version_of
from datasets.models import Dataset, Delivery, SchemaChange, SchemaVersion
from datasets.schemas.sql import (
    Conversion,
    Fault,
    absence_fault,
    conversion_fault,
    count_faults,
    duplicate_rows,
    examples_of,
    geometry_fault,
    removal_fault,
    rule_fault,
)
from datasets.sql import Names, time_zone
from datasets.vocabulary import GeometryKind
from layers.definitions import Text
from layers.digests import stable_digest
from layers.sql.limits import time_limit


class ChangeKind(Enum):
    """What happens to a field, to the geometry, to the key or to the whole table."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    RETYPED = "retyped"
    RULED = "ruled"
    REQUIRED = "required"
    UNIQUE = "unique"
    DESCRIBED = "described"
    ORDERED = "ordered"
    GEOMETRY = "geometry"
    KEY = "key"
    PARENT = "parent"


class Consent(Enum):
    """What a change needs before it acts: nothing, that somebody accepts the loss, or that the rows are corrected."""

    NONE = ""
    LOSS = "loss"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class SchemaStep:
    """One change. ``code`` identifies it, ``title`` is what people call its field; ``details`` are attributes.

    ``count`` rows are concerned, ``examples`` are the first ones: id, value before. ``names`` are the fields (before)
    whose values the examples quote.
    """

    code: str
    kind: ChangeKind
    title: str
    before: str = ""
    after: str = ""
    details: tuple[Text, ...] = ()
    names: tuple[str, ...] = ()
    count: int = 0
    examples: tuple[tuple[int, str], ...] = ()
    consent: Consent = Consent.NONE


@dataclass(frozen=True, slots=True)
class SchemaPlan:
    """What acting would do of ``row_count`` rows: the steps in the order of the new schema, what leaves first."""

    row_count: int
    steps: tuple[SchemaStep, ...]
    data_version: int = 0

    @property
    def losses(self) -> tuple[SchemaStep, ...]:
        """The steps that somebody must accept."""
        return tuple(step for step in self.steps if step.consent is Consent.LOSS)

    @property
    def obstacles(self) -> tuple[SchemaStep, ...]:
        """The steps that rows prevent: they are to be corrected first."""
        return tuple(step for step in self.steps if step.consent is Consent.CORRECTION)

    @property
    def digest(self) -> str:
        """What was read of the plan: another digest is another plan, or other rows."""
        counted = [[step.code, step.before, step.after, step.count] for step in self.steps]
        return stable_digest(counted)


# Attributes of a field that rows never break, with what people call them.
_DESCRIPTIONS: tuple[tuple[str, Text], ...] = (
    ("unit", gettext_lazy("unité")),
    ("description", gettext_lazy("description")),
    ("help", gettext_lazy("aide à la saisie")),
    ("default", gettext_lazy("valeur par défaut")),
    ("condition", gettext_lazy("condition d’affichage")),
    ("is_facet", gettext_lazy("filtre")),
    ("is_protected", gettext_lazy("protection")),
    ("enum_labels", gettext_lazy("libellés de la liste")),
    ("enum_colours", gettext_lazy("couleurs de la liste")),
)
_RULES: tuple[tuple[str, Text], ...] = (
    ("enum", gettext_lazy("liste de valeurs")),
    ("pattern", pgettext_lazy("rule of a column", "motif")),
    ("minimum", gettext_lazy("minimum")),
    ("maximum", gettext_lazy("maximum")),
)


def schema_steps(before: DatasetSchema, after: DatasetSchema) -> list[SchemaStep]:
    """Return the differences of two schemas, without the rows: fields are the same where their column is."""
    old_fields = {item.column: item for item in before.fields}
    steps = [
        SchemaStep(
            f"removed:{item.column}", ChangeKind.REMOVED, title_of(before, item.name),
            before=str(item.type.label), names=(item.name,),
        )
        for item in before.fields
        if item.column not in {each.column for each in after.fields}
    ]  # fmt: skip
    for item in after.fields:
        old = old_fields.get(item.column)
        if old is None:
            steps.append(
                SchemaStep(
                    f"added:{item.column}",
                    ChangeKind.ADDED,
                    title_of(after, item.name),
                    after=str(item.type.label),
                )
            )
        else:
            steps += _of_field(before, after, old, item)
        steps += _of_requirement(before, after, old, item)
    common = [column for column in old_fields if column in {item.column for item in after.fields}]
    if common != [item.column for item in after.fields if item.column in old_fields]:
        steps.append(SchemaStep("ordered", ChangeKind.ORDERED, ""))
    return steps + list(_of_table(before, after))


def _of_field(
    before: DatasetSchema, after: DatasetSchema, old: SchemaField, new: SchemaField
) -> Iterator[SchemaStep]:
    title, column = title_of(after, new.name), new.column
    former = title_of(before, old.name)
    if old.name != new.name or former != title:
        was, becomes = (former, title) if former != title else (old.name, new.name)
        yield SchemaStep(f"renamed:{column}", ChangeKind.RENAMED, former, was, becomes)
    if old.type is not new.type:
        yield SchemaStep(
            f"retyped:{column}", ChangeKind.RETYPED, title, str(old.type.label), str(new.type.label),
            names=(old.name,),
        )  # fmt: skip
    rules = tuple(label for name, label in _RULES if getattr(old, name) != getattr(new, name))
    if rules or (old.type is not new.type and any(getattr(new, name) for name, _label in _RULES)):
        yield SchemaStep(f"ruled:{column}", ChangeKind.RULED, title, details=rules, names=(old.name,))
    described = tuple(label for name, label in _DESCRIPTIONS if getattr(old, name) != getattr(new, name))
    if described:
        yield SchemaStep(f"described:{column}", ChangeKind.DESCRIBED, title, details=described)


def _of_requirement(
    before: DatasetSchema, after: DatasetSchema, old: SchemaField | None, new: SchemaField
) -> Iterator[SchemaStep]:
    names = (old.name,) if old else ()
    was_required = old is not None and (old.is_required or old.name in before.key)
    is_required = new.is_required or new.name in after.key
    title = title_of(after, new.name)
    if is_required != was_required or (is_required and old is not None and _may_empty(old, new)):
        was, becomes = ("required" if each else "" for each in (was_required, is_required))
        yield SchemaStep(f"required:{new.column}", ChangeKind.REQUIRED, title, was, becomes, names=names)
    if new.is_unique != (old is not None and old.is_unique):
        yield SchemaStep(
            f"unique:{new.column}",
            ChangeKind.UNIQUE,
            title,
            after="unique" if new.is_unique else "",
            names=names,
        )


def _may_empty(old: SchemaField, new: SchemaField) -> bool:
    """Whether a change may leave rows without the value that they had."""
    return old.type is not new.type or any(
        getattr(old, name) != getattr(new, name) for name, _label in _RULES
    )


def _of_table(before: DatasetSchema, after: DatasetSchema) -> Iterator[SchemaStep]:
    if before.geometry is not after.geometry:
        yield SchemaStep(
            "geometry", ChangeKind.GEOMETRY, "", str(before.geometry.label), str(after.geometry.label)
        )
    old_key, new_key = ([schema.by_name[name].column for name in schema.key] for schema in (before, after))
    if old_key != new_key:
        words = [", ".join(title_of(schema, name) for name in schema.key) for schema in (before, after)]
        yield SchemaStep("key", ChangeKind.KEY, "", words[0], words[1], names=_continued(before, after))
    if before.parent != after.parent:
        layers = [schema.parent.layer if schema.parent else "" for schema in (before, after)]
        yield SchemaStep("parent", ChangeKind.PARENT, "", layers[0], layers[1])


def _continued(before: DatasetSchema, after: DatasetSchema) -> tuple[str, ...]:
    """Return the fields before that the fields of the new key continue."""
    columns = {after.by_name[name].column for name in after.key}
    return tuple(item.name for item in before.fields if item.column in columns)


@dataclass(slots=True)
class _Counting:
    """The faults to count, each with what its step becomes."""

    conversion: Conversion
    faults: list[Fault] = field(default_factory=list)
    steps: dict[str, tuple[int, Consent]] = field(default_factory=dict)

    def add(self, step: SchemaStep, fault: Fault | None, consent: Consent) -> None:
        if fault is not None:
            self.steps[step.code] = (len(self.faults), consent)
            self.faults.append(fault)


def schema_plan(online: Delivery, after: DatasetSchema) -> SchemaPlan:
    """Return what the rows online lose and refuse under another schema, read now."""
    conversion = conversion_of(online, after)
    before = conversion.before
    steps = schema_steps(before, after)
    counting = _Counting(conversion)
    for step in steps:
        _count(counting, step)
    with transaction.atomic(), time_zone(LOCAL_TIME):
        row_count, counts = count_faults(conversion, counting.faults)
        counted = [_counted(counting, counts, step) for step in steps]
        whole = tuple(_with_duplicates(conversion, counted))
    return SchemaPlan(row_count, whole, data_version_of(online.table))


def conversion_of(online: Delivery, after: DatasetSchema, *, number: int = 0) -> Conversion:
    """Return the conversion of the rows online into those of another schema, in the table of delivery ``number``.

    A plan is counted without that table.
    """
    recipe = GeometryRecipe(keeps_z=bool(online.recipe.get("keeps_z")))
    names = Names(online.dataset_id, number)
    plan = StagingPlan(names, after, recipe, (None,) * len(after.fields))
    return Conversion(online.names, online.schema_version.schema, plan)


def _count(counting: _Counting, step: SchemaStep) -> None:
    conversion = counting.conversion
    column = step.code.partition(":")[2]
    index = next((at for at, each in enumerate(conversion.after.fields) if each.column == column), None)
    old = next((each for each in conversion.before.fields if each.column == column), None)
    of_field: dict[ChangeKind, tuple[Callable[[Conversion, int], Fault | None], Consent]] = {
        ChangeKind.RETYPED: (conversion_fault, Consent.LOSS),
        ChangeKind.RULED: (rule_fault, Consent.LOSS),
        ChangeKind.REQUIRED: (absence_fault, Consent.CORRECTION),
    }
    if step.kind is ChangeKind.REMOVED and old is not None:
        counting.add(step, removal_fault(old), Consent.LOSS)
    elif step.kind is ChangeKind.GEOMETRY and conversion.before.geometry is not GeometryKind.NONE:
        counting.add(step, geometry_fault(conversion), Consent.LOSS)
    elif step.kind in of_field and index is not None and (step.kind is not ChangeKind.REQUIRED or step.after):
        make, consent = of_field[step.kind]
        counting.add(step, make(conversion, index), consent)


def _counted(counting: _Counting, counts: list[int], step: SchemaStep) -> SchemaStep:
    if step.code not in counting.steps:
        return step
    position, consent = counting.steps[step.code]
    if not counts[position]:
        return step
    examples = tuple(examples_of(counting.conversion, counting.faults[position]))
    return replace(step, count=counts[position], examples=examples, consent=consent)


def _with_duplicates(conversion: Conversion, steps: list[SchemaStep]) -> Iterator[SchemaStep]:
    """Add the rows that share a value which must be unique."""
    names = list(conversion.after.by_name)
    for step in steps:
        indexes: list[int] = []
        if step.kind is ChangeKind.KEY:
            indexes = [names.index(name) for name in conversion.after.key]
        elif step.kind is ChangeKind.UNIQUE and step.after:
            column = step.code.partition(":")[2]
            indexes = [at for at, each in enumerate(conversion.after.fields) if each.column == column]
        count, examples = duplicate_rows(conversion, indexes) if indexes else (0, [])
        if count:
            yield replace(step, count=count, examples=tuple(examples), consent=Consent.CORRECTION)
        elif not _is_silent(step):
            yield step


def _is_silent(step: SchemaStep) -> bool:
    """Whether a step is about rows that another change may spoil, and spoils none."""
    is_unchanged = step.kind in {ChangeKind.REQUIRED, ChangeKind.RULED} and not step.details
    return is_unchanged and step.before == step.after and not step.count


def previewed_plan(online: Delivery, after: DatasetSchema) -> SchemaPlan:
    """Return the plan for a page, in the time of a whole layer.

    Raises:
        TooSlow: the rows were not counted in time.
    """
    with time_limit("whole"):
        return schema_plan(online, after)


def online_delivery(dataset: Dataset) -> Delivery | None:
    """Return what is online of a dataset, with its schema; None before the first version."""
    related = ("dataset__layer", "dataset__online", "schema_version")
    return Delivery.objects.select_related(*related).filter(pk=dataset.online_id or 0).first()


def used_columns(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns of every schema that a dataset had."""
    documents = (
        SchemaVersion.objects.filter(dataset=dataset).order_by("number").values_list("document", flat=True)
    )
    columns = (field["column"] for document in documents for field in document["fields"])
    return tuple(dict.fromkeys(columns))


def schema_change(dataset: Dataset, key: UUID) -> SchemaChange | None:
    """Return a change of a dataset that a worker makes, with what came out of it."""
    related = ("dataset__layer", "delivery__dataset__layer")
    return SchemaChange.objects.select_related(*related).filter(dataset=dataset, pk=key).first()
