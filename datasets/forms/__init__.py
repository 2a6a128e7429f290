"""Forms of the wizard: text of the page becomes schemas, recipes and metadata, or an error beside its field."""

from datasets.forms.faults import Fault, faults_of
from datasets.forms.publication import ConfirmDropForm, PublicationForms
from datasets.forms.upload import ReadingForm, UploadForm
from datasets.forms.wizard import WizardForms

__all__ = [
    "ConfirmDropForm",
    "Fault",
    "PublicationForms",
    "ReadingForm",
    "UploadForm",
    "WizardForms",
    "faults_of",
]
