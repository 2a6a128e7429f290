"""The files of a dataset's versions run nothing in a spreadsheet, whichever separator it cuts at."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from django.http import HttpResponseBase
from django.test import Client

from datasets.definitions import DatasetSchema
from tests.deliveries import BENCHES, bench, dataset, deliver, field, published
from tests.people import ADMINISTRATOR

pytestmark = pytest.mark.usefixtures("communes", "media")

TEXTS = {"=1+1": "'=1+1", "-2": "'-2", "a,=1+1": "a,'=1+1", "a\t@SUM(A1)": "a\t'@SUM(A1)", "a=1": "a=1"}


def _sheet(path: str) -> list[dict[str, str]]:
    client = Client(headers={"host": "localhost"})
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    answer: HttpResponseBase = client.get(path)
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";"))


def _only(*values: str) -> DatasetSchema:
    """Return the benches, whose name may only be one of these values."""
    named = field("nom", enum=values)
    return replace(BENCHES, fields=tuple(named if item.name == "nom" else item for item in BENCHES.fields))


@pytest.mark.parametrize(("text", "safe"), TEXTS.items())
def test_the_rows_of_a_version_hold_no_formula(text: str, safe: str) -> None:
    published(dataset(), bench("B1", text))
    assert _sheet("/jeux/bancs/versions/1/export.csv")[0]["nom"] == safe


def test_numbers_and_positions_of_a_version_stay_as_they_are() -> None:
    published(dataset(), bench("B1", at=(-1.5, 48.81), prix="-3,5"))
    (row,) = _sheet("/jeux/bancs/versions/1/export.csv")
    assert (row["prix"], row["wkt"].replace(" ", "")) == ("-3.5", "POINT(-1.548.81)")


@pytest.mark.parametrize(("text", "safe"), [item for item in TEXTS.items() if item[0] != "a=1"])
def test_the_findings_of_a_version_hold_no_formula(text: str, safe: str) -> None:
    strict = _only("Banc")
    deliver(dataset(schema=strict), bench("B1", text), schema=strict)
    assert [line["valeur"] for line in _sheet("/jeux/bancs/versions/1/constats.csv")] == [safe]
