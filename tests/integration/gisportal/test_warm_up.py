"""A process of the web server prepares itself, whatever the state of the database."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from altair.utils import schemapi
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from gisportal.warm_up import bound_allocator, load_libraries, warm_up
from layers import registry


@pytest.fixture(autouse=True)
def checked_charts() -> object:
    """Charts of other tests are checked as they are made."""
    yield
    schemapi.enable_debug_mode()


def test_a_process_that_is_ready_has_the_definitions_of_every_layer(catalogue: None) -> None:
    with patch.object(connection, "close"):
        warm_up()
    with CaptureQueriesContext(connection) as asked:
        assert list(registry.definitions())
    assert len(asked) == 1


def test_a_process_starts_while_the_database_is_away(catalogue: None) -> None:
    away = patch.object(registry, "definitions", side_effect=OperationalError("away"))
    with away, patch.object(connection, "close") as closed:
        warm_up()
    assert closed.called


def test_a_process_reads_no_words_of_layers_while_the_database_is_away(catalogue: None) -> None:
    away = patch("gisportal.warm_up.vocabulary_of", side_effect=OperationalError("away"))
    with away, patch.object(connection, "close") as closed:
        load_libraries()
    assert closed.called


def test_a_process_that_is_prepared_makes_charts_unchecked(catalogue: None) -> None:
    with patch.object(connection, "close"):
        load_libraries()
    assert not schemapi.DEBUG_MODE


def test_the_allocator_of_the_c_library_takes_its_bounds() -> None:
    assert bound_allocator()
