"""Thin old versions: a rule selects those that keep their rows; remains of dead imports and lost layers are removed."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from psycopg.sql import SQL

from datasets.access import check_publish
from datasets.errors import ImportUnderWay
from datasets.loading.locks import import_lock
from datasets.loading.sql.tables import drop_tables, tables_of
from datasets.models import Dataset, Delivery
from datasets.sql import run
from datasets.vocabulary import HAS_ROWS, DeliveryState
from layers.errors import LayersError
from layers.visitor import Visitor

logger = logging.getLogger(__name__)

STORED_DAYS = 30
STORED_LAST = 5
# An old version that somebody is exporting is left for the next time: nobody waits for its last row.
_PATIENCE = "SET LOCAL lock_timeout = '2s'"


def thin(*, dataset: Dataset, visitor: Visitor, now: dt.datetime | None = None) -> list[Delivery]:
    """Drop the rows of old versions: kept are the last five, those of the last 30 days, then one a month; always what
    is online. Return the deliveries thinned; their report and their place in history stay.

    Raises:
        Forbidden: the person may not decide what is online.
        ImportUnderWay: an import of this dataset is running.
        DatabaseError: somebody reads what should go; nothing went.
    """
    check_publish(visitor, dataset)
    with import_lock(dataset), transaction.atomic():
        run(SQL(_PATIENCE))
        Dataset.objects.select_for_update(of=("self",)).get(
            pk=dataset.pk
        )  # nobody publishes what we are dropping
        with_rows = list(
            Delivery.objects.filter(dataset=dataset, state__in=HAS_ROWS)
            .defer("report", "comparison")
            .order_by("-number")
        )
        gone = _superfluous(with_rows, now or timezone.now())
        drop_tables([delivery.table for delivery in gone])
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in gone]).update(state=DeliveryState.THINNED)
    return gone


def thin_after_switch(*, dataset: Dataset, visitor: Visitor) -> None:
    """Thin once what was just put online is committed: a failure is logged, and the publication stands."""

    def tidy() -> None:
        try:
            thin(dataset=dataset, visitor=visitor)
        except (LayersError, DatabaseError):
            logger.warning("Old versions of dataset %s were not thinned.", dataset.pk, exc_info=True)

    transaction.on_commit(tidy)


def _superfluous(newest_first: list[Delivery], now: dt.datetime) -> list[Delivery]:
    months: set[tuple[int, int]] = set()
    gone = []
    for rank, delivery in enumerate(newest_first):
        made = delivery.created_at
        is_first_of_month = (made.year, made.month) not in months
        is_recent = rank < STORED_LAST or now - made <= dt.timedelta(days=STORED_DAYS)
        if is_recent or is_first_of_month or delivery.state == DeliveryState.ONLINE:
            months.add((made.year, made.month))
        else:
            gone.append(delivery)
    return gone


def clean_up() -> list[Delivery]:
    """Mark the imports that died as interrupted, and drop the tables that nothing refers to; return those imports."""
    dead = []
    for dataset in Dataset.objects.filter(deliveries__state=DeliveryState.LOADING).distinct():
        try:
            with import_lock(dataset):
                lost = Delivery.objects.filter(dataset=dataset, state=DeliveryState.LOADING)
                dead += list(lost)
                lost.update(state=DeliveryState.FAILED)
        except ImportUnderWay:
            continue  # it is alive
    _drop_orphans()
    return dead


@transaction.atomic
def _drop_orphans() -> None:
    """Drop the tables of datasets whose layer was deleted behind our back."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE datasets_dataset IN SHARE MODE")
    existing = set(Dataset.objects.values_list("pk", flat=True))
    orphans = [table for table in tables_of() if int(table[1:].partition("_")[0]) not in existing]
    drop_tables(orphans)
