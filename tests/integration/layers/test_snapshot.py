"""The statements of one read see one state of the data, whatever is written meanwhile."""

from __future__ import annotations

import threading

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from heritage.models import RemarkableTree
from layers.sql.limits import time_limit


def plant() -> None:
    """Plant a tree in a transaction of its own, on another connection."""
    try:
        RemarkableTree.objects.create(nom_vernaculaire="Orme", geom=Point(2.2, 48.8, srid=4326))
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_read_does_not_see_what_is_written_while_it_lasts() -> None:
    with time_limit("page"):
        before = RemarkableTree.objects.count()
        writer = threading.Thread(target=plant)
        writer.start()
        writer.join()
        during = RemarkableTree.objects.count()

    assert before == 0
    assert during == 0
    assert RemarkableTree.objects.count() == 1
