"""What an import leaves on its way: a delivery refused for its errors, and a file that waits for its columns.

Both come in by the door of the wizard, as files of the administrator of the demonstration.
"""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from django.core.files import File

from datasets.imports.proposal import understood_of
from datasets.imports.services import load_upload, read_upload
from datasets.imports.uploads import store_upload
from datasets.models import Dataset, Delivery, Upload
from datasets.vocabulary import UploadState
from gisportal.accounts.models import User
from layers.services.jobs import account_visitor

_OWNER = "administrateur"
_REFUSED, _REFUSED_FILE = "comptages-routiers", "comptages-routiers-erreurs.csv"
_WAITING_FILE = "tables-de-pique-nique.csv"


def load_pending() -> None:
    """Give the two files that were not given yet; where their dataset or their owner is gone, nothing."""
    owner = User.objects.filter(username=_OWNER).first()
    samples = Dataset.objects.select_related("layer", "online__schema_version").filter(layer__is_sample=True)
    dataset = samples.filter(layer__slug=_REFUSED).first()
    if owner is None or dataset is None:
        return
    if not Delivery.objects.filter(dataset=dataset, file_name=_REFUSED_FILE).exists():
        _load(_given(_REFUSED_FILE, owner, dataset), owner)
    if not Upload.objects.filter(owner=owner, original_name=_WAITING_FILE).exists():
        _given(_WAITING_FILE, owner, None)


def _given(name: str, owner: User, dataset: Dataset | None) -> Upload:
    """Give a file of the samples and read it, as the wizard and its worker do."""
    with (settings.BASE_DIR / "fixtures" / "datasets" / name).open("rb") as file:
        upload = store_upload(file=File(file, name=name), owner_id=owner.pk, dataset=dataset)
    read_upload(upload=upload, visitor=account_visitor(owner.pk, may_write=True))
    return upload


def _load(upload: Upload, owner: User) -> None:
    """Load the file as it was understood: what its errors make of it is for the pages to tell."""
    understood = understood_of(upload)
    settled = {"schema": understood.proposal.to_json(), "recipe": asdict(understood.recipe)}
    upload.options |= {"settled": settled, "after": None, "accept_partial": False}
    upload.state = UploadState.LOADING
    upload.save(update_fields=["options", "state"])
    load_upload(upload=upload, visitor=account_visitor(owner.pk, may_write=True))
