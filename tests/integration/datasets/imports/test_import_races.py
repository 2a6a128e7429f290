"""Two people, two tabs or two workers at one file: each order is done once, and nothing is taken from under a work."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from datasets.imports.actions import cancel, receive_file, request_reading, resume
from datasets.imports.uploads import expire_uploads, forget_delivered
from datasets.models import Dataset, Upload
from datasets.vocabulary import UploadStage
from layers.models import Grant
from layers.vocabulary import JobState
from tests.deliveries import bench, dataset, published
from tests.integration.datasets.imports.test_import_actions import CSV, given, ordered, read
from tests.people import ADMINISTRATOR, GARDENER
from tests.uploads import at_stage, work

pytestmark = pytest.mark.usefixtures("communes", "media")


def test_a_form_sent_from_two_tabs_makes_one_dataset() -> None:
    first = read()
    second = Upload.objects.get()
    assert ordered(first)
    assert not ordered(second)
    assert Dataset.objects.count() == 1


def test_a_page_left_open_cancels_no_later_work() -> None:
    open_page = given()
    work()
    ordered(Upload.objects.get())
    assert not cancel(upload=open_page)
    assert Upload.objects.get().stage is UploadStage.LOADING


def test_an_import_whose_dataset_went_with_its_cancellation_is_not_resumed() -> None:
    ordered(read())
    open_page = Upload.objects.select_related("dataset__layer").get()
    cancel(upload=Upload.objects.get())
    open_page.state = JobState.CANCELLED
    assert not resume(upload=open_page, visitor=ADMINISTRATOR.visitor())
    assert Upload.objects.get().stage is UploadStage.CANCELLED


def test_a_file_too_old_stays_while_a_worker_has_it() -> None:
    upload = given()
    Upload.objects.update(created_at=timezone.now() - dt.timedelta(days=30))
    expire_uploads(now=timezone.now())
    assert upload.location.exists()
    Upload.objects.update(**at_stage(UploadStage.READ))
    expire_uploads(now=timezone.now())
    assert not upload.location.exists()


def test_a_file_loaded_again_stays_when_its_first_delivery_goes_online() -> None:
    made = dataset()
    online = published(made, bench())
    upload = read(to=made)
    Upload.objects.update(delivery=online, **at_stage(UploadStage.LOADING))
    forget_delivered(delivery=online)
    assert upload.location.exists()
    Upload.objects.update(**at_stage(UploadStage.LOADED))
    forget_delivered(delivery=online)
    assert not Upload.objects.exists()


def test_who_lost_their_right_is_told_no_column_of_the_dataset() -> None:
    made = dataset()
    published(made, bench())
    group = Group.objects.get_or_create(name="Espaces verts")[0]
    grant = Grant.objects.create(
        group=group, layer=made.layer, can_add=True, can_change=True, can_delete=True
    )
    GARDENER.account()
    receive_file(file=SimpleUploadedFile("bancs.csv", CSV), visitor=GARDENER.visitor(), dataset=made)
    work()
    upload = Upload.objects.get()
    assert upload.stage is UploadStage.READ
    grant.delete()
    request_reading(upload=upload, reading={"delimiter": ";"})
    work()
    upload.refresh_from_db()
    assert "pas le droit" in upload.error
