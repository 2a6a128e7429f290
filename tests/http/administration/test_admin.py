"""The administration: its door, its pages, and what its forms refuse."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from PIL import Image

from amenities.models import Photo, Playground
from layers.models import Grant, Layer
from tests import factories
from tests.people import ADMINISTRATOR, PASSWORD, PLANNER, Person

pytestmark = pytest.mark.django_db

PLAYGROUND = {
    "nom": "Square",
    "etat": "ouvert",
    **{f"{name}-TOTAL_FORMS": "0" for name in ("equipment", "inspections", "interventions", "photos")},
    **{f"{name}-INITIAL_FORMS": "0" for name in ("equipment", "inspections", "interventions", "photos")},
}
LAYER = {
    "grants-TOTAL_FORMS": "0",
    "grants-INITIAL_FORMS": "0",
    "protected-TOTAL_FORMS": "0",
    "protected-INITIAL_FORMS": "0",
}


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def administrator(catalogue: Any, settings: Any, tmp_path: Any) -> Client:
    settings.MEDIA_ROOT = tmp_path
    return signed_in(ADMINISTRATOR)


def text(response: Any) -> str:
    return str(response.content, "utf-8")


def errors(response: Any) -> str:
    return " ".join(re.findall(r'class="errorlist[^>]*>(.*?)</ul>', text(response), re.DOTALL))


def upload(content: bytes) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = "vue.jpg"
    return file


def with_photo(content: bytes) -> dict[str, Any]:
    return PLAYGROUND | {
        "geom": "POINT (2.21 48.81)",
        "photos-TOTAL_FORMS": "1",
        "photos-0-legende": "Vue",
        "photos-0-upload": upload(content),
    }


def green() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (80, 60), "green").save(content, "JPEG")
    return content.getvalue()


def test_nobody_enters_without_signing_in_on_the_portals_page(client: Client) -> None:
    response = client.get("/administration/", follow=True)
    assert response.redirect_chain[-1][0] == "/compte/connexion/?next=/administration/"


def test_signing_in_leads_back_to_the_administration(client: Client) -> None:
    ADMINISTRATOR.account()
    credentials = {"username": ADMINISTRATOR.name, "password": PASSWORD}
    response = client.post("/compte/connexion/?next=/administration/", credentials)
    assert response["Location"] == "/administration/"


def test_the_door_leads_nowhere_else(client: Client) -> None:
    response = signed_in(ADMINISTRATOR).get(
        "/administration/login/?next=https://ailleurs.example/", follow=True
    )
    assert all(
        "ailleurs.example" not in address.split("?")[0] for address, _status in response.redirect_chain
    )


def test_an_account_without_the_right_is_refused() -> None:
    response = signed_in(PLANNER).get("/administration/", follow=True)
    assert response.status_code == 403


def test_every_list_and_form_opens(administrator: Client) -> None:
    for model, model_admin in admin.site._registry.items():
        base = f"/administration/{model._meta.app_label}/{model._meta.model_name}/"
        assert administrator.get(base, {"q": "a"} if model_admin.search_fields else {}).status_code == 200, (
            base
        )
        expected = {200, 403}  # layers are not added by hand
        assert administrator.get(f"{base}add/").status_code in expected, base


def test_no_page_of_a_feature_holds_an_inline_script_or_style(administrator: Client) -> None:
    feature = factories.playground()
    page = text(administrator.get(f"/administration/amenities/playground/{feature.pk}/change/"))
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|\sstyle=|\son[a-z]+=", page)


def test_no_page_of_a_feature_asks_another_host(administrator: Client) -> None:
    feature = factories.playground()
    page = text(administrator.get(f"/administration/amenities/playground/{feature.pk}/change/"))
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_a_position_is_typed_as_wkt_or_geojson(administrator: Client) -> None:
    for geom in ("POINT (2.21 48.81)", '{"type": "Point", "coordinates": [2.21, 48.81]}'):
        administrator.post("/administration/amenities/playground/add/", PLAYGROUND | {"geom": geom})
    assert [feature.geom.coords for feature in Playground.objects.all()] == [(2.21, 48.81)] * 2


def test_saving_a_form_moves_nothing(administrator: Client) -> None:
    position = (2.210000000000001, 48.80999999999999)
    feature = factories.playground(at=position)
    address = f"/administration/amenities/playground/{feature.pk}/change/"
    typed = administrator.get(address).context["adminform"].form["geom"]
    shown = typed.field.widget.serialize(typed.value())
    administrator.post(address, PLAYGROUND | {"nom": "Autre nom", "geom": shown})
    feature.refresh_from_db()
    assert (feature.nom, feature.geom.coords) == ("Autre nom", position)


def test_saving_a_form_without_a_change_leaves_no_line_in_the_history(administrator: Client) -> None:
    feature = factories.playground()
    address, history = (
        f"/administration/amenities/playground/{feature.pk}/change/",
        Playground.events.field.model,
    )
    typed = PLAYGROUND | {"nom": "Autre nom", "geom": "POINT (2.21 48.81)"}
    lines = []
    for _time in range(2):
        assert administrator.post(address, typed).status_code == 302
        lines.append(history.objects.filter(pgh_obj=feature.pk).count())
    assert lines == [2, 2]


@pytest.mark.parametrize(
    ("geom", "reason"),
    [
        ("", "Donnez une position"),
        ("n’importe quoi", "ni du GeoJSON ni du WKT"),
        ("LINESTRING (2.2 48.8, 2.3 48.8)", "type de géométrie"),
        ("POINT (648000 6860000)", "en degrés"),
        ("POINT Z (2.21 48.81 30)", "deux dimensions"),
        ("SRID=2154;POINT (648000 6860000)", "EPSG:4326"),
    ],
)
def test_a_wrong_position_is_explained(administrator: Client, geom: str, reason: str) -> None:
    response = administrator.post("/administration/amenities/playground/add/", PLAYGROUND | {"geom": geom})
    assert reason in errors(response)


def test_a_refused_position_is_shown_as_it_was_typed(administrator: Client) -> None:
    response = administrator.post(
        "/administration/amenities/playground/add/", PLAYGROUND | {"geom": "POINT (2.2"}
    )
    assert "POINT (2.2</textarea>" in text(response)


def test_impossible_ages_are_explained(administrator: Client) -> None:
    values = PLAYGROUND | {"geom": "POINT (2.21 48.81)", "age_min": "6", "age_max": "3"}
    response = administrator.post("/administration/amenities/playground/add/", values)
    assert "L’âge minimal dépasse l’âge maximal." in errors(response)


def test_features_are_listed_by_commune(administrator: Client) -> None:
    factories.playground("À Meudon")
    factories.playground("À Sèvres", at=factories.SEVRES)
    page = text(administrator.get("/administration/amenities/playground/?commune__code__exact=92048"))
    assert "À Meudon" in page and "À Sèvres" not in page


def test_a_photo_is_re_encoded_on_its_way_in(administrator: Client) -> None:
    administrator.post("/administration/amenities/playground/add/", with_photo(green()))
    photo = Photo.objects.get()
    assert (photo.width, photo.legende) == (80, "Vue") and photo.thumbnail.name


def test_a_script_named_as_an_image_is_refused(administrator: Client) -> None:
    response = administrator.post(
        "/administration/amenities/playground/add/", with_photo(b"<script>alert(1)</script>")
    )
    assert "JPEG, PNG ou WebP" in errors(response)
    assert not Playground.objects.exists()


def test_a_stored_photo_is_shown_in_its_form(administrator: Client) -> None:
    feature = factories.playground()
    factories.photo(feature, "Vue du square")
    page = text(administrator.get(f"/administration/amenities/playground/{feature.pk}/change/"))
    assert 'src="data:image/jpeg;base64,' in page


@pytest.fixture
def layer(administrator: Client, catalogue: Any) -> Layer:
    return Layer.objects.get(slug="aires-de-jeux")


def layer_form(layer: Layer, **values: str) -> dict[str, str]:
    own = ("title", "abstract", "theme_id", "licence", "frequency", "visibility", "smallest_count")
    return {name.removesuffix("_id"): str(getattr(layer, name)) for name in own} | LAYER | values


def grant_form(rows: str) -> dict[str, str]:
    group = Group.objects.create(name="Jeux")
    return {"grants-TOTAL_FORMS": "1", "grants-0-group": str(group.pk), "grants-0-rows": rows}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [("commune = ", "filtre"), ("couleur = 'bleu'", "couleur"), ("surface_m2 LIKE 3", "")],
)
def test_a_row_filter_that_does_not_compile_is_refused(
    administrator: Client, layer: Layer, rows: str, reason: str
) -> None:
    address = f"/administration/layers/layer/{layer.pk}/change/"
    response = administrator.post(address, layer_form(layer, **grant_form(rows)))
    assert response.status_code == 200 and reason in errors(response).lower()
    assert not Grant.objects.exists()


def test_a_row_filter_that_compiles_is_kept(administrator: Client, layer: Layer) -> None:
    address = f"/administration/layers/layer/{layer.pk}/change/"
    response = administrator.post(address, layer_form(layer, **grant_form("commune = '92048'")))
    assert (response.status_code, Grant.objects.get().rows) == (302, "commune = '92048'")


def test_protected_names_are_those_of_the_layer(administrator: Client, layer: Layer) -> None:
    address = f"/administration/layers/layer/{layer.pk}/change/"
    names = {"protected-TOTAL_FORMS": "1", "protected-0-name": "couleur"}
    response = administrator.post(address, layer_form(layer, **names))
    assert response.status_code == 200 and "couleur" in errors(response)


def test_layers_are_archived_rather_than_deleted(administrator: Client, layer: Layer) -> None:
    assert administrator.get(f"/administration/layers/layer/{layer.pk}/delete/").status_code == 403
