"""People of a CSV file: what each line changes, the faults of a line, the forms of files."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from gisportal.accounts.models import User
from gisportal.accounts.people.changes import apply_plan, undo
from gisportal.accounts.people.imports import ImportPlan, decode, plan_import
from tests.people import Person
from tests.staff import permissions

pytestmark = pytest.mark.django_db
ADMINISTRATOR = Person("cheffe", is_administrator=True)


@pytest.fixture
def group() -> Group:
    """Return a group with a member, beside one that administers."""
    made = Group.objects.create(name="Espaces verts")
    Group.objects.create(name="Chefs").permissions.set(permissions("layers.change_grant"))
    user = User.objects.create(username="lou", email="Lou@Example.org", first_name="Lou", last_name="Petit")
    user.groups.add(made)
    return made


def plan(text: str) -> ImportPlan:
    return plan_import(ADMINISTRATOR.visitor(), text, invites=False)


def test_a_person_is_known_by_the_address_without_case(group: Group) -> None:
    result = plan(
        "email,nom,groups\nLOU@example.ORG,Petit,Espaces verts\nnew@example.org,New,espaces verts\n"
    )
    assert result.unchanged == ("Lou Petit",)
    assert [change.values["email"] for change in result.new] == [("", "new@example.org")]


def test_an_empty_cell_and_an_absent_line_change_nothing(group: Group) -> None:
    User.objects.create(username="noa", email="noa@example.org")
    result = plan("courriel;nom;groupes\nlou@example.org;;\n")
    assert result.plan.changes == ()
    assert "noa" in result.absent


def test_a_changed_person_is_told_field_by_field(group: Group) -> None:
    (change,) = plan("courriel;nom;type\nlou@example.org;Grand;Partenaire\n").changed
    assert dict(change.values) == {"last_name": ("Petit", "Grand"), "kind": ("agent", "partner")}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("x;A;;", "« x » n’est pas une adresse."),
        (";A;;", "L’adresse manque."),
        ("a@example.org;A;chef;", "n’est aucun des types"),
        ("a@example.org;A;;Un|Deux", "Groupes inconnus : Un, Deux."),
        ("a@example.org;A;;Chefs", "Groupes qui administrent, jamais remplis par un fichier : Chefs."),
        ("good@example.org;A;;", "déjà à la ligne 2"),
        ("a@example.org;A;;;;plus", "plus de cellules"),
        (f"a@example.org;{'n' * 151};;", "dépasse 150 caractères"),
        ("a@example.org;A;;;demain", "« demain » n’est pas un jour"),
        ("a@example.org;A;;;2020-01-01", "La fin est passée."),
        ("a@example.org;A;;;9999-12-31", "n’est pas un jour"),
        ("chef@example.org;A;;;2999-12-31", "Le compte d’un administrateur n’a pas de fin."),
    ],
)
def test_a_faulty_line_fails_alone_with_its_number(group: Group, line: str, fault: str) -> None:
    User.objects.create(username="chef", email="chef@example.org", is_superuser=True)
    result = plan(f"courriel;nom;type;groupes;fin\ngood@example.org;Bon;;Espaces verts;\n{line}\n")
    assert [error.number for error in result.errors] == [3]
    assert fault in result.errors[0].text
    assert len(result.new) == 1


def test_a_member_of_a_group_that_administers_is_no_fault(group: Group) -> None:
    User.objects.get(username="lou").groups.add(Group.objects.get(name="Chefs"))
    assert plan("courriel;groupes\nlou@example.org;Chefs | Espaces verts\n").errors == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_files_of_spreadsheets_are_read(group: Group, encoding: str) -> None:
    (change,) = plan(decode("courriel;prénom\nlou@example.org;Loïc\n".encode(encoding))).changed
    assert change.values["first_name"] == ("Lou", "Loïc")


@pytest.mark.parametrize("cell", ["2999-12-31", "31/12/2999", "3000-01-01T00:00", "2999-12-31T23:00+00:00"])
def test_the_last_day_of_an_account_is_included_and_undone(group: Group, cell: str) -> None:
    visitor = ADMINISTRATOR.visitor()
    batch = apply_plan(visitor, plan(f"courriel;fin\nlou@example.org;{cell}\n").plan)
    midnight = dt.datetime(3000, 1, 1, tzinfo=ZoneInfo("Europe/Paris"))
    assert User.objects.get(username="lou").ends_at == midnight
    undo(visitor, batch)
    assert User.objects.get(username="lou").ends_at is None


def test_a_word_leaves_an_account_without_end(group: Group) -> None:
    User.objects.filter(username="lou").update(ends_at=timezone.now() + dt.timedelta(days=9))
    assert plan("courriel;fin\nlou@example.org;\n").plan.changes == ()
    apply_plan(ADMINISTRATOR.visitor(), plan("courriel;fin\nlou@example.org;sans\n").plan)
    assert User.objects.get(username="lou").ends_at is None


def test_a_second_import_changes_nothing(group: Group) -> None:
    text = "courriel,nom,groupes\nb@example.org,'=1+1,Espaces verts\nlou@example.org,Grand,\n"
    apply_plan(ADMINISTRATOR.visitor(), plan(text).plan)
    assert User.objects.get(email="b@example.org").last_name == "=1+1"
    assert plan(text).plan.changes == ()
