"""Bad input gets a clear answer: a 4xx that names the culprit, never a 500, never ignored, nothing shown."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from heritage.models import RemarkableTree
from layers.parsing.query import PARAMETERS, REPEATABLE, SELECTING
from tests.examples import examples
from tests.people import ADMINISTRATOR
from tests.protocols import Answer, ask, get, items
from tests.world import TREES, ZONES, World

BOW_TIE = "POLYGON((2.20 48.80, 2.21 48.81, 2.21 48.80, 2.20 48.81, 2.20 48.80))"
# (parameters, the one to blame)
REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "unknown-parameter": ({"couleur": "bleu"}, "couleur"),
    "near-miss": ({"Limit": "1"}, "Limit"),
    "bbox-of-3": ({"bbox": "2.2,48.8,2.3"}, "bbox"),
    "bbox-out-of-range": ({"bbox": "2.2,48.8,2.3,480.9"}, "bbox"),
    "bbox-swapped": ({"bbox": "2.3,48.9,2.2,48.8"}, "bbox"),
    "bbox-two-turns": ({"bbox": "2.2,48.8,722.3,48.9"}, "bbox"),
    "bbox-nan": ({"bbox": "NaN,NaN,NaN,NaN"}, "bbox"),
    "bbox-infinite": ({"bbox": "-inf,48.8,inf,48.9"}, "bbox"),
    "bbox-words": ({"bbox": "a,b,c,d"}, "bbox"),
    "bbox-empty": ({"bbox": ""}, "bbox"),
    "bbox-heights-swapped": ({"bbox": "2.2,48.8,10,2.3,48.9,-10"}, "bbox"),
    "bbox-crs-alone": ({"bbox-crs": "EPSG:2154"}, "bbox-crs"),
    "bbox-crs-unknown": ({"bbox": "1,1,2,2", "bbox-crs": "EPSG:9999"}, "bbox-crs"),
    "limit-0": ({"limit": "0"}, "limit"),
    "limit-negative": ({"limit": "-1"}, "limit"),
    "limit-exponent": ({"limit": "1e9"}, "limit"),
    "limit-word": ({"limit": "abc"}, "limit"),
    "commune-unknown": ({"commune": "75056"}, "commune"),
    "commune-word": ({"commune": "Meudon"}, "commune"),
    "commune-one-of-two": ({"commune": "92048,99999"}, "commune"),
    "wkt-cut": ({"within": "POLYGON((2.2 48.8, 2.3 48.8"}, "within"),
    "wkt-word": ({"within": "partout"}, "within"),
    "wkt-open-ring": ({"within": "POLYGON((2.2 48.8, 2.3 48.8, 2.3 48.9))"}, "within"),
    "wkt-empty": ({"within": "POLYGON EMPTY"}, "within"),
    "wkt-curve": ({"within": "CIRCULARSTRING(0 0, 1 1, 1 0)"}, "within"),
    "wkt-out-of-range": ({"within": "POINT(2000 4800)"}, "within"),
    "wkt-nan": ({"within": "POINT(NaN NaN)"}, "within"),
    "wkt-srid": ({"within": "SRID=2154;POINT(650000 6860000)"}, "within"),
    "geojson-cut": ({"within": '{"type":"Point","coordinates":['}, "within"),
    "geojson-typeless": ({"within": '{"coordinates":[2,48]}'}, "within"),
    "geojson-feature": ({"within": '{"type":"Feature","geometry":null}'}, "within"),
    "geojson-nan": ({"within": '{"type":"Point","coordinates":[NaN,48]}'}, "within"),
    "geojson-surrogate": ({"within": '{"type":"\\ud800","coordinates":[2,48]}'}, "within"),
    "geojson-deep": ({"within": '{"type":"Polygon","coordinates":' + "[" * 200 + "]" * 200 + "}"}, "within"),
    "self-crossing": ({"within": BOW_TIE}, "within"),
    "self-crossing-filter": ({"filter": f"S_INTERSECTS(geom, {BOW_TIE})"}, "filter"),
    "near-alone": ({"near": "2.2,48.8"}, "radius"),
    "radius-alone": ({"radius": "10"}, "radius"),
    "near-axes": ({"near": "48.8,200", "radius": "10"}, "near"),
    "radius-negative": ({"near": "2.2,48.8", "radius": "-5"}, "radius"),
    "radius-nan": ({"near": "2.2,48.8", "radius": "nan"}, "radius"),
    "cql-cut": ({"filter": "hauteur >"}, "filter"),
    "cql-word": ({"filter": "n'importe quoi"}, "filter"),
    "cql-empty": ({"filter": ""}, "filter"),
    "cql-json-cut": ({"filter": '{"op":"="', "filter-lang": "cql2-json"}, "filter"),
    "cql-json-operator": ({"filter": '{"op":"\\ud800","args":[]}', "filter-lang": "cql2-json"}, "filter"),
    "cql-json-key": ({"filter": '{"op":"=","args":[],"\\udfff":1}', "filter-lang": "cql2-json"}, "filter"),
    "cql-json-property": ({"filter": '{"property":"\\ud800"}', "filter-lang": "cql2-json"}, "filter"),
    "cql-language": ({"filter": "id=1", "filter-lang": "sql"}, "filter-lang"),
    "cql-unknown-property": ({"filter": "rien = 1"}, "filter"),
    "cql-protected-property": ({"filter": "matricule = 'x'"}, "filter"),
    "cql-type": ({"filter": "hauteur = 'haut'"}, "filter"),
    "cql-not-boolean": ({"filter": "genre"}, "filter"),
    "cql-function": ({"filter": "pg_sleep(10) = 1"}, "filter"),
    "cql-crs-alone": ({"filter-crs": "EPSG:4326"}, "filter-crs"),
    "cql-language-alone": ({"filter-lang": "cql2-text"}, "filter-lang"),
    "cql-chain": ({"filter": " OR ".join(["id <> 0"] * 1_500)}, "filter"),
    "cql-crs": ({"filter": "id=1", "filter-crs": "EPSG:1"}, "filter-crs"),
    "cql-deep": ({"filter": "(" * 500 + "id=1" + ")" * 500}, "filter"),
    "crs-unknown": ({"crs": "EPSG:27572"}, "crs"),
    "crs-empty": ({"crs": ""}, "crs"),
    "datetime-word": ({"datetime": "hier"}, "datetime"),
    "datetime-french": ({"datetime": "31/12/2025"}, "datetime"),
    "datetime-swapped": ({"datetime": "2026-01-01/2025-01-01"}, "datetime"),
    "datetime-open": ({"datetime": "../.."}, "datetime"),
    "datetime-no-such-day": ({"datetime": "2025-02-30"}, "datetime"),
    "datetime-no-zone": ({"datetime": "2025-02-03T10:00:00"}, "datetime"),
    "sortby-unknown": ({"sortby": "rien"}, "sortby"),
    "sortby-list": ({"sortby": "critere"}, "sortby"),
    "sortby-path": ({"sortby": "commune__geom"}, "sortby"),
    "sortby-pk": ({"sortby": "pk"}, "sortby"),
    "sortby-random": ({"sortby": "?"}, "sortby"),
    "properties-unknown": ({"properties": "rien"}, "properties"),
    "properties-geometry": ({"properties": "geom_3857"}, "properties"),
    "properties-hidden-column": ({"properties": "created_at"}, "properties"),
    "ids-word": ({"ids": "a"}, "ids"),
    "ids-huge": ({"ids": "9" * 30}, "ids"),
    "words-too-long": ({"q": "a" * 300}, "q"),
    "cursor-empty": ({"cursor": ""}, "cursor"),
    "cursor-word": ({"cursor": "abc"}, "cursor"),
    "cursor-other-sort": ({"cursor": "WyJub20iLDFd", "sortby": "genre"}, "cursor"),
    "matched-word": ({"touching": ZONES, "matched": "oui"}, "matched"),
    "matched-alone": ({"matched": "true"}, "matched"),
    "disjoint-word": ({"disjoint": "Zones"}, "disjoint"),
    "disjoint-too-far": ({"disjoint": f"{ZONES}@100001"}, "disjoint"),
    "form": ({"f": "xml"}, "f"),
}


@pytest.mark.parametrize(("parameters", "culprit"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused_and_named_without_a_word_of_the_inside(
    world: World, parameters: dict[str, str], culprit: str
) -> None:
    answer = items(TREES, parameters)
    told = answer.status, answer.headers["Content-Type"], answer.document["parameter"]
    assert told == (400, "application/problem+json", culprit)
    assert refusals_of(answer) == set()


@pytest.mark.parametrize("name", [name for name in REFUSED if REFUSED[name][1] in (*SELECTING, "properties")])
def test_tiles_refuse_the_same(world: World, name: str) -> None:
    parameters, culprit = REFUSED[name]
    answer = ask(f"/tiles/{TREES}/0/0/0.mvt", parameters)
    assert (answer.status, answer.document["parameter"]) == (400, culprit)


@pytest.mark.parametrize("name", ["limit", "cursor", "matched", "sortby", "crs", "f"])
def test_tiles_refuse_what_they_do_not_read(world: World, name: str) -> None:
    answer = ask(f"/tiles/{TREES}/0/0/0.mvt", {name: "1"})
    assert (answer.status, answer.document["parameter"]) == (400, name)


@pytest.mark.parametrize("name", [name for name in PARAMETERS if name not in REPEATABLE])
def test_a_parameter_given_twice_is_refused(world: World, name: str) -> None:
    answer = get(f"/api/collections/{TREES}/items?{name}=1&{name}=2")
    assert (answer.status, answer.document["parameter"]) == (400, name)


@pytest.mark.parametrize("name", [*PARAMETERS, "f"])
def test_a_null_character_is_refused(world: World, name: str) -> None:
    answer = items(TREES, {name: "a\x00"})
    assert (answer.status, answer.document["parameter"]) == (400, name)


@pytest.mark.parametrize("name", [*PARAMETERS, "f"])
def test_half_a_character_is_no_defect(world: World, name: str) -> None:
    assert get(f"/api/collections/{TREES}/items?{name}=%ED%A0%80%FF").status == (200 if name == "q" else 400)


INJECTIONS = [
    "1; DROP TABLE heritage_remarkabletree; --",
    "' OR '1'='1",
    "') OR 1=1 --",
    '" OR ""="',
    "1) UNION SELECT password FROM accounts_user --",
    "%s %(x)s %%",
    "\\'; SELECT pg_sleep(5) --",
    "$$ || pg_sleep(5) || $$",
    "genre' , (SELECT 1)::text",
]


@pytest.mark.parametrize("name", PARAMETERS)
def test_sql_in_a_parameter_is_text_or_refused(world: World, name: str) -> None:
    told = {text: items(TREES, {name: text}).status for text in INJECTIONS}
    assert {text: status for text, status in told.items() if status not in {200, 400}} == {}
    assert RemarkableTree.objects.count() == 2


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize(
    "expression", ["genre = {}", "genre LIKE {}", "genre IN ({}, 'a')", "CASEI(genre) = CASEI({})"]
)
def test_sql_in_a_literal_is_text(world: World, expression: str, text: str) -> None:
    literal = "'" + text.replace("'", "''") + "'"
    assert items(TREES, {"filter": expression.format(literal)}).document["numberMatched"] == 0


@pytest.mark.parametrize("text", INJECTIONS)
def test_sql_in_a_name_is_no_property(world: World, text: str) -> None:
    name = text.replace('"', '""')
    assert items(TREES, {"filter": f'"{name}" = 1'}).status == 400


def test_a_filter_of_two_hundred_kilobytes_is_refused(world: World) -> None:
    answer = items(TREES, {"filter": "genre = '" + "a" * 200_000 + "'"})
    assert answer.status == 400
    assert answer.document["parameter"] == "filter"
    assert len(answer.body) < 2_000


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_very_long_value_is_not_written_back(world: World, name: str) -> None:
    assert len(items(TREES, {name: "9" * 100_000 + "x"}).body) < 5_000


def test_a_very_long_name_is_not_written_back(world: World) -> None:
    assert len(items(TREES, {"a" * 100_000: "1"}).body) < 2_000


@pytest.mark.parametrize(
    "slug",
    ["rien", "a" * 5_000, "%00", "..%2F..%2Fetc", "%27%20OR%201=1", "%ED%A0%80", "Arbres-Remarquables"],
)
@pytest.mark.parametrize(
    "address", ["/api/collections/{}", "/api/collections/{}/items", "/tiles/{}.json", "/tiles/{}/0/0/0.mvt"]
)
def test_a_layer_that_does_not_exist_is_a_404(world: World, address: str, slug: str) -> None:
    assert get(address.format(slug)).status == 404


@pytest.mark.parametrize("pk", ["0", "999999999", "9" * 19, "9" * 400])
@pytest.mark.parametrize("address", ["/api/collections/{}/items/{}", "/catalogue/{}/{}/"])
def test_a_feature_that_does_not_exist_is_a_404(world: World, address: str, pk: str) -> None:
    assert get(address.format(TREES, pk)).status == 404


@pytest.mark.parametrize("pk", ["-1", "1.5", "abc", "1%00", "٣"])
def test_a_key_that_is_no_number_leads_nowhere(world: World, pk: str) -> None:
    assert get(f"/api/collections/{TREES}/items/{pk}").status == 404


TILES = [
    "99/0/0",
    "23/0/0",
    "0/1/0",
    "0/0/1",
    "12/4096/0",
    "12/0/4096",
    f"9/{10**30}/0",
    f"{10**30}/0/0",
    "5/-1/0",
    "a/b/c",
    "1.5/0/0",
]


@pytest.mark.parametrize("tile", TILES)
def test_a_tile_out_of_the_pyramid_is_a_404(world: World, tile: str) -> None:
    assert get(f"/tiles/{TREES}/{tile}.mvt").status == 404


def test_a_refused_tile_is_read_by_other_sites(world: World) -> None:
    assert get(f"/tiles/{TREES}/99/0/0.mvt").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "parameters",
    [{"crs": "EPSG:1"}, {"crs": ""}, {"limit": "1"}, {"filter": "id=1"}, {"properties": "genre"}],
)
def test_a_feature_alone_refuses_what_it_does_not_read(world: World, parameters: dict[str, str]) -> None:
    answer = ask(f"/api/collections/{TREES}/items/{world.trees['Cedre-Meudon'].pk}", parameters)
    assert (answer.status, answer.document["parameter"]) == (400, next(iter(parameters)))


@pytest.mark.parametrize(
    "path", ["/catalogue/", f"/catalogue/{TREES}/", "/carte/", "/compte/connexion/", "/api/collections"]
)
@pytest.mark.parametrize(
    "query", ["q=%00", "page=%00&q[]=1", "q=%ED%A0%80", "%00=1", "=1", "&&&", "q=" + "a" * 9_000]
)
def test_no_page_fails_on_nonsense(world: World, path: str, query: str) -> None:
    assert get(f"{path}?{query}").status in {200, 400}


def refusals_of(answer: Answer) -> set[str]:
    return {word for word in ("Traceback", "psycopg", "SELECT", "heritage_", "django") if word in answer.body}


@examples(80)
@given(parameters=st.dictionaries(st.sampled_from([*PARAMETERS, "f"]), st.text(max_size=30), max_size=3))
@example(parameters={"touching": "0"})
def test_any_parameters_are_an_answer_or_a_clear_refusal(world: World, parameters: dict[str, str]) -> None:
    encodable = {name: text.encode(errors="replace").decode() for name, text in parameters.items()}
    answer = items(TREES, encodable, ADMINISTRATOR)
    connection.cursor().execute("SELECT 1")
    if answer.status in {400, 404}:  # touching may name a layer that is not there
        assert json.loads(answer.body)["parameter"]
    else:
        assert answer.status == 200
