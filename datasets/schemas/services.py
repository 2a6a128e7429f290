"""Make a layer from nothing, and change the schema of a dataset: a new table is built in SQL from the one online."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from datasets.access import check_load
from datasets.comparison.services import write_comparison
from datasets.constraints import LOCAL_TIME
from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.errors import LoadFailed, PlanChanged, PlanNotAccepted
from datasets.loading.locks import import_lock
from datasets.loading.services import mark_interrupted, open_delivery
from datasets.loading.sql.staging import StagingPlan
from datasets.loading.sql.tables import create_table, finish
from datasets.loading.validation import check_schema
from datasets.models import Dataset, Delivery
from datasets.publication.online import coloured_classes
from datasets.publication.services import check_producer, create_dataset, entrust_dataset
from datasets.publication.subjects import DeliverySubject
from datasets.schemas.queries import SchemaPlan, conversion_of, schema_plan
from datasets.schemas.sql import copy_history, copy_rows, write_keys
from datasets.sql import time_zone
from datasets.vocabulary import DeliveryState
from layers.models import Layer, ProtectedField, Theme
from layers.sql.limits import work_limit
from layers.sql.query_limiter import extend
from layers.visitor import Visitor
from layers.vocabulary import Visibility
from publication.services import publish_or_submit

_REPORT = {"rows_read": 0, "rows_kept": 0, "rows_refused": 0, "errors": 0, "warnings": 0, "counts": []}


@transaction.atomic
def create_layer(
    *,
    slug: str,
    title: str,
    theme: Theme,
    schema: DatasetSchema,
    visitor: Visitor,
    abstract: str = "",
    visibility: str = Visibility.INTERNAL,
    producer: Group | None = None,
) -> Delivery:
    """Make a dataset without a file: its first delivery has no row. The geometry is in EPSG:4326.

    The group of its producer may feed it and put it online. An internal layer goes online at once where the visitor
    approves it: without rows nobody has anything to review. An open one, which everybody sees, goes online or waits
    for approval as the rules of publication say.

    Raises:
        Forbidden: the person may not make datasets, or not for this producer.
        NameInUse, InvalidSchema: as ``create_dataset``.
    """
    if not visitor.is_system:
        check_producer(producer=producer, visitor=visitor)
    dataset = create_dataset(
        slug=slug, title=title, theme=theme, schema=schema, visitor=visitor, abstract=abstract,
        visibility=visibility, producer=producer,
    )  # fmt: skip
    if not visitor.is_system:  # who calls for the system writes the rights
        entrust_dataset(dataset=dataset)
    delivery = open_delivery(dataset, schema, "", "", visitor, None)
    plan = StagingPlan(delivery.names, schema, GeometryRecipe(), (None,) * len(schema.fields))
    create_table(plan)
    finish(plan, 0)
    delivery.state, delivery.report = DeliveryState.READY, dict(_REPORT)
    if visibility == Visibility.INTERNAL:
        delivery.delivered_by = None  # nobody else has anything to review
    delivery.save()
    publish_or_submit(subject=DeliverySubject(delivery), visitor=visitor)
    delivery.refresh_from_db()
    return delivery


def change_schema(
    *,
    dataset: Dataset,
    schema: DatasetSchema,
    visitor: Visitor,
    digest: str,
    accepted: Collection[str] = (),
    note: str = "",
) -> Delivery:
    """Make a new delivery of the rows online under another schema, and put it online or bring it to approval.

    Rows keep their ids. ``digest`` is that of the plan that the person read, ``accepted`` the codes of the losses that
    they accept. All in one transaction: interrupted, nothing is changed.

    Raises:
        Forbidden: the person may not edit every row of the layer.
        InvalidSchema: no table can be made of the schema.
        ImportUnderWay: an import of this dataset is running.
        PlanChanged: rows changed since the plan was read, or another version is online.
        PlanNotAccepted: a loss was not accepted, or rows have to be corrected first.
        LoadFailed: the database refused the rows.
    """
    check_load(visitor, dataset)
    check_schema(schema)
    extend(settings.WORK_TIMEOUTS["import"])  # a large table takes longer than a page may
    with import_lock(dataset), _failing(), work_limit("import"), transaction.atomic():
        mark_interrupted(dataset)
        # Who writes a row locks the pointer of the dataset: nobody does before the end of the transaction.
        dataset = Dataset.objects.select_for_update(of=("self",)).select_related("layer").get(pk=dataset.pk)
        online = _online(dataset)
        plan = schema_plan(online, schema)
        _check_accepted(plan, digest, accepted)
        delivery = _converted(online, schema, visitor, plan)
        _rename_in_catalogue(dataset.layer, online.schema_version.schema, schema)
        publish_or_submit(subject=DeliverySubject(delivery), visitor=visitor, note=note)
    delivery.refresh_from_db()
    return delivery


def _online(dataset: Dataset) -> Delivery:
    online = (
        Delivery.objects.select_related("dataset__layer", "dataset__online", "schema_version")
        .filter(dataset=dataset, state=DeliveryState.ONLINE)
        .first()
    )
    if online is None:
        raise PlanChanged(_("« %s » n’a rien en ligne : publiez d’abord une version.") % dataset)
    return online


def _check_accepted(plan: SchemaPlan, digest: str, accepted: Collection[str]) -> None:
    if plan.digest != digest:
        raise PlanChanged(
            _("Les données ont changé depuis que vous avez lu ce plan : relisez-le, puis confirmez.")
        )
    if plan.obstacles:
        raise PlanNotAccepted(_("Des lignes doivent d’abord être corrigées."))
    if any(step.code not in accepted for step in plan.losses):
        raise PlanNotAccepted(_("Acceptez chaque perte de valeurs, ou revenez au schéma."))


def _converted(online: Delivery, schema: DatasetSchema, visitor: Visitor, plan: SchemaPlan) -> Delivery:
    """Return a delivery that is ready, with the rows of the one online."""
    delivery = open_delivery(online.dataset, schema, "", "", visitor, None)
    conversion = conversion_of(online, schema, number=delivery.number)
    create_table(conversion.plan)
    with time_zone(LOCAL_TIME):
        delivery.row_count = copy_rows(conversion)
        finish(conversion.plan, delivery.row_count)
        copy_history(conversion)
        write_keys(conversion)
    delivery.recipe = online.recipe
    delivery.state = DeliveryState.READY
    delivery.report = _REPORT | {
        "rows_read": plan.row_count,
        "rows_kept": delivery.row_count,
        "derived_from": online.number,
        "data_version": plan.data_version,
    }
    write_comparison(delivery, online)
    delivery.save()
    return delivery


@contextmanager
def _failing() -> Iterator[None]:
    """Turn errors of the database into messages for people."""
    try:
        yield
    except DatabaseError as error:
        raise LoadFailed(
            _("La base de données a refusé les lignes : %s") % str(error).partition("\n")[0]
        ) from error


def _rename_in_catalogue(layer: Layer, before: DatasetSchema, after: DatasetSchema) -> None:
    """Let the drawing, the synonyms and the protected fields of a layer follow the new names of its fields.

    The protection of the old name stays: an older version may come back.
    """
    columns = {item.column: item.name for item in after.fields}
    names = {item.name: columns.get(item.column, "") for item in before.fields}
    renamed = {old: new for old, new in names.items() if new and new != old}
    layer.style = restyled(layer.style, before, after, names)
    layer.synonyms = {
        renamed.get(name, name) + rest: words
        for key, words in layer.synonyms.items()
        for name, rest in [_parted(key)]
    }
    layer.save(update_fields=["style", "synonyms", "updated_at"])
    for protected in ProtectedField.objects.filter(layer=layer, name__in=renamed).prefetch_related("groups"):
        copy, is_new = ProtectedField.objects.get_or_create(layer=layer, name=renamed[protected.name])
        if is_new:
            copy.groups.set(protected.groups.all())


def _parted(key: str) -> tuple[str, str]:
    name, sign, value = key.partition("=")
    return name, sign + value


def restyled(
    document: Mapping[str, Any], before: DatasetSchema, after: DatasetSchema, names: Mapping[str, str]
) -> dict[str, Any]:
    """Return a style document under new names of fields (empty: the field left), with the colours of its code list.

    Classes that somebody changed in the studio stay as they are.
    """
    changed = dict(document)
    own = coloured_classes(before)
    if all(changed.get(key) == own.get(key) for key in ("field", "categories")):
        changed = {key: part for key, part in changed.items() if key not in {"field", "categories"}}
        return changed | coloured_classes(after)
    field = changed.get("field", "")
    if field and not names.get(field, field):
        classes = {"field", "categories", "intervals", "proportion", "hides_others"}
        changed = {key: part for key, part in changed.items() if key not in classes}
    elif field:
        changed["field"] = names.get(field, field)
    labels = changed.get("labels")
    if labels:
        title = names.get(labels["field"], labels["field"])
        priority = names.get(labels.get("priority", ""), labels.get("priority", ""))
        changed["labels"] = dict(labels, field=title, priority=priority) if title else None
    overlays = changed.get("overlays")
    if overlays:
        named = [dict(each, field=names.get(each["field"], each["field"])) for each in overlays]
        changed["overlays"] = [each for each in named if each["field"]]
    return changed
