"""``/api/collections/{layer}/aggregate``: groups for machines and people, refusals by name, rights, freshness."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from layers.models import Layer
from tests import factories
from tests.deliveries import counts
from tests.factories import BOULOGNE, MEUDON, SEVRES
from tests.people import (
    ADMINISTRATOR,
    GARDENER,
    NEWCOMER,
    OUTSIDER,
    PARTNER,
    PLANNER,
    PUBLIC,
    TOWN_AGENT,
    Person,
)
from tests.protocols import Answer, ask, items, matched
from tests.world import ARCHIVED, DRAFT, MATRICULE, PLAYGROUNDS, TREES, ZONES, World, protect

LINES = "plui-prescriptions-lin"
pytestmark = pytest.mark.django_db


def aggregate(
    slug: str, parameters: dict[str, str] | None = None, person: Person = PUBLIC, **headers: str
) -> Answer:
    return ask(f"/api/collections/{slug}/aggregate", parameters, person, **headers)


def rows(answer: Answer) -> list[list[Any]]:
    """Return the rows as lists."""
    assert answer.status == 200, answer.body
    return [list(row.values()) for row in answer.document["rows"]]


def test_an_answer_says_what_its_columns_are(world: World) -> None:
    document = aggregate(ZONES, {"group_by": "commune,typezone", "measures": "count,area"}).document
    assert [(c["name"], c["role"], c["type"], c.get("unit")) for c in document["columns"]] == [
        ("commune", "key", "string", None),
        ("typezone", "key", "string", None),
        ("count", "measure", "integer", None),
        ("area", "measure", "number", "m²"),
    ]
    assert document["columns"][0]["labels"][MEUDON] == "Meudon"
    assert document["rows"][0].keys() == {"commune", "typezone", "count", "area"}


def test_an_answer_says_how_much_it_holds(world: World) -> None:
    document = aggregate(ZONES, {"group_by": "libelle", "limit": "2"}).document
    told = [document[name] for name in ("numberMatched", "numberGroups", "numberReturned", "truncated")]
    assert told == [3, 3, 2, True]


def test_without_a_question_it_counts(world: World) -> None:
    assert rows(aggregate(ZONES)) == [[3]]


def test_its_links_lead_to_the_features_that_were_counted(world: World) -> None:
    answer = aggregate(ZONES, {"group_by": "typezone", "sortby": "-count", "commune": MEUDON, "limit": "5"})
    links = {link["rel"]: link["href"] for link in answer.document["links"]}
    assert links["items"].endswith(f"/items?commune={MEUDON}")
    assert links["self"].endswith("limit=5")
    assert "f=html" in links["alternate"]


@pytest.mark.parametrize(
    "selecting",
    [
        {"commune": MEUDON}, {"bbox": "2.2,48.8,2.22,48.82"}, {"filter": "libelle LIKE 'U%'"}, {"q": "frontiere"},
        {"near": "2.21,48.81", "radius": "100"}, {"libelle": "USevres"}, {"ids": "0"}, {"datetime": "../2000-01-01"},
        {"within": "POINT(2.21 48.81)"}, {"touching": TREES}, {"bbox": "48.8,2.2,48.82,2.22", "bbox-crs": "EPSG:4326"},
    ],
    ids=lambda selecting: next(iter(selecting)),
)  # fmt: skip
def test_it_counts_the_features_that_items_gives(world: World, selecting: dict[str, str]) -> None:
    listed, counted = items(ZONES, selecting), aggregate(ZONES, {"group_by": "libelle"} | selecting)
    assert counted.document["numberMatched"] == matched(listed)
    libelles = {feature["properties"]["libelle"] for feature in listed.document["features"]}
    assert {row["libelle"] for row in counted.document["rows"]} == libelles


REFUSED = [
    ({"couleur": "bleu"}, "couleur"),
    ({"properties": "libelle"}, "properties"),
    ({"cursor": "abc"}, "cursor"),
    ({"crs": "EPSG:2154"}, "crs"),
    ({"f": "geojson"}, "f"),
    ({"group_by": "rien"}, "group_by"),
    ({"group_by": ""}, "group_by"),
    ({"group_by": "geom"}, "group_by"),
    ({"group_by": "bins5:libelle"}, "group_by"),
    ({"group_by": "bins9999:libelle"}, "group_by"),
    ({"group_by": "libelle,libelle"}, "group_by"),
    ({"group_by": "year:libelle"}, "group_by"),
    ({"group_by": "'; DROP TABLE layers_layer; --"}, "group_by"),
    ({"group_by": "a\x00"}, "group_by"),
    ({"measures": "sum:rien"}, "measures"),
    ({"measures": "sum:libelle"}, "measures"),
    ({"measures": "length"}, "measures"),
    ({"measures": "p101:libelle"}, "measures"),
    ({"measures": ""}, "measures"),
    ({"sortby": "libelle"}, "sortby"),
    ({"group_by": "libelle", "sortby": "-area"}, "sortby"),
    ({"limit": "0"}, "limit"),
    ({"commune": "75056"}, "commune"),
    ({"bbox": "1,2,3"}, "bbox"),
    ({"filter": "rien = 1"}, "filter"),
    ({"touching": "rien"}, "layer"),
    ({"typezone": "ZZ"}, "typezone"),
]


@pytest.mark.parametrize(("parameters", "culprit"), REFUSED, ids=str)
def test_bad_input_is_refused_by_name(world: World, parameters: dict[str, str], culprit: str) -> None:
    answer = aggregate(ZONES, parameters)
    expected = 404 if culprit == "layer" else 400
    assert (answer.status, answer.document["parameter"]) == (expected, culprit), answer.body


@pytest.mark.parametrize("name", ["group_by", "measures", "sortby", "limit"])
def test_a_parameter_given_twice_is_refused(world: World, name: str) -> None:
    answer = ask(f"/api/collections/{ZONES}/aggregate?{name}=1&{name}=2")
    assert (answer.status, answer.document["parameter"]) == (400, name)


@pytest.mark.parametrize("name", ["near", "within"])
def test_a_table_is_nowhere(catalogue: object, name: str) -> None:
    counts()
    values = {"near": "2.2,48.8", "within": "POINT(2.2 48.8)"}
    asked = {name: values[name]} | ({"radius": "10"} if name == "near" else {})
    answer = aggregate("population", asked)
    assert (answer.status, answer.document["parameter"]) == (400, name)


def test_a_table_is_aggregated(catalogue: object) -> None:
    counts()
    answer = aggregate("population", {"group_by": "commune", "measures": "sum:habitants"})
    assert rows(answer) == [[MEUDON, 46_000], [SEVRES, 23_000], [None, 2_100_000]]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_only_read(world: World, client: Client, method: str) -> None:
    assert getattr(client, method)(f"/api/collections/{ZONES}/aggregate").status_code == 405


HIDDEN = ("etat_sanitaire", "matricule")
ASKING = [
    {"group_by": "{field}"},
    {"group_by": "genre,{field}"},
    {"measures": "distinct:{field}"},
    {"measures": "count,max:{field}"},
    {"group_by": "bins5:{field}"},
    {"group_by": "year:{field}"},
    {"sortby": "{field}"},
    {"sortby": "-distinct:{field}"},
    {"group_by": "genre", "filter": "{field} IS NULL"},
    {"group_by": "genre", "{field}": "1"},
]


@pytest.mark.parametrize("question", ASKING, ids=str)
@pytest.mark.parametrize("field", HIDDEN)
@pytest.mark.parametrize("person", [OUTSIDER, PLANNER], ids=str)
def test_a_hidden_field_is_refused_like_one_that_does_not_exist(
    world: World, question: dict[str, str], field: str, person: Person
) -> None:
    told = [
        aggregate(TREES, {k.format(field=name): v.format(field=name) for k, v in question.items()}, person)
        for name in (field, "rien_du_tout")
    ]
    assert (told[0].status, told[0].body) == (400, told[1].body.replace("rien_du_tout", field))


@pytest.mark.parametrize("field", HIDDEN)
def test_its_readers_group_by_it(world: World, field: str) -> None:
    answer = aggregate(TREES, {"group_by": field, "measures": f"distinct:{field}"}, GARDENER)
    assert (answer.status, answer.document["numberMatched"]) == (200, 2)


def test_words_of_a_hidden_field_are_not_searched(world: World) -> None:
    found = [
        aggregate(TREES, {"q": MATRICULE}, person).document["numberMatched"] for person in (PUBLIC, GARDENER)
    ]
    assert found == [0, 2]


def test_the_page_of_an_aggregate_offers_no_hidden_field(world: World) -> None:
    protect(TREES, "genre", GARDENER)
    pages = [aggregate(TREES, {"f": "html"}, person).body for person in (PUBLIC, GARDENER)]
    assert ["group_by=genre" in page for page in pages] == [False, True]


COUNTED = {
    PUBLIC: 401, OUTSIDER: 404, PARTNER: 404, NEWCOMER: 404, TOWN_AGENT: 2, PLANNER: 3, GARDENER: 3, ADMINISTRATOR: 3,
}  # fmt: skip


@pytest.mark.parametrize("person", COUNTED, ids=str)
def test_each_is_told_of_their_rows_alone(world: World, person: Person) -> None:
    answer = aggregate(PLAYGROUNDS, {"group_by": "commune"}, person)
    found = answer.document["numberMatched"] if answer.status == 200 else answer.status
    assert found == COUNTED[person]


def test_a_town_agent_learns_of_no_other_commune(world: World) -> None:
    answer = aggregate(PLAYGROUNDS, {"group_by": "commune,nom", "measures": "count,max:id"}, TOWN_AGENT)
    assert {row[0] for row in rows(answer)} == {MEUDON}
    assert answer.shows(["Jeux-Pont", BOULOGNE, "Boulogne"]) == frozenset()


def test_who_is_asked_for_credentials_is_told_how(world: World) -> None:
    assert aggregate(PLAYGROUNDS).headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("slug", [DRAFT, ARCHIVED, "rien"])
def test_what_is_not_published_is_absent(world: World, slug: str) -> None:
    assert aggregate(slug, person=OUTSIDER).status == 404


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("localhost", {"UMeudon", "UFrontiere", "USevres"}),
        ("meudon.localhost", {"UMeudon", "UFrontiere"}),
        ("boulogne-billancourt.localhost", {"UFrontiere"}),
    ],
)
def test_a_portal_counts_what_it_shows(world: World, host: str, names: set[str]) -> None:
    answer = aggregate(ZONES, {"group_by": "libelle"}, host=host)
    assert ({row[0] for row in rows(answer)}, answer.document["numberMatched"]) == (names, len(names))


def test_an_unchanged_answer_is_a_304_until_the_data_changes(world: World) -> None:
    asked = {"group_by": "libelle"}
    first = aggregate(ZONES, asked)
    again = aggregate(ZONES, asked, if_none_match=first.headers["ETag"])
    factories.zone("UNouvelle")
    changed = aggregate(ZONES, asked, if_none_match=first.headers["ETag"])
    assert [first.status, again.status, changed.status] == [200, 304, 200]
    assert len(rows(changed)) == 4


def test_no_shared_cache_keeps_what_is_not_for_everybody(world: World) -> None:
    kept = {str(p): aggregate(TREES, person=p).headers["Cache-Control"] for p in (PUBLIC, GARDENER)}
    assert kept == {str(PUBLIC): "public, no-cache", str(GARDENER): "private, no-cache"}


# What is asked of every layer (row, protected fields and data version at once), the time limit, the aggregate.
STATEMENTS = {
    "group_by=commune,typezone&measures=count,area": 3,
    "group_by=bins5:date_validite": 3,
    f"group_by=commune&commune={MEUDON}": 4,  # is it a commune
    "f=html": 4,  # the communes of the switcher
}


@pytest.mark.parametrize("question", STATEMENTS)
def test_an_answer_asks_a_pinned_number_of_questions(world: World, client: Client, question: str) -> None:
    client.get("/api/?f=html")  # what every page has
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/api/collections/{ZONES}/aggregate?{question}").status_code == 200
    asked = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len(asked) == STATEMENTS[question], "\n".join(asked)


def test_people_read_a_table_in_words(world: World) -> None:
    factories.zone("UVieille", datvalid="20240714", typezone="N")
    asked = {"group_by": "commune,typezone,month:date_validite", "measures": "count,area", "f": "html"}
    answer = aggregate(ZONES, asked)
    assert answer.shows(["Meudon", "Zone naturelle et forestière", "juillet 2024", "m²", "4 objets comptés"]) == {
        "Meudon", "Zone naturelle et forestière", "juillet 2024", "m²", "4 objets comptés",
    }  # fmt: skip


def test_people_read_where_bins_end(world: World) -> None:
    with factories.in_bulk():
        for metres in (3, 8):
            factories.tree(precision_position=metres)
    text = re.sub(
        r"<[^>]+>|\s+", " ", aggregate(TREES, {"group_by": "width5:precision_position", "f": "html"}).body
    )
    assert re.search(r"0.m – 5.m", text)
    assert re.search(r"5.m – 10.m", text)


def test_people_are_told_that_groups_are_missing(world: World) -> None:
    assert (
        "2 groupes affichés sur 3"
        in aggregate(ZONES, {"group_by": "libelle", "limit": "2", "f": "html"}).body
    )


def test_a_collection_leads_to_its_aggregates(world: World) -> None:
    document = ask(f"/api/collections/{ZONES}").document
    assert any(link["href"].endswith(f"/{ZONES}/aggregate") for link in document["links"])


def described(slug: str, person: Person = PUBLIC) -> dict[str, Any]:
    """Return what the OpenAPI document says of a layer's aggregates."""
    document = ask("/api/openapi.json", None, person).document
    found: dict[str, Any] = document["paths"][f"/collections/{slug}/aggregate"]["get"]
    return found


def pattern(name: str, slug: str, person: Person = PUBLIC) -> str:
    found = next(p for p in described(slug, person)["parameters"] if p.get("name") == name)
    return str(found["schema"]["items"]["pattern"])


@pytest.mark.parametrize("text", ["commune", "typezone", "year:date_validite", "bins10:date_validite"])
def test_the_description_says_what_groups(world: World, text: str) -> None:
    assert re.fullmatch(pattern("group_by", ZONES), text)
    assert aggregate(ZONES, {"group_by": text}).status == 200


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("group_by", "rien"),
        ("group_by", "year:typezone"),
        ("group_by", "width5:typezone"),
        ("measures", "sum:typezone"),
        ("measures", "length"),
        ("measures", "area:typezone"),
    ],
)
def test_the_description_says_nothing_else_does(world: World, name: str, text: str) -> None:
    assert not re.fullmatch(pattern(name, ZONES), text)
    assert aggregate(ZONES, {name: text}).status == 400


def test_the_description_names_no_hidden_field(world: World) -> None:
    found = ["matricule" in str(described(TREES, person)) for person in (PUBLIC, GARDENER)]
    assert found == [False, True]


@pytest.mark.parametrize(
    "question",
    [
        "group_by=commune,month:date_validite",
        "measures=count,area",
        "group_by=bins3:id",
        "group_by=typezone&measures=share:area,per_km2:count,ratio:area/count",
        "series=id&measures=sum:value,count",
    ],
)
def test_an_answer_is_what_the_description_says(world: World, question: str) -> None:
    schema = described(ZONES)["responses"]["200"]["content"]["application/json"]["schema"]
    components = ask("/api/openapi.json").document["components"]
    answer = ask(f"/api/collections/{ZONES}/aggregate?{question}")
    jsonschema.Draft4Validator({"allOf": [_nullable(schema)], "components": components}).validate(
        answer.document
    )


def test_a_suppressed_answer_is_what_the_description_says(world: World) -> None:
    Layer.objects.filter(slug=ZONES).update(smallest_count=9)
    test_an_answer_is_what_the_description_says(world, "group_by=typezone&measures=count,area")


def _nullable(schema: Any) -> Any:
    """Write OpenAPI 3.0's ``nullable`` as JSON Schema does."""
    if isinstance(schema, list):
        return [_nullable(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _nullable(part) for name, part in schema.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") else plain
