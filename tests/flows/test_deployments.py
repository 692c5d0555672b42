"""What stands in the UI is declared once."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import yaml
from filelock import FileLock

from flows.deployments import check_names, declare, make_deployment
from flows.prefect_yaml import PATH, render
from flows.settings import Settings, SettingsError
from flows.standing_server import _is_taken, _reachable
from tests.support.command import Command
from tests.support.receivers import webhook
from tests.support.workbooks import copy_example

NAMES = ["年终批量", "单位重跑", "催报", "试告警"]


def test_there_are_four() -> None:
    assert [entry.name for entry in declare(Settings())] == NAMES


def test_the_file_for_work_pools_is_up_to_date() -> None:
    assert PATH.read_text(encoding="utf-8") == render(), "run `make docs`"


def test_both_ways_declare_the_same() -> None:
    settings = Settings()
    served = [make_deployment(entry, settings.timezone) for entry in declare(settings)]
    written = yaml.safe_load(PATH.read_text(encoding="utf-8"))["deployments"]
    for one, other in zip(served, written, strict=True):
        assert (one.name, one.tags, one.parameters) == (other["name"], other["tags"], other["parameters"])
        schedules = [entry.schedule for entry in one.schedules or []]
        assert [(s.cron, s.timezone) for s in schedules] == [
            (schedule["cron"], schedule["timezone"]) for schedule in other["schedules"]
        ]
        assert one.enforce_parameter_schema is other["enforce_parameter_schema"] is False
        path, _, name = other["entrypoint"].partition(":")
        assert f"def {name}(" in (PATH.parents[1] / path).read_text(encoding="utf-8")


def test_two_of_one_name_are_refused() -> None:
    declared = declare(Settings())
    with pytest.raises(SettingsError, match="部署重名：单位重跑"):
        check_names([*declared, declared[1]])


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("operate.toml", "[annual]\ncron = '0 8 31 2 *'", "[annual] 的 cron “0 8 31 2 *”永远不会到来"),
        ("operate.toml", "[annual]\ncron = '0 8 32 1 *'", "[annual] 的 cron “0 8 32 1 *”不合规"),
        ("alerts.toml", "[[channel]", "告警设置无法读取"),
    ],
)
def test_serve_refuses_to_start(tmp_path: Path, jixiao: Command, name: str, text: str, message: str) -> None:
    units = copy_example(tmp_path / "units")
    (units / name).write_text(text, encoding="utf-8")
    done = jixiao("serve", "--port", "1", cwd=units)
    assert done.code == 2
    assert message in done.text
    assert "Traceback" not in done.text


def test_serve_leaves_a_port_alone_that_is_taken(tmp_path: Path, jixiao: Command) -> None:
    units = copy_example(tmp_path / "units")
    with webhook() as other:
        port = other.url.rpartition(":")[2].partition("/")[0]
        done = jixiao("serve", "--port", port, cwd=units)
    assert done.code == 2
    assert f"127.0.0.1:{port} 已被其他程序占用" in done.text


@pytest.mark.parametrize(
    ("host", "reached"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "127.0.0.1"), ("::1", "[::1]")],
)
def test_where_a_host_is_reached(host: str, reached: str) -> None:
    assert _reachable(host) == reached


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 on this machine")
def test_a_port_of_ipv6_is_looked_at_as_such() -> None:
    with socket.socket(socket.AF_INET6) as other:
        try:
            other.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 on this machine")
        other.listen()
        port = other.getsockname()[1]
        assert _is_taken("::1", port)
    assert not _is_taken("::1", port)


def test_two_services_do_not_share_a_home(tmp_path: Path, jixiao: Command) -> None:
    units = copy_example(tmp_path / "units")
    with FileLock(jixiao.prefect_home / ".jixiao-serve.lock"):
        done = jixiao("serve", "--port", "1", cwd=units)
    assert done.code == 2
    assert "另一个 jixiao serve 正在使用 Prefect 数据目录" in done.text
