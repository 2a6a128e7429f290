"""What the caller's variables mean, and what Django is given of them."""

from pathlib import Path

import pytest

from launcher.environment import django_variables, ensure_data_folder, is_ours, read
from launcher.files import stored_secret
from launcher.steps import StepFailed

ROOT = Path("/srv/portal")


def test_nothing_given_is_port_8000_and_the_data_folder_of_the_checkout() -> None:
    here = read(ROOT, {})
    assert here.port == 8000
    assert here.data == ROOT / ".data"
    assert here.database_url is None


def test_option_wins_over_the_variable() -> None:
    assert read(ROOT, {"PORTAL_PORT": "9000"}, 9001).port == 9001


def test_relative_data_folder_belongs_to_the_checkout() -> None:
    assert read(ROOT, {"PORTAL_DATA": "elsewhere"}).data == ROOT / "elsewhere"


def test_absolute_data_folder_is_taken_as_it_is() -> None:
    assert read(ROOT, {"PORTAL_DATA": "/var/data"}).data == Path("/var/data")


@pytest.mark.parametrize("wrong", ["0", "65536", "-1", "http", "80 ", "٨٠"])
def test_wrong_port_is_named_with_its_remedy(wrong: str) -> None:
    with pytest.raises(StepFailed) as failure:
        read(ROOT, {"PORTAL_PORT": wrong})
    assert repr(wrong) in failure.value.cause
    assert "PORTAL_PORT" in failure.value.remedy


def test_django_is_given_the_database_and_absolute_folders(tmp_path: Path) -> None:
    given = django_variables(read(tmp_path, {"PATH": "/bin"}), "postgresql:///x")
    assert given["DATABASE_URL"] == "postgresql:///x"
    assert given["PORTAL_DATA"] == str(tmp_path / ".data")
    assert given["PATH"] == "/bin"


def test_what_serves_is_not_given_the_owner_of_the_tables(tmp_path: Path) -> None:
    here = read(tmp_path, {"PORTAL_DATABASE_OWNER_URL": "postgresql:///owner"})
    assert "PORTAL_DATABASE_OWNER_URL" not in django_variables(here, "postgresql:///x")


@pytest.fixture(autouse=True)
def _data_folder(tmp_path: Path) -> None:
    (tmp_path / ".data").mkdir()


def test_settings_module_of_the_caller_is_kept(tmp_path: Path) -> None:
    here = read(tmp_path, {"DJANGO_SETTINGS_MODULE": "mine"})
    assert django_variables(here, "")["DJANGO_SETTINGS_MODULE"] == "mine"


def test_settings_module_of_the_command_wins(tmp_path: Path) -> None:
    here = read(tmp_path, {"DJANGO_SETTINGS_MODULE": "mine"})
    assert django_variables(here, "", settings="theirs")["DJANGO_SETTINGS_MODULE"] == "theirs"


def test_another_virtual_environment_does_not_leak_in(tmp_path: Path) -> None:
    given = django_variables(read(tmp_path, {"PYTHONPATH": "/x", "VIRTUAL_ENV": "/y"}), "")
    assert given.keys().isdisjoint({"PYTHONPATH", "VIRTUAL_ENV"})


def test_demonstration_can_be_refused(tmp_path: Path) -> None:
    assert django_variables(read(tmp_path, {"PORTAL_DEMO": "0"}), "")["PORTAL_DEMO"] == "0"


def test_debug_is_never_switched_on(tmp_path: Path) -> None:
    assert "PORTAL_DEBUG" not in django_variables(read(tmp_path, {}), "")


def test_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    here = read(tmp_path, {})
    first = django_variables(here, "")["PORTAL_SECRET_KEY"]
    assert django_variables(here, "")["PORTAL_SECRET_KEY"] == first
    assert len(first) >= 50
    assert (tmp_path / ".data" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_empty_secret_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("")
    assert len(stored_secret(tmp_path / "secret")) >= 50


def test_folder_with_somebody_elses_files_is_never_ours_to_delete(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "thesis.odt").touch()
    here = read(tmp_path, {"PORTAL_DATA": "home"})
    ensure_data_folder(here)
    assert not is_ours(here.data)


def test_folder_made_by_the_launcher_is_its_own(tmp_path: Path) -> None:
    here = read(tmp_path, {"PORTAL_DATA": "new/data"})
    ensure_data_folder(here)
    assert is_ours(here.data)


def test_data_folder_that_is_a_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StepFailed, match="cannot be written"):
        ensure_data_folder(read(tmp_path, {"PORTAL_DATA": "file"}))


def test_python_is_compiled_away_from_sources_that_are_not_to_be_written_beside(tmp_path: Path) -> None:
    given = django_variables(read(tmp_path, {"PYTHONDONTWRITEBYTECODE": "1"}), "")
    assert "PYTHONDONTWRITEBYTECODE" not in given
    assert given["PYTHONPYCACHEPREFIX"] == str(tmp_path / ".data" / "pycache")


def test_python_is_compiled_beside_its_sources_otherwise(tmp_path: Path) -> None:
    assert "PYTHONPYCACHEPREFIX" not in django_variables(read(tmp_path, {}), "")


def test_script_compresses_static_files_with_less_effort_by_default(tmp_path: Path) -> None:
    assert django_variables(read(tmp_path, {}), "")["PORTAL_BROTLI"] == "9"
    assert django_variables(read(tmp_path, {"PORTAL_BROTLI": "11"}), "")["PORTAL_BROTLI"] == "11"
