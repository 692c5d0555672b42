"""Where alerts go: `alerts.toml` beside the registry.

    [[channel]]                       # operators: every channel gets the digest of a batch
    name = "值班群"
    url = "wecombot://${WECOM_KEY}"   # an Apprise URL

    [mail]                            # contacts of the units; Apprise adds the recipient
    url = "mailtos://jixiao:${SMTP_PASSWORD}@smtp.example.invalid?from=jixiao@example.invalid"
    admin = "admin@example.invalid"   # where the test message goes

A secret is never in the file: `${NAME}` stands for it. Which store is asked for it is the caller's matter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tasks.errors import ExplainedError
from tasks.toml_file import TomlFileError, read_toml

FILE = "alerts.toml"
MAIL = "邮件"
"""What the channel to the units' contacts is called."""

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_PASSWORD = re.compile(r"://[^/@?#]*:(?!\$\{)[^/@?#]+@")
SecretStore = Callable[[str], str | None]


class AlertsError(ExplainedError):
    """The file of channels cannot be used; the message is for the operator."""


@dataclass(frozen=True)
class Channel:
    """One way out. `fault` says why it cannot be used. `url` holds secrets: it is never shown."""

    name: str
    url: str
    secrets: tuple[str, ...] = ()
    fault: str = ""
    admin: str = ""

    def __repr__(self) -> str:
        return f"Channel({self.name!r})"

    def without_secrets(self, text: str) -> str:
        """The text with every secret of this channel struck out."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, "***").replace(quote(secret, safe=""), "***")
        return text


@dataclass(frozen=True)
class Channels:
    """All ways out: to the operators, and by mail to the contacts of the units."""

    operators: tuple[Channel, ...]
    mail: Channel | None

    @property
    def all(self) -> tuple[Channel, ...]:
        """Every channel of the file."""
        return (*self.operators, self.mail) if self.mail else self.operators


def load_channels(path: Path, secret: SecretStore) -> Channels | None:
    """Read the channels; None where there is no file. `secret` looks a name up; None when it has none.

    A channel whose secret is missing or whose address is wrong is returned with its `fault`, so that the
    others still work. Raises AlertsError when the file cannot be read, is not TOML or of another shape.
    """
    try:
        data = read_toml(path)
    except FileNotFoundError:
        return None
    except TomlFileError as error:
        raise AlertsError(f"告警设置无法读取：{path}（{error}），请改正后重新运行") from error
    entries, mail = data.get("channel", []), data.get("mail")
    if unknown := sorted(set(data) - {"channel", "mail"}):
        raise AlertsError(
            f"告警设置有不认识的内容 {'、'.join(unknown)}：{path}。只能有 [[channel]] 和 [mail]"
        )
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise AlertsError(f"告警设置格式有误：{path}。每个渠道写一段 [[channel]]")
    if mail is not None and not isinstance(mail, dict):
        raise AlertsError(f"告警设置格式有误：{path}。邮件写一段 [mail]")
    operators = tuple(_channel(entry, f"第{n}个渠道", secret) for n, entry in enumerate(entries, start=1))
    if repeated := [name for name, n in Counter(c.name for c in operators).items() if n > 1]:
        raise AlertsError(f"告警渠道重名：{'、'.join(repeated)}（{path}），请改用不同的 name")
    return Channels(operators, _channel({"name": MAIL} | mail, MAIL, secret) if mail else None)


def _channel(entry: dict[str, Any], default: str, secret: SecretStore) -> Channel:
    name, template = str(entry.get("name") or default), str(entry.get("url", "")).strip()
    if unknown := sorted(set(entry) - {"name", "url", "admin"}):
        return Channel(name, "", fault=f"不认识的字段 {'、'.join(unknown)}")
    if not template:
        return Channel(name, "", fault="缺少 url")
    if _PASSWORD.search(template):
        return Channel(name, "", fault="密码不得写在文件中，请改为 ${名称} 并设置同名环境变量")
    found = {wanted: secret(wanted) for wanted in _NAME.findall(template)}
    if missing := sorted(wanted for wanted, value in found.items() if not value):
        return Channel(name, "", fault=f"没有设置 {'、'.join(missing)}（环境变量或 Prefect Secret）")
    values = {wanted: value for wanted, value in found.items() if value}
    is_whole = _NAME.fullmatch(template) is not None  # the secret is itself an address: taken as it is
    url = _NAME.sub(
        lambda match: values[match[1]] if is_whole else quote(values[match[1]], safe=""), template
    )
    return Channel(name, url, tuple(values.values()), admin=str(entry.get("admin", "")).strip())
