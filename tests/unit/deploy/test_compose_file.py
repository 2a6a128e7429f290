"""What docker-compose.yml says, read as an engine reads it: each line was once a failed start or lost data."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.served import ROOT

REQUIRED = {
    "POSTGRES_PASSWORD": "a" * 64,
    "POSTGRES_OWNER_PASSWORD": "b" * 64,
    "PORTAL_SECRET_KEY": "c" * 64,
    "PORTAL_HOSTS": "portail.example.org",
}
_VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?::([-?])((?:\$\{[^}]*\}|[^${}])*))?\}")
APPLICATION = ("prepare", "web", "worker")


def interpolated(value: str, environ: dict[str, str]) -> str:
    """Replace ``${NAME}``, ``${NAME:-default}`` and ``${NAME:?message}`` as Compose does."""

    def one(match: re.Match[str]) -> str:
        name, operator, rest = match.groups()
        if name is None:
            return "$"
        if environ.get(name):
            return environ[name]
        if operator == "?":
            raise ValueError(f"{name}: {rest}")
        return interpolated(rest or "", environ)

    return _VARIABLE.sub(one, value)


def services(**environ: str) -> dict[str, Any]:
    """Return the services as Compose reads them with these variables in ``.env``."""
    variables = REQUIRED | environ

    def read(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: read(each) for key, each in value.items()}
        if isinstance(value, list):
            return [read(each) for each in value]
        return interpolated(value, variables) if isinstance(value, str) else value

    document = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return {name: read(service) for name, service in document["services"].items()}


def seconds(duration: str) -> int:
    return int(duration[:-1]) * {"s": 1, "m": 60}[duration[-1]]


@pytest.mark.parametrize("name", REQUIRED)
def test_missing_secret_stops_the_start_by_its_name(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        services(**{name: ""})


def test_documented_variables_start_the_containers() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    block = re.search(r"cat > \.env <<EOF\n(.*?)\n *EOF\n", page, re.DOTALL)
    assert block
    variables = dict(line.strip().split("=", 1) for line in block[1].splitlines())
    assert set(REQUIRED) <= set(variables)
    assert {"PORTAL_PROXIES", "PORTAL_EMAIL_URL"} <= set(variables)
    assert services(**variables)["web"]["environment"]["PORTAL_PROXIES"] == "2"  # a front, and nginx


def test_documented_override_names_services_that_exist() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    for block in blocks:
        override = yaml.safe_load(block.replace("!reset", ""))
        assert set(override["services"]) <= set(services())
    assert blocks


@pytest.mark.parametrize("service", ["web", "worker"])
def test_application_reads_the_manifest_of_static_files(service: str) -> None:
    """Maps of mailed dashboards are drawn by the worker, from the names that the manifest gives."""
    assert "static:/data/static:ro" in services()[service]["volumes"]


def test_static_files_are_written_before_anything_serves() -> None:
    read = services()
    assert "static:/data/static" in read["prepare"]["volumes"]
    assert read["web"]["depends_on"] == {"prepare": {"condition": "service_completed_successfully"}}


@pytest.mark.parametrize(
    ("service", "least"), [("web", 15 + 5), ("worker", 10 + 5), ("db", 60), ("nginx", 15)]
)
def test_a_stop_leaves_the_time_that_the_service_takes(service: str, least: int) -> None:
    """The server gives answers under way 15 s, the worker its jobs 10 s."""
    assert seconds(services()[service]["stop_grace_period"]) >= least


@pytest.mark.parametrize(
    ("variable", "value"), [("PORTAL_TRUSTED_PROXIES", "172.16.0.0/12,192.0.2.7"), ("PORTAL_PROXIES", "2")]
)
def test_front_of_the_authority_is_named_in_the_file_of_variables(variable: str, value: str) -> None:
    assert services(**{variable: value})["web"]["environment"][variable] == value


def test_any_peer_is_trusted_inside_the_network_of_the_containers() -> None:
    assert services()["web"]["environment"]["PORTAL_TRUSTED_PROXIES"] == "*"


@pytest.mark.parametrize("variable", ["PORTAL_PORT", "PORTAL_DATA", "PORTAL_BIND", "PORTAL_STATIC"])
def test_variables_of_a_machine_do_not_reach_the_containers(variable: str) -> None:
    there = services(**{variable: "elsewhere"})
    values = {there[service]["environment"][variable] for service in APPLICATION}
    assert values.isdisjoint({"elsewhere"})
    assert len(values) == 1


@pytest.mark.parametrize("service", ["web", "worker"])
def test_address_of_the_owner_reaches_the_preparation_alone(service: str) -> None:
    variables = services(PORTAL_DATABASE_OWNER_URL="postgresql://o:p@h/d")[service]["environment"]
    assert variables["PORTAL_DATABASE_OWNER_URL"] == ""
    assert variables["POSTGRES_OWNER_PASSWORD"] == ""


def test_images_that_are_built_here_are_not_pulled() -> None:
    local = {name: each for name, each in services().items() if each["image"].endswith(":local")}
    assert set(local) == {"db", *APPLICATION}
    assert {each.get("pull_policy") for each in local.values()} == {"never"}


def test_each_local_image_is_built_once() -> None:
    built = [each["image"] for each in services().values() if "build" in each]
    assert sorted(built) == ["gisportal-database:local", "gisportal:local"]


@pytest.mark.parametrize("service", ["db", "web", "worker", "nginx"])
def test_a_service_takes_no_more_memory_than_it_is_given(service: str) -> None:
    assert re.fullmatch(r"\d+[mg]", services()[service]["mem_limit"])


@pytest.mark.parametrize("service", [*APPLICATION, "nginx", "valkey"])
def test_a_service_that_faces_requests_writes_nothing_of_its_image(service: str) -> None:
    read = services()[service]
    assert read["read_only"] is True
    assert read["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in read["security_opt"]


def test_scripts_of_the_database_are_part_of_its_image() -> None:
    """Mounted from a checkout of umask 077, PostgreSQL cannot read them: a volume without roles is left."""
    assert services()["db"]["volumes"] == ["database:/var/lib/postgresql/data"]


def test_services_that_others_wait_for_have_a_health_check_of_their_own() -> None:
    """That of an image is lost where it is built in the OCI format."""
    read = services()
    awaited = {
        name
        for each in read.values()
        for name, how in each.get("depends_on", {}).items()
        if how["condition"] == "service_healthy"
    }
    assert awaited == {"db", "web"}
    assert {name for name in awaited if "test" not in read[name].get("healthcheck", {})} == set()


@pytest.mark.parametrize("service", ["web", "worker"])
def test_a_busy_machine_has_minutes_to_start(service: str) -> None:
    assert seconds(services()[service]["healthcheck"]["start_period"]) >= 300


def test_health_of_the_database_is_that_of_its_roles() -> None:
    assert "portal_owner" in services()["db"]["healthcheck"]["test"][1]


def test_nginx_reads_what_its_configuration_needs_from_its_environment() -> None:
    """The image of nginx replaces the variables that its filter names."""
    template = (ROOT / "deploy" / "nginx-hosts.conf.template").read_text()
    variables = services()["nginx"]["environment"]
    names = set(re.findall(r"\$\{(\w+)\}", template))
    assert {name for name in names if not re.search(variables["NGINX_ENVSUBST_FILTER"], name)} == set()
    # Written by the entry point of the image from /etc/resolv.conf.
    assert names - set(variables) == {"NGINX_LOCAL_RESOLVERS"}
    assert variables["NGINX_ENTRYPOINT_LOCAL_RESOLVERS"] == "1"


def test_health_of_nginx_is_asked_without_a_proxy() -> None:
    assert services()["nginx"]["healthcheck"]["test"][:4] == ["CMD", "wget", "-Y", "off"]


def test_nginx_resolves_the_application_again() -> None:
    """Its address may be another one after an upgrade."""
    configuration = (ROOT / "deploy" / "nginx.conf").read_text()
    assert re.search(
        r"upstream application \{[^}]*zone \w+ \d+k;[^}]*server web:8000 resolve;", configuration
    )
    version = re.search(r"nginx:(\d+)\.(\d+)-", services()["nginx"]["image"])
    assert version
    assert (int(version[1]), int(version[2])) >= (1, 28)


def test_backup_beside_the_compose_file_is_in_no_image_and_no_commit() -> None:
    for name in (".dockerignore", ".gitignore"):
        assert {".env", "*.dump", "*.tar", "docker-compose.override.yml"} <= set(
            (ROOT / name).read_text().split()
        )
