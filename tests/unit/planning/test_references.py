"""Identifiers and references of the cadastre, and coordinates, in what people type."""

from __future__ import annotations

import pytest

from planning.geocoding.references import (
    ParcelReference,
    coordinates,
    parcel_identifier,
    parcel_reference,
)


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("92072000AB0123", "92072000AB0123"),
        ("92072 000 AB 0123", "92072000AB0123"),
        ("92072000ab0123", "92072000AB0123"),
        ("38328000 0C0439", "383280000C0439"),
        ("2A004000AB0001", "2A004000AB0001"),
        ("92072000AB123", ""),
        ("12 rue de la Paix", ""),
    ],
)
def test_identifier_of_fourteen_characters(text: str, identifier: str) -> None:
    assert parcel_identifier(text) == identifier


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("AB 123 Sèvres", ParcelReference("AB", "123", "", "Sèvres")),
        ("Sèvres AB123", ParcelReference("AB", "123", "", "Sèvres")),
        ("parcelle AB n° 12 (Meudon)", ParcelReference("AB", "12", "", "Meudon")),
        ("000 C 439", ParcelReference("C", "439", "000", "")),
        ("C 0439", ParcelReference("C", "439", "", "")),
        ("ab 12, ville-d’avray", ParcelReference("AB", "12", "", "ville-d’avray")),
        ("12 rue de la Paix", None),
        ("rue de la Paix", None),
    ],
)
def test_reference_as_people_write_it(text: str, reference: ParcelReference | None) -> None:
    assert parcel_reference(text) == reference


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("48.81, 2.23", (2.23, 48.81)),
        ("2.23,48.81", (2.23, 48.81)),
        ("2.23 48.81", (2.23, 48.81)),
        ("48,81 ; 2,23", (2.23, 48.81)),
        ("200 100", None),
        ("12 rue", None),
    ],
)
def test_coordinates_in_either_order(text: str, position: tuple[float, float] | None) -> None:
    assert coordinates(text) == position
