"""The code lists and patterns of the CNIG PLU standard."""

import re

import pytest

from layers.definitions import LayerDefinition
from plui.catalogue import PRESCRIPTIONS_LIN, PRESCRIPTIONS_PCT, PRESCRIPTIONS_SURF, ZONES
from plui.vocabulary import (
    C8_PATTERN,
    IDURBA_PATTERN,
    NOMPROC_PATTERN,
    PRESCRIPTIONS,
    SYMBOLE_PATTERN,
    TypeZone,
    label_of,
)


@pytest.mark.parametrize(
    ("code", "start"),
    [
        ("01-00", "Espace boisé classé"),
        ("07-01", "Patrimoine bâti à protéger"),
        ("07-02", "Patrimoine paysager à protéger"),
        ("07-04", "Éléments de paysage"),
        ("08-00", "Terrain cultivé"),
        ("18-05", "OAP patrimoniales"),
        ("25-00", "Éléments de continuité écologique"),
        ("46-00", "Constructibilité espace boisé"),
    ],
)
def test_heritage_codes_have_their_official_label(code: str, start: str) -> None:
    assert label_of(*code.split("-")).startswith(start)


def test_every_code_is_a_pair_of_two_figures() -> None:
    assert [code for code in PRESCRIPTIONS if not re.fullmatch(r"\d{2}-\d{2}", code)] == []


def test_labels_fit_the_standard_column() -> None:
    assert max(map(len, PRESCRIPTIONS.values())) <= 254


def test_a_pair_outside_the_standard_has_no_label() -> None:
    with pytest.raises(KeyError):
        label_of("07", "99")


@pytest.mark.parametrize(
    "text", ["200057974_PLUI_20260101", "92048_PLU_20100101", "200057974_PLUI_20260101_A"]
)
def test_an_idurba_names_an_authority_a_kind_and_a_date(text: str) -> None:
    assert re.fullmatch(IDURBA_PATTERN, text)


@pytest.mark.parametrize(
    "text", ["200057974_PLUi_20260101", "200057974_PLUI_2026", "PLUI_20260101", "200057974_CC_20260101", ""]
)
def test_anything_else_is_not_an_idurba(text: str) -> None:
    assert not re.fullmatch(IDURBA_PATTERN, text)


@pytest.mark.parametrize("text", ["00000000", "20040000", "20040600", "20240131"])
def test_a_c8_date_may_be_partial(text: str) -> None:
    assert re.fullmatch(C8_PATTERN, text)


@pytest.mark.parametrize("text", ["2024-01-31", "20241301", "20240132", "20240031", "0", "00000001"])
def test_a_c8_date_is_not_anything(text: str) -> None:
    assert not re.fullmatch(C8_PATTERN, text)


@pytest.mark.parametrize(
    ("text", "is_one"), [("E", True), ("M2", True), ("MAJ12", True), ("M", False), ("X1", False)]
)
def test_a_procedure_is_numbered_when_it_has_to_be(text: str, is_one: bool) -> None:
    assert bool(re.fullmatch(NOMPROC_PATTERN, text)) is is_one


def test_a_symbol_names_its_prescription() -> None:
    assert re.fullmatch(SYMBOLE_PATTERN, "PSC-P_07-01_001")


def test_every_type_of_zone_has_a_colour() -> None:
    assert {category.value for category in ZONES.style.categories} == set(TypeZone.values)


@pytest.mark.parametrize("layer", [PRESCRIPTIONS_SURF, PRESCRIPTIONS_LIN, PRESCRIPTIONS_PCT])
def test_a_legend_of_prescriptions_speaks_the_words_of_the_standard(layer: LayerDefinition) -> None:
    titles = {category.value: str(category.title) for category in layer.style.categories}
    assert len(titles) > 50
    assert titles == {code: title for code, title in PRESCRIPTIONS.items() if code in titles}
