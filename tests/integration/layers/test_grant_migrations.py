"""Grants of when adding, changing and deleting were one right, then two."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.migration_states import migrate, migrate_to_latest

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("layers", "0029_words_of_states")]
AFTER = [("layers", "0030_rights_to_change_own_rows_and_to_delete")]


@pytest.fixture(autouse=True)
def _latest() -> Iterator[None]:
    yield
    migrate_to_latest()


def test_who_could_edit_adds_and_changes() -> None:
    apps = migrate([("layers", "0023_requestable_layers")])
    theme = apps.get_model("layers", "Theme").objects.create(slug="essai", title="Essai")
    layer = apps.get_model("layers", "Layer").objects.create(slug="essai", title="Essai", theme=theme)
    groups = [apps.get_model("auth", "Group").objects.create(name=name) for name in ("Oui", "Non")]
    for group in groups:
        apps.get_model("layers", "Grant").objects.create(
            layer=layer, group=group, can_edit=group.name == "Oui"
        )
    grants = migrate([("layers", "0024_grants_to_add_and_to_change")]).get_model("layers", "Grant")
    rows = set(grants.objects.values_list("group__name", "can_add", "can_change"))
    assert rows == {("Oui", True, True), ("Non", False, False)}


def test_who_changed_also_deletes_and_nobody_gains_backwards() -> None:
    apps = migrate(BEFORE)
    theme = apps.get_model("layers", "Theme").objects.create(slug="essai", title="Essai")
    layer = apps.get_model("layers", "Layer").objects.create(slug="essai", title="Essai", theme=theme)
    for name in ("Modifie", "Ajoute"):
        group = apps.get_model("auth", "Group").objects.create(name=name)
        right = {"can_change": name == "Modifie", "can_add": True}
        apps.get_model("layers", "Grant").objects.create(layer=layer, group=group, **right)
    apps = migrate(AFTER)
    grants = apps.get_model("layers", "Grant").objects
    rows = set(grants.values_list("group__name", "can_add", "can_change", "can_delete"))
    assert rows == {("Modifie", True, True, True), ("Ajoute", True, False, False)}

    new_rights = {
        "Sans supprimer": {"can_change": True},
        "Ses lignes": {"can_change_own": True, "can_delete": True},
        "Un champ": {"can_add": True, "can_change": True, "can_delete": True, "written_fields": ["genre"]},
    }
    layer = apps.get_model("layers", "Layer").objects.get()
    for name, rights in new_rights.items():
        grants.create(layer=layer, group=apps.get_model("auth", "Group").objects.create(name=name), **rights)
    former = migrate(BEFORE).get_model("layers", "Grant").objects
    assert set(former.values_list("group__name", "can_add", "can_change")) == {
        ("Modifie", True, True),
        ("Ajoute", True, False),
        *((name, False, False) for name in new_rights),
    }


def test_a_margin_and_own_rows_leave_what_is_read_backwards() -> None:
    apps = migrate(AFTER)
    theme = apps.get_model("layers", "Theme").objects.create(slug="essai", title="Essai")
    layer = apps.get_model("layers", "Layer").objects.create(slug="essai", title="Essai", theme=theme)
    group = apps.get_model("auth", "Group").objects.create(name="Ville")
    rows = {"rows": "commune = '92048'", "margin_m": 50, "can_download": True}
    apps.get_model("layers", "Grant").objects.create(
        layer=layer, group=group, can_add=True, can_change_own=True, can_delete=True, **rows
    )
    (former,) = migrate(BEFORE).get_model("layers", "Grant").objects.values("rows", "can_download", "can_add")
    assert former == {"rows": "commune = '92048'", "can_download": True, "can_add": True}
    (again,) = (
        migrate(AFTER)
        .get_model("layers", "Grant")
        .objects.values("margin_m", "can_add", "can_change_own", "can_change", "can_delete", "written_fields")
    )
    assert again == {
        "margin_m": 0,
        "can_add": True,
        "can_change_own": False,
        "can_change": False,
        "can_delete": False,
        "written_fields": [],
    }
