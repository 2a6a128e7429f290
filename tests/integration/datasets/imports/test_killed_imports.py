"""A worker killed (SIGKILL) at ten instants of a loading: what is online stays, the next one ends the delivery."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from pytest_django import Settings

from datasets.imports.actions import receive_file, request_loading
from datasets.imports.jobs import LOADINGS
from datasets.imports.proposal import proposal_of
from datasets.models import Dataset, Delivery, Upload
from datasets.vocabulary import DeliveryState, UploadStage
from tests.deliveries import bench, dataset, published
from tests.factories import MEUDON, MIDDLES
from tests.people import ADMINISTRATOR
from tests.uploads import work

LON, LAT = MIDDLES[MEUDON]
_TITLES = "code;nom;places;prix;neuf;pose;lon;lat\n"
FILE = _TITLES + "".join(f"B{n};Banc {n};3;12,5;oui;31/12/2024;{LON};{LAT}\n" for n in range(50))
KILLS, IMPORTS = 10, 0x64617461


def killed_at(statement: int, upload: Upload) -> bool:
    """Load in a process that is killed when it sends its n-th statement; False when it came to its end before."""
    wait_for_lock(upload)
    connections.close_all()
    child = os.fork()
    if not child:
        _load_until(statement, upload)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _load_until(statement: int, upload: Upload) -> None:
    """Be the worker, and never return."""
    execute, sent = psycopg.Cursor.execute, 0

    def counted(cursor: Any, *arguments: Any, **options: Any) -> Any:
        nonlocal sent
        sent += 1
        if sent == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(cursor, *arguments, **options)

    try:
        with patch.object(psycopg.Cursor, "execute", counted):
            LOADINGS.run(upload.pk)
    finally:
        os._exit(0)


def online_rows(made: Dataset) -> list[str]:
    """Return the names of the rows that are online."""
    made.refresh_from_db()
    assert made.online is not None
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT nom FROM datasets."{made.online.table}"')
        return [name for (name,) in cursor.fetchall()]


def wait_for_lock(upload: Upload) -> None:
    """Wait until PostgreSQL noticed that the dead worker's connection is gone."""
    with connection.cursor() as cursor:
        for call in ("pg_advisory_lock", "pg_advisory_unlock"):
            cursor.execute(f"SELECT {call}(%s, %s)", [IMPORTS, upload.dataset_id])


@pytest.mark.django_db(transaction=True)
def test_killed_worker_leaves_what_is_online_and_the_next_one_ends_the_delivery(
    communes: object, media: Path, settings: Settings
) -> None:
    settings.PREPARED_MAX_ATTEMPTS = KILLS + 2
    made = dataset()
    published(made, bench(nom="Ancien"))
    file = SimpleUploadedFile("bancs.csv", FILE.encode())
    upload = receive_file(file=file, visitor=ADMINISTRATOR.visitor(), dataset=made)
    work()
    upload.refresh_from_db()
    proposal = proposal_of(upload)
    request_loading(
        upload=upload,
        schema=proposal.proposal,
        recipe=proposal.recipe,
        visitor=ADMINISTRATOR.visitor(),
        after=None,
    )
    chance = random.Random(15)
    survivors = [
        point for point in sorted(chance.sample(range(1, 45), KILLS)) if not killed_at(point, upload)
    ]
    assert survivors == []
    assert online_rows(made) == ["Ancien"]
    wait_for_lock(upload)
    work()
    assert Upload.objects.get().stage is UploadStage.LOADED
    assert list(Delivery.objects.values_list("number", "state", "row_count")) == [
        (2, DeliveryState.READY, 50),
        (1, DeliveryState.ONLINE, 1),
    ]
    assert online_rows(made) == ["Ancien"]
