"""Anything at all in any parameter of any resource: refused by name or answered, never a 500, never ignored."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.parsing.query import PARAMETERS
from tests.examples import examples
from tests.protocols import get
from tests.world import TREES, World

FIELDS = ("hauteur", "remarquable", "date_releve", "critere", "genre", "circonference", "id")
COLLECTION = f"/api/collections/{TREES}"
bounded = examples(25)
values = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(
        [
            "",
            ",",
            "-",
            "..",
            "../..",
            "null",
            "NaN",
            "1e400",
            "true",
            "2024-02-30",
            "%",
            "'",
            '"',
            "()",
            "{}",
            "[]",
        ]
    ),
    st.lists(st.sampled_from([*FIELDS, "matricule", "1", "-1", "2.2", "48.8"]), max_size=5).map(",".join),
)


@pytest.mark.parametrize("name", [*PARAMETERS, *FIELDS, "f"])
@bounded
@given(value=values)
def test_any_value_is_answered_or_refused_by_name(world: World, name: str, value: str) -> None:
    query = urlencode({name: value}, errors="replace")
    answer = get(f"{COLLECTION}/items?{query}")
    told = answer.status if answer.status in {200, 404} else (answer.status, "parameter" in answer.document)
    assert told in {200, 404, (400, True)}


@pytest.mark.parametrize("path", ["", "/queryables", "/sortables", "/schema", "/schemas/feature", "/items/1"])
@bounded
@given(
    name=st.text(min_size=1, max_size=20).filter(lambda name: name not in {"f", "crs", "token"}), value=values
)
def test_any_unknown_parameter_is_refused_by_name(world: World, path: str, name: str, value: str) -> None:
    answer = get(f"{COLLECTION}{path}?{urlencode({name: value}, errors='replace')}")
    assert answer.status == 400


@pytest.mark.parametrize("name", ["matricule", "etat_sanitaire", "n_existe_pas"])
def test_a_hidden_field_is_refused_as_a_parameter_like_one_that_does_not_exist(
    world: World, name: str
) -> None:
    answer = get(f"{COLLECTION}/items?{name}=x")
    told = {key: str(text).replace(name, "?") for key, text in answer.document.items()}
    unknown = get(f"{COLLECTION}/items?zzz=x").document
    assert told == {key: str(text).replace("zzz", "?") for key, text in unknown.items()}
