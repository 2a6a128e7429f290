"""Rights are asked of ``layers.access`` alone, and nothing that answers a request acts as the system."""

from __future__ import annotations

import ast
from functools import cache

from django.apps import apps
from django.contrib import admin

from administration.feature_admin import ScopedAdmin
from administration.portal_admin import PortalAdmin
from gisportal.administration import AdministratorsOnly
from layers.models import Commune, FeaturePhoto, LocatedModel
from layers.registry import coded_definitions
from tests.architecture.tree import code, nodes

# What decides a right: the queryset of the grants, and Django's own words for accounts.
DECIDING = {
    "granted_to",
    "in_force",
    "on_every_row",
    "layers_grants",
    "dashboards_grants",
    "has_perm",
    "has_perms",
    "is_superuser",
}
DOOR = ("layers/access/", "layers/models/grants.py", "dashboards/access.py")
# A visitor is built of an account, the demonstration makes accounts, the administration lists them, and the benchmark
# chooses what it measures.
ACCOUNTS = ("gisportal/accounts/", "gisportal/demo/people.py", "bench/")
# No visitor asks: the demonstration, the benchmark, commands that load national files.
UNASKED = (
    "gisportal/demo/",
    "bench/",
    "amenities/services.py",
    "reference_data/services.py",
    "roadworks/imports/services.py",
)
# Who may take the manager of a model that they do not name.
DYNAMIC = (
    "layers/services/restoration.py",  # events of the history
    "layers/access/row_conditions.py",  # the rows of a layer
    "layers/queries/features.py",  # the records of a relation, of features of a scope
    "layers/access/writing.py",  # events, to know who wrote a row
    "layers/queries/history.py",  # events, and the rows that they became
    "layers/queries/layer_changes.py",  # events, for who reads or edits every row
    "layers/services/deleted_records.py",  # events of records that left with a feature, which comes back
    "layers/queries/row_versions.py",  # events of rows that were read by their scope
    "layers/services/keyed_records.py",  # a national file, loaded by a command
    "planning/easements/services.py",  # national packages, loaded by a command
    "layers/services/photos.py",  # files of a feature that is deleted
    "administration/admin.py",  # the rights of a layer before they are changed
    "gisportal/journal/rights_receivers.py",  # the rights of a layer before they are changed
    "management/rights/services.py",  # grants, by kind
    "gisportal/accounts/people/departures.py",  # what an account owns, by kind: never a feature
    "gisportal/accounts/people/personal_data.py",  # what an account holds, by kind: never a feature
)
# What is the same whoever asks: the tables that statistics of hidden rows are drawn from, the communes of features.
EVERY_ROW = ("layers/access/", "layers/aggregates/", "layers/services/")
WITHOUT_REQUEST = (
    "gisportal/demo/",
    "bench/",
    "layers/visitor.py",
    "publication/jobs.py",
    "roadworks/jobs.py",
    "webforms/access.py",  # the schema of a layer, to name its fields: the scope has no row
    "datasets/review/automatic.py",  # after the load of a worker or of a command
)


@cache
def names(path: str) -> set[str]:
    """Return the names and attributes that a module uses or imports."""
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
    return found


def managed(path: str) -> set[str]:
    """Return the names of classes whose manager a module uses."""
    return {
        node.value.id
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and node.attr in {"objects", "_default_manager", "_base_manager"}
        and isinstance(node.value, ast.Name)
    }


def dynamic_managers(path: str) -> list[str]:
    """Return the models of which a module takes the manager without naming them: ``relation.model``."""
    return [
        model
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and node.attr in {"objects", "_default_manager", "_base_manager"}
        and _is_dynamic(model := ast.unparse(node.value), node.attr)
    ]


def _is_dynamic(model: str, manager: str) -> bool:
    parts = model.split(".")
    if any(part[0].isupper() for part in parts) or model == "get_user_model()":
        return False
    return manager != "objects" or parts[-1] in {"model", "related_model"}


def test_the_door_alone_decides_by_grants_and_permissions() -> None:
    others = [path for path in code() if not path.startswith((*DOOR, *ACCOUNTS))]
    assert {path: names(path) & DECIDING for path in others if names(path) & DECIDING} == {}


def test_only_what_no_request_starts_acts_as_the_system() -> None:
    named = [path for path in code() if "system_visitor" in names(path)]
    answering = [
        path for path in named if not path.startswith(WITHOUT_REQUEST) and "/management/commands/" not in path
    ]
    assert (bool(named), answering) == (True, [])


def test_no_page_nor_protocol_reads_the_rows_of_a_layer_past_the_door() -> None:
    definitions = coded_definitions()
    models = {definition.model.__name__ for definition in definitions}
    models |= {relation.model.__name__ for definition in definitions for relation in definition.relations}
    # The communes are what portals and rights themselves are told by, and everybody knows of them.
    models -= {Commune.__name__}
    reading = {
        path: sorted(found)
        for path in code()
        if not path.startswith(UNASKED) and (found := models & managed(path))
    }
    assert len(models) > 10
    assert reading == {}


def test_the_manager_of_a_layer_or_relation_is_taken_by_the_access_layer_and_related_rows_alone() -> None:
    others = [path for path in code() if not path.startswith((*UNASKED, *DYNAMIC))]
    assert {path: models for path in others if (models := dynamic_managers(path))} == {}
    assert all(any(dynamic_managers(path) for path in code() if path.startswith(each)) for each in DYNAMIC)


def test_every_row_of_a_layer_is_selected_by_the_kernel_alone() -> None:
    using = [path for path in code() if "every_row" in names(path)]
    assert len(using) > 2
    assert [path for path in using if not path.startswith(EVERY_ROW)] == []


def test_every_administration_asks_the_door_or_is_an_administrators_alone() -> None:
    others = {
        model._meta.label: type(found).__name__
        for model, found in admin.site._registry.items()
        if not isinstance(found, PortalAdmin | AdministratorsOnly)
    }
    assert others == {}


def test_the_rows_of_a_layer_are_administered_by_their_scope() -> None:
    layers = {definition.model for definition in coded_definitions()}
    registered = {
        model for model, found in admin.site._registry.items() if not isinstance(found, ScopedAdmin)
    }
    located = {model for model in apps.get_models() if issubclass(model, LocatedModel)}
    assert registered & (layers | located) == set()


def test_the_records_of_a_feature_are_administered_within_it() -> None:
    records = {relation.model for definition in coded_definitions() for relation in definition.relations}
    photos = {model for model in apps.get_models() if issubclass(model, FeaturePhoto)}
    assert set(admin.site._registry) & (records | photos) == set()


def test_no_list_of_features_is_written_in_place() -> None:
    scoped = [found for found in admin.site._registry.values() if isinstance(found, ScopedAdmin)]
    assert {type(found).__name__ for found in scoped if found.list_editable or found.actions} == set()


def test_our_administrations_are_no_plain_ones_of_django() -> None:
    bases = {"admin.ModelAdmin", "ModelAdmin", "admin.StackedInline", "admin.TabularInline"}
    plain = {
        f"{path}: {node.name}"
        for path in code()
        if path != "administration/portal_admin.py"
        for node in nodes(path)
        if isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} & bases
    }
    assert plain == set()
