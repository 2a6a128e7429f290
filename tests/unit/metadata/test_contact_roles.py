"""A contact is a role: an address that names a person is recognised."""

from __future__ import annotations

import pytest

from metadata.editing.forms import names_a_person


@pytest.mark.parametrize(
    "address", ["jeanne.martin@ville.fr", "j.martin@ville.fr", "anne-lise.le-goff@x.fr", "Paul_Durand@x.fr"]
)
def test_a_first_name_and_a_name_are_a_person(address: str) -> None:
    assert names_a_person(address)


@pytest.mark.parametrize(
    "address", ["sig@ville.fr", "open.data@ville.fr", "service.voirie@x.fr", "contact.plui@x.fr", "dsi2@x.fr"]
)
def test_the_word_of_a_role_is_none(address: str) -> None:
    assert not names_a_person(address)
