"""``/csw``: what everybody sees and nothing else, whoever asks, in an address and in XML; refusals are OWS reports."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client

from harvesting.csw import operations
from harvesting.csw.views import MAX_BODY_BYTES
from harvesting.public_catalogue import PublicCatalogue
from layers.models import Layer
from metadata.models import LayerMetadata
from tests.csw_asking import GMD_SCHEMA, constraint, fault, get_records, post, results, udata_request
from tests.people import ADMINISTRATOR
from tests.protocols import Answer, ask, get
from tests.world import ARCHIVED, DRAFT, PLAYGROUNDS, TREES, World

SERVICE = {"service": "CSW", "version": "2.0.2"}
ALL = SERVICE | {
    "request": "GetRecords", "typeNames": "csw:Record", "resultType": "results", "maxRecords": "500",
}  # fmt: skip


def by_id(slug: str, **headers: str) -> Answer:
    return ask("/csw", SERVICE | {"request": "GetRecordById", "id": slug}, **headers)


def identifiers(answer: Answer) -> list[str]:
    return [str(each) for each in results(answer.body.encode()).identifiers]


def test_an_administrator_reads_the_records_of_everybody(world: World) -> None:
    public, mine = ask("/csw", ALL), ask("/csw", ALL, ADMINISTRATOR)
    assert f"http://localhost/explore/dataset/{TREES}/" in identifiers(public)
    assert identifiers(mine) == identifiers(public)
    assert {slug for slug in (PLAYGROUNDS, DRAFT, ARCHIVED) if f"/{slug}/" in public.body} == set()


@pytest.mark.parametrize("slug", [PLAYGROUNDS, DRAFT, ARCHIVED, "absente"])
def test_a_record_that_is_not_public_is_absent_by_its_identifier(world: World, slug: str) -> None:
    answer = by_id(slug)
    assert answer.status == 404
    assert fault(answer.body.encode()) == ("InvalidParameterValue", "id")
    assert answer.body.replace(slug, "") == by_id("autre").body.replace("autre", "")


def test_a_record_has_two_identifiers_the_short_one_and_its_address(world: World) -> None:
    short, long = by_id(TREES), by_id(f"http://localhost/explore/dataset/{TREES}/")
    assert short.body == long.body
    assert f"<dc:identifier>http://localhost/explore/dataset/{TREES}/<" in short.body


def test_a_withdrawn_layer_leaves_at_once_and_comes_back_under_its_identifier(world: World) -> None:
    LayerMetadata.objects.create(layer=Layer.objects.get(slug=TREES), former_id="arbres")
    before = by_id("arbres")
    Layer.objects.filter(slug=TREES).update(state="archived")
    hits = results(post(get_records(constraint(
        "<ogc:PropertyIsEqualTo><ogc:PropertyName>dc:identifier</ogc:PropertyName>"
        "<ogc:Literal>arbres</ogc:Literal></ogc:PropertyIsEqualTo>"
    )))[1])  # fmt: skip
    assert by_id("arbres", **{"if-none-match": before.headers["ETag"]}).status == 404
    assert hits.counts["numberOfRecordsMatched"] == 0
    Layer.objects.filter(slug=TREES).update(state="published")
    assert "/explore/dataset/arbres/" in by_id("arbres").body


def test_the_portal_of_a_commune_has_its_own_addresses(world: World) -> None:
    status, body = post(udata_request(schema=GMD_SCHEMA), host="meudon.localhost")
    assert status == 200
    assert f"http://meudon.localhost/explore/dataset/{TREES}/".encode() in body
    assert b"http://localhost" not in body


def test_head_answers_as_get_and_an_unchanged_answer_has_no_body(world: World) -> None:
    client = Client(headers={"host": "localhost"})
    head, answer = client.head("/csw", ALL), client.get("/csw", ALL)
    again = client.get("/csw", ALL, headers={"if-none-match": answer.headers["ETag"]})
    assert head.status_code == 200
    assert head.headers["Content-Type"] == answer.headers["Content-Type"]
    assert head.headers["ETag"] == answer.headers["ETag"]
    assert again.status_code == 304


def test_a_failure_is_an_error_and_never_a_shorter_catalogue(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_catalogue: PublicCatalogue) -> None:
        raise OperationalError("connection lost")

    monkeypatch.setattr(operations.PublicCatalogue, "records", fail)
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    answers = (client.get("/csw", ALL), client.post("/csw", udata_request(), content_type="text/xml"))
    assert [answer.status_code >= 500 for answer in answers] == [True, True]
    assert [fault(answer.content)[0] for answer in answers] == ["NoApplicableCode", "NoApplicableCode"]


def test_refusals_are_reports_that_name_their_culprit(world: World) -> None:
    answer = ask("/csw", ALL | {"outputSchema": "urn:inconnu"})
    assert answer.status == 400
    assert fault(answer.body.encode()) == ("InvalidParameterValue", "outputSchema")
    assert fault(get("/csw?service=CSW").body.encode()) == ("MissingParameterValue", "request")
    assert fault(get("/csw?service=CSW&request=Harvest").body.encode()) == (
        "OperationNotSupported",
        "request",
    )
    assert fault(get("/csw?service=CSW&request=GetCapabilities&acceptVersions=1.0.0").body.encode()) == (
        "VersionNegotiationFailed", "acceptVersions",
    )  # fmt: skip


def test_a_body_with_a_document_type_or_over_the_size_is_refused(world: World) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "b">]>' + get_records()
    assert post(bomb)[0] == 400
    assert fault(post(bomb)[1])[0] == "NoApplicableCode"
    assert post(get_records("<!--" + "a" * MAX_BODY_BYTES + "-->"))[0] == 413


def test_the_values_of_a_property_are_those_of_public_records(world: World) -> None:
    answer = ask("/csw", SERVICE | {"request": "GetDomain", "propertyName": "apiso:Identifier"})
    assert f"<csw:Value>{TREES}</csw:Value>" in answer.body
    assert PLAYGROUNDS not in answer.body
