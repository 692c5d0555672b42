"""Fetch what a unit handed in, from a path or a URL, and tell what may pass from what will not.

A source that is not there, not a file or not allowed is the unit's (or the registry's) trouble. Everything
else that goes wrong is raised as OSError: the network or the disk may be back in a minute.
"""

from __future__ import annotations

import errno
import http.client
import re
import stat
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from tasks.pull.trouble import ReadingError

TIMEOUT_SECONDS = 30
_GONE = {404, 410}
_MAY_PASS = {408, 425, 429}
_NEVER_PASSES = {errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL}


def read_source(source: str, limit: int) -> bytes:
    """At most `limit` bytes of a path or URL (http, https, or any protocol that fsspec has a driver for).

    Raises ReadingError with the problem missing_file or unreadable_file; OSError for what is worth retrying.
    """
    shown = without_secrets(source)
    try:
        if "://" not in source:
            return _read_file(Path(source), limit)
        read = _read_http if source.startswith(("http://", "https://")) else _read_fsspec
        return read(source, limit)
    except (FileNotFoundError, NotADirectoryError):
        raise ReadingError("missing_file", shown) from None
    except IsADirectoryError:
        raise ReadingError("missing_file", f"{shown} 是文件夹") from None
    except PermissionError:
        raise ReadingError("unreadable_file", f"没有读取权限 {shown}") from None
    except OSError as error:
        if error.errno in _NEVER_PASSES:
            raise ReadingError("unreadable_file", f"路径无效 {shown}") from None
        raise
    except (ImportError, ValueError):
        raise ReadingError("unreadable_file", f"地址无效或不支持该协议 {shown}") from None


def without_secrets(source: str) -> str:
    """A source as it may be shown: a URL without user, password and query."""
    return re.sub(r"//[^/@]*@", "//", re.split(r"[?#]", source)[0]) if "://" in source else source


def _read_file(path: Path, limit: int) -> bytes:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(path)
    if not stat.S_ISREG(mode):  # reading a pipe could wait for ever
        raise ReadingError("unreadable_file", f"不是普通文件 {path}")
    with path.open("rb") as stream:
        return stream.read(limit)


def _read_http(url: str, limit: int) -> bytes:
    """Read by the standard library: fsspec's own http driver needs aiohttp, which is not installed."""
    shown = without_secrets(url)
    if not urllib.parse.urlsplit(url).hostname:
        raise ValueError("no host")
    quoted = urllib.parse.quote(url, safe="%/:=&?~#+!$,;'@()*[]")  # file names are mostly Chinese
    try:
        with urllib.request.urlopen(quoted, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310 (http only)
            content: bytes = response.read(limit)
            announced = response.headers.get("Content-Length", "")
    except urllib.error.HTTPError as error:
        if error.code in _GONE:
            raise FileNotFoundError(url) from None
        if 400 <= error.code < 500 and error.code not in _MAY_PASS:
            raise ReadingError("unreadable_file", f"服务器拒绝访问（HTTP {error.code}） {shown}") from None
        raise OSError(f"HTTP {error.code}：{shown}") from None
    except http.client.InvalidURL as error:
        raise ValueError("invalid URL") from error
    except http.client.HTTPException as error:
        raise OSError(f"{type(error).__name__}：{shown}") from None
    if announced.isdigit() and len(content) < min(int(announced), limit):
        raise OSError(f"下载中断：{shown}")
    return content


def _read_fsspec(url: str, limit: int) -> bytes:
    from fsspec.core import url_to_fs
    from fsspec.implementations.local import LocalFileSystem

    try:
        files, path = url_to_fs(url)
        if isinstance(files, LocalFileSystem):
            return _read_file(Path(path), limit)
        with files.open(path, "rb") as stream:
            content: bytes = stream.read(limit)
            return content
    except (OSError, ImportError, ValueError, ReadingError):
        raise
    except Exception as error:  # each driver has its own errors; none of them says whether it may pass
        raise OSError(f"{type(error).__name__}：{without_secrets(url)}") from None
