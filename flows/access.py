"""Who may use the Prefect API: where its server asks for a secret, whoever shows it.

The server asks for `PREFECT_SERVER_API_AUTH_STRING`, its clients show `PREFECT_API_AUTH_STRING` (Prefect's
names). Both travel in the environment: an argument would be seen by everyone on the machine.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import MutableMapping

from tasks.errors import ExplainedError
from tasks.pull.source import without_secrets

ASKED, SHOWN = "PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING"
_REFUSED = (401, 403)


class AccessError(ExplainedError):
    """The API cannot be used, or not be opened to others; the message is for the operator."""


def share_secret(environment: MutableMapping[str, str] = os.environ) -> None:
    """Show what a server started here asks for, unless something else is to be shown.

    An empty secret is none: Prefect would ask for the empty one, which its own client does not show.
    Takes effect when called before Prefect is imported.
    """
    for name in (ASKED, SHOWN):
        if environment.get(name) == "":
            del environment[name]
    if ASKED in environment:
        environment.setdefault(SHOWN, environment[ASKED])


def check_host(host: str) -> None:
    """Raises AccessError where other machines would reach a server that asks for no secret."""
    from prefect.settings import PREFECT_SERVER_API_AUTH_STRING

    if not _is_loopback(host) and not PREFECT_SERVER_API_AUTH_STRING.value():
        raise AccessError(
            f"监听地址 {host} 可从其他机器访问，必须设置访问口令：请设置环境变量 {ASKED}（如 admin:口令）"
            "后重新启动，或去掉 --host，只供本机访问"
        )


def check_access(url: str) -> None:
    """Ask the API at `url` something that it tells only those who may use it.

    Raises AccessError when it refuses or does not answer; its own troubles are left to those who need it.
    """
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: url}):
        try:
            get_client(sync_client=True).api_version()
        except httpx.HTTPStatusError as error:
            if error.response.status_code not in _REFUSED:
                return
            fault = "访问口令不对" if PREFECT_API_AUTH_STRING.value() else "没有设置访问口令"
        except httpx.HTTPError:
            raise AccessError(
                f"Prefect 服务 {without_secrets(url)} 没有应答；请先启动它，或取消环境变量 PREFECT_API_URL"
            ) from None
        else:
            return
    raise AccessError(
        f"Prefect 服务 {without_secrets(url)} 拒绝访问：{fault}。"
        f"请把环境变量 {SHOWN} 设为启动该服务时 {ASKED} 的值"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
