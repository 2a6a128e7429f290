"""Landing page, conformance, collections, queryables, OpenAPI: what a client needs is found by following links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from jsonschema import Draft202012Validator

from gisportal.catalogue import CODED
from heritage.models import RemarkableTree
from layers.crs import CRS84, SERVED
from layers.parsing.cql2.parser import DURATION, RELATIVE, SPATIAL
from layers.parsing.query import PARAMETERS
from ogc.formats.functions import FUNCTIONS
from ogc.formats.schemas import DIALECT
from tests.people import ADMINISTRATOR, GARDENER, PUBLIC
from tests.protocols import ask, get, items
from tests.world import PLAYGROUNDS, TREES, World, protect

API = "/api/"
COLLECTION = f"/api/collections/{TREES}"
READ_ONLY = (API, "/api/conformance", "/api/functions", "/api/collections", COLLECTION)
DOCUMENTS = (*READ_ONLY, f"{COLLECTION}/items", f"{COLLECTION}/items/{{pk}}")
SCHEMAS = tuple(f"{COLLECTION}/{name}" for name in ("queryables", "sortables", "schema", "schemas/feature"))
MACHINE_ONLY = (*SCHEMAS, "/api/openapi.json")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
documents = pytest.mark.parametrize("path", DOCUMENTS)
resources = pytest.mark.parametrize("path", [*DOCUMENTS, *SCHEMAS])


def links_of(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every link object in a document."""
    if isinstance(value, dict):
        if "href" in value:
            yield value
        for inside in value.values():
            yield from links_of(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from links_of(inside)


def local(href: str) -> str:
    parts = urlsplit(href)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def place(world: World, path: str) -> str:
    return path.format(pk=world.trees["Cedre-Meudon"].pk)


@documents
def test_every_link_resolves_to_the_type_it_says(world: World, path: str) -> None:
    links = [link for link in links_of(get(place(world, path)).document) if "localhost" in link["href"]]
    got = {link["href"]: get(local(link["href"]), accept=link["type"]) for link in links}
    answered = {link["href"]: got[link["href"]].headers["Content-Type"].split(";")[0] for link in links}
    assert answered == {link["href"]: link["type"].split(";")[0] for link in links}


@documents
def test_every_document_says_where_it_is(world: World, path: str) -> None:
    document = get(place(world, path)).document
    self_links = [link["href"] for link in document["links"] if link["rel"] == "self"]
    assert self_links == [f"http://localhost{place(world, path)}"]


def test_links_keep_the_name_and_port_the_client_used(world: World) -> None:
    links = links_of(get(COLLECTION, host="meudon.localhost:8123").document)
    assert {urlsplit(link["href"]).netloc for link in links} <= {
        "meudon.localhost:8123",
        "www.etalab.gouv.fr",
    }


@resources
def test_every_document_has_a_page(world: World, path: str) -> None:
    answer = ask(place(world, path), {"f": "html"})
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


@resources
def test_a_browser_gets_the_page_without_asking(world: World, path: str) -> None:
    answer = get(place(world, path), accept=BROWSER)
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/*", "image/png", ";;;q=abc,,", "\t", "a" * 3000, "text/plain;q=2"]
)
@resources
def test_a_client_with_another_wish_gets_json(world: World, path: str, accept: str) -> None:
    answer = get(place(world, path), accept=accept)
    assert (answer.status, "json" in answer.headers["Content-Type"]) == (200, True)


@pytest.mark.parametrize("form", ["xml", "", "HTML", "../html", "json,html"])
@resources
def test_an_unknown_form_is_refused_and_those_that_are_served_are_named(
    world: World, path: str, form: str
) -> None:
    answer = ask(place(world, path), {"f": form})
    told = answer.status, answer.document["parameter"], "attend json, " in answer.document["detail"]
    assert told == (400, "f", True)


@pytest.mark.parametrize("accept", [BROWSER, "application/json"])
@resources
def test_caches_tell_the_forms_of_an_address_apart(world: World, path: str, accept: str) -> None:
    vary = {name.strip() for name in get(place(world, path), accept=accept).headers["Vary"].split(",")}
    assert {"Accept", "Authorization"} <= vary


@pytest.mark.parametrize(
    "path", [*DOCUMENTS, *MACHINE_ONLY, f"/tiles/{TREES}.json", f"/tiles/{TREES}/0/0/0.mvt"]
)
def test_an_unknown_parameter_is_refused_everywhere(world: World, path: str) -> None:
    answer = ask(place(world, path), {"inconnu": "1"})
    assert (answer.status, answer.document["parameter"]) == (400, "inconnu")


@pytest.mark.parametrize("path", [*DOCUMENTS, *MACHINE_ONLY])
def test_head_is_get_without_its_body(world: World, path: str) -> None:
    client = Client(headers={"host": "localhost"})
    got, head = (method(place(world, path)) for method in (client.get, client.head))
    bodies = len(got.getvalue()) > 0, len(head.getvalue())
    assert head.status_code == 200
    assert head.headers["Content-Type"] == got.headers["Content-Type"]
    assert bodies == (True, 0)


@pytest.mark.parametrize(
    "path", [*READ_ONLY, *MACHINE_ONLY, f"/tiles/{TREES}.json", f"/tiles/{TREES}/0/0/0.mvt"]
)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_what_is_read_only_says_so(world: World, path: str, method: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    answer = getattr(client, method)(place(world, path))
    told = answer.status_code, answer.headers["Content-Type"], answer.headers["Allow"]
    assert told == (405, "application/problem+json", "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("path", [*DOCUMENTS, *MACHINE_ONLY])
def test_options_names_the_methods(world: World, path: str) -> None:
    answer = Client(headers={"host": "localhost"}).options(place(world, path))
    assert (answer.status_code, answer.headers["Allow"]) == (200, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    "path", ["/api/rien", "/api/collections/", f"{COLLECTION}/rien", f"{COLLECTION}/items/abc", "/tiles/rien"]
)
def test_an_address_that_leads_nowhere_is_a_problem(world: World, path: str) -> None:
    answer = get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_the_landing_page_links_what_clients_look_for(world: World) -> None:
    rels = {link["rel"] for link in get(API).document["links"]}
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= rels


FUNCTION_USES = {
    "TODAY": "date_releve <= TODAY('-14d')",
    "PERIOD": "T_INTERSECTS(date_releve, PERIOD('last-14-days'))",
    "S_DWITHIN": "S_DWITHIN(geom, POINT(2.2 48.8), 1, 'kilometers')",
    "S_AREA": "S_AREA(geom) >= 0",
    "S_LENGTH": "S_LENGTH(geom) >= 0",
    "DAYS_BETWEEN": "DAYS_BETWEEN(date_plantation, date_releve) >= 0",
}


def test_the_landing_page_leads_to_the_functions_of_filters(world: World) -> None:
    rel = "http://www.opengis.net/def/rel/ogc/1.0/functions"
    (address,) = [link["href"] for link in get(API).document["links"] if link["rel"] == rel]
    document = get(address).document
    assert {function["name"] for function in document["functions"]} == set(FUNCTION_USES)
    types = {"string", "number", "integer", "datetime", "geometry", "boolean"}
    for function in document["functions"]:
        assert set(function["returns"]) <= types
        assert all(set(argument["type"]) <= types for argument in function["arguments"])
    described = {
        "components": get("/api/openapi.json").document["components"],
        "$ref": "#/components/schemas/functions",
    }
    Draft202012Validator(described).validate(document)


def test_every_function_beyond_cql2_is_listed() -> None:
    own = {*RELATIVE, *DURATION} | {name for name, (fewest, _most) in SPATIAL.items() if fewest != 2}
    assert {function.name.lower() for function in FUNCTIONS} == own


@pytest.mark.parametrize("name", FUNCTION_USES)
def test_a_listed_function_is_answered(world: World, name: str) -> None:
    query = urlencode({"filter": FUNCTION_USES[name]})
    assert get(f"{COLLECTION}/items?{query}").status == 200


def test_the_functions_have_a_page(world: World) -> None:
    assert "last-14-days" in get("/api/functions?f=html").body


def test_conformance_claims_the_core(world: World) -> None:
    classes = get("/api/conformance").document["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes


def test_every_open_layer_is_a_collection(world: World) -> None:
    ids = {collection["id"] for collection in get("/api/collections", ADMINISTRATOR).document["collections"]}
    assert ids == {"catalogue", *(definition.slug for definition in CODED.all())}


def test_a_collection_reads_the_same_alone_and_in_the_list(world: World) -> None:
    listed = next(c for c in get("/api/collections").document["collections"] if c["id"] == TREES)
    assert listed == get(COLLECTION).document


def test_a_collection_says_its_extent_and_its_crs(world: World) -> None:
    document = get(COLLECTION).document
    told = document["extent"]["spatial"], document["crs"], document["storageCrs"]
    bounds = {"bbox": [[2.2095, 48.8095, 2.2305, 48.8105]], "crs": CRS84.uri}
    assert told == (bounds, [crs.uri for crs in SERVED], CRS84.uri)


def test_a_collection_says_from_when_to_when_its_features_are(world: World) -> None:
    for name, day in (("Cedre-Meudon", "2024-01-10"), ("Platane-Boulogne", "2024-07-14")):
        RemarkableTree.objects.filter(nom_vernaculaire=name).update(date_releve=day)
    assert get(COLLECTION).document["extent"]["temporal"] == {
        "interval": [["2024-01-10T00:00:00+01:00", "2024-07-14T23:59:59+02:00"]],
        "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
    }


def test_the_whole_of_its_dates_asks_every_feature(world: World) -> None:
    RemarkableTree.objects.update(date_releve="2024-07-14")
    (interval,) = get(COLLECTION).document["extent"]["temporal"]["interval"]
    assert items(TREES, {"datetime": "/".join(interval)}).document["numberMatched"] == 2


def test_dates_that_are_hidden_have_no_extent(world: World) -> None:
    RemarkableTree.objects.update(date_releve="2024-07-14")
    protect(TREES, "date_releve", GARDENER)
    told = ["temporal" in get(COLLECTION, person).document["extent"] for person in (PUBLIC, GARDENER)]
    assert told == [False, True]


def test_a_date_that_python_does_not_have_is_no_fault(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE heritage_remarkabletree SET date_releve = 'infinity'")
    assert "temporal" not in get(COLLECTION).document["extent"]


def test_an_empty_collection_has_no_extent(world: World) -> None:
    assert "extent" not in get("/api/collections/plui-prescriptions-lin").document


@pytest.mark.parametrize("path", SCHEMAS)
def test_properties_are_a_json_schema(world: World, path: str) -> None:
    document = get(path).document
    Draft202012Validator.check_schema(document)
    assert (document["$schema"], document["$id"]) == (DIALECT, f"http://localhost{path}")


@pytest.mark.parametrize("slug", [definition.slug for definition in CODED.all()])
def test_every_queryable_may_be_filtered_on_and_every_sortable_sorted_by(world: World, slug: str) -> None:
    address = f"/api/collections/{slug}"
    queryables, sortables = (
        get(f"{address}/{kind}", ADMINISTRATOR).document["properties"] for kind in ("queryables", "sortables")
    )
    asked = {
        name: ({"filter": f'"{name}" IS NULL'} if name in queryables else {})
        | ({"sortby": f"-{name}"} if name in sortables else {})
        for name in queryables | sortables
    }
    found = {name: ask(f"{address}/items", text, ADMINISTRATOR).status for name, text in asked.items()}
    assert found == dict.fromkeys(asked, 200)


def test_openapi_describes_every_parameter_of_items(world: World) -> None:
    document = get("/api/openapi.json").document
    described = document["paths"][f"/collections/{TREES}/items"]["get"]["parameters"]
    named = [found.get("name") or found["$ref"].rsplit("/", 1)[1] for found in described]
    fields = set(get(f"{COLLECTION}/queryables").document["properties"]) - {*PARAMETERS, "geom"}
    assert (len(named), set(named)) == (len(set(named)), {*PARAMETERS, *fields, "f"})


def test_openapi_refers_to_what_it_holds(world: World) -> None:
    document = get("/api/openapi.json").document
    references = {value for value in walk(document, "$ref")}
    missing = [reference for reference in references if not resolve(document, reference)]
    assert (len(references) > 10, missing) == (True, [])


def walk(value: Any, key: str) -> Iterator[Any]:
    if isinstance(value, dict):
        if key in value:
            yield value[key]
        for inside in value.values():
            yield from walk(inside, key)
    elif isinstance(value, list):
        for inside in value:
            yield from walk(inside, key)


def resolve(document: Any, reference: str) -> Any:
    for step in reference.removeprefix("#/").split("/"):
        document = document.get(step, {})
    return document


@pytest.mark.parametrize("name", ["queryables", "sortables", "schema", "schemas/feature"])
def test_properties_are_those_of_the_visitor(world: World, name: str) -> None:
    hidden = get(f"/api/collections/{PLAYGROUNDS}/{name}").status, get(f"/api/collections/rien/{name}").status
    body = get(f"{COLLECTION}/{name}").body
    assert hidden == (401, 404)
    assert "matricule" not in body
    assert "etat_sanitaire" not in body
