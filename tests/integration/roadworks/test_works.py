"""Sites of road works: declared by towns, in conflict with each other, under way by the clock, sent by e-mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.gis.geos import LineString, MultiLineString
from django.core import mail
from django.db import connection

from layers.errors import Forbidden, InvalidFeature, LayersError, StaleFeature, UnknownFeature
from moderation.changes import accept_change
from moderation.errors import MissingReason
from moderation.models import ProposedChange, RowStep
from moderation.services import perform
from reference_data.models import RoadSection
from roadworks.models import RoadWorks, SiteSection, StreetSubscription
from roadworks.periods import Rule
from roadworks.queries import Place, find_places, read_site, works_scope
from roadworks.services.answers import SiteAnswers
from roadworks.services.conflicts import ConflictKind
from roadworks.services.effects import EffectAnswer
from roadworks.services.plans import conflicts_of
from roadworks.services.sections import street_drawing
from roadworks.services.sites import confirm_site, extend_site, save_site
from roadworks.services.situation import update_sites
from roadworks.services.subscriptions import (
    confirm_subscription,
    end_subscription,
    forget_subscriptions,
    request_subscription,
    send_messages,
)
from tests.factories import BOULOGNE, MEUDON
from tests.people import PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.road_works import NIGHTS, SECTIONS, STREET, effect, paris, phase, site
from tests.world import grant

pytestmark = pytest.mark.django_db
NEIGHBOUR_TOWN = Person("agent-boulogne", groups=("Ville de Boulogne",))
Line = Sequence[tuple[float, float]]
WEST_OF_BORDER: Line = ((2.2170, 48.8110), (2.2200, 48.8110))
EAST_OF_BORDER: Line = ((2.2200, 48.8110), (2.2230, 48.8110))
# Fifteen metres north of the avenue.
PARALLEL: Line = tuple((x, y + 0.000135) for x, y in SECTIONS[0])
BEGIN, END = dt.date(2027, 3, 22), dt.date(2027, 4, 2)


def road(cleabs: str, line: Line, name: str) -> RoadSection:
    return RoadSection(
        cleabs=cleabs, nature="Route à 1 chaussée", nom_voie_ban_gauche=name, importance="4",
        sens_de_circulation="Double sens", geom=LineString(*line, srid=4326),
    )  # fmt: skip


@pytest.fixture
def roads(catalogue: object) -> None:
    """The avenue of four sections, a parallel street, one astride Meudon and Boulogne; who declares and approves."""
    RoadSection.objects.bulk_create(
        [
            *(road(f"TRONROUT{number}", line, STREET) for number, line in enumerate(SECTIONS)),
            road("PARALLEL", PARALLEL, "Rue Hoche"),
            road("BORDER-W", WEST_OF_BORDER, "Rue du Partage"),
            road("BORDER-E", EAST_OF_BORDER, "Rue du Partage"),
        ]
    )
    for person, code in ((TOWN_AGENT, MEUDON), (NEIGHBOUR_TOWN, BOULOGNE)):
        grant(person, "travaux-voirie", rows=f"commune = '{code}'", can_add=True, can_change=True)
    grant(PLANNER, "travaux-voirie", can_add=True, can_change=True, can_approve=True)


def answers(line: Line = SECTIONS[0], **values: Any) -> SiteAnswers:
    days = {"date_debut": values.pop("begin", BEGIN), "date_fin": values.pop("end", END)}
    hours = {"heure_debut": values.pop("opens", None), "heure_fin": values.pop("closes", None)}
    columns = {"titre": "", "sauf_feries": False, "jours": [], **days, **hours}
    own = {"objet": "Conduite", "nature": "Eau", "maitre_ouvrage": "Ville", "contact": "", **values}
    drawing = MultiLineString(LineString(*line), srid=4326)
    return SiteAnswers(own, drawing, [columns], [EffectAnswer("voiture", "ferme", "deux")])


def declare(person: Person = TOWN_AGENT, line: Line = SECTIONS[0], **values: Any) -> int:
    return save_site(scope=works_scope(person.visitor()), answers=answers(line, **values)).pk


def conflicts(person: Person, pk: int) -> list[tuple[ConflictKind, bool]]:
    scope = works_scope(person.visitor())
    return [(each.kind, each.site is not None) for each in conflicts_of(scope, read_site(scope, pk))]


def submit(person: Person, pk: int) -> None:
    perform(scope=works_scope(person.visitor()), pk=pk, name="submit")


def publish(pk: int, reason: str = "") -> None:
    perform(scope=works_scope(PLANNER.visitor()), pk=pk, name="publish", reason=reason)


def test_the_map_fills_street_sections_and_commune_of_a_declared_site(roads: None) -> None:
    pk = declare(line=(SECTIONS[0][0], SECTIONS[1][1]), voie="")
    row = RoadWorks.objects.get(pk=pk)
    assert (row.voie, row.commune_id, row.etat) == (STREET, MEUDON, "draft")
    assert (row.date_debut, row.date_fin, row.impact_circulation) == (BEGIN, END, "Route barrée")
    sections = SiteSection.objects.filter(chantier=row).order_by("rang")
    assert [part.cleabs for part in sections] == ["TRONROUT0", "TRONROUT1"]


def test_a_change_leaves_the_phases_and_effects_that_are_the_same(roads: None) -> None:
    pk = declare()
    before = read_site(works_scope(TOWN_AGENT.visitor()), pk)
    save_site(scope=works_scope(TOWN_AGENT.visitor()), answers=answers(description="Autre"), pk=pk)
    after = read_site(works_scope(TOWN_AGENT.visitor()), pk)
    assert after.site.description == "Autre"
    assert [each.pk for each in after.phases] == [each.pk for each in before.phases]
    assert [each.pk for each in after.effects] == [each.pk for each in before.effects]


def test_a_change_of_a_public_site_by_its_town_waits_and_is_written_once_accepted(roads: None) -> None:
    pk = declare()
    submit(TOWN_AGENT, pk)
    publish(pk)
    changed = replace(
        answers(opens=dt.time(8), closes=dt.time(17)),
        effects=[EffectAnswer("voiture", "alterne", "deux", 1)],
    )
    scope = works_scope(TOWN_AGENT.visitor())
    assert save_site(scope=scope, answers=changed, pk=pk).is_proposed
    site = RoadWorks.objects.get(pk=pk)
    assert site.impact_circulation == "Route barrée"
    change = ProposedChange.objects.get(moderated__row=pk)
    assert [each["name"] for each in change.related] == ["phases", "effets"]
    accept_change(scope=works_scope(PLANNER.visitor()), pk=pk, change=change.pk)
    site.refresh_from_db()
    assert site.impact_circulation == "Circulation alternée"
    assert site.phases.get().heure_debut == dt.time(8)


def test_a_proposed_change_of_phases_that_changed_since_is_refused(roads: None) -> None:
    pk = declare()
    submit(TOWN_AGENT, pk)
    publish(pk)
    save_site(
        scope=works_scope(TOWN_AGENT.visitor()), answers=answers(opens=dt.time(8), closes=dt.time(17)), pk=pk
    )
    save_site(
        scope=works_scope(PLANNER.visitor()), answers=answers(opens=dt.time(9), closes=dt.time(17)), pk=pk
    )
    with pytest.raises(StaleFeature, match="Phases"):
        accept_change(scope=works_scope(PLANNER.visitor()), pk=pk, change=ProposedChange.objects.get().pk)


def test_who_publishes_at_once_says_why_in_a_conflict(roads: None) -> None:
    site("TRV-1")
    scope = works_scope(PLANNER.visitor())
    with pytest.raises(MissingReason):
        save_site(scope=scope, answers=answers())
    assert RoadWorks.objects.count() == 1
    pk = save_site(scope=scope, answers=replace(answers(), reason="Tranchée commune")).pk
    assert RowStep.objects.get(moderated__row=pk, transition="publish").reason == "Tranchée commune"
    # The same conflict is not explained twice.
    save_site(scope=scope, answers=answers(description="Autre"), pk=pk)


def test_a_town_neither_declares_nor_changes_works_of_another(roads: None) -> None:
    with pytest.raises(Forbidden):
        declare(NEIGHBOUR_TOWN)
    pk = declare()
    submit(TOWN_AGENT, pk)
    publish(pk)
    with pytest.raises(LayersError):
        save_site(scope=works_scope(NEIGHBOUR_TOWN.visitor()), answers=answers(), pk=pk)
    with pytest.raises(LayersError):
        perform(scope=works_scope(NEIGHBOUR_TOWN.visitor()), pk=pk, name="suspend", reason="Non")


def test_two_towns_on_both_sides_of_their_border_read_one_conflict_and_publish_neither_site(
    roads: None,
) -> None:
    west = declare(TOWN_AGENT, WEST_OF_BORDER)
    east = declare(NEIGHBOUR_TOWN, EAST_OF_BORDER)
    submit(TOWN_AGENT, west)
    assert conflicts(NEIGHBOUR_TOWN, east) == [(ConflictKind.PLACE, False)]  # not public: without its place
    publish(west)
    assert conflicts(NEIGHBOUR_TOWN, east) == [(ConflictKind.PLACE, True)]
    with pytest.raises(UnknownFeature):
        perform(scope=works_scope(TOWN_AGENT.visitor()), pk=east, name="publish")
    submit(NEIGHBOUR_TOWN, east)
    with pytest.raises(Forbidden):
        perform(scope=works_scope(NEIGHBOUR_TOWN.visitor()), pk=east, name="publish")


def test_who_publishes_works_in_conflict_says_why(roads: None) -> None:
    for pk in (declare(), declare()):
        submit(TOWN_AGENT, pk)
    with pytest.raises(MissingReason):
        publish(pk)
    publish(pk, "Tranchée commune")
    assert RoadWorks.objects.get(pk=pk).etat == "published"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({}, [ConflictKind.PLACE]),
        ({"line": PARALLEL}, []),
        ({"begin": dt.date(2027, 4, 4), "end": dt.date(2027, 4, 9)}, []),
        ({"opens": dt.time(8), "closes": dt.time(17)}, []),
        ({"opens": dt.time(5), "closes": dt.time(8)}, [ConflictKind.PLACE]),
    ],
    ids=["same place and days", "parallel street", "other days", "nights and days", "an hour in the morning"],
)
def test_works_conflict_by_section_and_by_hour(
    roads: None, other: dict[str, Any], expected: list[ConflictKind]
) -> None:
    row = site("TRV-1")
    phase(row, 1, Rule(BEGIN, END, dt.time(21), dt.time(6), NIGHTS.days))
    pk = declare(**{"line": SECTIONS[0], **other})
    assert [kind for kind, _is_visible in conflicts(TOWN_AGENT, pk)] == expected


def test_a_surface_renewed_twenty_months_ago_is_a_conflict_with_its_rule(roads: None) -> None:
    site(
        "TRV-1",
        etat="finished",
        refait_chaussee=True,
        date_debut=dt.date(2025, 7, 1),
        date_fin=dt.date(2025, 7, 22),
    )
    assert conflicts(TOWN_AGENT, declare()) == [(ConflictKind.SURFACE, True)]
    assert conflicts(TOWN_AGENT, declare(begin=dt.date(2028, 9, 1), end=dt.date(2028, 9, 2))) == []


def test_a_detour_over_a_street_that_others_close_is_a_conflict(roads: None) -> None:
    row = site("TRV-1", lines=SECTIONS[1:2])
    SiteSection.objects.filter(chantier=row).update(cleabs="TRONROUT1")
    effect(row)
    pk = declare(line=PARALLEL)
    RoadWorks.objects.filter(pk=pk).update(
        trace_deviation=MultiLineString(LineString(*SECTIONS[1]), srid=4326)
    )
    assert conflicts(TOWN_AGENT, pk) == [(ConflictKind.DETOUR, True)]


def test_a_draft_of_somebody_else_is_no_conflict(roads: None) -> None:
    declare(TOWN_AGENT, WEST_OF_BORDER)
    assert conflicts(NEIGHBOUR_TOWN, declare(NEIGHBOUR_TOWN, EAST_OF_BORDER)) == []


def test_a_site_goes_on_until_the_morning_after_its_last_night(catalogue: object) -> None:
    row = site("TRV-1")
    phase(row, 1, NIGHTS)
    effect(row)
    expected = {
        "2027-03-21 12:00": "À venir",
        "2027-03-22 00:00": "En cours",
        "2027-04-03 05:59": "En cours",
        "2027-04-03 06:00": "Terminé",
    }
    seen = {}
    for text in expected:
        update_sites(instant=paris(text))
        seen[text] = RoadWorks.objects.get(pk=row.pk).statut
    assert seen == expected
    assert update_sites(instant=paris("2027-04-03 06:01")) == 0


def test_a_site_ended_early_is_over_at_that_instant(roads: None) -> None:
    pk = declare(begin=dt.date(2020, 1, 1), end=dt.date(2099, 1, 1))
    submit(TOWN_AGENT, pk)
    publish(pk)
    visitor = TOWN_AGENT.visitor()
    perform(scope=works_scope(visitor), pk=pk, name="finish")
    row = RoadWorks.objects.get(pk=pk)
    assert (row.fin_reelle, row.statut, row.etat) == (visitor.instant, "Terminé", "finished")


def test_an_extension_puts_off_the_last_phase_by_its_author(roads: None) -> None:
    pk = declare(begin=dt.date(2020, 1, 1), end=dt.date(2099, 1, 1))
    submit(TOWN_AGENT, pk)
    publish(pk)
    scope = works_scope(TOWN_AGENT.visitor())
    with pytest.raises(InvalidFeature):
        extend_site(scope=scope, pk=pk, last_day=dt.date(2098, 1, 1), reason="Gel")
    extend_site(scope=scope, pk=pk, last_day=dt.date(2099, 2, 1), reason="Gel")
    row = RoadWorks.objects.get(pk=pk)
    assert (row.date_fin, row.statut) == (dt.date(2099, 2, 1), "Prolongé")


def test_only_the_author_and_who_approves_confirm_on_the_spot(roads: None) -> None:
    pk = declare(begin=dt.date(2020, 1, 1), end=dt.date(2099, 1, 1))
    submit(TOWN_AGENT, pk)
    publish(pk)
    with pytest.raises(Forbidden):
        confirm_site(scope=works_scope(NEIGHBOUR_TOWN.visitor()), pk=pk, name="debut_confirme")
    confirm_site(scope=works_scope(TOWN_AGENT.visitor()), pk=pk, name="debut_confirme")
    assert RoadWorks.objects.get(pk=pk).debut_confirme


def test_a_street_is_placed_by_its_name_without_a_map(roads: None) -> None:
    drawing = street_drawing(PUBLIC.visitor(), STREET.upper())
    assert drawing is not None
    assert drawing.extent == pytest.approx((SECTIONS[0][0][0], 48.81, SECTIONS[3][1][0], 48.81))
    assert street_drawing(PUBLIC.visitor(), "Rue absente") is None
    assert [place.name for place in find_places(PUBLIC.visitor(), "avenue du general")] == [
        f"{STREET}, Meudon"
    ]


def test_the_rows_of_an_author_are_read_by_an_index(catalogue: object) -> None:
    rows = works_scope(TOWN_AGENT.visitor()).queryset.order_by()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "road_works_by_author" in rows.explain()


HOME = Place("1 avenue", 2.2055, 48.8101)


def test_a_subscriber_confirms_then_reads_of_works_announced_changed_and_ended(roads: None) -> None:
    visitor = PUBLIC.visitor()
    request_subscription(visitor=visitor, email="riverain@exemple.fr", place=HOME)
    request_subscription(visitor=visitor, email="riverain@exemple.fr", place=HOME)
    assert send_messages(instant=visitor.instant) == 1
    row = StreetSubscription.objects.get()
    assert row.token in mail.outbox[0].body
    announced = site("TRV-1")
    assert send_messages(instant=visitor.instant) == 0  # nobody confirmed
    announced.delete()
    confirm_subscription(row.token, instant=visitor.instant)
    announced = site("TRV-2")
    site("TRV-3", etat="submitted")
    assert send_messages(instant=visitor.instant) == 1
    RoadWorks.objects.filter(pk=announced.pk).update(date_fin=dt.date(2027, 5, 1))
    assert send_messages(instant=visitor.instant) == 1
    RoadWorks.objects.filter(pk=announced.pk).update(statut="Terminé")
    assert send_messages(instant=visitor.instant) == 1
    assert send_messages(instant=visitor.instant) == 0
    words = [message.body for message in mail.outbox[1:]]
    assert [word in body for word, body in zip(("Annoncé", "Modifié", "Terminé"), words, strict=True)] == [
        True
    ] * 3
    assert not [body for body in words if "TRV-3" in body]
    assert end_subscription(row.token) is not None
    assert end_subscription(row.token) is None


def test_an_address_that_nobody_confirms_is_forgotten(catalogue: object) -> None:
    visitor = PUBLIC.visitor()
    request_subscription(visitor=visitor, email="riverain@exemple.fr", place=HOME)
    assert forget_subscriptions(instant=visitor.instant) == 0
    assert forget_subscriptions(instant=visitor.instant + dt.timedelta(days=4)) == 1
