"""A layer by commune and by field: exact counts, who reads each part and from where, and nothing of other groups."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gisportal.accounts.models import GroupManager
from layers import access
from layers.models import ProtectedField
from management.rights.layer_tables import CommuneTable, commune_table, field_lines
from tests.factories import BOULOGNE, MEUDON
from tests.http.management.test_rights import PAGE, client_of, group_of
from tests.people import ADMINISTRATOR, GARDENER, NEWCOMER, OUTSIDER, PARTNER, PLANNER, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, World, grant, protect


def table_of(person: Person) -> CommuneTable:
    visitor = person.visitor()
    return commune_table(visitor, access.scope(visitor, PLAYGROUNDS))


def counts(table: CommuneTable) -> dict[str, tuple[int, ...]]:
    return {line.who: (line.total, *(cell.count for cell in line.counts)) for line in table.lines}


def test_each_recipient_reads_so_many_rows_of_each_commune(world: World) -> None:
    grant(OUTSIDER, PLAYGROUNDS, rows=f"commune = '{BOULOGNE}'")
    grant(OUTSIDER, PLAYGROUNDS, rows="nom = 'Jeux-Pont'")
    table = table_of(ADMINISTRATOR)
    in_meudon = counts(table)[TOWN_AGENT.groups[0]]
    assert sum(counts(table)["Tout le monde"]) == 0
    assert counts(table)[PLANNER.groups[0]][0] == table.every.total == 3
    assert in_meudon[0] == sum(in_meudon[1:]) == 2
    assert {cell.state for line in table.lines if line.who == PLANNER.groups[0] for cell in line.counts} == {
        "all"
    }
    assert not set(counts(table)) & {PARTNER.groups[0], NEWCOMER.groups[0]}  # ended, and to come


def test_rows_that_are_changed_are_counted_with_their_margin_in_words(world: World) -> None:
    grant(OUTSIDER, PLAYGROUNDS, rows=f"commune = '{MEUDON}'", margin_m=50, can_add=True, can_change=True)
    line = next(line for line in table_of(ADMINISTRATOR).lines if line.who == OUTSIDER.groups[0])
    assert line.changed == sum(cell.changed for cell in line.counts) == 2
    assert line.writing == ("ajoute, modifie : les lignes où commune : Meudon, et jusqu’à 50 m autour",)
    assert "dont 2 modifiables" in client_of(ADMINISTRATOR).get(f"{PAGE}communes/").content.decode()


def test_own_rows_are_worded_and_not_counted(world: World) -> None:
    grant(OUTSIDER, PLAYGROUNDS, can_change_own=True)
    line = next(line for line in table_of(ADMINISTRATOR).lines if line.who == OUTSIDER.groups[0])
    assert line.changed == 0
    assert line.writing == ("modifie ses propres lignes : toutes les lignes",)


def test_the_rows_of_all_communes_are_one_statement(world: World) -> None:
    for place in range(8):
        grant(OUTSIDER, PLAYGROUNDS, rows=f"nom = 'x{place}'")
    with CaptureQueriesContext(connection) as statements:
        table_of(ADMINISTRATOR)
    assert sum("amenities_playground" in each["sql"] and "COUNT(" in each["sql"] for each in statements) == 1


def test_a_field_says_who_reads_it_and_from_where(world: World) -> None:
    ProtectedField.objects.filter(layer__slug=PLAYGROUNDS).delete()
    protect(PLAYGROUNDS, "etat", GARDENER)
    grant(OUTSIDER, PLAYGROUNDS, fields=["etat"])
    visitor = ADMINISTRATOR.visitor()
    lines = {line.name: line for line in field_lines(visitor, access.scope(visitor, PLAYGROUNDS))}
    assert {(each.name, each.is_by_grant) for each in lines["etat"].readers} == {
        (GARDENER.groups[0], False),
        (OUTSIDER.groups[0], True),
    }
    assert lines["etat"].protection == "réservé ici"
    assert lines["nom"].protection == ""


def test_a_field_is_protected_and_opened_from_its_tab(world: World) -> None:
    client = client_of(ADMINISTRATOR)
    client.post(f"{PAGE}champs/", {"name": "etat", "groups": [group_of(GARDENER).pk]})
    assert [each.name for each in ProtectedField.objects.get(name="etat").groups.all()] == [
        GARDENER.groups[0]
    ]
    assert "réservé ici" in client.get(f"{PAGE}champs/?champ=etat").content.decode()
    client.post(f"{PAGE}champs/", {"name": "etat", "open": "1"})
    assert not ProtectedField.objects.filter(name="etat").exists()


@pytest.fixture
def manager(world: World) -> Client:
    GroupManager.objects.create(user=TOWN_AGENT.account(), group=group_of(OUTSIDER))
    grant(OUTSIDER, PLAYGROUNDS, rows=f"commune = '{MEUDON}'")
    return client_of(TOWN_AGENT)


def test_a_manager_sees_own_groups_and_protects_nothing(manager: Client) -> None:
    page = manager.get(f"{PAGE}communes/").content.decode()
    assert OUTSIDER.groups[0] in page
    assert PLANNER.groups[0] not in page
    assert "reserver" not in manager.get(f"{PAGE}champs/").content.decode()
    assert manager.post(f"{PAGE}champs/", {"name": "etat"}).status_code == 404
    assert manager.post(f"{PAGE}champs/et-si/", {"name": "etat"}).status_code == 404
