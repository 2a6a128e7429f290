"""Writes as the OpenAPI document describes them, and as it does not: each answer is one that the document tells."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import strategies as st

from gisportal.accounts.services import create_token
from gisportal.accounts.vocabulary import TokenScope
from tests.conformance.described import ask, described
from tests.deliveries import bench, dataset, published
from tests.examples import count
from tests.factories import MEUDON, MIDDLES
from tests.people import ADMINISTRATOR, GARDENER, PUBLIC, Person
from tests.protocols import get
from tests.world import PLAYGROUNDS, TREES, World, grant
from tests.writes import EDITOR, give_editing_rights, items, send

# What a tree and a playground must have.
NAMES = ("nom_vernaculaire", "nom")
WRITING = ("post", "put", "patch", "delete")
# As many more meet every answer of DONE where those of a run do not.
MORE = 50
# What some of the generated writes must have met, or they would prove nothing.
DONE = {"post": 201, "put": 200, "patch": 200, "delete": 204}
# How a change says which version it starts from; None leaves the header out.
VERSIONS = ("as read", "as read", "*", "*", "of before", '"abc"', None, "as generated")


@pytest.fixture
def editable(world: World) -> World:
    """The small world, with people who edit, and a dataset that an editor may approve and not write."""
    give_editing_rights()
    published(dataset(), bench())
    grant(EDITOR, "bancs", can_add=True, can_change=True, can_delete=True)
    return world


@pytest.fixture
def token(editable: World) -> str:
    """The header of an editor's token."""
    text = create_token(user=EDITOR.account(), name="essai", scope=TokenScope.EDIT, days=1)[1]
    return f"Bearer {text}"


@pytest.mark.parametrize("slug", [TREES, PLAYGROUNDS])
def test_every_write_is_answered_as_the_document_tells(editable: World, token: str, slug: str) -> None:
    pk = editable.address(slug)["pk"]
    # What a case writes is taken back: the feature has the same version before each.
    tag = get(items(slug, pk), EDITOR).headers["ETag"]
    raw = get("/api/openapi.json", EDITOR).document
    # The token is ours: without the ways to sign in, schemathesis does not make wrong ones.
    del raw["security"], raw["components"]["securitySchemes"]
    raw["paths"] = {
        path: {
            method: {name: part for name, part in told.items() if name != "security"}
            for method, told in found.items()
            if method in WRITING
        }
        for path, found in raw["paths"].items()
        if path.startswith(f"/collections/{slug}/items")
    }

    def prepared(case: Any, drawn: st.DataObject) -> Any:
        if not case.meta.generation.mode.is_positive:
            return case
        if drawn.draw(st.integers(0, 5)):
            _tame(case, drawn)
        if "{id}" in case.path:
            _aim(case, drawn, pk, tag)
        return case

    with described(raw) as schema:
        operations = [result.ok() for result in schema.get_all_operations()]
        assert {operation.method for operation in operations} >= {"post", "put", "patch"}
        for operation in operations:
            asked = partial(ask, operation, headers={"Authorization": token}, prepared=prepared)
            met = asked(times=count(125))
            if DONE[operation.method] not in met:
                met = asked(times=MORE, draw=1)
            assert DONE[operation.method] in met, operation.method


def _tame(case: Any, drawn: st.DataObject) -> None:
    """Put the feature somewhere on the territory and keep few properties: most of what is generated is refused."""
    body = case.body
    if isinstance(body, dict) and isinstance(body.get("geometry"), dict):
        body["geometry"] = {"type": "Point", "coordinates": MIDDLES[MEUDON]}
        case.headers.pop("Content-Crs", None)
    given = body.get("properties") if isinstance(body, dict) else None
    if given and isinstance(given, dict):
        kept = drawn.draw(st.sets(st.sampled_from(sorted(given)), max_size=2))
        body["properties"] = {name: given[name] for name in (*kept, *NAMES) if name in given}


def _aim(case: Any, drawn: st.DataObject, pk: int, tag: str) -> None:
    """Write to a feature that is there, most of the time, from a version that is right or wrong."""
    if drawn.draw(st.integers(0, 5)):
        case.path_parameters["id"] = pk
    version = drawn.draw(st.sampled_from(VERSIONS))
    generated = case.headers.get("If-Match")
    told: dict[str | None, Any] = {"as read": tag, "of before": f'"1{tag[1:]}', "as generated": generated}
    found = told.get(version, version)
    case.headers.pop("If-Match", None)
    if found is not None:
        case.headers["If-Match"] = found


READERS = [(PUBLIC, TREES), (PUBLIC, "bancs")]
READERS += [
    (person, slug) for person in (GARDENER, EDITOR, ADMINISTRATOR) for slug in (TREES, PLAYGROUNDS, "bancs")
]


@pytest.mark.parametrize(("person", "slug"), READERS, ids=str)
def test_the_document_options_and_answers_tell_the_same_methods(
    editable: World, person: Person, slug: str
) -> None:
    pk = 1 if slug == "bancs" else editable.address(slug)["pk"]
    listed = {items(slug): "items", items(slug, pk): "items/{id}"}
    paths = get("/api/openapi.json", person).document["paths"]
    for address, path in listed.items():
        told = {method for method in WRITING if method in paths[f"/collections/{slug}/{path}"]}
        allowed = send("OPTIONS", address, person).headers["Allow"].lower().split(", ")
        # Without a body nor a version nothing is written: what is admitted is refused for another reason.
        answers = {method: send(method.upper(), address, person).status for method in WRITING}
        admitted = {method for method, status in answers.items() if status not in {401, 405}}
        assert (set(allowed) & set(WRITING), admitted) == (told, told)
