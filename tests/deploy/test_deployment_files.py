"""The files of `deploy/` agree with each other and with the code: names, users, places, secrets."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import prefect
import prefect.settings
import pytest
import yaml

from flows import standing_server
from flows.prefect_yaml import POOL
from tasks.files import UMASK

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
UID = 10001


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def settings_in(content: str) -> set[str]:
    """The names in lines NAME=value, commented out or not."""
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", content, re.MULTILINE))


COMPOSE: dict[str, Any] = yaml.safe_load(text("compose.yaml"))
SERVICES: dict[str, Any] = COMPOSE["services"]
CONTAINERFILE = text("Containerfile")
MANIFEST = json.loads((KUBERNETES / "base-job-template.json").read_bytes())["job_configuration"][
    "job_manifest"
]
POD = MANIFEST["spec"]["template"]["spec"]
SERVER, WORKER = (
    yaml.safe_load((KUBERNETES / f"{name}-values.yaml").read_bytes()) for name in ("server", "worker")
)
DEPLOYING = yaml.safe_load((KUBERNETES / "deployments.yaml").read_bytes())["spec"]["template"]["spec"]

# --- names ---


def names_in_code() -> set[str]:
    code = "".join(
        path.read_text(encoding="utf-8")
        for room in ("flows", "tasks")
        for path in (ROOT / room).rglob("*.py")
    )
    return set(re.findall(r"JIXIAO_[A-Z_]+", code))


def names_given() -> set[str]:
    in_image = set(re.findall(r"^(?:ENV| {4}) ?((?:JIXIAO|PREFECT)_[A-Z_]+)=", CONTAINERFILE, re.MULTILINE))
    in_compose = {name for key in ("prefect", "jixiao") for name in SERVICES[key]["environment"]}
    in_kubernetes = {entry["name"] for entry in SERVER["server"]["env"]}
    in_kubernetes |= {entry["name"] for entry in DEPLOYING["containers"][0]["env"]}
    return in_image | in_compose | in_kubernetes | settings_in(text("jixiao.env.example"))


@pytest.mark.parametrize("name", sorted(name for name in names_given() if name.startswith("JIXIAO_")))
def test_our_settings_are_read_by_the_code(name: str) -> None:
    assert name in names_in_code()


@pytest.mark.parametrize("name", sorted(name for name in names_given() if name.startswith("PREFECT_")))
def test_prefects_settings_are_known_to_it(name: str) -> None:
    assert hasattr(prefect.settings, name)


def test_the_server_looks_as_far_ahead_everywhere() -> None:
    name = "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME"
    assert SERVICES["prefect"]["environment"][name] == standing_server._HORIZON
    assert {"name": name, "value": standing_server._HORIZON} in SERVER["server"]["env"]


def test_every_variable_of_compose_is_explained_and_the_reverse() -> None:
    explained = settings_in(text(".env.example"))
    used = set(re.findall(r"\$\{([A-Z_]+)", text("compose.yaml")))
    assert used - explained == {"PIP_EXTRA_INDEX_URL"}
    assert explained <= used


def test_the_proxy_is_given_what_it_asks_for() -> None:
    asked = set(re.findall(r"\{\$([A-Z_]+)", text("Caddyfile")))
    assert asked - {"JIXIAO_UPSTREAM"} == set(SERVICES["proxy"]["environment"])
    assert "{$JIXIAO_UPSTREAM:prefect:4200}" in text("Caddyfile")
    assert "bind {$JIXIAO_LISTEN:127.0.0.1}" in text("Caddyfile")


def test_browsers_are_kept_from_the_makers_telemetry() -> None:
    assert "Content-Security-Policy \"connect-src 'self';" in text("Caddyfile")


# --- who may what ---


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_may_little(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["user"] == ("999:999" if name == "postgres" else f"{UID}:{UID}")
    assert service["restart"] == "unless-stopped"


def test_only_the_proxy_is_reached_and_from_this_machine() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"proxy": ["${JIXIAO_BIND:-127.0.0.1}:${JIXIAO_PORT:-8443}:8443"]}
    assert COMPOSE["networks"]["database"]["internal"] is True
    assert SERVICES["postgres"]["networks"] == ["database"]
    assert "JIXIAO_BIND=127.0.0.1" in text(".env.example")


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_stands_in_the_file(name: str) -> None:
    secret = re.compile(r"PASSWORD|AUTH_STRING|DATABASE\w*_URL")
    for key, value in SERVICES[name].get("environment", {}).items():
        if secret.search(key):
            assert re.search(r"\$\{[A-Z_]+:\?", value), "compose refuses to start without it"
            assert not re.search(r"://\w+:[^$]", value)
    assert all("${" not in word for word in SERVICES[name].get("command", [])), "arguments are seen by all"


def test_secrets_are_neither_committed_nor_in_the_image() -> None:
    for name in (".env", "alerts.env"):
        done = subprocess.run(["git", "check-ignore", "-q", f"deploy/{name}"], cwd=ROOT, check=False)
        assert done.returncode in (0, 128), name  # 128: not in a checkout
        given = re.findall(r"^#?(\w+)=\S", text(f"{name}.example"), re.MULTILINE)
        assert not any(re.search("PASSWORD|AUTH|KEY", key) for key in given)
    assert (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()[1] == "*"


def test_nobody_is_root_in_kubernetes() -> None:
    assert POD["securityContext"] == DEPLOYING["securityContext"] | {"fsGroupChangePolicy": "OnRootMismatch"}
    for pod in (POD["securityContext"], SERVER["server"]["podSecurityContext"]):
        assert (pod["runAsNonRoot"], pod["runAsUser"], pod["fsGroup"]) == (True, UID, UID)
    contexts = [
        *(container["securityContext"] for container in (*POD["containers"], *DEPLOYING["containers"])),
        SERVER["server"]["containerSecurityContext"],
        WORKER["worker"]["containerSecurityContext"],
    ]
    for context in contexts:
        assert context["readOnlyRootFilesystem"] is True
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}


def test_the_service_of_systemd_may_little() -> None:
    unit = text("jixiao.service")
    for line in ("User=jixiao", "UMask=0027", "NoNewPrivileges=yes", "ProtectSystem=strict"):
        assert f"\n{line}\n" in unit
    assert "\nCapabilityBoundingSet=\n" in unit


# --- places ---


def test_what_the_image_is_made_of_is_there_and_let_in() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    for line in re.findall(r"^COPY ([^-].*)$", CONTAINERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            let_in = source if "lock" not in source else "deploy/*.lock"
            assert re.search(rf"^!{re.escape(let_in)}/?$", ignored, re.MULTILINE), source


def test_the_image_comes_from_the_locks_alone() -> None:
    installs = re.findall(r"pip install (.*)", CONTAINERFILE)
    assert len(installs) == 3
    assert all("--no-deps" in line for line in installs)
    assert [("--require-hashes" in line, "-r deploy/" in line) for line in installs[:2]] == [(True, True)] * 2
    code = "".join(line for line in CONTAINERFILE.splitlines(keepends=True) if not line.startswith("#"))
    assert "://" not in code, "no address of an index"


def test_the_image_is_run_by_nobody_in_particular() -> None:
    assert f"\nUSER {UID}:{UID}\n" in CONTAINERFILE
    assert f"umask {UMASK:03o} &&" in CONTAINERFILE
    assert 'CMD ["jixiao", "serve"]' in CONTAINERFILE


def test_what_is_mounted_is_what_the_image_knows() -> None:
    places = {"/data", "/output", "/state"}
    assert set(json.loads(re.search(r"VOLUME (\[.*\])", CONTAINERFILE)[1])) == places  # type: ignore[index]
    for service in ("prefect", "jixiao"):
        mounted = [entry.split(":")[0] for entry in SERVICES[service]["tmpfs"]]
        mounted += [entry.rpartition("}")[2].split(":")[1] for entry in SERVICES[service].get("volumes", [])]
        assert places | {"/tmp"} <= set(mounted)
    assert {m["mountPath"] for m in POD["containers"][0]["volumeMounts"]} == places | {"/tmp"}


def test_kubernetes_names_are_the_same_everywhere() -> None:
    claims = {
        claim["metadata"]["name"] for claim in yaml.safe_load_all((KUBERNETES / "volumes.yaml").read_bytes())
    }
    assert {v["persistentVolumeClaim"]["claimName"] for v in POD["volumes"] if "emptyDir" not in v} == claims
    readme = (KUBERNETES / "README.md").read_text(encoding="utf-8")
    secrets = {
        SERVER["server"]["basicAuth"]["existingSecret"],
        WORKER["worker"]["selfHostedServerApiConfig"]["basicAuth"]["existingSecret"],
        SERVER["secret"]["name"],
        POD["containers"][0]["envFrom"][0]["secretRef"]["name"],
    }
    assert secrets == set(re.findall(r"create secret generic (\S+)", readme))
    assert WORKER["worker"]["config"]["workPool"] == POOL
    assert WORKER["worker"]["image"]["prefectTag"].startswith(f"{prefect.__version__}-")
    arguments = DEPLOYING["containers"][0]["args"]
    assert (ROOT / arguments[arguments.index("--prefect-file") + 1]).is_file()


def test_the_command_reads_what_the_service_reads() -> None:
    subprocess.run(["sh", "-n", str(DEPLOY / "jixiao.sh")], check=True)
    unit = text("jixiao.service")
    settings = re.search(r"EnvironmentFile=(\S+)", unit)
    program = re.search(r"ExecStart=(\S+) serve\n", unit)
    assert settings is not None
    assert program is not None
    assert f". {settings[1]}\n" in text("jixiao.sh")
    assert f"exec {program[1]} " in text("jixiao.sh")
    for folder in re.findall(r"^(?:JIXIAO_OUT|PREFECT_HOME)=(\S+)", text("jixiao.env.example"), re.MULTILINE):
        assert re.search(rf"^ReadWritePaths=.*{folder}\b", unit, re.MULTILINE)


# --- the runbook ---

RUNBOOKS = {name: text(name) for name in ("README.md", "README.zh-CN.md")}


def commands(runbook: str) -> list[str]:
    """What is to be typed: without comments and what is filled in."""
    blocks = "".join(re.findall(r"```\w*\n(.*?)```", runbook, re.DOTALL))
    return [
        re.sub(r"<[^>]*>", "<>", line.partition(" #")[0]).strip()
        for line in blocks.splitlines()
        if line.strip()
    ]


def test_both_languages_give_the_same_commands() -> None:
    english, chinese = RUNBOOKS.values()
    assert commands(english) == commands(chinese)
    assert english.count("\n## ") == chinese.count("\n## ")
    assert english.count("\n|") == chinese.count("\n|"), "tables have the same rows"


@pytest.mark.parametrize("name", RUNBOOKS)
def test_its_files_are_there(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)", RUNBOOKS[name]):
        assert (DEPLOY / target).exists(), target
    for target in re.findall(r"deploy/[\w./-]+\w", RUNBOOKS[name]):
        assert (ROOT / target).exists(), target
