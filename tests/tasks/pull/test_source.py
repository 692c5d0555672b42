"""Fetching what was handed in: from files, URLs and a real server; what may pass and what will not."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import fsspec
import pytest
from fsspec.spec import AbstractFileSystem

from tasks.pull import Trouble, pull_unit, source
from tasks.pull.source import read_source, without_secrets
from tasks.pull.trouble import ReadingError
from tests.support.raw import Book
from tests.support.workbooks import registered

CONTENT = b"content of a workbook"


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "数据局 报送.xlsx"
    path.write_bytes(CONTENT)
    return path


def trouble_of(read_from: str) -> Trouble:
    with pytest.raises(ReadingError) as caught:
        read_source(read_from, 100)
    return caught.value.trouble


# --- files ---


def test_reads_a_file(workbook: Path) -> None:
    assert read_source(str(workbook), 100) == CONTENT


def test_reads_no_more_than_asked(workbook: Path) -> None:
    assert read_source(str(workbook), 7) == b"content"
    assert read_source(f"file://{workbook}", 7) == b"content"


def test_reads_through_a_link(workbook: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(workbook)
    assert read_source(str(link), 100) == CONTENT


@pytest.mark.parametrize("name", ["a::b.xlsx", "a*b.xlsx", "[a].xlsx", "a?b.xlsx", "a b#c.xlsx"])
def test_reads_whatever_the_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(CONTENT)
    assert read_source(str(tmp_path / name), 100) == CONTENT


def test_missing(workbook: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "other.xlsx", workbook / "below a file.xlsx"):
        assert trouble_of(str(path)) == Trouble("missing_file", detail=str(path))
        assert trouble_of(f"file://{path}") == Trouble("missing_file", detail=f"file://{path}")


def test_dangling_link(tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(tmp_path / "nowhere.xlsx")
    assert trouble_of(str(link)) == Trouble("missing_file", detail=str(link))


def test_folder(tmp_path: Path) -> None:
    assert trouble_of(str(tmp_path)) == Trouble("missing_file", detail=f"{tmp_path} 是文件夹")


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert trouble_of(str(tmp_path / "pipe")).problem == "unreadable_file"
    assert trouble_of(f"file://{tmp_path / 'pipe'}").problem == "unreadable_file"


def test_device() -> None:
    assert trouble_of("/dev/zero") == Trouble("unreadable_file", detail="不是普通文件 /dev/zero")


def test_name_too_long(tmp_path: Path) -> None:
    path = str(tmp_path / ("长" * 5_000))
    assert trouble_of(path) == Trouble("unreadable_file", detail=f"路径无效 {path}")


def test_no_permission(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert trouble_of(str(workbook)) == Trouble("unreadable_file", detail=f"没有读取权限 {workbook}")


def test_disk_error_may_pass(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(OSError, match="Input/output error"):
        read_source(str(workbook), 100)
    with pytest.raises(OSError, match="Input/output error"):
        pull_unit(registered("sjzyj", workbook), workbook.parent / "inputs")


# --- a server ---


class Answers(BaseHTTPRequestHandler):
    """Answers with the status that the path begins with; 200 with the content."""

    requested: list[str] = []  # noqa: RUF012 (of the one server of a test)

    def do_GET(self) -> None:
        self.requested.append(self.path)
        status, _, rest = unquote(self.path).strip("/").partition("/")
        if status == "302":
            self.send_response(302)
            self.send_header("Location", f"/{rest}")
            self.end_headers()
            return
        self.send_response(int(status))
        if not rest.startswith(("chunked", "unannounced")):
            longer = 1_000 if rest.startswith("cut") else 0
            self.send_header("Content-Length", str(len(self.server.content) + longer))  # type: ignore[attr-defined]
        if rest.startswith("chunked"):
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if rest.startswith("hang"):
            self.server.released.wait(10)  # type: ignore[attr-defined]
        self.wfile.write(b"zz\r\n" if rest.startswith("chunked") else self.server.content)  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    Answers.requested = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as running:
        running.content = CONTENT  # type: ignore[attr-defined]
        running.released = threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.released.set()  # type: ignore[attr-defined]
        running.shutdown()
        thread.join()


def url(server: ThreadingHTTPServer, path: str) -> str:
    return f"http://127.0.0.1:{server.server_port}/{path}"


def test_downloads(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    server.content = Book().content()  # type: ignore[attr-defined]
    unit = registered("sjzyj", url(server, "200/报送/数据 局.xlsx?token=a%20b&c=甲"))
    submission = pull_unit(unit, tmp_path / "inputs")
    assert submission.troubles == ()
    assert submission.snapshot is not None
    assert submission.snapshot.path.read_bytes() == server.content  # type: ignore[attr-defined]
    assert unit.file_name == "数据 局.xlsx"
    assert Answers.requested == [
        "/200/%E6%8A%A5%E9%80%81/%E6%95%B0%E6%8D%AE%20%E5%B1%80.xlsx?token=a%20b&c=%E7%94%B2"
    ]


def test_follows_where_it_is_sent(server: ThreadingHTTPServer) -> None:
    assert read_source(url(server, "302/200/x"), 100) == CONTENT


def test_server_need_not_announce_the_length(server: ThreadingHTTPServer) -> None:
    assert read_source(url(server, "200/unannounced"), 100) == CONTENT


def test_downloads_no_more_than_asked(server: ThreadingHTTPServer) -> None:
    assert read_source(url(server, "200/x"), 7) == b"content"


@pytest.mark.parametrize("status", [404, 410])
def test_not_on_the_server(status: int, server: ThreadingHTTPServer) -> None:
    shown = url(server, f"{status}/x.xlsx")
    assert trouble_of(f"{shown}?token=secret") == Trouble("missing_file", detail=shown)


@pytest.mark.parametrize("status", [400, 401, 403, 405])
def test_refused_by_the_server(status: int, server: ThreadingHTTPServer) -> None:
    shown = url(server, f"{status}/x.xlsx")
    expected = Trouble("unreadable_file", detail=f"服务器拒绝访问（HTTP {status}） {shown}")
    assert trouble_of(f"{shown}?token=secret") == expected


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_trouble_of_the_server_may_pass(status: int, server: ThreadingHTTPServer) -> None:
    with pytest.raises(OSError, match=f"HTTP {status}：http://127.0.0.1") as caught:
        read_source(url(server, f"{status}/x.xlsx?token=secret"), 100)
    assert "secret" not in repr(caught.value)


def test_sent_in_circles_may_pass(server: ThreadingHTTPServer) -> None:
    with pytest.raises(OSError, match="HTTP 302"):
        read_source(url(server, "302/" * 30 + "200/x"), 100)


@pytest.mark.parametrize("how", ["cut", "chunked"])
def test_broken_off_may_pass(how: str, server: ThreadingHTTPServer) -> None:
    with pytest.raises(OSError, match=r"下载中断|IncompleteRead"):
        read_source(url(server, f"200/{how}"), 100)


def test_silence_may_pass(server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "TIMEOUT_SECONDS", 0.05)
    with pytest.raises(TimeoutError):
        read_source(url(server, "200/hang"), 100)


def test_no_server_may_pass(server: ThreadingHTTPServer) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as gone:
        port = gone.server_port
    with pytest.raises(OSError, match="refused"):
        read_source(f"http://127.0.0.1:{port}/x.xlsx", 100)


@pytest.mark.parametrize("bad", ["http://", "http://[::1", "http://127.0.0.1:port/x", "https://a\x7fb/x"])
def test_invalid_address(bad: str) -> None:
    trouble = trouble_of(bad)
    assert (trouble.problem, trouble.detail) == ("unreadable_file", f"地址无效或不支持该协议 {bad}")


# --- other protocols, by fsspec ---


class Failing(AbstractFileSystem):  # type: ignore[misc]
    """A store whose every file fails as told."""

    protocol = "failing"
    error: Exception = Exception()

    def _open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        raise self.error


@pytest.fixture
def failing() -> type[Failing]:
    fsspec.register_implementation("failing", Failing, clobber=True)
    return Failing


def test_reads_from_a_store(workbook: Path) -> None:
    with fsspec.open("memory://folder/数据局.xlsx", "wb") as stream:
        stream.write(CONTENT)
    assert read_source("memory://folder/数据局.xlsx", 7) == b"content"
    assert trouble_of("memory://folder/other.xlsx?token=secret").detail == "memory://folder/other.xlsx"
    assert read_source(f"file://{workbook}", 100) == CONTENT


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (FileNotFoundError("x"), "missing_file"),
        (IsADirectoryError("x"), "missing_file"),
        (PermissionError("x"), "unreadable_file"),
        (ImportError("install s3fs"), "unreadable_file"),
        (ValueError("bucket"), "unreadable_file"),
    ],
)
def test_what_a_store_says(
    error: Exception, problem: str, failing: type[Failing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failing, "error", error)
    assert trouble_of("failing://u:secret@x/a.xlsx").problem == problem
    assert "secret" not in trouble_of("failing://u:secret@x/a.xlsx").detail


@pytest.mark.parametrize(
    "error", [TimeoutError("t"), ConnectionResetError("c"), RuntimeError("secret"), KeyError("secret")]
)
def test_what_may_pass_in_a_store(
    error: Exception, failing: type[Failing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failing, "error", error)
    with pytest.raises(
        OSError, match=r"^(t|c|RuntimeError：failing://x/a.xlsx|KeyError：failing://x/a.xlsx)$"
    ) as caught:
        read_source("failing://x/a.xlsx?token=secret", 100)
    assert "secret" not in str(caught.value)


def test_unknown_protocol() -> None:
    expected = Trouble("unreadable_file", detail="地址无效或不支持该协议 nonsense://x/a.xlsx")
    assert trouble_of("nonsense://x/a.xlsx") == expected


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("/data/a@b?c#d.xlsx", "/data/a@b?c#d.xlsx"),
        ("https://user:pass@host/a.xlsx?sig=1#x", "https://host/a.xlsx"),
        ("s3://bucket/a@b.xlsx", "s3://bucket/a@b.xlsx"),
        ("simplecache::https://u:p@host/a.xlsx", "simplecache::https://host/a.xlsx"),
    ],
)
def test_without_secrets(given: str, shown: str) -> None:
    assert without_secrets(given) == shown
