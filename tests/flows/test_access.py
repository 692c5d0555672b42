"""A service that asks for a secret: who shows none is refused, a run works, and the secret is seen nowhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from flows.access import ASKED, SHOWN, AccessError, check_access, check_host, share_secret
from tests.support.command import Command
from tests.support.receivers import webhook
from tests.support.serving import FINAL, Service, service, until
from tests.support.workbooks import copy_example

SECRET = "admin:a-secret-nobody-sees"


@dataclass
class Story:
    """A service that asks for the secret, one run of it, and what all its processes were called with."""

    service: Service
    units: Path
    run: dict[str, Any]
    logs: str
    arguments: set[str]
    told: list[Any]

    def get(self, path: str, secret: str = SECRET) -> httpx.Response:
        return httpx.get(self.service.api + path, auth=tuple(secret.split(":")), timeout=30)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, new_prefect_home: Callable[[], Path]) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("access")
    units = copy_example(folder / "units")
    with webhook() as hook:
        (units / "alerts.toml").write_text(
            f'[[channel]]\nname = "值班群"\nurl = "{hook.url}"\n', encoding="utf-8"
        )
        with (
            service(new_prefect_home(), units, folder / "out", **{ASKED: SECRET}) as served,
            httpx.Client(base_url=served.api, auth=tuple(SECRET.split(":")), timeout=30) as client,  # type: ignore[arg-type]
        ):
            deployment = client.get("/deployments/name/试告警/试告警").raise_for_status().json()["id"]
            run = client.post(f"/deployments/{deployment}/create_flow_run", json={}).json()["id"]
            arguments: set[str] = set()

            def ended() -> Any:
                family = psutil.Process(served.process.pid).children(recursive=True)
                for process in (served.process, *family):
                    try:
                        arguments.update(psutil.Process(process.pid).cmdline())
                    except psutil.NoSuchProcess:
                        continue
                found = client.get(f"/flow_runs/{run}").json()
                return found if found["state"]["type"] in FINAL else None

            done = until(ended, "the run")
            time.sleep(3)  # logs come later
            wanted = {"flow_run_id": {"any_": [run]}}
            logs = client.post("/logs/filter", json={"logs": wanted}).text
            yield Story(served, units, done, logs, arguments, list(hook.received))


@pytest.mark.parametrize("path", ["/admin/version", "/deployments/name/试告警/试告警", "/flow_runs/count"])
def test_who_shows_no_secret_is_refused(story: Story, path: str) -> None:
    assert httpx.get(story.service.api + path, timeout=30).status_code == 401
    assert story.get(path, "admin:wrong").status_code == 401


def test_who_shows_it_is_let_in(story: Story) -> None:
    assert story.get("/admin/version").status_code == 200


def test_whether_it_lives_may_be_asked_by_all(story: Story) -> None:
    assert httpx.get(story.service.api + "/health", timeout=30).status_code == 200


def test_a_run_works(story: Story) -> None:
    assert (story.run["state"]["type"], story.run["state"]["name"]) == ("COMPLETED", "全部送达")
    assert len(story.told) == 1


def test_the_secret_is_seen_nowhere(story: Story) -> None:
    assert any("prefect" in argument for argument in story.arguments), "the server was looked at"
    said = (*story.arguments, story.logs, story.service.printed.read_text(encoding="utf-8"), str(story.told))
    assert not any(SECRET.partition(":")[2] in text for text in said)


def test_a_wrong_secret_is_explained(story: Story, jixiao: Command) -> None:
    port = story.service.api.removesuffix("/api").rpartition(":")[2]
    done = jixiao("serve", "--port", port, cwd=story.units, **{SHOWN: "admin:wrong"})
    assert done.code == 2
    assert f"Prefect 服务 {story.service.api} 拒绝访问：访问口令不对。请把环境变量 {SHOWN} 设为" in done.text
    assert "Traceback" not in done.text


def test_a_missing_secret_is_explained(story: Story, jixiao: Command) -> None:
    done = jixiao("run", "--year", "2020", cwd=story.units, PREFECT_API_URL=story.service.api)
    assert done.code == 1
    assert f"拒绝访问：没有设置访问口令。请把环境变量 {SHOWN} 设为" in done.text
    assert "Traceback" not in done.text


def test_no_secret_no_other_machines(units: Path, jixiao: Command) -> None:
    done = jixiao("serve", "--host", "0.0.0.0", "--port", "1", cwd=units, **{ASKED: ""})
    assert done.code == 2
    assert "监听地址 0.0.0.0 可从其他机器访问，必须设置访问口令" in done.text
    assert ASKED in done.text


def test_a_server_that_does_not_answer_is_named() -> None:
    with pytest.raises(AccessError, match=r"Prefect 服务 http://127\.0\.0\.1:1/api 没有应答；请先启动它"):
        check_access("http://user:word@127.0.0.1:1/api")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_needs_none(host: str) -> None:
    check_host(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "office.example.invalid", ""])
def test_every_other_address_needs_one(host: str) -> None:
    with pytest.raises(AccessError):
        check_host(host)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {}),
        ({ASKED: "a:b"}, {ASKED: "a:b", SHOWN: "a:b"}),
        ({ASKED: "a:b", SHOWN: "c:d"}, {ASKED: "a:b", SHOWN: "c:d"}),
        ({ASKED: "", SHOWN: ""}, {}),
        ({ASKED: "a:b", SHOWN: ""}, {ASKED: "a:b", SHOWN: "a:b"}),
    ],
)
def test_what_is_asked_is_shown(before: dict[str, str], after: dict[str, str]) -> None:
    share_secret(before)
    assert before == after
