"""Jobs stored by the portal before jobs had one life: nothing is lost, what waited goes on, and there is a way back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps
from pytest_django import Settings

from dashboards.models import PaperJob
from datasets.models import Upload
from exports.models import ExportJob
from tests.examples import is_thorough
from tests.jobs import CASES, replace_work
from tests.migration_states import migrate, migrate_to_latest
from tiles.models import RasterUpload

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not is_thorough(), reason="a way through former states takes twenty seconds: --thorough"
    ),
]
NOW = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
MIGRATIONS = [
    ("exports", "0003_export_job"),
    ("dashboards", "0003_paper_job"),
    ("tiles", "0003_raster_upload_job"),
    ("datasets", "0010_upload_job"),
]


@pytest.fixture
def before(
    disposable_database: None, settings: Settings, tmp_path: Path, media: Path
) -> list[tuple[str, str]]:
    """The states before."""
    settings.PREPARED_FOLDER = settings.DASHBOARD_FOLDER = tmp_path
    graph = MigrationExecutor(connection).loader.graph
    return [
        parent.key for key in MIGRATIONS for parent in graph.node_map[key].parents if parent.key[0] == key[0]
    ]


def old_export(apps: StateApps, **columns: Any) -> Any:
    """Store an export of before."""
    values: dict[str, Any] = {
        "asker": "a" * 64,
        "portal": "92048",
        "layer": "arbres",
        "extension": "csv",
        "key": "k" * 64,
    }
    values |= {"parameters": {"commune": ["92048"]}, "language": "fr", "digest": "d" * 64, "total_rows": 9}
    values |= {"estimated_s": 7.5}
    return apps.get_model("exports", "ExportOrder").objects.create(**values | columns)


def old_paper(apps: StateApps, **columns: Any) -> Any:
    """Store a file of a dashboard of before."""
    dashboard = apps.get_model("dashboards", "Dashboard").objects.create(slug="ville", title="Ville")
    values: dict[str, Any] = {
        "asker": "",
        "extension": "pdf",
        "language": "fr",
        "key": "k",
        "digest": "d",
        "size": "a3",
    }
    values |= {"total_panels": 8, "written_panels": 4, "dashboard": dashboard}
    return apps.get_model("dashboards", "PaperOrder").objects.create(**values | columns)


def old_raster_upload(apps: StateApps, **columns: Any) -> Any:
    """Store an upload of a raster of before."""
    theme = apps.get_model("layers", "Theme").objects.create(slug="nature", title="Nature")
    layer = apps.get_model("layers", "Layer").objects.create(slug="relief", title="Relief", theme=theme)
    raster = apps.get_model("layers", "Raster").objects.create(layer=layer, kind="measure")
    values: dict[str, Any] = {
        "raster": raster,
        "path": "given-a",
        "original_name": "a.tif",
        "size": 3,
        "heard_at": NOW,
    }
    values |= {"reading": {"crs": None, "nodata": None}, "progress": {"phase": "reading", "share": 0.5}}
    return apps.get_model("tiles", "RasterUpload").objects.create(**values | columns)


ACCEPTED: dict[str, Any] = {"guess": {}, "settled": {"schema": {}, "recipe": {}}}
STAGES: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "received": ("received", {}, "read", "waiting"),
    "reading": ("reading", {}, "read", "running"),
    "read": ("read", {"guess": {}, "settled": None}, "read", "ready"),
    "ordered": ("loading", ACCEPTED, "load", "waiting"),
    "loading": ("loading", ACCEPTED, "load", "running"),
    "loaded": ("loaded", ACCEPTED, "load", "ready"),
    "failed to read": ("failed", {}, "read", "failed"),
    "failed to load": ("failed", ACCEPTED, "load", "failed"),
    "cancelled before it was read": ("cancelled", {}, "read", "cancelled"),
    "cancelled while it was loaded": ("cancelled", ACCEPTED, "load", "cancelled"),
}


def old_uploads(apps: StateApps, owner: Any) -> dict[str, Any]:
    """Store an upload of before in each state."""
    values: dict[str, Any] = {
        "owner": owner,
        "path": "a",
        "original_name": "a.csv",
        "sha256": "",
        "size": 1,
        "orders": 2,
    }
    values |= {"started_at": NOW, "heard_at": NOW}
    upload = apps.get_model("datasets", "Upload").objects
    return {
        name: upload.create(
            state=state, options=options, attempts=int(name in {"reading", "loading"}), fault=name, **values
        )
        for name, (state, options, _work, _state) in STAGES.items()
    }


def test_jobs_of_before_go_on(
    before: list[tuple[str, str]], subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch
) -> None:
    apps = migrate(before)
    user = apps.get_model("accounts", "User").objects.create(username="anne")
    ready = old_export(
        apps, user=user, state="ready", written_bytes=12, rows=9, finished_at=NOW, file_name="a.csv"
    )
    waiting = old_export(apps, state="waiting")
    running = old_export(apps, state="running", attempts=1, written_rows=4, written_bytes=7)
    paper = old_paper(apps, state="running")
    upload = old_raster_upload(apps, owner=user, state="running", attempts=1, fault="x")
    uploads = old_uploads(apps, user)
    migrate_to_latest()

    with subtests.test("columns of an export"):
        job = ExportJob.objects.get(pk=ready.pk)
        assert job.owner_id == user.pk
        assert job.client_key == "a" * 64
        assert job.rights_key == "k" * 64
        assert job.parameters == {"commune": ["92048"]}
        assert job.finished_at == NOW
        assert job.requested_at == ready.created_at
        assert job.written_bytes == 12
    with subtests.test("progress of an export"):
        assert ExportJob.objects.get(pk=running.pk).progress == {"rows": 4, "bytes": 7}
        assert ExportJob.objects.get(pk=waiting.pk).progress == {}
    with subtests.test("progress of a file of a dashboard"):
        assert PaperJob.objects.get(pk=paper.pk).share == 47
        assert PaperJob.objects.get(pk=paper.pk).size == "a3"
    with subtests.test("an upload of a raster"):
        raster_upload = RasterUpload.objects.get(pk=upload.pk)
        assert raster_upload.owner_id == user.pk
        assert raster_upload.error == "x"
        assert raster_upload.heartbeat_at == NOW
        assert raster_upload.progress == {"phase": "reading", "share": 0.5}
    with subtests.test("uploads"):
        stored = {name: Upload.objects.get(pk=old.pk) for name, old in uploads.items()}
        works = {name: (upload.work, upload.state) for name, upload in stored.items()}
        assert works == {name: (work, state) for name, (_old, _options, work, state) in STAGES.items()}
        assert {name: upload.error for name, upload in stored.items()} == {name: name for name in STAGES}
        assert {upload.requested_at for upload in stored.values()} == {NOW}
    on_their_way = [("export", waiting), ("export", running), ("paper", paper), ("raster", upload)]
    on_their_way += [("reading", uploads["received"]), ("loading", uploads["loading"])]
    for name, old in on_their_way:
        with subtests.test(f"{name}, {old.state}, goes on"):
            case = CASES[name]
            replace_work(monkeypatch, case, lambda _job, _run: None)
            case.kind.run(old.pk)
            assert case.kind.jobs.get(pk=old.pk).state == "ready"
    with subtests.test("the way back"):
        again = migrate(before)
        states = {
            name: again.get_model("datasets", "Upload").objects.get(pk=old.pk)
            for name, old in uploads.items()
        }
        expected = {name: state for name, (state, *_rest) in STAGES.items()}
        expected |= {"received": "read", "loading": "loaded"}  # which went on meanwhile
        assert {name: upload.state for name, upload in states.items()} == expected
        assert again.get_model("exports", "ExportOrder").objects.get(pk=ready.pk).user_id == user.pk
        assert again.get_model("dashboards", "PaperOrder").objects.get(pk=paper.pk).size == "a3"
        assert again.get_model("tiles", "RasterUpload").objects.get(pk=upload.pk).heard_at is not None
