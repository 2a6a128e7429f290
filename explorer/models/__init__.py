"""Tables of the explorer: what people write through the pages."""

from explorer.models.answer import AnswerMail
from explorer.models.entry_import import EntryImport, EntryImportState
from explorer.models.report import FEATURE_TITLE_MAX, MESSAGE_MAX, FeatureReport
from explorer.models.view import ADDRESS_MAX, TITLE_MAX, SavedView

__all__ = [
    "ADDRESS_MAX",
    "FEATURE_TITLE_MAX",
    "MESSAGE_MAX",
    "TITLE_MAX",
    "AnswerMail",
    "EntryImport",
    "EntryImportState",
    "FeatureReport",
    "SavedView",
]
