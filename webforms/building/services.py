"""Make a form, change its draft, bring it to approval, close it; one transaction each."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.errors import Forbidden, StaleFeature
from layers.visitor import Visitor
from publication.models import Submission
from publication.services import cancel_open, publish_or_submit, withdraw_directly
from webforms.access import may_build, schema_scope
from webforms.documents import FormDocument
from webforms.errors import InvalidForm
from webforms.models import Form, FormVersion
from webforms.publication import FormVersionSubject
from webforms.schema import obstacles
from webforms.vocabulary import RESERVED_SLUGS, Audience, FormState


@transaction.atomic
def create_form(
    *, scope: Scope, title: str, audience: str, document: FormDocument, intro: str = "", thanks: str = ""
) -> Form:
    """Make a form of a layer, with a first draft.

    Raises:
        Forbidden: the visitor makes no forms of this layer.
    """
    if not may_build(scope) and not scope.visitor.is_system:
        raise Forbidden(_("Vos droits ne permettent pas de faire un formulaire de cette couche."))
    form = Form.objects.create(
        layer=scope.layer, slug=_free_slug(title), title=title, audience=audience, intro=intro, thanks=thanks
    )
    _new_draft(form, document, scope.visitor)
    return form


def _free_slug(title: str) -> str:
    base = slugify(title)[:70].strip("-") or "formulaire"
    taken = set(Form.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED_SLUGS
    return next(
        slug for slug in (base, *(f"{base}-{number}" for number in range(2, 1_000))) if slug not in taken
    )


def _new_draft(form: Form, document: FormDocument, visitor: Visitor) -> FormVersion:
    last = form.versions.aggregate(last=Max("number"))["last"] or 0
    return FormVersion.objects.create(
        form=form,
        number=last + 1,
        document=document.as_json(),
        digest=document.digest,
        author_id=visitor.user_id,
    )


def draft_of(form: Form) -> FormVersion | None:
    """Return the version that is not published yet; None where the last one is online."""
    version = form.versions.filter(published_at=None).first()
    if version is not None:
        version.form = form
    return version


def edited_version(form: Form) -> FormVersion:
    """Return what the page of a form shows: its draft, else the version that is online or was last."""
    version = draft_of(form) or form.published or form.versions.first()
    assert version is not None  # a form begins with a draft
    version.form = form
    return version


def versions_of(form: Form) -> QuerySet[FormVersion]:
    """Select the versions of a form, the newest first, each with ``answer_count``."""
    rows = form.versions.select_related("author").order_by("-number")
    return rows.annotate(answer_count=Count("answers"))


@transaction.atomic
def save_draft(
    *, form: Form, visitor: Visitor, document: FormDocument, values: dict[str, Any], expected: str
) -> FormVersion:
    """Store a document as the draft of a form, and the texts of the form; its submission is cancelled.

    ``values`` are the title, texts and audience, ``expected`` the digest of the version that the page began from.

    Raises:
        StaleFeature: somebody saved another draft meanwhile.
        Forbidden, InvalidForm: the texts of a form online, or who fills it, do not change so.
    """
    stored = Form.objects.select_for_update(of=("self",)).select_related("layer", "published").get(pk=form.pk)
    form.published, form.state = stored.published, stored.state
    current = edited_version(form)
    if current.digest != expected:
        raise StaleFeature(
            _(
                "Quelqu’un a enregistré ce formulaire entre-temps : rien n’est remplacé, "
                "ce que vous avez écrit est ci-dessous."
            ),
            parameter="expected",
        )
    _check_online_texts(form, visitor, values)
    for name, value in values.items():
        setattr(form, name, value)
    form.save(update_fields=list(values))
    if document.digest == current.digest:
        return current
    draft = draft_of(form)
    if draft is None:
        return _new_draft(form, document, visitor)
    cancel_open(subject=FormVersionSubject(draft), visitor=visitor)
    draft.document, draft.digest, draft.author_id = document.as_json(), document.digest, visitor.user_id
    draft.save()
    return draft


def _check_online_texts(form: Form, visitor: Visitor, values: dict[str, Any]) -> None:
    """Refuse that what people read of a form online, or who fills it, changes without who approves the layer.

    Raises:
        Forbidden: the visitor does not approve the rows of the layer.
        InvalidForm: the version online asks for what people without account may not be asked.
    """
    changed = {name for name, value in values.items() if getattr(form, name) != value}
    if form.state != FormState.OPEN or not changed:
        return
    online = online_version(form)
    if not FormVersionSubject(online).may_approve(visitor):
        raise Forbidden(
            _(
                "Le titre, les textes et qui répond d’un formulaire en ligne se changent par qui approuve la couche."
            )
        )
    if "audience" in changed and values["audience"] == Audience.PUBLIC:
        reasons = obstacles(schema_scope(form), online.content, is_public=True)
        if reasons:
            raise InvalidForm(" ".join(reasons))


def publish_form(*, form: Form, visitor: Visitor, note: str = "") -> Submission:
    """Put the draft of a form online where the visitor may, or bring it to approval.

    Raises:
        Forbidden, NotSubmittable: as ``publication.services``; there is no draft, or it does not fit the layer.
    """
    return publish_or_submit(subject=FormVersionSubject(edited_version(form)), visitor=visitor, note=note)


@transaction.atomic
def close_form(*, form: Form, visitor: Visitor) -> None:
    """Take a form offline: it takes no answers, those that came stay.

    Raises:
        Forbidden: the visitor does not approve the rows of the layer.
    """
    withdraw_directly(subject=FormVersionSubject(online_version(form)), visitor=visitor)


def online_version(form: Form) -> FormVersion:
    """Return the version that people fill.

    Raises:
        Forbidden: none is.
    """
    if form.published is None:
        raise Forbidden(_("Ce formulaire n’est pas en ligne."))
    version = form.published
    version.form = form
    return version
