"""Changes of the schema of a large dataset, by the worker: the page sees how far, and may cancel."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from datasets.access import check_load
from datasets.definitions import DatasetSchema
from datasets.errors import ImportUnderWay
from datasets.models import Dataset, Delivery, SchemaChange
from datasets.schemas.services import MARK, change_schema
from datasets.vocabulary import ChangePhase
from layers.jobs import cleaning_task, run_task
from layers.services.jobs import JobKind, JobRun, account_visitor
from layers.visitor import Visitor

# Above these rows the copy takes longer than people wait for a page.
MAX_ROWS_IN_REQUEST = 20_000


class SchemaChangeKind(JobKind[SchemaChange]):
    """Changes of a schema; those of one dataset come one after the other."""

    model = SchemaChange
    task = "datasets.change_schema"
    related = ("dataset__layer", "delivery")
    postponed = (ImportUnderWay,)
    exhausted_message = gettext_lazy("Le changement s’est interrompu plusieurs fois : prévenez l’équipe SIG.")
    broken_message = gettext_lazy(
        "Le changement s’est arrêté sur une erreur du portail : elle est consignée."
    )

    def queue_lock(self, job: SchemaChange) -> str:
        """Return the name of the dataset, as loadings of files do."""
        return f"datasets {job.dataset_id}"

    def work(self, job: SchemaChange, run: JobRun) -> Mapping[str, Any]:
        """Change the schema with the rights that its author has now.

        A worker that died after the transaction and before its job was ended left a delivery with the mark of the job.
        """
        done = Delivery.objects.filter(dataset=job.dataset_id, **{f"report__{MARK}": str(job.pk)}).first()
        if done is not None:
            return {"delivery": done}
        connection.ensure_connection()
        backend = connection.connection
        run.follow(dict, on_stop=backend.cancel)
        delivery = change_schema(
            dataset=job.dataset,
            schema=DatasetSchema.from_json(job.document),
            visitor=account_visitor(job.owner_id, may_write=True),
            digest=job.digest,
            accepted=job.accepted,
            mark=str(job.pk),
            begin=lambda phase: _report(run, phase),
        )
        return {"delivery": delivery}


SCHEMA_CHANGES = SchemaChangeKind()


def _report(run: JobRun, phase: ChangePhase) -> None:
    run.report(phase=phase.value)


def request_change(
    *, dataset: Dataset, schema: DatasetSchema, visitor: Visitor, digest: str, accepted: Collection[str]
) -> SchemaChange:
    """Give a change of schema to the worker, which checks the plan again before it acts.

    Raises:
        Forbidden: the person may not edit every row of the layer.
        ImportUnderWay: another change of this dataset waits or runs.
    """
    check_load(visitor, dataset)
    assert visitor.user_id is not None  # who may load a dataset has an account
    with transaction.atomic():
        Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
        if SCHEMA_CHANGES.jobs.unfinished().filter(dataset=dataset).exists():
            raise ImportUnderWay(
                _("Un autre changement de ce schéma est en cours : attendez sa fin, puis recommencez.")
            )
        job = SchemaChange.objects.create(
            owner_id=visitor.user_id,
            dataset=dataset,
            document=schema.to_json(),
            digest=digest,
            accepted=sorted(accepted),
            language=get_language() or "fr",
            requested_at=timezone.now(),
        )
        SCHEMA_CHANGES.enqueue(job)
    return job


change_job = run_task(SCHEMA_CHANGES)
clean = cleaning_task("datasets.clean_schema_changes", SCHEMA_CHANGES.clean)
