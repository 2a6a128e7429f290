"""Grants of when adding and changing were one right."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.migration_states import migrate, migrate_to_latest

pytestmark = pytest.mark.django_db(transaction=True)


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
