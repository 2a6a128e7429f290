"""Who edits a feature enters its records from a page; the same page is absent for anybody else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from amenities.models import Inspection
from amenities.vocabulary import InspectionResult, InspectionType
from layers.models import Layer
from plans.models import Action, Axis, Indicator, Measure
from tests.factories import MEUDON
from tests.people import ADMINISTRATOR, Person
from tests.plans import ACTIONS, INDICATORS, indicator_of, plan_of
from tests.world import PLAYGROUNDS, World, grant

pytestmark = pytest.mark.django_db
NOW = timezone.localdate().year
LEAD = Person("pilote-axe-1", groups=("Pilotes de l’axe 1",))
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def indicators(catalogue: Any) -> dict[str, Indicator]:
    """An open layer: an indicator of axis 1, that LEAD edits, and one of axis 2."""
    Layer.objects.filter(slug=INDICATORS).update(visibility="open")
    Axis.objects.create(plan=plan_of(), code="2", titre="Adapter", rang=20)
    found = {
        axis: indicator_of(
            {NOW - 6: 100.0, NOW + 4: 50.0}, {NOW - 3: 82.5, NOW - 2: 81.0}, code=f"axe-{axis}", axis=axis
        )
        for axis in "12"
    }
    grant(LEAD, INDICATORS, can_add=True, can_change=True, can_delete=True, rows="axe = '1. Réduire'")
    return found


@pytest.fixture
def lead(client: Client, indicators: dict[str, Indicator]) -> Client:
    client.force_login(LEAD.account(), backend=BACKEND)
    return client


def page(indicator: Indicator, rest: str = "") -> str:
    return f"/catalogue/{INDICATORS}/{indicator.pk}/saisie/{rest}"


def test_the_form_proposes_the_next_year_beside_the_last_values(
    lead: Client, indicators: dict[str, Indicator]
) -> None:
    sheet = lead.get(f"/catalogue/{INDICATORS}/{indicators['1'].pk}/").content.decode()
    assert page(indicators["1"]) in sheet
    asked = lead.get(page(indicators["1"], "mesures/ajouter/")).content.decode()
    assert f'value="{NOW - 1}"' in asked
    expected = indicators["1"].valeur_attendue
    assert f"81\u00a0kt en {NOW - 2}\u00a0; attendu {expected:g}\u00a0kt" in asked
    assert "\u22121,5" in asked
    assert 'inputmode="decimal"' in asked


def test_a_measure_is_entered_changed_and_deleted(lead: Client, indicators: dict[str, Indicator]) -> None:
    typed = {"annee": str(NOW - 1), "valeur": "78,5", "commune": "", "source": "", "commentaire": ""}
    answer = lead.post(page(indicators["1"], "mesures/ajouter/"), typed, follow=True)
    assert "Axe-1\u00a0: ligne ajoutée" in answer.content.decode()
    measure = Measure.objects.get(annee=NOW - 1)
    assert measure.valeur == 78.5
    address = page(indicators["1"], f"mesures/{measure.pk}/")
    version = lead.get(address).context["form"].initial["row-version"]
    stale = lead.post(address, typed | {"valeur": "79", "row-version": "old"})
    assert stale.status_code == 422
    assert "pendant votre saisie" in stale.content.decode()
    changed = lead.post(address, typed | {"valeur": "79", "row-version": version}, follow=True)
    assert "78,5 → 79" in changed.content.decode()
    gone = address + "supprimer/"
    version = lead.get(gone).context["record"].row_version
    assert "Ligne supprimée" in lead.post(gone, {"row-version": version}, follow=True).content.decode()
    assert not Measure.objects.filter(annee=NOW - 1).exists()


def test_what_is_wrong_is_told_beside_it_and_what_is_unusual_is_asked_again(
    lead: Client, indicators: dict[str, Indicator]
) -> None:
    address = page(indicators["1"], "mesures/ajouter/")
    wrong = lead.post(address, {"annee": str(NOW - 2), "valeur": "quatre-vingts"})
    assert wrong.status_code == 422
    assert 'value="quatre-vingts"' in wrong.content.decode()
    assert list(wrong.context["form"].errors) == ["valeur"]
    twice = lead.post(address, {"annee": str(NOW - 2), "valeur": "80"})
    assert "Cette année a déjà une mesure." in twice.content.decode()
    far = {"annee": str(NOW - 1), "valeur": "780"}
    asked = lead.post(address, far)
    assert asked.status_code == 422
    assert 'name="is-confirmed"' in asked.content.decode()
    early = lead.post(address, {"annee": "2125", "valeur": "80"}).content.decode()
    assert "Année\u00a0: 2125 n’a pas commencé." in early
    assert lead.post(address, far | {"is-confirmed": "on"}).status_code == 302
    assert Measure.objects.filter(annee=NOW - 1, valeur=780).exists()


def test_the_pages_are_absent_for_another_axis_and_for_who_only_reads(
    lead: Client, indicators: dict[str, Indicator]
) -> None:
    for rest in ("", "mesures/ajouter/"):
        assert lead.get(page(indicators["2"], rest)).status_code == 404
        assert Client().get(page(indicators["1"], rest)).status_code == 404
        assert lead.post(page(indicators["2"], rest), {"annee": NOW - 1, "valeur": 1}).status_code == 404
    assert lead.get(page(indicators["1"], "inconnue/ajouter/")).status_code == 404
    assert "saisie/" not in lead.get(f"/catalogue/{INDICATORS}/{indicators['2'].pk}/").content.decode()


def test_the_home_page_names_what_waits_and_the_next_one_follows(
    client: Client, indicators: dict[str, Indicator]
) -> None:
    assert "À saisir" not in client.get("/").content.decode()
    client.force_login(ADMINISTRATOR.account(), backend=BACKEND)
    assert page(indicators["1"], "mesures/ajouter/") in client.get("/").content.decode()
    Measure.objects.create(indicator=indicators["1"], annee=NOW - 1, valeur=80.0)
    home = client.get("/").content.decode()
    assert page(indicators["1"], "mesures/ajouter/") not in home
    assert page(indicators["2"], "mesures/ajouter/") in client.get(page(indicators["1"])).content.decode()


# How often, the year of the last measure (the reference is six years old), whether it is asked, the year proposed.
CADENCES = [
    ("annuelle", NOW - 2, True, NOW - 1),
    ("biennale", NOW - 2, False, NOW),
    ("biennale", NOW - 3, True, NOW - 1),
    ("triennale", NOW - 3, False, NOW),
    ("triennale", NOW - 4, True, NOW - 1),
    ("biennale", None, True, NOW - 2),
    ("triennale", None, True, NOW - 3),
]


def test_an_indicator_is_asked_as_often_as_it_is_measured(
    lead: Client, indicators: dict[str, Indicator]
) -> None:
    found = {}
    for number, (cadence, last, is_asked, proposed) in enumerate(CADENCES):
        measures = {last: 8.0} if last else {}
        rare = indicator_of({NOW - 6: 9.0, NOW + 4: 5.0}, measures, code=f"rare-{number}", frequence=cadence)
        Measure.objects.create(indicator=rare, annee=NOW - 1, valeur=1.0, source="Autre")
        found[rare] = (is_asked, f"rare-{number};Rare-{number};{proposed};")
    home = lead.get("/").content.decode()
    told = {rare: page(rare, "mesures/ajouter/") in home for rare in found}
    assert told == {rare: is_asked for rare, (is_asked, _line) in found.items()}
    template = lead.get(
        f"/catalogue/{INDICATORS}/saisie/fichier.csv?relation=mesures&modele=1"
    ).content.decode()
    assert [line for _is_asked, line in found.values() if line not in template] == []


def test_who_saves_goes_to_the_next_one_that_waits(lead: Client, indicators: dict[str, Indicator]) -> None:
    other = indicator_of({NOW - 6: 9.0, NOW + 4: 5.0}, {NOW - 2: 8.0}, code="suivant")
    address = page(indicators["1"], "mesures/ajouter/")
    assert "Enregistrer, puis le suivant" in lead.get(address).content.decode()
    typed = {"annee": NOW - 1, "valeur": "80", "then-next": "1"}
    assert lead.post(address, typed)["Location"] == page(other, "mesures/ajouter/")
    last = lead.post(page(other, "mesures/ajouter/"), typed | {"valeur": "8"})
    assert last["Location"] == f"{page(other)}#mesures"


def test_the_portal_of_a_town_proposes_the_town(lead: Client, indicators: dict[str, Indicator]) -> None:
    form = lead.get(page(indicators["1"], "mesures/ajouter/"), headers={"host": "meudon.localhost"}).context[
        "form"
    ]
    assert form.initial["commune"] == MEUDON


def test_the_fields_of_the_feature_are_entered_too(lead: Client, indicators: dict[str, Indicator]) -> None:
    asked = lead.get(page(indicators["1"])).context["form"]
    assert "plan" not in asked.fields
    typed = {name: "" if asked.initial[name] is None else asked.initial[name] for name in asked.names}
    typed["pilote"] = "Direction du climat"
    answer = lead.post(
        page(indicators["1"]), typed | {"row-version": asked.initial["row-version"]}, follow=True
    )
    assert "Pilote\u00a0: vide → Direction du climat" in answer.content.decode()


def test_fields_come_first_where_nothing_is_entered_each_period(
    lead: Client, indicators: dict[str, Indicator]
) -> None:
    action = Action.objects.create(
        plan=plan_of(), code="1.1", titre="Rénover", position=Axis.objects.get(code="2")
    )
    grant(LEAD, ACTIONS, can_add=True, can_change=True, can_delete=True)
    own, records = 'class="panel-block entry-own"', 'class="panel-block stack" id='
    periodic = lead.get(page(indicators["1"])).content.decode()
    assert periodic.index(records) < periodic.index(f"{own}>")
    plain = lead.get(f"/catalogue/{ACTIONS}/{action.pk}/saisie/").content.decode()
    assert plain.index(f"{own} open>") < plain.index(records)


def test_an_inspection_is_of_today_unless_its_author_says_otherwise(world: World, client: Client) -> None:
    client.force_login(ADMINISTRATOR.account(), backend=BACKEND)
    place = world.playgrounds["Jeux-Val"].pk
    form = client.get(f"/catalogue/{PLAYGROUNDS}/{place}/saisie/inspections/ajouter/").context["form"]
    assert form.initial["date"] == timezone.localdate()


def test_an_inspection_begins_with_the_name_of_who_enters_it(world: World, client: Client) -> None:
    account = ADMINISTRATOR.account()
    account.first_name, account.last_name = "Camille", "Exemple"
    account.save()
    client.force_login(account, backend=BACKEND)
    place = world.playgrounds["Jeux-Val"].pk
    form = client.get(f"/catalogue/{PLAYGROUNDS}/{place}/saisie/inspections/ajouter/").context["form"]
    assert form.initial["controleur"] == "Camille Exemple"


def test_after_an_inspection_is_entered_the_sheet_opens_on_its_inspections(
    world: World, client: Client
) -> None:
    client.force_login(ADMINISTRATOR.account(), backend=BACKEND)
    sheet = f"/catalogue/{PLAYGROUNDS}/{world.playgrounds['Jeux-Val'].pk}/"
    typed = {"type": InspectionType.VISUEL, "date": "2026-11-30", "resultat": InspectionResult.CONFORME}
    saved = client.post(f"{sheet}saisie/inspections/ajouter/", typed)
    assert (saved.status_code, saved["Location"]) == (302, f"{sheet}#lignes-inspections")
    assert 'id="lignes-inspections"' in client.get(sheet).content.decode()


@pytest.mark.parametrize(
    ("kind", "planned", "expected"),
    [
        pytest.param(InspectionType.VISUEL, None, "2026-12-14", id="declared"),
        pytest.param(InspectionType.VISUEL, ("2026-11-01", "2026-11-08"), "2026-12-07", id="as-the-last-one"),
        pytest.param(InspectionType.POST_INSTALLATION, None, None, id="made-once"),
    ],
)
def test_an_inspection_without_a_next_date_stays_in_the_schedule(
    world: World, client: Client, kind: str, planned: tuple[str, str] | None, expected: str | None
) -> None:
    client.force_login(ADMINISTRATOR.account(), backend=BACKEND)
    playground = world.playgrounds["Jeux-Val"]
    playground.inspections.filter(type=kind).delete()
    if planned:
        playground.inspections.create(
            type=kind, resultat=InspectionResult.CONFORME, date=planned[0], prochaine_echeance=planned[1]
        )
    typed = {"type": kind, "date": "2026-11-30", "resultat": InspectionResult.CONFORME}
    saved = client.post(f"/catalogue/{PLAYGROUNDS}/{playground.pk}/saisie/inspections/ajouter/", typed)
    assert saved.status_code == 302
    due = playground.inspections.get(type=kind, date="2026-11-30").prochaine_echeance
    assert (due and due.isoformat()) == expected


def test_the_home_page_names_first_what_is_overdue_the_longest(world: World, client: Client) -> None:
    client.force_login(ADMINISTRATOR.account(), backend=BACKEND)
    first, second = world.playgrounds["Jeux-Bruyeres"], world.playgrounds["Jeux-Val"]
    Inspection.objects.all().delete()
    for playground, due in (
        (first, dt.date(2026, 3, 4)),
        (second, dt.date(2026, 2, 1)),
        (second, dt.date(2026, 9, 9)),
    ):
        kind = InspectionType.VISUEL if due.month != 9 else InspectionType.ANNUEL
        playground.inspections.create(
            type=kind, resultat=InspectionResult.CONFORME, date=dt.date(2026, 1, 1), prochaine_echeance=due
        )
    home = client.get("/").content.decode()
    assert f"{InspectionType.VISUEL.label} : échéance passée depuis le 1er février 2026" in home
    assert f'data-lonlat="{second.geom.x:.6f} {second.geom.y:.6f}"' in home
    assert home.index(f"/{second.pk}/saisie/inspections/") < home.index(f"/{first.pk}/saisie/inspections/")
    form = client.get(f"/catalogue/{PLAYGROUNDS}/{first.pk}/saisie/inspections/ajouter/")
    assert form.context["next"].pk == second.pk
    assert form.context["form"]["type"].value() == InspectionType.VISUEL


def test_the_form_of_an_inspection_proposes_the_kind_that_is_the_longest_overdue(
    world: World, client: Client
) -> None:
    client.force_login(ADMINISTRATOR.account(), backend=BACKEND)
    playground = world.playgrounds["Jeux-Val"]
    playground.inspections.all().delete()
    address = f"/catalogue/{PLAYGROUNDS}/{playground.pk}/saisie/inspections/ajouter/"
    proposed = [client.get(address).context["form"]["type"].value()]
    for kind, due in ((InspectionType.VISUEL, "2026-05-01"), (InspectionType.FONCTIONNEL, "2026-04-01")):
        playground.inspections.create(
            type=kind, resultat=InspectionResult.CONFORME, date="2026-01-01", prochaine_echeance=due
        )
        proposed.append(client.get(address).context["form"]["type"].value())
    assert proposed == [None, InspectionType.VISUEL, InspectionType.FONCTIONNEL]


def test_after_a_row_is_entered_its_page_opens_on_the_rows_of_its_kind(
    lead: Client, indicators: dict[str, Indicator]
) -> None:
    typed = {"annee": str(NOW - 1), "valeur": "80"}
    saved = lead.post(page(indicators["1"], "mesures/ajouter/"), typed)
    assert (saved.status_code, saved["Location"]) == (302, f"{page(indicators['1'])}#mesures")
