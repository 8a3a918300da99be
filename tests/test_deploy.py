"""The container files: no container is built here, but every command of ours in them runs, and two replicas show one Snapshot."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from bench import _proxy
from hub.settings import Settings
from hub.ui import health
from hub.ui.doors import trusted
from tests.servers import postgres, s3

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
DOCKER = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
OBJECTS = yaml.safe_load((DEPLOY / "kubernetes.yaml").read_text("utf-8"))["items"]
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "academichub"}
CONTAINERS = {
    container["name"]: container
    for item in OBJECTS
    for spec in (item.get("spec", {}), item.get("spec", {}).get("jobTemplate", {}).get("spec", {}))
    for container in spec.get("template", {}).get("spec", {}).get("containers", [])
}
OTHERS = re.compile(r"AWS_|MINIO_|POSTGRES_|STORE_|PATH$")
STEP = re.compile(r"^(\w+) (.+)$", re.M)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_the_image_runs_as_nobody_special_and_in_two_stages() -> None:
    steps = STEP.findall(DOCKER)
    last = steps[max(n for n, (what, _) in enumerate(steps) if what == "FROM") :]
    assert [what for what, _ in steps].count("FROM") == 2
    assert dict(last)["USER"] == "10001" and "--uid 10001" in DOCKER
    assert not any(word in DOCKER for word in ("latest", "curl ", "ADD ", "http://deb"))


def test_the_image_holds_what_the_app_needs_and_nothing_else() -> None:
    steps = [words.split() for what, words in STEP.findall(DOCKER) if what == "COPY" and "--from" not in words]
    copied = {word for words in steps for word in words[:-1]}
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert all((ROOT / name).exists() for name in copied)
    assert {name.split("/")[0] for name in copied} == {name.split("/")[0] for name in kept}
    built = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*built["packages"], *built["force-include"], PROJECT["project"]["readme"], *PROJECT["project"]["license-files"]}
    assert {name.split("/")[0] for name in needed} <= {name.split("/")[0] for name in copied}


def test_what_the_image_installs_is_an_extra_of_the_package() -> None:
    extras = set(re.findall(r'"\.\[(\w+)\]"', DOCKER))
    assert extras and extras <= set(PROJECT["project"]["optional-dependencies"])


@pytest.mark.parametrize("text", [DOCKER, *(path.read_text("utf-8") for path in DEPLOY.glob("*.yaml"))], ids=str.__len__)
def test_every_variable_is_a_setting(text: str) -> None:
    named = set(re.findall(r"\b[A-Z][A-Z]+_[A-Z_]+\b", text))
    known = {str(field.alias) for field in Settings.model_fields.values()}
    assert {name for name in named - known if not OTHERS.match(name)} == set()


def test_kubernetes_runs_what_compose_runs_as_the_same_user_with_probes_that_are_there() -> None:
    theirs = {name: container["command"] for name, container in CONTAINERS.items()}
    ours = {name: service["command"] for name, service in OURS.items()}
    assert theirs == ours | {"gather": ["hub", "gather"]} and "hub gather" in ours["gather"][-1]
    users = re.findall(r"runAsNonRoot: true, runAsUser: (\d+)", (DEPLOY / "kubernetes.yaml").read_text("utf-8"))
    assert users == ["10001"] * len(CONTAINERS)
    paths = {route.path for route in health.routes}
    probes = [CONTAINERS["web"][kind]["httpGet"]["path"] for kind in ("livenessProbe", "readinessProbe")]
    assert set(probes) <= paths and len(set(probes)) == 2
    services = {item["metadata"]["name"]: item["spec"] for item in OBJECTS if item["kind"] == "Service"}
    assert services["web"]["sessionAffinity"] == "ClientIP", "Streamlit keeps a session in one process"


def test_the_proxy_keeps_a_reader_with_one_replica() -> None:
    config = (DEPLOY / "haproxy.cfg").read_text("utf-8")
    assert re.search(r"cookie \w+ insert .*dynamic", config) and "timeout tunnel" in config
    asked = re.search(r"http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host (\S+)", config)
    assert asked and trusted(asked[1]), "a check under a strange name is refused, and no replica ever gets a reader"
    haproxy = _proxy.program()
    if haproxy is None:
        pytest.skip("haproxy is not installed: its file is not checked by itself")
    done = subprocess.run([haproxy, "-c", "-f", DEPLOY / "haproxy.cfg"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


class Hub:
    """What compose starts, on this machine: the environment of a service with its hosts led to loopback."""

    def __init__(self, folder: Path, store: dict[str, str], database: str) -> None:
        self.folder, self.scheduler = folder, free_port()
        self._led = {
            "tcp://scheduler:8786": f"tcp://127.0.0.1:{self.scheduler}", "http://store:9000": store["AWS_ENDPOINT_URL"],
            "postgresql://hub:${POSTGRES_PASSWORD:?}@database/hub": database,
        }  # fmt: skip
        self.running: list[subprocess.Popen[bytes]] = []

    def environment(self, service: str, machine: str) -> dict[str, str]:
        here = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "OPENAI_", "AWS_"))}
        given = {name: self._led.get(value, value) for name, value in COMPOSE["services"][service].get("environment", {}).items()}
        given = {name: re.sub(r"\$\{\w+:[-?]\}", "secret" if "SECRET" in name else "", value) for name, value in given.items()}
        paths = f"{Path(sys.executable).parent}{os.pathsep}{here['PATH']}"
        return here | given | {"HUB_HOME": str(self.folder / machine), "HUB_EMBEDDER": "tfidf-svd", "PATH": paths}

    def command(self, service: str, *ports: tuple[str, int]) -> list[str]:
        """The service's own words, but for its ports."""
        words = [self._led.get(word, word) for word in COMPOSE["services"][service]["command"]]
        for before, after in ports:
            words = [str(after) if word == before else word for word in words]
        return [sys.executable, "-m", *words] if words[0] == "hub" else words

    def start(self, service: str, machine: str, *ports: tuple[str, int]) -> None:
        self.running.append(
            subprocess.Popen(self.command(service, *ports), cwd=ROOT, env=self.environment(service, machine),
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )  # fmt: skip


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    if why := postgres.missing() or s3.missing():
        pytest.skip(why)
    with s3.serving() as store, postgres.serving() as database:
        made = Hub(tmp_path, dict(store), database)
        yield made
        for process in made.running:
            process.terminate()
        for process in made.running:
            process.wait()


def eventually(look: Callable[[], Any]) -> Any:
    """Wait for what a look gives to be true."""
    until = time.monotonic() + 180
    while time.monotonic() < until:
        try:
            if found := look():
                return found
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("it did not come")


def test_the_commands_of_compose_make_one_hub_of_several_processes(hub: Hub) -> None:
    ports = free_port(), free_port()
    for n, port in enumerate(ports):
        hub.start("web", f"web{n}", ("8501", port))
    hub.start("scheduler", "scheduler", ("8786", hub.scheduler))
    hub.start("worker", "worker")
    gather = hub.environment("gather", "gather")
    shell, _, loop = COMPOSE["services"]["gather"]["command"]
    assert shell == "sh" and "hub gather; sleep" in loop
    (hub.folder / "none.toml").write_text("")
    run = [sys.executable, "-m", "hub"]
    for words in (["demo", "--count", "60"], ["gather"]):  # gather reads no source here: it finds topics, on the cluster
        env = gather | {"HUB_CATALOGUE": str(hub.folder / "none.toml")}
        done = subprocess.run([*run, *words], cwd=ROOT, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def shown(port: int) -> str:
        answer = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=60)
        return str(answer.json()["snapshot"]) if answer.status_code == 200 else ""

    version = (hub.folder / "gather" / "snapshots" / "CURRENT").read_text()
    assert [eventually(lambda port=port: shown(port) == version) for port in ports] == [True, True]
    check = re.search(r"HEALTHCHECK.*CMD (\[.+\])", DOCKER)
    assert check
    words = [word.replace("8501", str(ports[0])) for word in yaml.safe_load(check[1])]
    assert subprocess.run([sys.executable, *words[1:]]).returncode == 0
    assert (
        subprocess.run(
            [sys.executable, *[word.replace(str(ports[0]), "9") for word in words[1:]]], stderr=subprocess.DEVNULL
        ).returncode
        != 0
    )
    check = [word.replace("8786", str(hub.scheduler)) for word in COMPOSE["services"]["scheduler"]["healthcheck"]["test"][2:]]
    assert eventually(lambda: subprocess.run([sys.executable, *check], stderr=subprocess.DEVNULL).returncode == 0)
    assert all(process.poll() is None for process in hub.running)
    if _proxy.program():
        with _proxy.before(ports) as door:  # once each replica was asked three times whether it is ready
            assert shown(door) == version


def test_the_images_own_command_is_the_one_of_web() -> None:
    own = re.findall(r"^CMD (\[.+\])$", DOCKER, re.M)
    assert [yaml.safe_load(words) for words in own] == [COMPOSE["services"]["web"]["command"]]
