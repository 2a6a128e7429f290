"""The table of import formats: what a row says is what the wizard offers, archives hold and names promise."""

from __future__ import annotations

from io import BytesIO

import pytest

from datasets.errors import UnknownFormat
from datasets.readers.formats import ARCHIVE, FORMATS, ImportFormat, promised_by, sniff
from datasets.readers.suffixes import OFFERED_SUFFIXES
from datasets.versions.presenters import drop_zone
from datasets.wizard.forms.wizard import UploadForm


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_the_form_offers_every_suffix_of_a_format(kind: ImportFormat) -> None:
    offered = UploadForm().fields["file"].widget.attrs["accept"].split(",")
    assert set(kind.suffixes) <= set(offered)


def test_no_suffix_is_offered_that_no_format_reads() -> None:
    known = {suffix for kind in (*FORMATS, ARCHIVE) for suffix in kind.suffixes}
    assert set(OFFERED_SUFFIXES) - known == {".txt"}


def test_the_drop_zone_names_every_suffix_that_is_offered() -> None:
    titles = drop_zone()["drop_words"]["formats"]
    assert {f".{suffix}" for suffix, title in titles.items() if title} == set(OFFERED_SUFFIXES)


def test_a_suffix_may_promise_several_formats() -> None:
    assert promised_by(".json") == {"json", "geojson", "geojsonseq"}


def test_a_geoparquet_is_promised_by_its_two_suffixes() -> None:
    assert promised_by(".geoparquet") == promised_by(".parquet") == {"parquet"}


def test_names_of_formats_are_unique() -> None:
    assert len({kind.name for kind in FORMATS}) == len(FORMATS)


def test_one_format_is_what_nothing_else_recognises() -> None:
    assert [kind.name for kind in FORMATS if kind.is_rest] == ["csv"]


def test_text_that_nothing_recognises_is_csv() -> None:
    assert sniff(BytesIO(b"nom;adresse\n")).name == "csv"


def test_a_database_that_is_no_geopackage_is_refused_by_name() -> None:
    with pytest.raises(UnknownFormat, match="SQLite"):
        sniff(BytesIO(b"SQLite format 3\0" + bytes(100)))
