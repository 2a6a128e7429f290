"""Forms of the wizard: text of the page becomes schemas, recipes and metadata, or an error beside its field."""

from datasets.forms.columns import ColumnFormSet, columns_formset, schema_of
from datasets.forms.geometry import GeometryForm, RolesForm
from datasets.forms.publication import ConfirmDropForm, IdentityForm, PublishForm
from datasets.forms.upload import ReadingForm, UploadForm

__all__ = [
    "ColumnFormSet",
    "ConfirmDropForm",
    "GeometryForm",
    "IdentityForm",
    "PublishForm",
    "ReadingForm",
    "RolesForm",
    "UploadForm",
    "columns_formset",
    "schema_of",
]
