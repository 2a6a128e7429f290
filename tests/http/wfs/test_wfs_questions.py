"""Features that answer: by each way of asking, the rows that SQL gives."""

from __future__ import annotations

import json
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heritage.models import RemarkableTree
from tests import factories
from tests.people import GARDENER, PLANNER
from tests.protocols import Answer, get
from tests.tokens import made
from tests.wfs_asking import ask_wfs, ids, post_form, post_xml, root, texts
from tests.world import PLAYGROUNDS, TREES, World, protect

FES, OGC = "http://www.opengis.net/fes/2.0", "http://www.opengis.net/ogc"
WFS2, WFS1 = "http://www.opengis.net/wfs/2.0", "http://www.opengis.net/wfs"


@pytest.fixture
def trees(world: World) -> list[RemarkableTree]:
    """Five trees, whose heights are not in the order of their ids; one has none."""
    heights = [12, 3, None, 20, 7]
    with factories.in_bulk():
        return [
            factories.tree(f"Arbre d’« essai » n°{n} & <co>", hauteur=height)
            for n, height in enumerate(heights)
        ]


def names(found: list[RemarkableTree]) -> list[str]:
    return [f"{TREES}.{tree.pk}" for tree in found]


def equal(name: str, value: object, *, namespace: str = FES) -> str:
    reference = "ValueReference" if namespace == FES else "PropertyName"
    return (
        f'<Filter xmlns="{namespace}"><PropertyIsEqualTo><{reference}>{name}</{reference}>'
        f"<Literal>{value}</Literal></PropertyIsEqualTo></Filter>"
    )


def body(version: str, content: str, attributes: str = "") -> str:
    namespace, name = (WFS2, "typeNames") if version == "2.0.0" else (WFS1, "typeName")
    return (
        f'<GetFeature service="WFS" version="{version}" xmlns="{namespace}" '
        f'xmlns:p="urn:x-portail:couche" {attributes}><Query {name}="p:{TREES}">{content}</Query></GetFeature>'
    )


def of_each_way(version: str, text: str) -> dict[str, list[str]]:
    """Return the features that a filter gives by an address, a form and a body."""
    asked = {"TYPENAMES": TREES, "FILTER": text}
    return {
        "address": ids(ask_wfs(version=version, **asked)),
        "form": ids(post_form(version=version, **asked)),
        "body": ids(post_xml(body(version, text))),
    }


@pytest.mark.parametrize(("version", "namespace"), [("2.0.0", FES), ("1.1.0", OGC), ("1.0.0", OGC)])
def test_a_filter_gives_the_same_rows_by_every_way(
    trees: list[RemarkableTree], version: str, namespace: str
) -> None:
    found = of_each_way(version, equal("hauteur", 20, namespace=namespace))
    assert found == dict.fromkeys(("address", "form", "body"), names([trees[3]]))


@pytest.mark.parametrize("way", ["portail:hauteur", f"{TREES}/hauteur", f"portail:{TREES}/portail:hauteur"])
def test_a_property_is_reached_by_its_paths(trees: list[RemarkableTree], way: str) -> None:
    assert ids(ask_wfs(TYPENAMES=TREES, FILTER=equal(way, 20))) == names([trees[3]])


def test_cql_is_read(trees: list[RemarkableTree]) -> None:
    answer = ask_wfs(TYPENAMES=TREES, CQL_FILTER="hauteur BETWEEN 5 AND 15")
    assert ids(answer) == names([trees[0], trees[4]])


def test_cql_and_a_box_add_up(trees: list[RemarkableTree]) -> None:
    answer = ask_wfs(TYPENAMES=TREES, CQL_FILTER="hauteur > 0", BBOX="0,0,1,1,EPSG:4326")
    assert ids(answer) == []


@pytest.mark.parametrize(
    "box",
    [
        "2.0,48.7,2.5,48.9,EPSG:4326",
        "48.7,2.0,48.9,2.5,urn:ogc:def:crs:EPSG::4326",
        "2.0,48.7,2.5,48.9,urn:ogc:def:crs:OGC:1.3:CRS84",
        "626000,6840000,664000,6870000",
        "626000,6840000,664000,6870000,urn:ogc:def:crs:EPSG::2154",
    ],
)
def test_a_box_finds_what_is_in_it_in_every_system(trees: list[RemarkableTree], box: str) -> None:
    assert set(names(trees)) <= set(ids(ask_wfs(TYPENAMES=TREES, BBOX=box)))


@pytest.mark.parametrize(
    ("order", "places"),
    [("hauteur", [1, 4, 0, 3, 2]), ("hauteur DESC", [3, 0, 4, 1, 2]), ("hauteur D", [3, 0, 4, 1, 2])],
)
def test_rows_are_sorted(trees: list[RemarkableTree], order: str, places: list[int]) -> None:
    pks = ",".join(str(tree.pk) for tree in trees)
    answer = ask_wfs(TYPENAMES=TREES, CQL_FILTER=f"id IN ({pks})", SORTBY=order)
    assert ids(answer) == names([trees[place] for place in places])


def test_pages_follow_one_another(trees: list[RemarkableTree]) -> None:
    asked = {"TYPENAMES": TREES, "CQL_FILTER": "nom_vernaculaire LIKE 'Arbre d%'"}
    pages = [ids(ask_wfs(**asked, COUNT=2, STARTINDEX=start)) for start in (0, 2, 4, 6)]
    assert pages == [names(trees[:2]), names(trees[2:4]), names(trees[4:]), []]


@pytest.mark.parametrize("version", ["2.0.0", "1.1.0", "1.0.0"])
def test_a_page_is_the_same_once_its_count_is_remembered(
    trees: list[RemarkableTree], version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is then read by one statement, outside any transaction; the box and the start are bound anew."""
    name, count = ("TYPENAMES", "COUNT") if version == "2.0.0" else ("TYPENAME", "MAXFEATURES")
    page = {name: TREES, count: 2}
    pks = ",".join(str(tree.pk) for tree in trees)
    for more in (
        {},
        {"BBOX": "2.0,48.7,2.5,48.9,EPSG:4326"},
        {"BBOX": "2.1,48.7,2.4,48.9,EPSG:4326"},
        {"SRSNAME": "urn:ogc:def:crs:EPSG::4326"},
        {"CQL_FILTER": f"id IN ({pks}) AND hauteur > 99"},
        {"STARTINDEX": "2"} if version == "2.0.0" else {"PROPERTYNAME": "hauteur"},
    ):
        ask_wfs(version=version, **page, **more)  # which counts
        with monkeypatch.context() as patched, CaptureQueriesContext(connection) as several:
            patched.setattr("wfs.formats.gml.collections.is_light", lambda _selections: False)
            spooled = ask_wfs(version=version, **page, **more)
        with CaptureQueriesContext(connection) as one:
            light = ask_wfs(version=version, **page, **more)
        assert untimed(light) == untimed(spooled), more
        assert len(one) < len(several) or "id IN" in str(more), more


def untimed(answer: Answer) -> str:
    return re.sub(r'timeStamp="[^"]*"', "", answer.body)


def test_no_feature_at_all_may_be_asked(trees: list[RemarkableTree]) -> None:
    answer = ask_wfs(TYPENAMES=TREES, COUNT=0)
    assert (answer.status, ids(answer), root(answer).attrib["numberReturned"]) == (200, [], "0")


def test_hits_are_counted_and_not_given(trees: list[RemarkableTree]) -> None:
    answer = ask_wfs(TYPENAMES=TREES, CQL_FILTER="hauteur > 5", RESULTTYPE="hits")
    assert (ids(answer), root(answer).attrib["numberMatched"]) == ([], "3")


def test_properties_are_those_asked(trees: list[RemarkableTree]) -> None:
    answer = ask_wfs(TYPENAMES=TREES, RESOURCEID=names(trees)[0], PROPERTYNAME="portail:hauteur")
    assert (texts(answer, "hauteur"), texts(answer, "genre"), texts(answer, "pos")) == (["12"], [], [])


def test_a_value_is_written_as_it_is(trees: list[RemarkableTree]) -> None:
    answer = ask_wfs(TYPENAMES=TREES, RESOURCEID=names(trees)[1], PROPERTYNAME="nom_vernaculaire")
    assert texts(answer, "nom_vernaculaire") == ["Arbre d’« essai » n°1 & <co>"]


def test_resources_are_given_whatever_their_type(trees: list[RemarkableTree], world: World) -> None:
    playground = f"{PLAYGROUNDS}.{world.playgrounds['Jeux-Val'].pk}"
    answer = ask_wfs(PLANNER, RESOURCEID=f"{names(trees)[4]},{playground}")
    assert set(ids(answer)) == {names(trees)[4], playground}


def test_a_resource_that_is_not_there_is_nothing(trees: list[RemarkableTree]) -> None:
    assert ids(ask_wfs(TYPENAMES=TREES, RESOURCEID=f"{TREES}.999999999")) == []


def test_two_queries_are_answered_together(trees: list[RemarkableTree]) -> None:
    texts_ = [equal("hauteur", value) for value in (3, 7)]
    answer = ask_wfs(TYPENAMES=f"({TREES})({TREES})", FILTER=f"({texts_[0]})({texts_[1]})")
    assert ids(answer) == names([trees[1], trees[4]])


def test_the_values_of_a_property_are_given_alone(trees: list[RemarkableTree]) -> None:
    answer = ask_wfs(
        operation="GetPropertyValue",
        TYPENAMES=TREES,
        VALUEREFERENCE="hauteur",
        CQL_FILTER="hauteur > 5",
        SORTBY="hauteur",
    )
    assert [float(value) for value in texts(answer, "hauteur")] == [7, 12, 20]


def test_geojson_is_that_of_the_api(trees: list[RemarkableTree]) -> None:
    answer = ask_wfs(TYPENAMES=TREES, OUTPUTFORMAT="application/json", CQL_FILTER="hauteur > 5")
    assert json.loads(answer.body)["numberMatched"] == 3


def test_who_has_the_answer_already_gets_word_of_it(trees: list[RemarkableTree]) -> None:
    first = ask_wfs(TYPENAMES=TREES)
    again = ask_wfs(TYPENAMES=TREES, headers={"If-None-Match": first.headers["ETag"]})
    factories.tree("Nouveau")
    after = ask_wfs(TYPENAMES=TREES, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, after.status) == (304, 200)


def asking(field: str) -> list[Answer]:
    """Ask for a field in each way that names one."""
    return [
        ask_wfs(TYPENAMES=TREES, PROPERTYNAME=field),
        ask_wfs(TYPENAMES=TREES, SORTBY=f"{field} DESC"),
        ask_wfs(TYPENAMES=TREES, FILTER=equal(field, "x")),
        ask_wfs(TYPENAMES=TREES, CQL_FILTER=f"{field} IS NULL"),
        ask_wfs(operation="GetPropertyValue", TYPENAMES=TREES, VALUEREFERENCE=field),
        ask_wfs(version="1.1.0", TYPENAME=TREES, FILTER=equal(field, "x", namespace=OGC)),
        post_xml(body("2.0.0", f"<PropertyName>{field}</PropertyName>")),
    ]


@pytest.mark.parametrize("field", ["matricule", "etat_sanitaire"])
def test_a_protected_field_is_asked_like_one_that_does_not_exist(world: World, field: str) -> None:
    hidden, unknown = asking(field), asking("rien_du_tout")
    told = [(answer.status, answer.body.replace(field, "rien_du_tout")) for answer in hidden]
    assert told == [(400, answer.body) for answer in unknown]


def test_its_readers_ask_for_it(world: World) -> None:
    answers = [
        ask_wfs(GARDENER, TYPENAMES=TREES, PROPERTYNAME="matricule"),
        ask_wfs(GARDENER, TYPENAMES=TREES, SORTBY="matricule"),
        ask_wfs(GARDENER, TYPENAMES=TREES, FILTER=equal("matricule", "x")),
    ]
    assert [answer.status for answer in answers] == [200, 200, 200]


def test_a_field_that_is_protected_later_leaves_the_schema(world: World) -> None:
    before = ask_wfs(operation="DescribeFeatureType", TYPENAMES=TREES).body
    protect(TREES, "hauteur", GARDENER)
    after = ask_wfs(operation="DescribeFeatureType", TYPENAMES=TREES).body
    assert ('name="hauteur"' in before, 'name="hauteur"' in after) == (True, False)


def test_a_token_in_the_address_goes_on_in_links(world: World) -> None:
    token = made(PLANNER)
    answer = ask_wfs(operation="GetCapabilities", token=token)
    assert f'href="http://localhost/wfs?token={token}&amp;"' in answer.body


def test_pages_go_on_where_they_ended_when_rows_are_deleted(trees: list[RemarkableTree]) -> None:
    asked = {"TYPENAMES": TREES, "CQL_FILTER": "nom_vernaculaire LIKE 'Arbre d%'", "COUNT": 2}
    told = names(trees)
    first = ids(ask_wfs(**asked, STARTINDEX=0))
    trees[0].delete()
    second = ids(ask_wfs(**asked, STARTINDEX=2))
    assert (first, second) == (told[:2], told[2:4])


def test_a_next_link_goes_on_from_its_anchor(trees: list[RemarkableTree]) -> None:
    asked = {"TYPENAMES": TREES, "CQL_FILTER": "nom_vernaculaire LIKE 'Arbre d%'", "SORTBY": "hauteur"}
    page = root(ask_wfs(**asked, COUNT=2))
    cache.clear()
    trees[1].delete()
    assert ids(get(page.attrib["next"].removeprefix("http://localhost"))) == names([trees[0], trees[3]])


def positions(answer: Answer) -> dict[str, str | None]:
    """Return the position of each feature, as it is written."""
    return dict(zip(ids(answer), texts(answer, "pos"), strict=True))


def test_pages_of_two_queries_keep_the_system_and_the_filter_of_each(trees: list[RemarkableTree]) -> None:
    queries = "".join(
        f'<Query typeNames="p:{TREES}" srsName="{system}">{equal("hauteur", height)}</Query>'
        for system, height in (("EPSG:4326", 3), ("EPSG:3857", 20))
    )
    root_of = f'<GetFeature xmlns="{WFS2}" xmlns:p="urn:x-portail:couche" service="WFS" version="2.0.0"'
    whole = post_xml(f"{root_of}>{queries}</GetFeature>")
    first = post_xml(f'{root_of} count="1">{queries}</GetFeature>')
    second = get(root(first).attrib["next"].removeprefix("http://localhost"))
    assert positions(first) | positions(second) == positions(whole)


def test_values_of_a_prefixed_path_have_a_next_page(trees: list[RemarkableTree]) -> None:
    text = (
        f'<GetPropertyValue xmlns="{WFS2}" xmlns:autre="urn:x-portail:couche" service="WFS" version="2.0.0" '
        f'count="2" valueReference="autre:nom_vernaculaire"><Query typeNames="autre:{TREES}"/></GetPropertyValue>'
    )
    page = root(post_xml(text))
    following = get(page.attrib["next"].removeprefix("http://localhost"))
    assert following.status == 200


def test_the_next_page_of_a_body_ignores_the_words_of_its_address(trees: list[RemarkableTree]) -> None:
    text = body("2.0.0", equal("hauteur", 7), 'count="1"').replace(
        "PropertyIsEqualTo", "PropertyIsGreaterThanOrEqualTo"
    )
    whole = ids(post_xml(text.replace('count="1"', "")))
    first = root(post_xml(text, path="/wfs?SERVICE=WFS&VERSION=2.0.0"))
    assert ids(get(first.attrib["next"].removeprefix("http://localhost"))) == whole[1:2]
