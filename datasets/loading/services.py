"""Load a file into a table: copied as text, read and checked by sets in PostgreSQL, compared with what is online.

The whole import is one transaction, with a ``Delivery`` in state *loading* committed before it: killed at any moment,
it leaves that row and nothing else, and the next import marks it *interrupted*.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import psycopg.errors
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _
from psycopg.sql import SQL

from datasets.access import check_load
from datasets.comparison.services import write_comparison
from datasets.definitions import DatasetSchema, Finding, GeometryRecipe
from datasets.errors import LoadFailed
from datasets.loading.locks import import_lock
from datasets.loading.progress import ImportProgress
from datasets.loading.report import Outcome, write_report
from datasets.loading.sql.matching import match_new_key, match_positions
from datasets.loading.sql.rules import GEOMETRY
from datasets.loading.sql.staging import (
    StagingPlan,
    copy_statement,
    create_raw,
    drop_other_geometry_families,
    drop_working_tables,
    stage,
)
from datasets.loading.sql.tables import assign_ids, create_table, fill, finish
from datasets.loading.validation import check_schema
from datasets.models import Dataset, Delivery, SchemaVersion
from datasets.readers.source import RowBlock, Source
from datasets.sql import qualified, run
from datasets.vocabulary import DeliveryState, GeometryFamily, GeometryKind, Phase, Severity
from layers.sql.limits import work_limit
from layers.visitor import Visitor

# A client that vanished is noticed within seconds, and its lock freed. Rows are rarely equal: their values, remembered
# by the steps before, would be computed once more to be looked up.
_SESSION = (
    "SELECT set_config('work_mem', '128MB', true), set_config('enable_memoize', 'off', true),"
    " set_config('maintenance_work_mem', '256MB', true), set_config('client_connection_check_interval', '2s', true)"
)
# How many rows pass between two looks at whether somebody stopped the work.
_COUNTED_ROWS = 500


def load_delivery(
    *,
    dataset: Dataset,
    source: Source,
    schema: DatasetSchema,
    recipe: GeometryRecipe,
    file_name: str,
    file_sha256: str,
    visitor: Visitor,
    accept_partial: bool = False,
    columns_are_chosen: bool = False,
    progress: ImportProgress | None = None,
    on_start: Callable[[Delivery], object] | None = None,
    retried: Delivery | None = None,
) -> Delivery:
    """Load a file as a new delivery, *ready* or *refused*.

    One row in error refuses the delivery, unless ``accept_partial`` leaves such rows out. A refused delivery has its
    report and no table. A column outside the schema is a warning, unless ``columns_are_chosen`` (somebody saw every
    column): it is then reported as left out. ``progress`` counts what is done; ``on_start`` is called with the
    delivery before its first row is read. ``retried`` is a delivery whose loading died, loaded again under its
    number.

    Raises:
        Forbidden: the person may not edit the layer.
        InvalidSchema: no table can be made of the schema.
        ImportUnderWay: another import of this dataset is running.
        LoadFailed: the database gave up (disk full, limits); the delivery is *interrupted*.
        TooSlow: a statement took longer than ``WORK_TIMEOUTS["import"]``; the same.
        FileRefused: the reader found the file broken half-way; the delivery is *interrupted*.
        Stopped: somebody stopped ``progress``; the delivery is *interrupted*.
    """
    check_load(visitor, dataset)
    check_schema(schema)
    work = _Work(source, schema, recipe, progress or ImportProgress(), accept_partial, columns_are_chosen)
    with import_lock(dataset):
        mark_interrupted(dataset)
        with transaction.atomic():  # whoever began the delivery knows it, or there is none
            delivery = open_delivery(dataset, schema, file_name, file_sha256, visitor, retried)
            if on_start is not None:
                on_start(delivery)
        with failing(delivery), work_limit("import"):
            _load(delivery, work)
    return delivery


@dataclass(frozen=True, slots=True)
class _Work:
    """The parameters of one loading."""

    source: Source
    schema: DatasetSchema
    recipe: GeometryRecipe
    progress: ImportProgress
    accept_partial: bool
    columns_are_chosen: bool


def _load(delivery: Delivery, work: _Work) -> None:
    source, progress = work.source, work.progress
    progress.rows_total = source.declared_rows or source.estimated_rows or 0
    run(SQL(_SESSION))
    plan = _plan(delivery, source, work.schema, work.recipe)
    create_raw(plan)
    left = _unused(source, work.schema, work.recipe)
    unused = _copy(plan, source, progress, left)
    about_columns = _about_columns(plan, [] if work.columns_are_chosen else unused)
    uncounted = _uncounted(source, progress.rows_done)
    left_out, about_families = _drop_other_families(plan)
    progress.begin(Phase.CHECKING)
    stage(plan, progress.rows_done - left_out)
    online = (
        Delivery.objects.filter(pk=F("dataset__online"), dataset=delivery.dataset_id)
        .select_related("schema_version")
        .first()
    )
    about_file = _about_file(source, left if work.columns_are_chosen else ())
    findings = [*about_file, *uncounted, *about_columns, *about_families]
    outcome = write_report(delivery, plan, findings, online.row_count if online else None)
    _check_counts(outcome, row_count=progress.rows_done, left_out=left_out)
    delivery.report["rows_left_out"] = left_out + source.skipped_rows
    if work.columns_are_chosen:
        delivery.report["left_out"] = unused
    is_accepted = outcome.accepted > 0 and (outcome.errors == 0 or work.accept_partial)
    if is_accepted:
        progress.begin(Phase.BUILDING)
        if online is not None:
            run(SQL("ANALYZE {}").format(qualified(plan.names.staged)))
            match_new_key(plan, online.names, online.schema_version.schema)
            match_positions(plan, online.names, online.schema_version.schema)
        has_new_keys = assign_ids(plan)
        create_table(plan)
        delivery.row_count = fill(plan, has_new_keys=has_new_keys)
        if delivery.row_count != outcome.accepted:
            raise DatabaseError(
                f"{outcome.accepted} rows were accepted, {delivery.row_count} are in the table"
            )
        finish(plan, delivery.row_count)
        delivery.is_recorded = True
    drop_working_tables(plan.names)
    delivery.recipe = asdict(plan.recipe)
    delivery.state = DeliveryState.READY if is_accepted else DeliveryState.REFUSED
    if is_accepted and online is not None:
        progress.begin(Phase.COMPARING)
        write_comparison(delivery, online)
    progress.go_on()
    delivery.save()


def open_delivery(
    dataset: Dataset,
    schema: DatasetSchema,
    file_name: str,
    file_sha256: str,
    visitor: Visitor,
    retried: Delivery | None,
) -> Delivery:
    """Return the row of a new delivery, or of ``retried`` as it was at its beginning."""
    values = {
        "state": DeliveryState.LOADING,
        "schema_version": schema_version(dataset, schema),
        "file_name": file_name[-255:],
        "file_sha256": file_sha256,
        "delivered_by_id": visitor.user_id,
    }
    if retried is not None and Delivery.objects.filter(pk=retried.pk, state=DeliveryState.FAILED).update(
        **values
    ):
        return Delivery.objects.select_related("dataset", "schema_version").get(pk=retried.pk)
    last = Delivery.objects.filter(dataset=dataset).aggregate(last=Max("number"))["last"] or 0
    return Delivery.objects.create(dataset=dataset, number=last + 1, **values)


def schema_version(dataset: Dataset, schema: DatasetSchema) -> SchemaVersion:
    """Return the dataset's last schema when it is the same, or write a new version."""
    last = SchemaVersion.objects.filter(dataset=dataset).order_by("-number").first()
    if last is not None and last.schema == schema:
        return last
    number = last.number + 1 if last is not None else 1
    return SchemaVersion.objects.create(dataset=dataset, number=number, document=schema.to_json())


def mark_interrupted(dataset: Dataset) -> None:
    """Say of the imports that died that they did: we hold the lock, so none is running."""
    Delivery.objects.filter(dataset=dataset, state=DeliveryState.LOADING).update(state=DeliveryState.FAILED)


@contextmanager
def failing(delivery: Delivery) -> Iterator[None]:
    """Mark the delivery *interrupted* unless the block ends; turn errors of the database into messages for people."""
    is_done = False
    try:
        yield
        is_done = True
    except DatabaseError as error:
        raise LoadFailed(_reason(error)) from error
    finally:
        if not is_done and connection.is_usable():
            delivery.state = DeliveryState.FAILED
            delivery.save(update_fields=["state"])


def _reason(error: DatabaseError) -> str:
    if isinstance(error.__cause__, psycopg.errors.DiskFull):
        return _("Le disque de la base de données est plein : rien n’a été chargé.")
    return _("La base de données a refusé les lignes : %s") % str(error).partition("\n")[0]


def _about_file(source: Source, left: Collection[int]) -> list[Finding]:
    """Return the findings of the reading, without warnings about columns left out on purpose."""
    titles, warning = {source.titles[index] for index in left}, Severity.WARNING.value
    return [
        finding for finding in source.findings if finding.severity != warning or finding.field not in titles
    ]


def _uncounted(source: Source, row_count: int) -> list[Finding]:
    """Refuse a file whose number of records differs from the one it declares."""
    declared, read = source.declared_rows, row_count + source.skipped_rows
    if declared is None or declared == read:
        return []
    reason = _("le fichier annonce %(declared)d enregistrements, %(read)d ont été lus")
    return [Finding(Severity.ERROR.value, "records", reason % {"declared": declared, "read": read})]


def _drop_other_families(plan: StagingPlan) -> tuple[int, list[Finding]]:
    """Leave out the rows of the families that were not requested, and return how many they are."""
    count = drop_other_geometry_families(plan)
    if not count:
        return 0, []
    values = {"count": count, "family": GeometryFamily(plan.recipe.only).label}
    reason = _("%(count)d lignes laissées de côté : seule la famille « %(family)s » est prise") % values
    return count, [Finding(Severity.WARNING.value, "geometry-family", reason, field=_(GEOMETRY))]


def _check_counts(outcome: Outcome, *, row_count: int, left_out: int) -> None:
    """Check that every row of the file is accepted, refused or left out: no row is lost without a report.

    Raises:
        DatabaseError: rows are missing, or there are too many.
    """
    if outcome.read + left_out != row_count:
        raise DatabaseError(f"{row_count} rows were given, {outcome.read} read and {left_out} left out")


def _plan(delivery: Delivery, source: Source, schema: DatasetSchema, recipe: GeometryRecipe) -> StagingPlan:
    indexes = {title: position for position, title in enumerate(source.titles)}
    positions = tuple(indexes.get(field.source) for field in schema.fields)
    if schema.geometry is GeometryKind.NONE:
        recipe = GeometryRecipe()
    return StagingPlan(delivery.names, schema, recipe, positions)


def _unused(source: Source, schema: DatasetSchema, recipe: GeometryRecipe) -> list[int]:
    """Return the columns of the file that give neither a field nor the geometry."""
    fields = {field.source for field in schema.fields}
    unread = [index for index, title in enumerate(source.titles) if title not in fields]
    return [index for index in unread if index not in recipe.columns]


def _about_columns(plan: StagingPlan, unused: list[str]) -> list[Finding]:
    warning = Severity.WARNING.value
    missing = [
        Finding(warning, "missing-column", _("colonne absente du fichier"), field=field.source)
        for field, position in zip(plan.schema.fields, plan.positions, strict=True)
        if position is None
    ]
    return missing + [
        Finding(warning, "extra-column", _("colonne absente du schéma : elle n’est pas chargée"), field=title)
        for title in unused
    ]


def _copy(plan: StagingPlan, source: Source, progress: ImportProgress, unused: Sequence[int]) -> list[str]:
    """Stream the rows of the file, in bounded memory; return the titles of unused columns that hold something.

    Blocks hold every value of the file: they are for files whose columns are all loaded.
    """
    columns, has_wkb = plan.columns, plan.has_wkb
    is_whole = columns == list(range(len(source.titles))) and not has_wkb
    blank = set(unused)
    number = counted = 0
    with connection.cursor() as cursor, cursor.copy(copy_statement(plan)) as copy:
        for each in source.blocks() if is_whole else source.rows():
            if isinstance(each, RowBlock):
                copy.write(each.content)
                number += each.count
                progress.is_in_blocks = True
            else:
                line, texts, wkb = each
                row: list[object] = [line, *(texts[position] for position in columns)]
                if has_wkb:
                    row.append(wkb)
                copy.write_row(row)
                if blank:
                    blank -= {index for index in blank if texts[index]}
                number += 1
            if number - counted >= _COUNTED_ROWS:
                progress.rows_done = counted = number
                progress.go_on()
    progress.rows_done = number
    return [source.titles[index] for index in unused if index not in blank]
