"""The largest body of each address: every address that is sent files or documents is in the table, and only those."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.conf import settings
from django.urls import reverse

from gisportal.bounds.table import BOUNDS, body_bound
from gisportal.server.request_bodies import SMALL_BODY_BYTES, UNCHECKED_BYTES, Sender
from layers.services import photos
from ogc.views.writing import MAX_BODY_BYTES

KEY = UUID(int=0)
FORM = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
# The name and arguments of an address, the least that it must read, and of whom a large body is read.
LARGE = [
    ("datasets:new", (), settings.DATASET_UPLOAD_MAX_BYTES + 1, Sender.LOADER),
    ("datasets:deliver", ("import",), settings.DATASET_UPLOAD_MAX_BYTES + 1, Sender.LOADER),
    ("datasets:columns", (KEY,), FORM, Sender.LOADER),
    ("admin:heritage_remarkabletree_change", (1,), photos.MAX_BYTES + 1, Sender.ACCOUNT),
    ("raster-pages:new", (), settings.RASTER_UPLOAD_MAX_BYTES + 1, Sender.RASTER_LOADER),
    ("raster-pages:raster", ("relief",), settings.RASTER_UPLOAD_MAX_BYTES + 1, Sender.RASTER_LOADER),
    ("plui:list", (), settings.DATASET_UPLOAD_MAX_BYTES + 1, Sender.PLAN_LOADER),
    ("raster-pages:style", ("relief",), MAX_BODY_BYTES, Sender.ACCOUNT),
    ("explorer:entry-import", ("arbres",), settings.BODY_MAX_BYTES, Sender.ACCOUNT),
    ("explorer:entry", ("arbres", 1), FORM, Sender.ACCOUNT),
    ("cartography:document", ("arbres",), FORM, Sender.ACCOUNT),
    ("dashboards:new", (), FORM, Sender.ACCOUNT),
    ("dashboards:draft", ("bilan",), FORM, Sender.ACCOUNT),
    ("ogc:items", ("arbres",), MAX_BODY_BYTES, Sender.ACCOUNT),
    ("ogc:item", ("arbres", 1), MAX_BODY_BYTES, Sender.ACCOUNT),
    ("wfs:service", (), FORM, Sender.ANYBODY),
    ("wfs:layer", ("arbres",), FORM, Sender.ANYBODY),
]
SMALL = [
    "/",
    "/catalogue/arbres/1/signaler/",
    "/tiles/a/1/2/3.mvt",
    "/jeux",
    "/wfsx",
    "/api/collections/arbres",
    "/api/collections/arbres/itemsx",
    "/JEUX/nouveau/",
    "//jeux/nouveau/",
    "/jeux/nouveau/" + "x/" * 2_000,
]


@pytest.mark.parametrize(("name", "arguments", "least", "sender"), LARGE, ids=[row[0] for row in LARGE])
def test_an_address_of_files_or_documents_reads_what_it_is_sent(
    name: str, arguments: tuple[object, ...], least: int, sender: Sender
) -> None:
    bound = body_bound(reverse(name, args=arguments), "POST")
    assert bound.largest >= least
    assert bound.sender is sender


@pytest.mark.parametrize("path", SMALL)
def test_any_other_address_reads_small_bodies(path: str) -> None:
    assert body_bound(path, "POST").largest == SMALL_BODY_BYTES


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "post", "PROPFIND"])
def test_a_method_without_body_reads_a_small_one_everywhere(method: str) -> None:
    assert body_bound("/jeux/nouveau/", method).largest == SMALL_BODY_BYTES


def test_a_row_that_lets_large_bodies_in_says_of_whom() -> None:
    open_to_all = {row.name for row in BOUNDS if row.body > UNCHECKED_BYTES and row.sender is Sender.ANYBODY}
    lists = {"lists of parcels", "sheets of a list of parcels"}  # identifiers pasted by anybody
    assert open_to_all == {"WFS", "directories", "answers to forms"} | lists
