"""What makes a password: length, lists, the words of the portal and of the account; and how it is hashed."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import override_settings

from gisportal.accounts.models import User
from gisportal.settings import accounts
from layers.models import Commune

GOOD = "quatre chevaux bleus"
WEAK = (
    "motdepasse1234",
    "Motdepasse!2026",
    "123456789012",
    "abcdefghijklmno",
    "azertyazerty",
    "aaaaaaaaaaaaaa",
    "abababababababab",
    "passwordpassword",
    "Meudon92190!",
    "SeineOuest2026!",
    "geoseine-portail-sig",
    "ugo.exemple@example.org",
    "urbaniste-urbaniste",
    "Àdministrateur1",
)


def person(**fields: object) -> User:
    return User(
        username="urbaniste", first_name="Ugo", last_name="Exemple", email="ugo.exemple@example.org", **fields
    )


@pytest.mark.parametrize("password", WEAK)
def test_what_is_tried_first_is_refused(communes: dict[str, Commune], password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, person())


@pytest.mark.parametrize(
    "password",
    [GOOD, "Kx9$vTq2!mLp", "été à la montagne", "aaa" + "bcd efgh" * 10, "山川草木空海星月花鳥風雪"],
)
def test_length_is_enough(communes: dict[str, Commune], password: str) -> None:
    assert validate_password(password, person()) is None


@pytest.mark.parametrize(
    ("length", "is_fine"), [(11, False), (12, True), (64, True), (128, True), (129, False)]
)
def test_a_person_has_12_to_128_characters(communes: dict[str, Commune], length: int, is_fine: bool) -> None:
    text = ("Kx9vTq2mLpWz" * 11)[:length]
    errors = []
    try:
        validate_password(text, person())
    except ValidationError as error:
        errors = error.messages
    assert (errors == []) == is_fine


@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_who_administers_has_15(communes: dict[str, Commune], right: str) -> None:
    with pytest.raises(ValidationError, match="15"):
        validate_password("Kx9$vTq2!mLpWz", person(**{right: True}))


@override_settings(PASSWORD_HASHERS=accounts.PASSWORD_HASHERS)
def test_passwords_are_hashed_by_argon2() -> None:
    hasher = identify_hasher(make_password(GOOD))
    assert hasher.algorithm == "argon2"


@override_settings(PASSWORD_HASHERS=accounts.PASSWORD_HASHERS)
@pytest.mark.django_db
def test_an_older_hash_is_renewed_at_sign_in() -> None:
    user = User.objects.create(username="ancien", password=make_password(GOOD, hasher="pbkdf2_sha256"))
    user.check_password(GOOD)
    user.refresh_from_db()
    assert user.password.startswith("argon2$argon2id$v=19$m=32768,t=4,p=1$")


@override_settings(PASSWORD_HASHERS=accounts.PASSWORD_HASHERS)
def test_a_wrong_password_does_not_pass() -> None:
    assert not check_password("autre chose", make_password(GOOD))
