"""What a person says of the columns of a file: where the table is, what is taken up, what each column is for."""

from __future__ import annotations

from typing import Any

import pytest

from datasets.models import Delivery, Upload
from datasets.publication.services import publish
from tests.approvals import let_producers_publish
from tests.deliveries import bench, dataset, published
from tests.http.datasets.wizard.test_dataset_wizard import (
    CSV,
    LAT,
    LON,
    browser,
    columns_of,
    entry,
    give,
    loaded,
    send,
    start,
)
from tests.people import ADMINISTRATOR, PUBLIC
from tests.uploads import inputs, work
from tests.world import protect

pytestmark = pytest.mark.usefixtures("communes", "media")

TITLED = (
    "Relevé des bancs;;;;\n\nCode;Nom;Posé le;Longitude;Latitude\n"
    f"B1;Banc du pont;12/03/2024;{LON};{LAT}\nB2;Banc du parc;05/11/2023;{LON};{LAT}\n"
    f"B3;Banc de la gare;01/02/2022;{LON};{LAT}\nTotal;3;;;\n"
).encode()


def test_lines_of_a_file_are_named_beside_the_values_that_will_be_stored() -> None:
    client = browser(ADMINISTRATOR)
    shown = client.get(columns_of(client, TITLED)).context
    assert [(line.number, line.kind) for line in shown["lines"]] == [
        *((1, "title"), (3, "header")),
        *((4, "data"), (5, "data"), (6, "data"), (7, "total")),
    ]
    assert [column.roles for column in shown["proposed"]][3:] == [("position",), ("position",)]
    value = shown["stored"][0][2]
    assert (value.text, value.raw) == ("12 mars 2024", "12/03/2024")


def test_a_choice_of_reading_reads_the_file_again_and_is_still_chosen() -> None:
    client = browser(ADMINISTRATOR)
    address = columns_of(client, TITLED)
    client.post(f"{address}lecture/", {"total_rows": "no", "title_lines": "2"})
    work()
    shown = client.get(address).context
    assert shown["lines"][-1].kind == "data"
    assert (shown["reading"]["total_rows"].value(), shown["reading"]["title_lines"].value()) == ("no", "2")
    assert shown["totals"] == ()


def test_the_script_of_the_page_is_told_where_to_go_or_what_to_correct() -> None:
    client = browser(ADMINISTRATOR)
    client.defaults["HTTP_ACCEPT"] = "application/json"
    told = give(client)
    assert told.status_code == 201
    assert told.json()["url"] == f"/jeux/import/{Upload.objects.get().pk}/etat/"
    refused = give(client, b"")
    assert refused.status_code == 400
    assert refused.json()["faults"][0]["target"] == "id_file"


def test_a_column_left_unticked_is_told_and_nobody_is_warned() -> None:
    client = browser(ADMINISTRATOR)
    address, posted = start(client)
    del posted["colonnes-2-is_included"]
    send(client, address, posted)
    report = Delivery.objects.get().report
    assert (report["left_out"], report["warnings"]) == (["places"], 0)


def test_columns_of_positions_are_no_computed_columns_in_the_words_of_the_page() -> None:
    client = browser(ADMINISTRATOR)
    published(dataset("bancs"), bench("B1"))
    placed = (
        f"Code;Nom;Latitude;Longitude\nB1;Banc du pont;{LAT};{LON}\nB2;Banc du parc;{LAT};{LON}\n".encode()
    )
    answer = client.get(columns_of(client, placed, to="bancs"))
    assert answer.context["position_columns"] == ("Latitude", "Longitude")
    page = " ".join(answer.content.decode().split())
    assert "Colonnes lues pour les positions : Latitude, Longitude." in page
    assert "par le portail, ou numéro" not in page


def test_totals_of_a_column_are_offered_as_its_box_says() -> None:
    client = browser(ADMINISTRATOR)
    address, posted = start(client)
    assert posted["colonnes-2-is_additive"] == "on"
    del posted["colonnes-2-is_additive"]
    send(client, address, posted)
    made = Delivery.objects.get()
    let_producers_publish(made.dataset.layer)
    client.post("/jeux/bancs/versions/1/publier/", entry(made.dataset.layer))
    columns = client.get("/carte/tableau/bancs/", {"couches": "bancs"}).json()["columns"]
    places = next(column for column in columns if column["name"] == "places")
    assert "sum" not in places["totals"]
    assert "avg" in places["totals"]


def test_a_form_that_lacks_columns_is_told_and_loads_nothing() -> None:
    client = browser(ADMINISTRATOR)
    address, posted = start(client)
    answer = client.post(address, posted | {"colonnes-TOTAL_FORMS": "2"})
    assert answer.status_code == 400
    assert "toutes les colonnes" in answer.content.decode()
    assert Delivery.objects.count() == 0


def test_roles_stay_on_their_columns_when_a_new_one_is_left_out() -> None:
    published(dataset(), bench())
    client = browser(ADMINISTRATOR)
    new = CSV.replace(b"code;nom;places", b"code;avis;nom").replace(b";Banc", b";bon;Banc")
    posted = inputs(
        client.get(
            columns_of(client, new.replace(b";3;", b";").replace(b";4;", b";"), to="bancs")
        ).content.decode()
    )
    assert ("colonnes-1-is_included" in posted, posted["roles-title_field"]) == (False, "2")


DATED = "nom;posé le;vu le\nBanc;2020-05-01;2024-06-01\nTable;2021-05-01;2024-07-01\n".encode()


def test_the_column_that_dates_the_rows_is_chosen_among_several() -> None:
    client = browser(ADMINISTRATOR)
    address, posted = start(client, DATED)
    send(client, address, posted | {"roles-time_field": "2"})
    delivery = Upload.objects.get(pk=address.split("/")[-2]).delivery
    assert delivery is not None and posted["roles-time_field"] == ""
    assert delivery.schema_version.schema.dated_by() == delivery.schema_version.schema.fields[2].name


def test_the_only_date_of_a_file_is_shown_and_is_no_change_of_its_schema() -> None:
    client = browser(ADMINISTRATOR)
    once = b"nom;pose\nBanc;2020-05-01\nTable;2021-05-01\n"
    first = loaded(client, once)
    assert start(client, once, to="bancs")[1]["roles-time_field"] == "1"
    assert loaded(client, once, to="bancs").schema_version_id == first.schema_version_id


def test_a_column_of_text_dates_nothing_and_that_is_told_beside_it() -> None:
    client = browser(ADMINISTRATOR)
    address, posted = start(client, DATED)
    page = client.post(address, posted | {"roles-time_field": "0"}).content.decode()
    assert 'id="id_roles-time_field_error"' in page


WEIGHED = (
    CSV.replace(b"nom;places", b"taux;places")
    .replace(b";Banc du pont;3", b";80;3")
    .replace(b";Banc du parc;4", b";10;4")
)
"""Rates of 3 places and of 4: 40 together, 45 one by one."""


def weighed(weight: str) -> tuple[Any, Any]:
    """Publish the benches with a weight for the mean of their rates: the answers of the form and of the API."""
    client = browser(ADMINISTRATOR)
    address, posted = start(client, WEIGHED)
    answer = send(client, address, posted | {"colonnes-1-weight": weight})
    made = Delivery.objects.first()
    if made is not None:
        let_producers_publish(made.dataset.layer)
        client.post("/jeux/bancs/versions/1/publier/", entry(made.dataset.layer))
    read = client.get("/api/collections/bancs/aggregate", {"measures": "avg:taux"})
    return answer, read.json() if read.status_code == 200 else None


@pytest.mark.parametrize(("weight", "mean"), [("places", 40), ("", 45)])
def test_the_mean_of_a_column_is_weighted_by_the_column_that_it_declares(weight: str, mean: float) -> None:
    _answer, read = weighed(weight)
    assert read["rows"] == [{"avg:taux": mean}]
    assert ("pondérée par" in read["columns"][0]["title"]) == bool(weight)


@pytest.mark.parametrize("weight", ["code", "taux", "nulle_part"])
def test_a_weight_that_is_no_other_column_of_numbers_is_refused(weight: str) -> None:
    answer, read = weighed(weight)
    assert read is None
    assert "n’est pas le nom d’une autre colonne de nombres" in answer.content.decode()


def test_who_does_not_read_the_weight_has_the_plain_mean() -> None:
    weighed("places")
    protect("bancs", "places")
    read = browser(PUBLIC).get("/api/collections/bancs/aggregate", {"measures": "avg:taux"}).json()
    assert read["rows"] == [{"avg:taux": 45}]


MEASURED = b"nom;marge;lon;lat\nBanc;120;2.2385;48.8128\nTable;80;2.2386;48.8128\n"


def test_the_uncertainty_of_positions_is_declared_and_distances_say_it() -> None:
    published(dataset("voisins"), bench(at=(2.2387, 48.8128)))
    client = browser(ADMINISTRATOR)
    address, posted = start(client, MEASURED)
    assert posted["roles-precision_field"] == ""
    send(client, address, posted | {"roles-precision_field": "1"})
    delivery = Upload.objects.get(pk=address.split("/")[-2]).delivery
    assert delivery is not None
    let_producers_publish(delivery.dataset.layer)
    publish(delivery=delivery, visitor=ADMINISTRATOR.visitor())
    slug = delivery.dataset.layer.slug
    path = f"/api/collections/{slug}/items?touching=voisins@300&matched=true&f=json"
    errors = {
        feature["properties"]["nom"]: feature["properties"]["voisins_incertitude"]
        for feature in client.get(path).json()["features"]
    }
    assert errors == {"Banc": 120, "Table": 80}
    assert start(client, MEASURED, to=slug)[1]["roles-precision_field"] == "1"


def test_a_column_titled_precision_is_proposed_as_the_uncertainty_of_positions() -> None:
    client = browser(ADMINISTRATOR)
    titled = MEASURED.replace(b"marge", b"precision_m")
    assert start(client, titled)[1]["roles-precision_field"] == "1"


@pytest.mark.parametrize("change", [{"roles-precision_field": "0"}, {"colonnes-1-unit": "km"}])
def test_an_uncertainty_that_is_no_number_of_metres_is_refused_at_its_field(change: dict[str, str]) -> None:
    client = browser(ADMINISTRATOR)
    address, posted = start(client, MEASURED)
    page = client.post(address, posted | {"roles-precision_field": "1"} | change).content.decode()
    assert 'id="id_roles-precision_field_error"' in page
