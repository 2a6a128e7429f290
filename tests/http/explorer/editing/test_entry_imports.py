"""What is entered in a file is compared before it is written, saved once, and undone by who saved it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from explorer.editing.imports import expire_imports
from explorer.models import EntryImport
from fleet.models import Vehicle
from layers.models import Layer, ProtectedField
from plans.models import Axis, Measure
from tests.fleet import VEHICLES, reading, vehicle
from tests.people import Person
from tests.plans import INDICATORS, indicator_of, plan_of
from tests.world import grant

pytestmark = pytest.mark.django_db
NOW = timezone.localdate().year
LEAD = Person("pilote-axe-1", groups=("Pilotes de l’axe 1",))
SENDER = f"/catalogue/{INDICATORS}/saisie/importer/?relation=mesures"
FILES = f"/catalogue/{INDICATORS}/saisie/fichier"


@pytest.fixture
def lead(client: Client, catalogue: Any) -> Client:
    """A client of LEAD, who edits the indicator of axis 1 of two."""
    Layer.objects.filter(slug=INDICATORS).update(visibility="open")
    Axis.objects.create(plan=plan_of(), code="2", titre="Adapter", rang=20)
    for axis in "12":
        indicator_of(
            {NOW - 6: 100.0, NOW + 4: 50.0}, {NOW - 3: 82.5, NOW - 2: 81.0}, code=f"axe-{axis}", axis=axis
        )
    grant(LEAD, INDICATORS, can_add=True, can_change=True, can_delete=True, rows="axe = '1. Réduire'")
    client.force_login(LEAD.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client: Client, content: bytes, name: str = "mesures.csv") -> Any:
    return client.post(SENDER, {"upload": SimpleUploadedFile(name, content)}, follow=True)


def keep(client: Client, compared: Any, **more: str) -> Any:
    """Save what a comparison says."""
    seen = compared.context["result"].digest
    return client.post(compared.redirect_chain[-1][0], {"action": "enregistrer", "comparison": seen, **more})


def states(answer: Any) -> list[tuple[str, str]]:
    return [(line.state, line.text) for line in answer.context["result"].lines]


def test_a_file_that_comes_back_changes_nothing(lead: Client) -> None:
    for suffix in ("csv", "xlsx"):
        content = lead.get(f"{FILES}.{suffix}?relation=mesures").content
        answer = send(lead, content, f"mesures.{suffix}")
        assert [state for state, _told in states(answer)] == ["unchanged", "unchanged"], suffix
        assert "Ce fichier ne change rien." in answer.content.decode()
        fields = lead.get(f"{FILES}.{suffix}").content
        upload = {"upload": SimpleUploadedFile(f"fiches.{suffix}", fields)}
        back = lead.post(f"/catalogue/{INDICATORS}/saisie/importer/", upload, follow=True)
        assert [state for state, _told in states(back)] == ["unchanged"], suffix


def test_a_file_changes_a_bounded_number_of_lines(lead: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.editing.imports.MAX_CHANGES", 1)
    header, line = lead.get(f"{FILES}.csv?relation=mesures").content.decode("utf-8-sig").splitlines()[:2]
    key, title, _year, _value, *rest = line.split(";")
    lines = [";".join([key, title, str(NOW - back), "80", *rest]) for back in (5, 4)]
    answer = send(lead, "\r\n".join([header, *lines]).encode())
    (first, _told), (second, why) = states(answer)
    assert (first, second) == ("added", "refused")
    assert "au plus 1 lignes" in why
    assert not answer.context["result"].is_savable


def test_a_filled_template_is_saved_once_and_undone(lead: Client) -> None:
    template = lead.get(f"{FILES}.csv?relation=mesures&modele=1").content.decode("utf-8-sig").splitlines()
    key, title, year, *rest = template[1].split(";")
    assert (key, year) == ("axe-1", str(NOW - 1))
    assert len(template) == 2
    filled = "\r\n".join(
        [
            template[0],
            ";".join([key, title, year, "78,5", *rest[1:]]),
            ";".join([key, title, str(NOW - 2), "80", *rest[1:]]),
        ]
    )
    compared = send(lead, filled.encode("cp1252"))
    assert [state for state, _told in states(compared)] == ["added", "changed"]
    assert "81 → 80" in compared.content.decode()
    assert Measure.objects.count() == 4
    address = compared.redirect_chain[-1][0]
    assert keep(lead, compared).status_code == 302
    assert Measure.objects.get(annee=NOW - 1).valeur == 78.5
    assert {state for state, _told in states(send(lead, filled.encode()))} == {"unchanged"}
    undone = lead.post(address, {"action": "annuler"}, follow=True)
    assert "L’import est annulé" in undone.content.decode()
    values = (
        Measure.objects.filter(indicator__code="axe-1").order_by("annee").values_list("valeur", flat=True)
    )
    assert list(values) == [82.5, 81.0]


def test_what_changed_since_is_not_undone(lead: Client) -> None:
    compared = send(lead, f"Indicateur\u00a0: code;Année;Valeur\naxe-1;{NOW - 1};78".encode())
    address = compared.redirect_chain[-1][0]
    keep(lead, compared)
    Measure.objects.filter(annee=NOW - 1).update(valeur=77.0)
    answer = lead.post(address, {"action": "annuler"}, follow=True)
    assert "a changé depuis" in answer.content.decode()
    assert Measure.objects.get(annee=NOW - 1).valeur == 77.0


def test_what_changed_since_the_comparison_is_not_replaced_unseen(lead: Client) -> None:
    compared = send(lead, f"code;annee;valeur\naxe-1;{NOW - 2};80".encode())
    measures = Measure.objects.filter(indicator__code="axe-1", annee=NOW - 2)
    measures.update(valeur=60)
    keep(lead, compared)
    assert measures.get().valeur == 60
    read_again = lead.get(compared.redirect_chain[-1][0])
    assert "60 → 80" in read_again.content.decode()
    lead.post(
        read_again.wsgi_request.path,
        {"action": "enregistrer", "comparison": read_again.context["result"].digest},
    )
    assert measures.get().valeur == 80


def test_who_lost_a_field_no_longer_undoes_what_was_written_of_it(lead: Client) -> None:
    upload = {"upload": SimpleUploadedFile("fiches.csv", b"code;methode\naxe-1;Inventaire")}
    compared = lead.post(f"/catalogue/{INDICATORS}/saisie/importer/", upload, follow=True)
    keep(lead, compared)
    ProtectedField.objects.create(layer=Layer.objects.get(slug=INDICATORS), name="methode")
    answer = lead.post(compared.redirect_chain[-1][0], {"action": "annuler"}, follow=True)
    assert "Vos droits ne couvrent plus" in answer.content.decode()


def test_old_imports_are_forgotten(lead: Client) -> None:
    compared = send(lead, f"code;annee;valeur\naxe-1;{NOW - 1};78".encode())
    found = EntryImport.objects.get()
    assert expire_imports(now=found.created_at + dt.timedelta(days=90)) == 0
    assert expire_imports(now=found.created_at + dt.timedelta(days=91)) == 1
    assert lead.get(compared.redirect_chain[-1][0]).status_code == 404


def test_lines_are_refused_with_their_reason_and_nothing_is_written(lead: Client) -> None:
    lines = [
        "code;annee;valeur;provisoire",
        f"axe-1;{NOW - 1};soixante;non",
        f"axe-2;{NOW - 1};60;non",
        f"axe-1;{NOW - 4};60;peut-être",
        f"axe-1;{NOW - 5};90;oui",
        f"axe-1;{NOW - 5};91;oui",
    ]
    answer = send(lead, "\n".join(lines).encode())
    told = states(answer)
    assert [state for state, _told in told] == ["refused", "refused", "refused", "added", "refused"]
    assert told[0][1] == "Valeur («\u00a0soixante\u00a0»)\u00a0: Saisissez un nombre."
    assert (
        "« axe-2 » n’est pas un objet que vous modifiez".replace("« ", "«\u00a0").replace(" »", "\u00a0»")
        in told[1][1]
    )
    assert "ligne 5" in told[4][1]
    keep(lead, answer)
    assert Measure.objects.count() == 4


def test_a_value_far_from_the_last_one_is_confirmed_before_a_file_is_saved(lead: Client) -> None:
    answer = send(lead, f"code;annee;valeur\naxe-1;{NOW - 1};8100".encode())
    assert [line.state for line in answer.context["result"].lines] == ["added"]
    assert f"alors que la valeur de {NOW - 2} est 81." in answer.content.decode()
    keep(lead, answer)
    assert "Confirmez d’abord" in lead.get(answer.redirect_chain[-1][0]).content.decode()
    assert not Measure.objects.filter(annee=NOW - 1).exists()
    keep(lead, answer, **{"is-confirmed": "on"})
    assert Measure.objects.filter(annee=NOW - 1, valeur=8100).exists()


def test_a_file_makes_a_vehicle_of_a_new_key_within_the_rows_of_the_grant_and_takes_it_back(
    lead: Client,
) -> None:
    grant(LEAD, VEHICLES, can_add=True, can_change=True, can_delete=True, rows="direction = 'Voirie'")
    vehicle("V1")
    sender = f"/catalogue/{VEHICLES}/saisie/importer/"
    titles = "numero;genre;categorie;energie;date_premiere_immatriculation;date_entree;direction"
    own = "V2;Voiture particulière;M1;Essence;01/03/2024;01/04/2024;Voirie"
    lines = [
        titles,
        own,
        own.replace("V2", "V3").replace("Voirie", "Habitat"),
        "V4;;M1;;;01/04/2024;Voirie",
        own,
    ]

    def sent(*rows: str) -> Any:
        upload = SimpleUploadedFile("parc.csv", "\n".join(rows).encode())
        return lead.post(sender, {"upload": upload}, follow=True)

    assert [state for state, _told in states(sent(*lines))] == ["added", "refused", "refused", "refused"]
    compared = sent(titles, own)
    address = compared.redirect_chain[-1][0]
    keep(lead, compared)
    made = Vehicle.objects.get(numero="V2")
    assert made.direction == "Voirie"
    kept = reading(made, dt.date(2026, 1, 1))
    assert "a reçu des saisies" in lead.post(address, {"action": "annuler"}, follow=True).content.decode()
    kept.delete()
    lead.post(address, {"action": "annuler"})
    assert set(Vehicle.objects.values_list("numero", flat=True)) == {"V1"}


def test_a_file_makes_no_indicator_and_says_so(lead: Client) -> None:
    upload = SimpleUploadedFile("fiches.csv", b"code;titre\nneuf;Indicateur neuf")
    answer = lead.post(f"/catalogue/{INDICATORS}/saisie/importer/", {"upload": upload}, follow=True)
    assert "Un fichier ne crée pas d’objet de cette couche." in states(answer)[0][1]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Le fichier est vide."),
        (b"code;annee;couleur\na;2020;bleu", "couleur"),
        (b"annee;valeur\n2020;1", "Il manque la colonne"),
        (b"PK\x03\x04 no workbook", "endommag"),
        (b"code;annee;valeur\naxe-1;2024;1;un mot", "plus de cellules que de titres"),
        (b"code;annee;commentaire\naxe-1;2024;" + b"x" * 32_768, "un texte dépasse"),
    ],
)
def test_a_file_that_is_no_table_of_the_entry_is_refused(lead: Client, content: bytes, reason: str) -> None:
    answer = send(lead, content)
    assert answer.status_code == 422
    assert reason in answer.content.decode()


def test_an_import_is_its_authors_alone_and_the_pages_are_absent_for_readers(lead: Client) -> None:
    address = send(lead, f"Indicateur\u00a0: code;Année;Valeur\naxe-1;{NOW - 1};78".encode()).redirect_chain[
        -1
    ][0]
    other = Person("pilote-bis", groups=LEAD.groups)
    stranger = Client()
    assert stranger.get(SENDER).status_code == 404
    stranger.force_login(other.account(), backend="django.contrib.auth.backends.ModelBackend")
    assert stranger.get(address).status_code == 404
    assert lead.get(f"{FILES}.csv?relation=inconnue").status_code == 404


def test_the_history_names_who_entered_what(lead: Client) -> None:
    indicator = Measure.objects.filter(indicator__code="axe-1")[0].indicator_id
    page = f"/catalogue/{INDICATORS}/{indicator}/saisie/"
    lead.post(f"{page}mesures/ajouter/", {"annee": NOW - 1, "valeur": "78"})
    told = lead.get(f"{page}historique/").content.decode()
    assert f"par {LEAD.name}" in " ".join(told.split())
    assert f"{page}historique/" in lead.get(f"/catalogue/{INDICATORS}/{indicator}/").content.decode()
    assert Client().get(f"{page}historique/").status_code == 404
