"""Grants of when adding, changing and deleting were one right, then two: one way through their states asks all."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.migrations.state import StateApps

from tests.examples import is_thorough
from tests.migration_states import migrate

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("disposable_database"),
    pytest.mark.skipif(
        not is_thorough(), reason="a way through former states takes twenty seconds: --thorough"
    ),
]
ONE_RIGHT = [("layers", "0023_requestable_layers")]
ADD_AND_CHANGE = [("layers", "0024_grants_to_add_and_to_change")]
BEFORE = [("layers", "0029_words_of_states")]
AFTER = [("layers", "0030_rights_to_change_own_rows_and_to_delete")]
NEW_RIGHTS: dict[str, dict[str, Any]] = {
    "Sans supprimer": {"can_change": True},
    "Ses lignes": {"can_change_own": True, "can_delete": True},
    "Un champ": {"can_add": True, "can_change": True, "can_delete": True, "written_fields": ["genre"]},
    "Ville": {
        "rows": "commune = '92048'",
        "margin_m": 50,
        "can_download": True,
        "can_add": True,
        "can_change_own": True,
        "can_delete": True,
    },
}


def _grant(apps: StateApps, group: str, **rights: Any) -> None:
    """Grant a group rights on the layer of the test, which is made with the first grant."""
    theme, _is_new = apps.get_model("layers", "Theme").objects.get_or_create(slug="essai", title="Essai")
    layer, _is_new = apps.get_model("layers", "Layer").objects.get_or_create(
        slug="essai", defaults={"title": "Essai", "theme": theme}
    )
    row = apps.get_model("auth", "Group").objects.create(name=group)
    apps.get_model("layers", "Grant").objects.create(layer=layer, group=row, **rights)


def _rights(apps: StateApps, *columns: str) -> dict[str, tuple[Any, ...]]:
    """Return columns of the grants by the name of the group."""
    rows = apps.get_model("layers", "Grant").objects.values_list("group__name", *columns)
    return {name: tuple(values) for name, *values in rows}


def test_rights_to_write_split_and_nobody_gains_backwards(subtests: pytest.Subtests) -> None:
    apps = migrate(BEFORE)
    _grant(apps, "Modifie", can_change=True, can_add=True)
    _grant(apps, "Ajoute", can_change=False, can_add=True)
    apps = migrate(AFTER)
    with subtests.test("who changed also deletes"):
        assert _rights(apps, "can_add", "can_change", "can_delete") == {
            "Modifie": (True, True, True),
            "Ajoute": (True, False, False),
        }

    for group, rights in NEW_RIGHTS.items():
        _grant(apps, group, **rights)
    apps = migrate(BEFORE)
    with subtests.test("nobody gains backwards"):
        assert _rights(apps, "can_add", "can_change") == {
            "Modifie": (True, True),
            "Ajoute": (True, False),
            "Sans supprimer": (False, False),
            "Ses lignes": (False, False),
            "Un champ": (False, False),
            "Ville": (True, False),
        }
    with subtests.test("what is read stays backwards without margin"):
        assert _rights(apps, "rows", "can_download")["Ville"] == ("commune = '92048'", True)
    apps = migrate(AFTER)
    with subtests.test("a margin and own rows do not come back"):
        columns = ("margin_m", "can_add", "can_change_own", "can_change", "can_delete", "written_fields")
        assert _rights(apps, *columns)["Ville"] == (0, True, False, False, False, [])

    apps.get_model("layers", "Layer").objects.all().delete()
    apps.get_model("auth", "Group").objects.all().delete()
    apps = migrate(ONE_RIGHT)
    for group in ("Oui", "Non"):
        _grant(apps, group, can_edit=group == "Oui")
    with subtests.test("who could edit adds and changes"):
        apps = migrate(ADD_AND_CHANGE)
        assert _rights(apps, "can_add", "can_change") == {"Oui": (True, True), "Non": (False, False)}
