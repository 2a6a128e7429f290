"""What can be put online, by kind: each application says how its versions are hashed, published and withdrawn.

The setting ``PUBLICATION_FINDERS`` names the function of each kind, as ``LAYER_PROVIDERS`` does for layers: this
application knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from layers.errors import UnknownLayerVersion
from layers.models import Layer
from layers.visitor import Visitor
from publication.vocabulary import SubjectKind

if TYPE_CHECKING:
    from publication.models import PublicationPolicy, Submission


class Subject(Protocol):
    """A version that can be brought to approval, as its application sees it.

    ``version`` is its number, 0 for a layer as a whole. ``address`` is the page where it is reviewed.
    """

    @property
    def kind(self) -> SubjectKind:
        """Its kind."""

    @property
    def layer(self) -> Layer | None:
        """The layer that it is of; None for a dashboard."""

    @property
    def dashboard(self) -> Any:
        """The dashboard that it is of; else None."""

    @property
    def version(self) -> int:
        """Its number, 0 for a layer as a whole."""

    @property
    def title(self) -> str:
        """What people call it."""

    @property
    def address(self) -> str:
        """The path of the page where it is reviewed."""

    @property
    def author_id(self) -> int | None:
        """The account that made this version, None for the portal itself or for nobody in particular."""

    @property
    def policy(self) -> PublicationPolicy | None:
        """The rules of publication where those of a layer do not apply; else None."""

    def content_hash(self) -> str:
        """Return the SHA-256 of all that an approval is about, in hexadecimal."""

    def obstacle(self) -> str:
        """Return why this version cannot go online now, for people; empty when it can."""

    def may_submit(self, visitor: Visitor) -> bool:
        """Whether a visitor may bring it to approval."""

    def may_approve(self, visitor: Visitor) -> bool:
        """Whether a visitor has the right to decide of it, whoever submitted it."""

    def publish(self, visitor: Visitor) -> None:
        """Put it online, in the transaction of the caller; nothing when it is online already."""

    def withdraw(self, visitor: Visitor) -> None:
        """Take it off everywhere, in the transaction of the caller; nothing when it is off already."""


Finder = Callable[["Submission"], Subject | None]


def subject_of(submission: Submission) -> Subject:
    """Return what a submission is about.

    Raises:
        UnknownLayerVersion: the version exists no more.
    """
    finder: Finder = import_string(settings.PUBLICATION_FINDERS[submission.kind])
    subject = finder(submission)
    if subject is None:
        raise UnknownLayerVersion(str(submission.layer or submission.dashboard), submission.version)
    return subject
