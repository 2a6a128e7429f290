"""A photo in a form: the file is read as a picture at once, so that a refusal is shown beside it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from layers.errors import InvalidImage
from layers.forms.offered import BoundedFormSet, OfferedFieldsForm
from layers.models import FeaturePhoto
from layers.services.photos import FORMATS, ProcessedPhoto, read_picture, remove_photo, store_picture


class PhotoForm(OfferedFieldsForm):
    """Caption, credit and date of a photo, and the picture to store or to put in its place."""

    upload = forms.FileField(
        label=_("image"),
        help_text=_("JPEG, PNG ou WebP, 15 Mo au plus. La position et les autres métadonnées sont retirées."),
        widget=forms.FileInput(attrs={"accept": ",".join(f"image/{name.lower()}" for name in FORMATS)}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upload"].required = self.instance.pk is None

    def clean_upload(self) -> ProcessedPhoto | None:
        """Read the picture.

        Raises:
            ValidationError: the file is not an image that can be stored.
        """
        upload: File[bytes] | None = self.cleaned_data.get("upload")
        if upload is None:
            return None
        try:
            return read_picture(upload=upload)
        except InvalidImage as error:
            raise forms.ValidationError(error.detail, code="invalid_image") from error

    def save(self, commit: bool = True) -> FeaturePhoto:
        """Save through the photo service when a picture came with the form."""
        picture: ProcessedPhoto | None = self.cleaned_data.get("upload")
        saved: FeaturePhoto
        if picture is None or not commit:
            saved = super().save(commit=commit)
        else:
            saved = store_picture(photo=self.instance, picture=picture)
        return saved


class PhotoFormSet(BoundedFormSet):
    """Photos of a feature: those ticked for deletion leave with their files."""

    def delete_existing(self, obj: FeaturePhoto, commit: bool = True) -> None:
        """Delete a photo and its files."""
        if commit:
            remove_photo(photo=obj)
