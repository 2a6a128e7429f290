"""Rows that a grant lets write: own rows, communes with a margin; and the fields, in as few statements as before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pghistory
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heritage.models import RemarkableTree
from layers import access
from layers.access import Scope
from layers.errors import Forbidden
from layers.models import Grant, Layer
from layers.parsing.feature import FeatureInput
from layers.services.features import create_feature, delete_feature, replace_feature, update_feature
from layers.vocabulary import WriteRight
from tests.factories import BOULOGNE, MEUDON, box, line, playground, prescription_lin, tree, zone
from tests.people import PLANNER, Person
from tests.world import PLAYGROUNDS, TREES, ZONES, World, grant

LINES = "plui-prescriptions-lin"
AUTHOR = Person("autrice", groups=("Saisie",))
COLLEAGUE = Person("collègue de saisie", groups=("Saisie",))
IN_MEUDON = f"commune = '{MEUDON}'"
BORDER, NORTH = 2.22, 48.81  # between Meudon and Boulogne
NEAR, FAR = BORDER + 0.0004, BORDER + 0.001  # 29 m and 73 m beyond


def scope_of(person: Person, slug: str = TREES, **definition: Any) -> Scope:
    scope = access.scope(person.visitor(), slug)
    return replace(scope, definition=replace(scope.definition, **definition)) if definition else scope


def written_by(person: Person, name: str) -> RemarkableTree:
    with pghistory.context(user=person.account().pk, username=person.name):
        return tree(name)


def test_the_history_says_whose_a_row_is(world: World) -> None:
    grant(AUTHOR, TREES, can_change_own=True)
    written_by(AUTHOR, "Mien"), written_by(COLLEAGUE, "Sien")
    own = {str(each): access.editable(scope_of(each)) for each in (AUTHOR, COLLEAGUE)}
    names = {name: list(rows.values_list("nom_vernaculaire", flat=True)) for name, rows in own.items()}
    assert names == {"autrice": ["Mien"], "collègue de saisie": ["Sien"]}


def test_a_column_of_authors_spares_the_history(world: World) -> None:
    grant(AUTHOR, TREES, can_change_own=True)
    rows = access.editable(scope_of(AUTHOR, author_path="id"))
    assert "remarkabletreeevent" not in str(rows.query)
    assert "remarkabletreeevent" in str(access.editable(scope_of(AUTHOR)).query)


def test_own_rows_and_all_rows_of_grants_add_up(world: World) -> None:
    grant(AUTHOR, TREES, can_change_own=True, can_delete=True)
    grant(AUTHOR, TREES, can_change=True, rows=f"commune = '{BOULOGNE}'")
    written_by(AUTHOR, "Mien")
    scope = scope_of(AUTHOR)
    names = {
        right: set(rows(scope).values_list("nom_vernaculaire", flat=True))
        for right, rows in {"change": access.editable, "delete": access.deletable}.items()
    }
    assert names == {"change": {"Mien", "Platane-Boulogne"}, "delete": {"Mien"}}


def test_a_grant_deletes_only_what_it_changes(world: World) -> None:
    proposed = Grant(layer=Layer.objects.get(slug=TREES), person=AUTHOR.account(), can_delete=True)
    with pytest.raises(ValidationError, match="Supprimer s’ajoute"):
        proposed.full_clean()


def test_a_margin_reaches_over_a_border(world: World) -> None:
    for name, start in {"inside": 2.21, "near": NEAR, "far": FAR}.items():
        tree(name, at=(start, NORTH))
        prescription_lin(name, line((start, NORTH), (start + 0.01, NORTH)))
        zone(name, geom=box(start, NORTH - 0.001, start + 0.01, NORTH + 0.001))
    names = {TREES: "nom_vernaculaire", LINES: "libelle", ZONES: "libelle"}
    for slug in names:
        Layer.objects.filter(slug=slug).update(visibility="internal", state="published")
        grant(AUTHOR, slug, rows=IN_MEUDON, margin_m=50, can_change=True)
    expected = {"inside", "near"}
    for slug, name in names.items():
        scope = scope_of(AUTHOR, slug)
        for rows in (scope.queryset, access.editable(scope)):
            assert set(rows.values_list(name, flat=True)) & {*expected, "far"} == expected, slug


def test_a_margin_leaves_the_other_conditions(world: World) -> None:
    playground("Pont proche", at=(NEAR, NORTH)), playground("Pont lointain", at=(FAR, NORTH))
    grant(AUTHOR, PLAYGROUNDS, rows=f"{IN_MEUDON} AND nom LIKE 'Pont%'", margin_m=50)
    assert set(scope_of(AUTHOR, PLAYGROUNDS).queryset.values_list("nom", flat=True)) == {"Pont proche"}


def test_two_margins_have_two_keys(world: World) -> None:
    keys = set()
    for number, metres in enumerate((0, 50, 100)):
        person = Person(f"marge-{number}", groups=(f"Marge {number}",))
        grant(person, PLAYGROUNDS, rows=IN_MEUDON, margin_m=metres)
        keys.add(scope_of(person, PLAYGROUNDS).key)
    assert len(keys) == 3


@pytest.mark.parametrize("rows", ["", "nom_vernaculaire = 'Cèdre'", f"{IN_MEUDON} OR genre = 'Cedrus'"])
def test_a_margin_needs_communes(world: World, rows: str) -> None:
    proposed = Grant(layer=Layer.objects.get(slug=TREES), person=AUTHOR.account(), rows=rows, margin_m=50)
    with pytest.raises(ValidationError, match="Une marge"):
        proposed.full_clean()


PROPOSALS: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "own rows by all": ({"can_change": True}, {"can_change_own": True}, True),
    "all rows by own": ({"can_change_own": True}, {"can_change": True}, False),
    "deletion by a change": ({"can_change": True}, {"can_change": True, "can_delete": True}, False),
    "all deletions by own": (
        {"can_change_own": True, "can_delete": True},
        {"can_change": True, "can_delete": True},
        False,
    ),
    "a field by all": ({"can_change": True}, {"can_change": True, "written_fields": ["genre"]}, True),
    "all fields by one": ({"can_change": True, "written_fields": ["genre"]}, {"can_change": True}, False),
    "another field": (
        {"can_change": True, "written_fields": ["genre"]},
        {"can_change": True, "written_fields": ["espece"]},
        False,
    ),
    "a smaller margin": (
        {"rows": IN_MEUDON, "margin_m": 50},
        {"rows": f"{IN_MEUDON} AND genre = 'Cedrus'", "margin_m": 20},
        True,
    ),
    "a wider margin": ({"rows": IN_MEUDON, "margin_m": 50}, {"rows": IN_MEUDON, "margin_m": 60}, False),
    "a margin of another commune": (
        {"rows": f"commune IN ('{MEUDON}')", "margin_m": 50},
        {"rows": f"commune IN ('{MEUDON}', '{BOULOGNE}')", "margin_m": 50},
        False,
    ),
}


@pytest.mark.parametrize("case", PROPOSALS)
def test_nobody_gives_more_than_they_have(world: World, case: str) -> None:
    own, proposed, is_covered = PROPOSALS[case]
    layer = Layer.objects.get(slug=TREES)
    Layer.objects.filter(pk=layer.pk).update(visibility="internal")
    layer.refresh_from_db()
    grant(AUTHOR, TREES, **own)
    proposal = Grant(layer=layer, can_download=False, **proposed)
    assert access.delegation(AUTHOR.visitor(), [layer]).covers(proposal) is is_covered


def limited(**values: Any) -> Scope:
    rights = {"can_add": True, "can_change": True, "written_fields": ["genre"]}
    grant(AUTHOR, TREES, **rights | values)
    return scope_of(AUTHOR)


def test_a_field_outside_of_a_grant_is_refused_by_its_name(world: World) -> None:
    scope, pk = limited(), world.trees["Cedre-Meudon"].pk
    update_feature(scope=scope, pk=pk, draft=FeatureInput(values={"genre": "Cedrus"}), expected=None)
    with pytest.raises(Forbidden) as refusal:
        update_feature(scope=scope, pk=pk, draft=FeatureInput(values={"espece": "libani"}), expected=None)
    assert (refusal.value.parameter, "espece" in refusal.value.detail) == ("espece", True)


def test_what_comes_back_as_it_was_is_no_change(world: World) -> None:
    row = RemarkableTree.objects.get(pk=world.trees["Cedre-Meudon"].pk)
    values = {"genre": "Cedrus", "nom_vernaculaire": row.nom_vernaculaire, "espece": row.espece}
    draft = FeatureInput(values=values, geometry=row.geom)
    replace_feature(scope=limited(), pk=row.pk, draft=draft, expected=None)
    after = RemarkableTree.objects.get(pk=row.pk)
    assert (after.genre, after.nom_vernaculaire) == ("Cedrus", row.nom_vernaculaire)


def test_a_replacement_leaves_the_fields_outside_of_a_grant(world: World) -> None:
    pk = world.trees["Cedre-Meudon"].pk
    RemarkableTree.objects.filter(pk=pk).update(espece="libani", genre="Cedrus")
    replace_feature(scope=limited(), pk=pk, draft=FeatureInput(values={}), expected=None)
    after = RemarkableTree.objects.get(pk=pk)
    assert (after.espece, after.genre) == ("libani", "")


def test_the_geometry_is_a_field(world: World) -> None:
    row = world.trees["Cedre-Meudon"]
    moved = FeatureInput(values={}, geometry=tree("Ailleurs", at=(2.211, NORTH)).geom)
    with pytest.raises(Forbidden) as refusal:
        update_feature(scope=limited(), pk=row.pk, draft=moved, expected=None)
    assert refusal.value.parameter == "geometry"


def test_a_new_row_has_values_in_the_fields_of_a_grant_alone(world: World) -> None:
    scope = limited(written_fields=["nom_vernaculaire", "genre"])
    place = world.trees["Cedre-Meudon"].geom
    named = {"nom_vernaculaire": "Neuf", "espece": ""}
    create_feature(scope=scope, draft=FeatureInput(values=named, geometry=place))
    with pytest.raises(Forbidden) as refusal:
        create_feature(scope=scope, draft=FeatureInput(values=named | {"espece": "alba"}, geometry=place))
    assert refusal.value.parameter == "espece"
    assert RemarkableTree.objects.filter(nom_vernaculaire="Neuf").count() == 1


def test_each_row_has_the_fields_of_its_grants(world: World) -> None:
    limited(can_add=False)
    grant(AUTHOR, TREES, can_change=True, rows=f"commune = '{BOULOGNE}'", written_fields=["espece"])
    written_by(AUTHOR, "Mien")
    grant(AUTHOR, TREES, can_change_own=True)
    scope = scope_of(AUTHOR)
    fields = {
        row.nom_vernaculaire: access.row_access(scope, row.pk, WriteRight.CHANGE).fields
        for row in RemarkableTree.objects.all()
    }
    assert fields == {
        "Cedre-Meudon": frozenset({"genre"}),
        "Platane-Boulogne": frozenset({"genre", "espece"}),
        "Mien": None,
    }


def test_a_change_takes_as_many_statements_by_any_right(world: World) -> None:
    counts = {}
    for number, rights in enumerate(
        (
            {"can_change": True, "rows": IN_MEUDON},
            {"can_change_own": True},
            {"can_change": True, "rows": IN_MEUDON, "written_fields": ["genre"]},
        )
    ):
        person = Person(f"éditeur-{number}", groups=(f"Édition {number}",))
        grant(person, TREES, **rights)
        pk, scope = written_by(person, "Mien").pk, scope_of(person)
        with CaptureQueriesContext(
            connection,
        ) as statements:
            update_feature(scope=scope, pk=pk, draft=FeatureInput(values={"genre": "Tilia"}), expected=None)
        counts[number] = len(statements)
    assert len({*counts.values()}) == 1, counts


def test_reading_by_a_grant_with_a_margin_takes_no_more_statements(world: World) -> None:
    counts = []
    for number, metres in enumerate((0, 50)):
        person = Person(f"lecteur-{number}", groups=(f"Lecture {number}",))
        grant(person, PLAYGROUNDS, rows=IN_MEUDON, margin_m=metres)
        visitor = person.visitor()
        with CaptureQueriesContext(connection) as statements:
            list(access.scope(visitor, PLAYGROUNDS).queryset)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_who_reads_alone_deletes_nothing(world: World) -> None:
    with pytest.raises(Forbidden, match="modifier"):
        delete_feature(scope=scope_of(PLANNER), pk=world.trees["Cedre-Meudon"].pk, expected=None)
