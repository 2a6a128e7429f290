"""Addresses of code lists: as authorities write them, for every code that metadata may have."""

from __future__ import annotations

import pytest

from layers.vocabulary import Frequency, Licence
from metadata import uris
from metadata.vocabulary import AccessReason, DataTheme, InspireTheme, TopicCategory, data_theme


@pytest.mark.parametrize(
    ("code", "address"),
    [
        (Licence.ETALAB_2, "https://www.etalab.gouv.fr/licence-ouverte-open-licence"),
        (Licence.ETALAB_1, "https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf"),
        (Licence.ODBL_1, "http://opendatacommons.org/licenses/odbl/summary/"),
        (Licence.OTHER_OPEN, ""),
    ],
)
def test_a_licence_has_the_address_by_which_the_national_portal_recognises_it(
    code: str, address: str
) -> None:
    assert uris.licence_uri(code) == address


def test_inspire_has_34_themes() -> None:
    assert len(InspireTheme.choices) == 34


def test_every_topic_category_has_an_eu_theme() -> None:
    assert {data_theme(code) for code in TopicCategory.values} <= set(DataTheme.values)


@pytest.mark.parametrize(
    ("code", "iso"),
    [
        (Frequency.HOURLY, "continual"),
        (Frequency.ANNUAL, "annually"),
        (Frequency.BIENNIAL, "irregular"),
        (Frequency.UNKNOWN, "unknown"),
    ],
)
def test_a_frequency_has_the_nearest_code_of_iso_19115(code: str, iso: str) -> None:
    assert uris.iso_frequency(code) == iso


def test_an_access_reason_is_apart_from_no_limitation() -> None:
    assert uris.access_reason_uri("") == uris.NO_LIMITATION
    assert uris.access_reason_uri(AccessReason.PERSONAL).endswith("/INSPIRE_Directive_Article13_1f")


def test_a_media_type_loses_its_parameters() -> None:
    assert (
        uris.media_type_uri("text/csv; charset=utf-8")
        == "https://www.iana.org/assignments/media-types/text/csv"
    )
