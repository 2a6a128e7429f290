"""Migrations of tests render few historical models: Django renders again whatever is related to a model that changes.

Of a connected schema of three hundred models that is most of the time of a migration. Three changes need no more than
the model itself: a new model, which nothing can refer to yet; indexes, constraints or triggers of a model whose fields
stay; and a field that is no relation, that no relation refers to, of a model that no other inherits. The state counts
as delayed then, in Django's own words: a migration that reads or writes rows (``RunPython``) renders every model
afresh. Deployments migrate as Django does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db.migrations.state import ModelState, ProjectState

# Options of a model that change neither its fields nor who is related to it.
_SCHEMA_OPTIONS = frozenset({"indexes", "constraints", "triggers"})
_RENDER, _RELOAD = ModelState.render, ProjectState.reload_model
_SOURCE = "_rendered_from"


@contextmanager
def light_rendering() -> Iterator[None]:
    """Render what a migration changes, and no model that is only related to it."""
    with patch.object(ModelState, "render", _render), patch.object(ProjectState, "reload_model", _reload):
        yield


def _render(state: ModelState, apps: Any) -> Any:
    """Render a model, and note on the class what it was made of."""
    model = _RENDER(state, apps)
    setattr(model, _SOURCE, _shape(state))
    return model


def _reload(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    """Render a model alone where others do not depend on the change, and do as Django does for all else.

    ``delay`` is Django's word for a change of a field that is no relation and that no relation refers to.
    """
    if "apps" not in state.__dict__:
        return
    model_state = state.models[app_label, model_name]
    model = state.apps.all_models[app_label].get(model_name)
    if model is None:
        state.is_delayed = True
        state.apps.render_multiple([model_state])
    elif getattr(model, _SOURCE, None) == _shape(model_state):
        state.is_delayed = True
        for name in ("indexes", "constraints"):
            setattr(model._meta, name, list(model_state.options.get(name, [])))
    elif delay and not _is_inherited(state, model):
        state.is_delayed = True
        # Without unregistering it first: that would render the models around it to find none of theirs changed.
        state.apps.render_multiple([model_state])
    else:
        _RELOAD(state, app_label, model_name, delay)


def _is_inherited(state: ProjectState, model: Any) -> bool:
    """Whether another model has this one among its bases, proxies included."""
    return any(model in other.__mro__[1:] for other in state.apps.get_models(include_auto_created=True))


def _shape(state: ModelState) -> tuple[Any, ...]:
    """Return what a model is made of but its indexes, constraints and triggers; fields are never changed in place."""
    options = {name: value for name, value in state.options.items() if name not in _SCHEMA_OPTIONS}
    return tuple(state.fields.items()), options, state.bases, tuple(state.managers)
