"""A version of a form as something that is brought to approval: who approves the rows of its layer puts it online."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from layers.models import Layer
from layers.visitor import Visitor
from publication.errors import NotSubmittable
from publication.models import PublicationPolicy, Submission
from publication.services import replace_submissions
from publication.vocabulary import SubjectKind
from webforms.access import may_build, row_scope, schema_scope
from webforms.models import Form, FormVersion
from webforms.schema import obstacles
from webforms.vocabulary import Audience, FormState


@dataclass(frozen=True)
class FormVersionSubject:
    """A draft of a form; ``version`` is its id, since a layer has several forms."""

    form_version: FormVersion
    kind: SubjectKind = SubjectKind.FORM
    dashboard: Any = field(default=None)
    policy: PublicationPolicy | None = field(default=None)

    @property
    def form(self) -> Form:
        """The form."""
        return self.form_version.form

    @property
    def layer(self) -> Layer:
        """The layer that it adds rows to."""
        return self.form.layer

    @property
    def version(self) -> int:
        """The id of the version."""
        return int(self.form_version.pk)

    @property
    def author_id(self) -> int | None:
        """The account that wrote it last."""
        return self.form_version.author_id

    @property
    def title(self) -> str:
        """The title of the form, and the number of its version."""
        return _("%(title)s, version %(number)d") % {
            "title": self.form.title,
            "number": self.form_version.number,
        }

    @property
    def address(self) -> str:
        """The path of the page where it is made, with its preview."""
        return reverse("webforms:edit", args=[self.form.slug])

    def content_hash(self) -> str:
        """Return the digest of its document."""
        return self.form_version.digest

    def obstacle(self) -> str:
        """Return why it cannot go online: it is online already, or what it asks does not fit the layer."""
        if self.form.state == FormState.OPEN and self.form.published_id == self.form_version.pk:
            return _("Cette version est déjà en ligne.")
        is_public = self.form.audience == Audience.PUBLIC or self.form.links.exists()
        return " ".join(obstacles(schema_scope(self.form), self.form_version.content, is_public=is_public))

    def may_submit(self, visitor: Visitor) -> bool:
        """Whether a visitor makes forms of the layer."""
        return may_build(row_scope(visitor, self.form))

    def may_approve(self, visitor: Visitor) -> bool:
        """Whether a visitor approves rows of the layer."""
        scope = row_scope(visitor, self.form)
        return scope is not None and scope.can_approve

    def publish(self, visitor: Visitor) -> None:
        """Let people fill it; the version before it is still accepted from pages that are open.

        Raises:
            NotSubmittable: what it asks does not fit the layer.
        """
        form, version = self.form, self.form_version
        if form.state == FormState.OPEN and form.published_id == version.pk:
            return
        if obstacle := self.obstacle():
            raise NotSubmittable(obstacle)
        if version.published_at is None:
            version.published_at = visitor.instant
            version.save(update_fields=["published_at"])
        form.published, form.state = version, FormState.OPEN
        form.save(update_fields=["published", "state"])
        other_versions = form.versions.exclude(pk=version.pk).values("pk")
        replace_submissions(
            Submission.objects.filter(kind=self.kind, layer=self.layer, version__in=other_versions), visitor
        )

    def withdraw(self, visitor: Visitor) -> None:
        """Close the form: it takes no answers until it is published again."""
        self.form.state = FormState.CLOSED
        self.form.save(update_fields=["state"])


def find_form_version(submission: Submission) -> FormVersionSubject | None:
    """Return the version of a submission."""
    version = FormVersion.objects.select_related("form__layer").filter(pk=submission.version).first()
    return FormVersionSubject(version) if version else None
