"""A publication that is killed leaves the former state; of two at once, one is refused in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, connection

from layers.errors import Busy
from layers.models import Layer
from layers.sql.advisory_locks import number_of
from layers.visitor import system_visitor
from plui.loading.services import online, publish_version
from plui.models import PlanVersion, ZoneUrba
from plui.vocabulary import PlanState
from publication.models import PublicationPolicy, Submission
from publication.services import approve, run_due
from publication.vocabulary import SubmissionState
from tests.people import ADMINISTRATOR, Person
from tests.plu_packages import sound_package
from tests.plu_town import create_communes, dated_package, publish, stage


@pytest.mark.django_db(transaction=True)
def test_a_publication_whose_connection_is_killed_leaves_the_former_state(
    catalogue: object, media: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_communes()
    publish(sound_package())
    before = list(ZoneUrba.objects.order_by("pk").values_list("pk", "libelle", "idurba"))
    package = dated_package("20250301")
    package.tables["ZONE_URBA"][1] |= {"LIBELLE": "UBa"}
    version = stage(package)

    def killed(_documents: object) -> None:
        assert ZoneUrba.objects.filter(libelle="UBa").exists()  # the rows are written by then
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as patched:
        patched.setattr(online, "_remove_documents", killed)
        with pytest.raises((OperationalError, InterfaceError)):
            publish_version(visitor=system_visitor(), version=version)
    connection.close()
    assert list(ZoneUrba.objects.order_by("pk").values_list("pk", "libelle", "idurba")) == before
    assert PlanVersion.objects.get(pk=version.pk).state == PlanState.STAGED
    publish_version(visitor=system_visitor(), version=version)
    assert ZoneUrba.objects.filter(libelle="UBa").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_publications_at_once_the_second_is_refused_in_words(catalogue: object, media: object) -> None:
    create_communes()
    version = stage(sound_package())
    parameters: dict[str, Any] = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    with psycopg.connect(**{name: parameters[name] for name in names if parameters.get(name)}) as other:
        keys = [number_of("plui.loading"), number_of(version.partition)]
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", keys)
        with pytest.raises(Busy, match="en ce moment"):
            publish_version(visitor=system_visitor(), version=version)
        other.rollback()
    publish_version(visitor=system_visitor(), version=version)
    assert ZoneUrba.objects.count() == 4


@pytest.fixture
def town(catalogue: object, media: object) -> None:
    create_communes()


@pytest.mark.usefixtures("town")
def test_who_loaded_a_version_brings_it_to_somebody_else_where_the_rules_say_so() -> None:
    layer = Layer.objects.get(slug="plui-zones")
    PublicationPolicy.objects.update_or_create(layer=layer, defaults={"producers_approve": False})
    author, colleague = ADMINISTRATOR.visitor(), Person("collegue", is_administrator=True).visitor()
    version = publish_version(visitor=author, version=stage(sound_package(), author))
    assert version.state == PlanState.STAGED
    submission = Submission.objects.get(version=version.pk)
    assert submission.state == SubmissionState.SUBMITTED
    approve(submission=submission, visitor=colleague)
    version.refresh_from_db()
    assert version.state == PlanState.ONLINE


@pytest.mark.usefixtures("town")
def test_a_version_of_a_later_day_goes_online_at_its_first_instant() -> None:
    visitor = system_visitor()
    day = visitor.instant.date() + dt.timedelta(days=3)
    version = publish_version(visitor=visitor, version=stage(sound_package()), in_force_from=day)
    run_due(visitor)
    assert not ZoneUrba.objects.exists()
    run_due(system_visitor(visitor.instant + dt.timedelta(days=4)))
    version.refresh_from_db()
    assert (version.state, version.in_force_from) == (PlanState.ONLINE, day)
