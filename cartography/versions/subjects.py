"""A version of a style as something that is brought to approval; its publication with its history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from layers.access import Scope, may_style, scope, styled_scope
from layers.digests import stable_digest
from layers.errors import UnknownLayer
from layers.models import Layer, StyleVersion
from layers.visitor import Visitor
from layers.vocabulary import StyleState
from publication.models import PublicationPolicy, Submission
from publication.services import cancel_open, publish_or_submit
from publication.vocabulary import SubjectKind
from styles.services import discard_draft, draft_of, mark, publish_style, withdraw_style


@dataclass(frozen=True)
class StyleVersionSubject:
    """A draft of a style; withdrawing it draws the layer as before.

    ``expected`` is the revision that its publisher read (``mark``), empty for the present one; ``is_over`` publishes it
    over a version that was published since it was begun.
    """

    style_version: StyleVersion
    kind: SubjectKind = SubjectKind.STYLE
    dashboard: Any = field(default=None)
    policy: PublicationPolicy | None = field(default=None)
    expected: str = ""
    note: str = ""
    is_over: bool = False

    @property
    def layer(self) -> Layer:
        """The layer that it draws."""
        return self.style_version.layer

    @property
    def version(self) -> int:
        """Its number."""
        return self.style_version.number

    @property
    def author_id(self) -> int | None:
        """The account that wrote it last."""
        return self.style_version.author_id

    @property
    def title(self) -> str:
        """The title of its layer, and its number."""
        return _("%(title)s, style %(number)d") % {"title": self.layer.title, "number": self.version}

    @property
    def address(self) -> str:
        """The path of the page of its publication."""
        return reverse("cartography:publish", args=[self.layer.slug])

    def content_hash(self) -> str:
        """Return the digest of its document."""
        return stable_digest(self.style_version.document)

    def obstacle(self) -> str:
        """Return why it cannot go online: it is no draft any more."""
        if self.style_version.state == StyleState.DRAFT:
            return ""
        return _("Ce style n’est plus un brouillon : il ne peut pas être mis en ligne.")

    def may_submit(self, visitor: Visitor) -> bool:
        """Whether a visitor changes the style of the layer."""
        return self.may_approve(visitor)

    def may_approve(self, visitor: Visitor) -> bool:
        """Whether a visitor changes the style of the layer."""
        try:
            return may_style(scope(visitor, self.layer.slug))
        except UnknownLayer:
            return False

    def publish(self, visitor: Visitor) -> None:
        """Draw the layer so."""
        publish_style(
            scope=styled_scope(visitor, self.layer.slug),
            expected=self.expected or mark(self.style_version),
            note=self.note,
            is_over=self.is_over,
        )

    def withdraw(self, visitor: Visitor) -> None:
        """Draw the layer as before it."""
        withdraw_style(scope=styled_scope(visitor, self.layer.slug), number=self.version)


def find_style_version(submission: Submission) -> StyleVersionSubject | None:
    """Return the version of a submission."""
    versions = StyleVersion.objects.select_related("layer")
    version = versions.filter(layer=submission.layer_id, number=submission.version).first()
    return StyleVersionSubject(version) if version else None


def draft_subject(scope: Scope) -> StyleVersionSubject | None:
    """Return the draft of a layer's style, if there is one."""
    draft = draft_of(scope.layer)
    return StyleVersionSubject(draft) if draft is not None else None


@transaction.atomic
def publish_draft(*, scope: Scope, expected: str, note: str = "", is_over: bool = False) -> StyleVersion:
    """Publish the draft of a style with its history, or submit it where the rules ask for somebody else.

    Return the version: still a draft when it waits.

    Raises:
        StaleStyle, InvalidStyle: as ``publish_style``.
        NotSubmittable: it waits already.
    """
    draft = draft_of(scope.layer)
    if draft is None or mark(draft) != expected:
        return publish_style(scope=scope, expected=expected, note=note, is_over=is_over)  # which refuses it
    subject = StyleVersionSubject(draft, expected=expected, note=note, is_over=is_over)
    publish_or_submit(subject=subject, visitor=scope.visitor, note=note)
    draft.refresh_from_db()
    return draft


@transaction.atomic
def discard(*, scope: Scope, expected: str) -> None:
    """Set the draft of a style aside; its submission is cancelled.

    Raises:
        StaleStyle: somebody wrote it since ``expected``.
    """
    subject = draft_subject(scope)
    discard_draft(scope=scope, expected=expected)
    if subject is not None:
        cancel_open(subject=subject, visitor=scope.visitor)
