"""Anything at all in any parameter of what stands beside ``items``: refused by name or answered, never a 500.

Files, tiles, aggregates, single features, suggestions, choices and tables of the map: each parameter that they read,
and one that they do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesting.records.parsing import PARAMETERS as RECORD_PARAMETERS
from layers.parsing.aggregates import SHAPING
from layers.parsing.query import SELECTING
from tests.examples import examples, spread
from tests.protocols import get
from tests.world import TREES, World

bounded = examples(20)
ODD = [
    "", ",", "-", ":", "..", "../..", "null", "NaN", "-inf", "1e400", "9" * 400, "true", "2024-02-30", "%", "'", '"',
    "()", "{}", "[[[", "\x00", "\u202e", "a" * 3_000, "count,count", "bins0:hauteur", "bins201:hauteur", "p101:hauteur",
    "ratio:count/count", "share:share:count", "change:max:genre", "year:2024-01-01",
    "width0:hauteur", "week:genre", "sum:genre", "avg:matricule", "matricule", "arbres-remarquables@1e9",
    "arbres-remarquables?matricule = 'x'", "aires-de-jeux", "POINT(2.2 48.8)", "POLYGON EMPTY", "EPSG:2154",
]  # fmt: skip
values = st.one_of(st.text(max_size=30), st.floats().map(str), st.sampled_from(ODD))

COLLECTION = f"/api/collections/{TREES}"
MACHINES = {
    f"{COLLECTION}/items/1": ("crs", "f"),
    f"{COLLECTION}/aggregate": (*SELECTING, *SHAPING, "f", "hauteur"),
    f"/export/{TREES}.csv": (*SELECTING, "properties", "sortby", "crs", "preparer", "hauteur"),
    f"/tiles/{TREES}/9/259/176.mvt": (*SELECTING, "properties"),
    f"/tiles/{TREES}.json": (),
    f"{COLLECTION}/queryables": ("f",),
    "/api/collections/catalogue/items": (*RECORD_PARAMETERS, "f"),
    "/catalog.ttl": ("page", "page_size"),
}
ASKED_OF_MACHINES = [(path, name) for path, names in MACHINES.items() for name in (*names, "inconnu")]


@pytest.mark.parametrize(("path", "name"), ASKED_OF_MACHINES, ids=str)
@bounded
@given(value=values)
def test_a_machine_is_answered_or_told_which_parameter_is_wrong(
    world: World, path: str, name: str, value: str
) -> None:
    answer = get(f"{path}?{urlencode({name: value}, errors='replace')}")
    refused = answer.status == 400 and answer.document["parameter"]
    # A hidden layer that is asked about through another one asks for credentials, as it does itself.
    assert refused or answer.status in {200, 204, 404, 401 if name == "touching" else 200}


OWN = (f"{TREES}.hauteur", f"{TREES}.fiches", f"{TREES}.premiers", f"{TREES}.filter", f"{TREES}.touching")
SHARED = ("couches", "commune", "bbox", "within", "near", "radius", "q", "opacite", "retrait", "ordre", *OWN)
PAGES = {
    "/carte/": (*SHARED, "onglet", "objet", "fond"),
    "/carte/question/sujet/": SHARED,
    f"/carte/question/reponse/{TREES}/1/": SHARED,
    "/carte/comparer/": (*SHARED, "cote"),
    "/signalements/suivi/1:a/": (),
    f"/carte/filtres/{TREES}/": (*SHARED, "champs"),
    f"/carte/filtres/{TREES}/genre/valeurs/": ("debut", "commune", f"{TREES}.matricule"),
    f"/carte/emprise/{TREES}/": SHARED,
    f"/carte/tableau/{TREES}/": (*SHARED, "tri", "colonnes", "apres"),
    f"/carte/statistiques/{TREES}/": ("par", "commune", f"{TREES}.hauteur"),
    "/recherche/": ("q",),
    "/recherche/suggestions/": ("q",),
    "/catalogue/": ("q", "theme", "producteur", "geometrie", "tri"),
    f"/catalogue/{TREES}/reutilisations/": (),
    f"/catalogue/{TREES}/": ("q", "commune", "filter", "sortby", "cursor"),
    # The former addresses name the culprit in a sentence, as a page does.
    "/api/explore/v2.1/catalog/exports/dcat/": ("include_exports", "use_labels_in_exports", "lang"),
    f"/api/explore/v2.1/catalog/datasets/{TREES}/exports/csv": ("use_labels", "epsg", "lang"),
    "/connecter/": (),
    f"/connecter/{TREES}/": (),
}


def parameters_of(rank: int, names: Sequence[str]) -> list[str]:
    """Return the parameters that the page of this rank is asked with: its own, and some of those of all pages.

    One reader serves the pages of the map, and one middleware refuses what no page reads: each of their names is asked
    of other pages than its neighbours, and of all under ``--thorough``.
    """
    shared = [*(name for name in names if name in SHARED), "inconnu"]
    turn = rank % len(shared)
    return [*(name for name in names if name not in SHARED), *spread(shared[turn:] + shared[:turn], one_in=3)]


ASKED_OF_PAGES = [
    (path, name) for rank, (path, names) in enumerate(PAGES.items()) for name in parameters_of(rank, names)
]


@pytest.mark.parametrize(("path", "name"), ASKED_OF_PAGES, ids=str)
@bounded
@given(value=values)
def test_a_page_is_shown_or_says_what_is_wrong(world: World, path: str, name: str, value: str) -> None:
    answer = get(f"{path}?{urlencode({name: value}, errors='replace')}")
    assert answer.status in {200, 400, 404}


@pytest.mark.parametrize("path", [*MACHINES, *PAGES])
def test_an_unknown_parameter_is_never_ignored(world: World, path: str) -> None:
    answer = get(f"{path}?inconnu=1")
    assert (answer.status, "inconnu" in answer.body) == (400, True)
