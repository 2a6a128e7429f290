"""What the national portal would skip or lose of a record is named in its own words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from harvesting.checks import check_records, setting_faults
from metadata.records import Distribution
from tests.records import served_record

COMPLETE: dict[str, Any] = {
    "abstract": "Les arbres remarquables du territoire, relevés chaque année par le service.",
    "keywords": ("arbre", "nature"),
    "bounds": (2.1, 48.7, 2.2, 48.8),
    "contact_name": "Service des parcs",
    "period": (dt.date(2020, 1, 1), dt.date(2026, 1, 1)),
    "distributions": (Distribution("csv", "CSV", "text/csv", "/export/arbres.csv"),),
}


def codes(**values: Any) -> list[str]:
    (checked,) = check_records([served_record("arbres", **COMPLETE | values)])
    return [finding.rule.code for finding in checked.findings]


def test_a_complete_dataset_has_no_finding() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"title": " "}, "titre"),
        ({"licence": "internal"}, "licence"),
        ({"abstract": "Des arbres."}, "description"),
        ({"contact_email": "", "contact_url": ""}, "contact"),
        ({"contact_name": "Voir https://exemple.fr"}, "contact"),
        ({"frequency": "UNKNOWN"}, "frequence"),
        ({"keywords": ("or", "arbre")}, "mots-cles"),
        ({"keywords": ()}, "sans-mot-cle"),
        ({"bounds": None}, "espace"),
        ({"period": None}, "temps"),
        ({"distributions": ()}, "fichiers"),
        ({"hvd_category": "c_ac64a52d"}, "forte-valeur"),
    ],
    ids=str,
)
def test_each_rule_names_what_a_dataset_lacks(values: dict[str, Any], code: str) -> None:
    assert codes(**values) == [code]


def test_two_datasets_of_one_identifier_are_both_refused() -> None:
    checked = check_records(
        [
            served_record("a", former_id="x", **COMPLETE),
            served_record("x", **COMPLETE),
            served_record("b", **COMPLETE),
        ]
    )
    assert [each.is_refused for each in checked] == [True, True, False]


def test_settings_that_leave_columns_empty_are_named(settings: Any) -> None:
    settings.ORGANISATION, settings.SIRET = "", ""
    assert [fault.split(" ")[0] for fault in setting_faults()] == ["COLL_NOM", "COLL_SIRET"]
    settings.ORGANISATION, settings.SIRET = "Seine Ouest", "20005797400018"
    assert setting_faults() == []
