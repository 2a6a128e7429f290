"""What is ordered of a file and what a worker does of it: stopped, begun again, never loaded twice or by half."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from datasets.errors import ImportUnderWay
from datasets.imports import jobs, services
from datasets.imports.actions import (
    cancel,
    import_other_layer,
    receive_file,
    request_loading,
    request_reading,
    resume,
)
from datasets.imports.jobs import LOADINGS, clean_imports
from datasets.imports.proposal import Identity, last_schema, proposal_of, source_file_of
from datasets.loading.progress import ImportProgress, Stopped
from datasets.models import Dataset, Delivery, SchemaVersion, Upload
from datasets.readers.source import ReadOptions
from datasets.vocabulary import DeliveryState, Phase, UploadStage
from layers.models import SILENT_AFTER
from tests.deliveries import Lines, bench, dataset, deliver, published, theme
from tests.factories import MEUDON, MIDDLES
from tests.people import ADMINISTRATOR
from tests.uploads import work

LON, LAT = MIDDLES[MEUDON]
CSV = f"code;nom;places;lon;lat\nB01;Banc du pont;3;{LON};{LAT}\nB02;Banc du parc;4;{LON};{LAT}\n".encode()
pytestmark = pytest.mark.usefixtures("communes", "media")


def given(content: bytes = CSV, *, to: Dataset | None = None) -> Upload:
    """Give a file."""
    file = SimpleUploadedFile("bancs.csv", content)
    return receive_file(file=file, visitor=ADMINISTRATOR.visitor(), dataset=to)


def read(content: bytes = CSV, *, to: Dataset | None = None) -> Upload:
    """Give a file and let a worker read it."""
    upload = given(content, to=to)
    work()
    return Upload.objects.get(pk=upload.pk)


def ordered(upload: Upload) -> bool:
    """Order the loading of a file as it was understood, for a new dataset when it has none."""
    proposal = proposal_of(upload)
    identity = None if upload.dataset else Identity("Bancs", "bancs", theme(), None)
    return request_loading(
        upload=upload,
        schema=proposal.proposal,
        recipe=proposal.recipe,
        visitor=ADMINISTRATOR.visitor(),
        after=upload.delivery_id,
        identity=identity,
    )


def tables() -> set[str]:
    """Return the tables of deliveries that exist."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'datasets'")
        return {name for (name,) in cursor.fetchall()}


def test_a_received_file_is_read_by_a_worker_alone() -> None:
    upload = given()
    assert upload.stage is UploadStage.RECEIVED
    assert not upload.is_understood
    assert (
        ProcrastinateJob.objects.filter(task_name="datasets.read", args={"pk": str(upload.pk)}).count() == 1
    )


def test_a_cancelled_reading_leaves_no_file(media: Path) -> None:
    upload = given()
    cancel(upload=upload)
    work()
    assert Upload.objects.get().stage is UploadStage.CANCELLED
    assert list((media / "imports").iterdir()) == []


def test_a_loading_cancelled_in_the_queue_leaves_no_dataset() -> None:
    upload = read()
    ordered(upload)
    cancel(upload=upload)
    work()
    assert not Dataset.objects.exists()
    assert Upload.objects.get().location.exists()


@pytest.mark.parametrize("phase", [Phase.CHECKING, Phase.BUILDING, Phase.COMPARING])
def test_a_loading_cancelled_in_any_phase_leaves_what_is_online(
    phase: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = dataset()
    online = published(made, bench())
    before = tables()
    upload = read(to=made)
    ordered(upload)

    class Cancelled(ImportProgress):
        def begin(self, entered: Phase) -> None:
            super().begin(entered)
            if entered == phase:
                self.stop()

    # Somebody cancels from a connection of their own: here once the loading's transaction is over.
    monkeypatch.setattr(jobs, "ImportProgress", Cancelled)
    monkeypatch.setattr(jobs, "clear_cancelled", lambda *, key: cancel(upload=Upload.objects.get(pk=key)))
    work()
    LOADINGS.run(upload.pk)  # the queue gives it once more: nothing is left to do
    assert Upload.objects.get().stage is UploadStage.CANCELLED
    assert list(Delivery.objects.all()) == [online]
    assert tables() == before


def test_a_cancelled_file_can_be_loaded_after_all() -> None:
    upload = read()
    ordered(upload)
    cancel(upload=upload)
    assert ordered(Upload.objects.get())
    work()
    assert Delivery.objects.get().state == DeliveryState.READY


def test_a_worker_that_dies_is_followed_by_one_that_ends_the_same_delivery() -> None:
    upload = read()
    ordered(upload)
    Upload.objects.update(attempts=1)
    upload.refresh_from_db()
    schema = SchemaVersion.objects.get()
    dead = Delivery.objects.create(
        dataset_id=upload.dataset_id, number=7, schema_version=schema, file_name="a"
    )
    Upload.objects.update(delivery=dead)
    work()
    assert Delivery.objects.get().pk == dead.pk
    assert Delivery.objects.get().state == DeliveryState.READY


def test_a_worker_that_dies_after_its_last_row_has_loaded_the_file_once() -> None:
    upload = read()
    ordered(upload)
    LOADINGS.jobs.begin(upload.pk)
    services.load_upload(upload=Upload.objects.get(), visitor=ADMINISTRATOR.visitor())
    assert Upload.objects.get().stage is UploadStage.LOADING
    work()
    assert Upload.objects.get().stage is UploadStage.LOADED
    assert Delivery.objects.count() == 1


def test_a_dataset_in_other_hands_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = read()
    ordered(upload)

    def held(**_options: Any) -> bool:
        raise ImportUnderWay("")

    with monkeypatch.context() as busy:
        busy.setattr(jobs, "load_upload", held)
        with pytest.raises(ImportUnderWay):
            LOADINGS.run(upload.pk)
    assert Upload.objects.get().attempts == 0
    work()
    assert Upload.objects.get().stage is UploadStage.LOADED


def test_a_dataset_in_other_hands_for_long_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = read()
    ordered(upload)
    Upload.objects.update(requested_at=timezone.now() - SILENT_AFTER * 2)

    def held(**_options: Any) -> bool:
        raise ImportUnderWay("")

    monkeypatch.setattr(jobs, "load_upload", held)
    work()
    assert "depuis longtemps" in Upload.objects.get().error


def test_a_work_that_nobody_has_any_more_is_requested_again() -> None:
    given()
    Upload.objects.update(heartbeat_at=timezone.now() - SILENT_AFTER * 2)
    clean_imports()
    assert not Upload.objects.get().is_silent
    assert not resume(upload=Upload.objects.get(), visitor=ADMINISTRATOR.visitor())


def test_a_reading_asked_otherwise_that_fails_keeps_the_one_before() -> None:
    upload = read()
    request_reading(upload=upload, reading={"part": "absente", "encoding": "utf-16"})
    work()
    upload.refresh_from_db()
    assert upload.stage is UploadStage.READ
    assert upload.error
    assert upload.options["reading"] is None
    assert proposal_of(upload).titles == ("code", "nom", "places", "lon", "lat")


def test_another_part_of_a_file_is_an_import_of_its_own() -> None:
    upload = read()
    Upload.objects.update(options=upload.options | {"guess": upload.options["guess"] | {"parts": ["a", "b"]}})
    other = import_other_layer(upload=Upload.objects.get(), part="b", visitor=ADMINISTRATOR.visitor())
    assert other.location.samefile(upload.location)
    assert other.options == {"reading": {"part": "b"}}


def test_a_refused_first_delivery_decides_no_column_of_the_next() -> None:
    made = dataset()
    deliver(made, bench(places="quatre"))
    assert Delivery.objects.get().state == DeliveryState.REFUSED
    assert last_schema(made) is None
    upload = read(to=made)
    assert proposal_of(upload).unknown == ()
    assert proposal_of(upload).proposal.geometry == "Point"


def test_a_file_of_which_records_are_missing_is_refused() -> None:
    source = Lines(("code", "nom", "places", "prix", "neuf", "pose", "lon", "lat"), [bench(), bench("B2")])
    source.declared_rows = 3
    delivery = deliver(dataset(), source=source)
    assert delivery.state == DeliveryState.REFUSED
    assert delivery.report_lines.get().code == "records"


def test_records_left_out_on_purpose_are_counted_as_read() -> None:
    source = Lines(("code", "nom", "places", "prix", "neuf", "pose", "lon", "lat"), [bench(), bench("B2")])
    source.declared_rows, source.skipped_rows = 3, 1
    delivery = deliver(dataset(), source=source)
    assert delivery.state == DeliveryState.READY
    assert delivery.report["rows_left_out"] == 1


def test_stopped_work_reads_no_further_row() -> None:
    progress = ImportProgress(bytes_total=100)
    progress.stop()
    with pytest.raises(Stopped):
        deliver(dataset(), bench(), progress=progress)
    assert Delivery.objects.get().state == DeliveryState.FAILED


def test_reading_options_travel_with_the_file() -> None:
    upload = read()
    upload.options["reading"] = {"part": "", "delimiter": ";", "encoding": "cp1252"}
    assert source_file_of(upload).reading == ReadOptions(
        delimiter=";", encoding="cp1252", file_name="bancs.csv"
    )
