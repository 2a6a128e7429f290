"""Who fills, makes and reviews a form: what the access layer says of its layer, and nothing else.

A form is made by who adds to its layer or changes it, and reviewed by who approves the rows of the layer and may add
them. People without account fill it under no right of their own: their answers wait for a decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from layers import access
from layers.access import Scope
from layers.errors import UnknownLayer
from layers.services.features import is_addable
from layers.visitor import Visitor, system_visitor
from layers.vocabulary import LayerState
from webforms.errors import UnknownForm
from webforms.models import Form, FormLink
from webforms.vocabulary import Audience, FormState


def unknown_form(slug: str) -> UnknownForm:
    """Return the fault of a form that does not exist, or is hidden: the same words."""
    return UnknownForm(_("Aucun formulaire ne s’appelle « %s ».") % slug[:80], parameter="form")


def schema_scope(form: Form) -> Scope:
    """Return the whole schema of the layer of a form, which its pages name fields of; the scope has no row."""
    scope = access.scope(system_visitor(), form.layer.slug)
    return replace(scope, queryset=scope.queryset.none(), can_read_rows=False)


def row_scope(visitor: Visitor, form: Form) -> Scope | None:
    """Return what a visitor may know of the layer of a form; None where it is hidden from them."""
    try:
        return access.scope(visitor, form.layer.slug)
    except UnknownLayer:
        return None


def may_build(scope: Scope | None) -> bool:
    """Whether a visitor makes forms of a layer."""
    return scope is not None and not scope.visitor.is_anonymous and (scope.can_add or scope.can_change)


def may_review(scope: Scope | None) -> bool:
    """Whether a visitor decides of the answers to forms of a layer."""
    return scope is not None and not scope.visitor.is_anonymous and scope.can_approve and scope.can_add


def writes_at_once(visitor: Visitor, form: Form) -> Scope | None:
    """Return the scope under which the answer of a visitor becomes a row at once; None where it waits."""
    scope = None if visitor.is_anonymous else row_scope(visitor, form)
    return scope if scope is not None and is_addable(scope) else None


def fillable_form(visitor: Visitor, slug: str) -> Form:
    """Return a form that a visitor fills by its address.

    Raises:
        UnknownForm: there is none of this name, it takes no answers, or it is for other people.
    """
    form = _open_forms().filter(slug=slug).first()
    if form is None or not _fills(visitor, form):
        raise unknown_form(slug)
    return form


def _open_forms() -> QuerySet[Form]:
    return Form.objects.filter(state=FormState.OPEN, layer__state=LayerState.PUBLISHED).select_related(
        "layer", "published"
    )


def _fills(visitor: Visitor, form: Form) -> bool:
    return form.audience == Audience.PUBLIC or writes_at_once(visitor, form) is not None


def linked_form(link: FormLink) -> Form:
    """Return the form that a living link opens.

    Raises:
        UnknownForm: it takes no answers any more.
    """
    form = _open_forms().filter(pk=link.form_id).first()
    if form is None:
        raise unknown_form(link.form.slug)
    return form


def built_form(visitor: Visitor, slug: str) -> tuple[Form, Scope]:
    """Return a form that a visitor makes, and the scope of its layer.

    Raises:
        UnknownForm: there is none of this name, or it is not theirs to make.
    """
    form = _forms().filter(slug=slug).first()
    scope = row_scope(visitor, form) if form else None
    if form is None or scope is None or not (may_build(scope) or may_review(scope)):
        raise unknown_form(slug)
    if _names_hidden_fields(form, scope):
        raise unknown_form(slug)
    return form, scope


def _names_hidden_fields(form: Form, scope: Scope) -> bool:
    """Whether the last version of a form, or the one online, asks for a field that the visitor does not read."""
    hidden = access.protected_names(scope) - scope.readable_names
    versions = [form.versions.first(), form.published] if hidden else []
    return any(
        hidden.intersection({section.relation for section in version.content.sections})
        or hidden.intersection({item.field for item in version.content.single_items})
        for version in versions
        if version is not None
    )


def readable_names(visitor: Visitor, form: Form) -> frozenset[str]:
    """Return the fields and relations that a form may ask a visitor for: what they read, or what is not protected."""
    scope = writes_at_once(visitor, form)
    if scope is not None:
        return scope.readable_names
    whole = schema_scope(form)
    return whole.readable_names - access.protected_names(whole)


def reviewed_form(visitor: Visitor, slug: str) -> tuple[Form, Scope]:
    """Return a form whose answers a visitor decides of, and the scope of its layer.

    Raises:
        UnknownForm: there is none of this name, or its answers are not theirs.
    """
    form, scope = built_form(visitor, slug)
    if not may_review(scope):
        raise unknown_form(slug)
    return form, scope


def _forms() -> QuerySet[Form]:
    return Form.objects.select_related("layer", "published")


def forms_of(
    visitor: Visitor, layer: str = ""
) -> tuple[list[tuple[Form, Scope | None]], list[tuple[Form, Scope]]]:
    """Return the forms that a visitor fills, and those that they make or review, with the scopes of their layers.

    ``layer`` is the slug of the only layer of interest. A scope is None where the layer is hidden from the visitor.
    """
    forms = list(_forms().filter(layer__slug=layer) if layer else _forms())
    visible = access.scopes_by_slug(visitor, sorted({form.layer.slug for form in forms}))
    made = [
        (form, visible[form.layer.slug])
        for form in forms
        if form.layer.slug in visible
        and (may_build(visible[form.layer.slug]) or may_review(visible[form.layer.slug]))
    ]
    scopes = [(form, visible.get(form.layer.slug)) for form in forms]
    return [(form, scope) for form, scope in scopes if _is_listed(visitor, form, scope)], made


def _is_listed(visitor: Visitor, form: Form, scope: Scope | None) -> bool:
    if form.state != FormState.OPEN or form.layer.state != LayerState.PUBLISHED:
        return False
    is_own = scope is not None and not visitor.is_anonymous and is_addable(scope)
    return form.audience == Audience.PUBLIC or is_own


def layer_forms(scope: Scope) -> tuple[list[Form], bool]:
    """Return the forms of a layer that a visitor fills, and whether it has any form at all."""
    forms = list(_forms().filter(layer=scope.layer).order_by("title"))
    return [form for form in forms if _is_listed(scope.visitor, form, scope)], bool(forms)


def buildable_layers(visitor: Visitor) -> list[Scope]:
    """Return the layers that a visitor makes forms of, by title."""
    scopes: Iterable[Scope] = () if visitor.is_anonymous else access.visible(visitor)
    return sorted((each for each in scopes if may_build(each)), key=lambda each: each.layer.title)
