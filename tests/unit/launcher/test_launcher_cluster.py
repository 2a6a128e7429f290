"""The private database server: which program opens it, whether it lives, what is written for it."""

import os
import re
import stat
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from launcher import cluster, postgis
from launcher.cluster import (
    Cluster,
    roles_and_databases,
    server_configuration,
    with_database,
    write_configuration,
)
from launcher.placement import ClusterLocation, Owner
from launcher.postgis import PostgisServer, installed_servers
from launcher.steps import StepFailed

ME = Owner("me", os.getuid(), os.getgid(), borrowed=False)


def install(root: Path, version: int, *, with_postgis: bool) -> None:
    programs = root / "lib" / str(version) / "bin"
    programs.mkdir(parents=True)
    (programs / "postgres").touch()
    extension = root / "share" / str(version) / "extension"
    extension.mkdir(parents=True)
    if with_postgis:
        (extension / "postgis.control").touch()


@pytest.fixture
def own(tmp_path: Path) -> Cluster:
    home = tmp_path / "data" / "postgresql"
    (home / "17").mkdir(parents=True)
    return Cluster(
        tmp_path / "data",
        ClusterLocation(home, ME, home / "a socket"),
        PostgisServer(17, Path("/pg/bin")),
        25000,
    )


def test_servers_without_postgis_and_old_ones_are_not_used(tmp_path: Path) -> None:
    for version, with_postgis in ((13, True), (15, True), (17, True), (18, False)):
        install(tmp_path, version, with_postgis=with_postgis)
    found = installed_servers(tmp_path / "lib", tmp_path / "share")
    assert [server.version for server in found] == [17, 15]


def test_existing_database_is_opened_by_its_own_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "15").mkdir()
    (tmp_path / "15" / "PG_VERSION").write_text("15\n")
    both = [PostgisServer(17, Path("/17")), PostgisServer(15, Path("/15"))]
    monkeypatch.setattr(postgis, "installed_servers", lambda: both)
    assert postgis.server_for(tmp_path).version == 15


def test_missing_version_of_an_existing_database_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "15").mkdir()
    (tmp_path / "15" / "PG_VERSION").write_text("15\n")
    monkeypatch.setattr(postgis, "installed_servers", lambda: [PostgisServer(17, Path("/17"))])
    with pytest.raises(StepFailed) as failure:
        postgis.server_for(tmp_path)
    assert failure.value.remedy == "apt-get install postgresql-15-postgis-3"


def test_pid_file_that_names_another_program_is_not_believed(own: Cluster) -> None:
    (own.folder / "postmaster.pid").write_text(f"{os.getpid()}\n{own.folder}\n")
    assert not own.is_running()


def test_pid_file_of_a_server_of_another_folder_is_not_believed(
    own: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own.folder / "postmaster.pid").write_text("4242\n")
    monkeypatch.setattr(cluster, "arguments", lambda _pid: ["/pg/bin/postgres", "-D", "/elsewhere"])
    assert not own.is_running()


def test_pid_file_of_the_live_server_is_believed(own: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    (own.folder / "postmaster.pid").write_text("4242\n")
    monkeypatch.setattr(cluster, "arguments", lambda _pid: ["/pg/bin/postgres", "-D", str(own.folder)])
    assert own.is_running()


@pytest.mark.parametrize("damaged", ["", "\n", "not a number\n"])
def test_damaged_pid_file_means_not_running(own: Cluster, damaged: str) -> None:
    (own.folder / "postmaster.pid").write_text(damaged)
    assert not own.is_running()


def test_address_goes_through_the_socket_with_its_path_quoted(own: Cluster) -> None:
    assert own.url.endswith(f"@/portal?host={own.location.socket.parent}/a%20socket&port=25000")
    assert own.url == own.url  # the password is kept, not made again


def test_another_database_of_the_same_server_keeps_its_credentials(own: Cluster) -> None:
    assert with_database(own.url, "run2") == own.url.replace("@/portal?", "@/run2?")


def test_server_listens_on_loopback_and_on_its_socket_only() -> None:
    text = server_configuration(port=25000, socket=Path("/o'clock"), major=17)
    assert "listen_addresses = '127.0.0.1'\n" in text
    assert "unix_socket_directories = '/o''clock'\n" in text
    assert "jit = off\n" in text


@pytest.mark.parametrize(("major", "method"), [(14, "on"), (15, "lz4"), (17, "lz4")])
def test_the_log_of_writes_is_compressed_as_the_version_can(major: int, method: str) -> None:
    text = server_configuration(port=25000, socket=Path("/run"), major=major)
    assert f"wal_compression = {method}\n" in text


def test_nobody_enters_without_a_password_or_being_the_owner(own: Cluster) -> None:
    (own.folder / "postgresql.conf").write_text("# PostgreSQL's own\n")
    (own.folder / "PG_VERSION").write_text("17\n")
    write_configuration(own.folder, ME, port=25000, socket=own.location.socket)
    rules = [line.split() for line in (own.folder / "pg_hba.conf").read_text().splitlines()]
    methods = {"peer" if "peer" in rule else rule[-1] for rule in rules if rule[0] != "#"}
    assert methods == {"peer", "scram-sha-256", "reject"}
    assert stat.S_IMODE((own.folder / "pg_hba.conf").stat().st_mode) == 0o600


def test_configuration_is_included_once(own: Cluster) -> None:
    (own.folder / "postgresql.conf").write_text("# PostgreSQL's own\n")
    (own.folder / "PG_VERSION").write_text("17\n")
    for _ in range(2):
        write_configuration(own.folder, ME, port=25000, socket=own.location.socket)
    assert (own.folder / "postgresql.conf").read_text().count("portal.conf") == 1


def test_neither_role_is_a_superuser() -> None:
    script = roles_and_databases("secret", "other")
    altered = re.findall(r"^ALTER ROLE (\w+) NOSUPERUSER\b", script, re.MULTILINE)
    assert (altered, " SUPERUSER" in script) == (["portal_owner", "portal"], False)


def test_the_owner_alone_makes_databases() -> None:
    script = roles_and_databases("secret", "other")
    assert re.findall(r"^ALTER ROLE (\w+) CREATEDB;", script, re.MULTILINE) == ["portal_owner"]


def test_each_role_has_a_secret_of_its_own(own: Cluster) -> None:
    application, owner = urlsplit(own.url), urlsplit(own.owner_url)
    assert (application.username, owner.username) == ("portal", "portal_owner")
    assert application.password != owner.password
