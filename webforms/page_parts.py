"""What forms add to the page of their layer: the way to fill them, and to make them."""

from __future__ import annotations

from django.urls import reverse

from interface.page_parts import PagePart
from layers.access import Scope
from layers.visitor import Visitor
from webforms.access import layer_forms, may_build, may_review

# More of them are on the page of forms, which shows those of the layer.
MOST_BUTTONS = 2


def forms_of_layer(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the links to the forms of a layer that the visitor fills, and to the page where they make them."""
    if not isinstance(subject, Scope):
        return None
    fillable, has_forms = layer_forms(subject)
    makes = may_build(subject) or may_review(subject)
    if not fillable and not makes:
        return None
    query = f"?couche={subject.slug}"
    context = {
        "fillable": fillable[:MOST_BUTTONS],
        "all_forms": reverse("webforms:list") + query
        if (makes and has_forms) or len(fillable) > MOST_BUTTONS
        else "",
        "new_form": reverse("webforms:new") + query if may_build(subject) and not has_forms else "",
    }
    return PagePart("webforms/building/of_layer.html", context)
