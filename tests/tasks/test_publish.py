"""Publishing: a version for every change, and a `latest` that is whole at every moment."""

from __future__ import annotations

import errno
import hashlib
import json
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from filelock import FileLock

from expectations.rules import Severity
from tasks import manifest
from tasks import publish as publish_module
from tasks.changes import Flat
from tasks.files import replace_link, write_synced
from tasks.findings import Finding
from tasks.layout import UnitFolder
from tasks.manifest import Edition
from tasks.publish import Published, publish, record_findings, stage
from tasks.pull import Snapshot, Submission
from tasks.versions import versions
from tests.support.folders import fingerprint
from tests.support.memory import FINDING
from tests.support.workbooks import registered

WARNING = replace(FINDING, severity=Severity.WARNING)
DAY = 24 * 3600


@dataclass(frozen=True)
class Content:
    """What a unit hands in and what is made of it."""

    documents: dict[str, bytes]
    data: Flat
    findings: tuple[Finding, ...] = ()
    unchecked: tuple[str, ...] = ()


def _content(word: str, **more: Any) -> Content:
    documents = {
        name: f"{name} {word} ".encode() * 200 for name in ("report.docx", "report.html", "report.pdf")
    }
    return Content(documents, {"预算收支总表 · 合计 · 决算数": word, "单位概况 · 机构规格": "正处级"}, **more)


A, B = _content("甲"), _content("乙")


@dataclass
class Unit:
    """One unit's output folder."""

    folder: UnitFolder
    runs: list[str] = field(default_factory=list)

    def edition(self, content: Content, run_id: str) -> Edition:
        snapshot = Snapshot("somewhere", self.folder.inputs / "x.xlsx", "0" * 64, 5)
        submission = Submission(registered("sjzyj", "/a/place/of/our/own/sjzyj.xlsx"), snapshot)
        return Edition(submission, 2020, content.findings, content.unchecked, content.data, run_id)

    def run(self, content: Content, run_id: str = "") -> Published:
        """Stage and publish, as a run of its own."""
        run_id = run_id or f"run-{len(self.runs)}"
        self.runs.append(run_id)
        staging = stage(self.folder, content.documents, run_id)
        return publish(self.folder, staging, self.edition(content, run_id))

    def manifest(self, version: str = "latest") -> dict[str, Any]:
        path = self.folder.latest if version == "latest" else self.folder.versions / version
        loaded: dict[str, Any] = json.loads((path / "manifest.json").read_bytes())
        return loaded

    def assert_whole(self) -> int:
        """Check that `latest` is absent or a whole version; return its number, or 0."""
        if not self.folder.latest.is_symlink():
            assert not self.folder.latest.exists()
            return 0
        assert_whole(self.folder.latest)
        number: int = self.manifest()["version"]
        assert self.folder.latest.readlink() == Path("versions") / f"{number:04d}"
        return number


def assert_whole(version: Path) -> None:
    """Every file is what the manifest says, nothing is missing, nothing is there besides."""
    manifest = json.loads((version / "manifest.json").read_bytes())
    for name, expected in manifest["files"].items():
        content = (version / name).read_bytes()
        assert expected == {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    assert {p.name for p in version.iterdir()} == {*manifest["files"], "manifest.json"}
    assert {"report.docx", "report.html", "report.pdf", "data.json"} == set(manifest["files"])


@pytest.fixture
def unit(tmp_path: Path) -> Unit:
    return Unit(UnitFolder.of(tmp_path, 2020, "sjzyj"))


# --- versions ---


def test_first_version(unit: Unit) -> None:
    published = unit.run(A)
    assert published == Published(1, unit.folder.versions / "0001", True, ("首次发布",))
    assert unit.assert_whole() == 1
    assert (unit.folder.latest / "report.docx").read_bytes() == A.documents["report.docx"]
    manifest = unit.manifest()
    assert (manifest["unit"], manifest["year"], manifest["previous"]) == ("sjzyj", 2020, None)
    assert manifest["input"] == {"file": "sjzyj.xlsx", "sha256": "0" * 64, "size": 5}
    assert manifest["versions"]["contract"] == "1"


def test_unchanged_touches_nothing(unit: Unit) -> None:
    unit.run(A)
    before = fingerprint(unit.folder.path)
    published = unit.run(A)
    assert published == Published(1, unit.folder.versions / "0001", False, ())
    assert fingerprint(unit.folder.path) == before


def test_a_change_is_a_new_version_that_says_what_changed(unit: Unit) -> None:
    unit.run(A)
    first = fingerprint(unit.folder.versions / "0001")
    published = unit.run(B)
    assert (published.version, published.is_new) == (2, True)
    assert published.changes == ("预算收支总表 · 合计 · 决算数：甲 → 乙",)
    assert unit.manifest()["changes"] == list(published.changes)
    assert unit.manifest()["previous"] == 1
    assert unit.assert_whole() == 2
    assert fingerprint(unit.folder.versions / "0001") == first


def test_back_to_what_it_was_is_a_third_version(unit: Unit) -> None:
    assert [unit.run(content).version for content in (A, B, A, A)] == [1, 2, 3, 3]
    assert unit.manifest()["changes"] == ["预算收支总表 · 合计 · 决算数：乙 → 甲"]


def test_data_that_no_document_shows_makes_a_version(unit: Unit) -> None:
    unit.run(A)
    noted = replace(A, data=A.data | {"单位概况 · 机构规格": "副处级"})
    assert unit.run(noted).changes == ("单位概况 · 机构规格：正处级 → 副处级",)


def test_findings_make_a_version(unit: Unit) -> None:
    unit.run(A)
    warned = replace(A, findings=(WARNING,))
    assert unit.run(warned).changes == ("提醒事项：0 条 → 1 条",)
    elsewhere = replace(A, findings=(replace(WARNING, cell="C11"),))
    assert unit.run(elsewhere).changes == ("提醒事项有变化（仍为 1 条）",)
    assert unit.run(elsewhere).is_new is False


def test_a_new_program_is_told(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    unit.run(A)
    now = versions() | {"code": "new", "pandas": "99"}
    monkeypatch.setattr(manifest, "versions", lambda: now)
    assert unit.run(A).is_new is False  # the same documents from another program are the same version
    reworded = replace(A, documents=B.documents)
    assert unit.run(reworded).changes == ("程序、模板或设置更新：程序、pandas",)


def test_identity_depends_on_content_only(tmp_path: Path) -> None:
    """Not on the run, the place of the output or that of the input."""
    units = [Unit(UnitFolder.of(tmp_path / place, 2020, "sjzyj")) for place in ("here", "far/away")]
    for unit, run_id in zip(units, ("first", "second"), strict=True):
        unit.run(replace(A, findings=(WARNING,)), run_id)
    first, second = (unit.manifest() for unit in units)
    assert first.pop("run_id") == "first"
    assert second.pop("run_id") == "second"
    assert first == second
    assert json.dumps(first, ensure_ascii=False) == json.dumps(second, ensure_ascii=False)
    text = (units[0].folder.latest / "manifest.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert "/a/place/of/our/own" not in text


def test_only_what_was_read_can_be_published(unit: Unit) -> None:
    staging = stage(unit.folder, A.documents, "run")
    unread = replace(unit.edition(A, "run"), submission=Submission(registered("sjzyj", "x.xlsx")))
    with pytest.raises(ValueError, match="only a submission that was read"):
        publish(unit.folder, staging, unread)


# --- damage ---

DAMAGES: dict[str, Callable[[Path], object]] = {
    "a document edited": lambda v: (v / "report.docx").write_bytes(b"edited"),
    "a document lost": lambda v: (v / "report.pdf").unlink(),
    "data edited": lambda v: (v / "data.json").write_bytes(b"{}"),
    "data not JSON": lambda v: (v / "data.json").write_bytes(b"{"),
    "data of another kind": lambda v: (v / "data.json").write_bytes(b"[1]"),
    "manifest not JSON": lambda v: (v / "manifest.json").write_bytes(b"{"),
    "manifest not text": lambda v: (v / "manifest.json").write_bytes(b"\xff\xfe\x00"),
    "manifest of another kind": lambda v: (v / "manifest.json").write_bytes(b"[]"),
    "manifest without keys": lambda v: (v / "manifest.json").write_bytes(b"{}"),
    "manifest lost": lambda v: (v / "manifest.json").unlink(),
    "version lost": lambda v: shutil.rmtree(v),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_version_is_replaced_by_a_new_one(unit: Unit, damage: Callable[[Path], object]) -> None:
    unit.run(B)
    unit.run(A)
    damage(unit.folder.latest.resolve())
    published = unit.run(A)
    assert published.is_new
    assert unit.assert_whole() == published.version
    assert published.changes in (("文件内容修复",), ("上一版本已损坏，无法比较，重新发布",))
    assert unit.run(A).is_new is False


def test_a_lost_link_is_set_again(unit: Unit) -> None:
    unit.run(A)
    unit.folder.latest.unlink()
    published = unit.run(A)
    assert (published.version, published.changes) == (1, ("首次发布",))
    assert unit.assert_whole() == 1


def test_a_copy_that_followed_links_is_refused(unit: Unit) -> None:
    unit.run(A)
    unit.folder.latest.unlink()
    shutil.copytree(unit.folder.versions / "0001", unit.folder.latest)
    with pytest.raises(FileExistsError):
        unit.run(B)
    assert (unit.folder.latest / "report.docx").read_bytes() == A.documents["report.docx"]


# --- second attempts of the same run (Prefect retries) ---


def test_second_attempt_after_a_failure_while_writing(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    unit.run(A)
    staging = stage(unit.folder, B.documents, "again")
    failed: list[Path] = []

    def fail_once(path: Path, content: bytes) -> None:
        write_synced(path, content[:10] if path.name == "manifest.json" and not failed else content)
        if path.name == "manifest.json" and not failed:
            failed.append(path)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(publish_module, "write_synced", fail_once)
    with pytest.raises(OSError, match="No space"):
        publish(unit.folder, staging, unit.edition(B, "again"))
    assert unit.assert_whole() == 1
    published = publish(unit.folder, staging, unit.edition(B, "again"))
    assert (published.version, published.is_new) == (2, True)
    assert unit.assert_whole() == 2
    assert unit.run(B).is_new is False  # what the first attempt left did not become part of the version


@pytest.mark.parametrize("content", [A, B], ids=["unchanged", "changed"])
def test_second_attempt_after_the_first_one_published(unit: Unit, content: Content) -> None:
    """The first attempt may have failed later, while it recorded the findings."""
    unit.run(A, "before")
    staging = stage(unit.folder, content.documents, "again")
    first = publish(unit.folder, staging, unit.edition(content, "again"))
    before = fingerprint(unit.folder.path)
    assert publish(unit.folder, staging, unit.edition(content, "again")) == first
    assert fingerprint(unit.folder.path) == before


def test_second_attempt_after_a_failure_while_switching(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    unit.run(A)
    staging = stage(unit.folder, B.documents, "again")

    def fail(_link: Path, _target: str) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(publish_module, "replace_link", fail)
    with pytest.raises(OSError, match="Input/output"):
        publish(unit.folder, staging, unit.edition(B, "again"))
    assert unit.assert_whole() == 1
    monkeypatch.setattr(publish_module, "replace_link", replace_link)
    published = publish(unit.folder, staging, unit.edition(B, "again"))
    assert (published.version, published.changes) == (2, ("预算收支总表 · 合计 · 决算数：甲 → 乙",))
    assert unit.assert_whole() == 2


def test_nothing_staged_is_an_error(unit: Unit) -> None:
    unit.run(A)
    with pytest.raises(FileNotFoundError):
        publish(unit.folder, unit.folder.versions / ".staging-none", unit.edition(B, "none"))
    assert unit.assert_whole() == 1


# --- killed at any moment ---


def _child(work: Callable[[], object]) -> tuple[int, int]:
    """Do the work in a process of its own; return its exit code and the signal that killed it."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        except OSError:
            code = 2
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


_WATCHED = (publish_module.__file__, manifest.__file__, sys.modules["tasks.files"].__file__)
_CALLS = ("open", "os.", "shutil.", "tempfile.")


def _killed_at(moment: int, work: Callable[[], object]) -> Callable[[], None]:
    """The work, killed at its n-th moment.

    A moment is before each line of `tasks/publish.py` and `tasks/files.py` and before each call that reaches
    the file system from wherever (so also in the middle of a tree being removed).
    """
    count = 0

    def tick() -> None:
        nonlocal count
        count += 1
        if count == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        if frame.f_code.co_filename not in _WATCHED:
            return None
        if event == "line":
            tick()
        return trace

    def watched() -> None:
        sys.addaudithook(lambda event, _arguments: tick() if event.startswith(_CALLS) else None)
        sys.settrace(trace)
        work()

    return watched


def _prepare(unit: Unit, scenario: str) -> Content:
    """Bring the folder into the state of a scenario; return what is to be published next."""
    if scenario == "first":
        return A
    unit.run(A)
    if scenario == "damaged":
        (unit.folder.latest / "report.html").write_bytes(b"")
    return B if scenario == "second" else A


@pytest.fixture(scope="module")
def small_process() -> Iterator[ProcessPoolExecutor]:
    """A process without the libraries that earlier tests have loaded: it forks ten times as fast."""
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize("scenario", ["first", "second", "unchanged", "damaged"])
def test_killed_at_any_moment(tmp_path: Path, scenario: str, small_process: ProcessPoolExecutor) -> None:
    small_process.submit(_kill_everywhere, tmp_path, scenario).result()


def _kill_everywhere(tmp_path: Path, scenario: str) -> None:
    """Kill a run at every third moment: `latest` stays whole, and the next run ends as if nothing was."""
    start = Unit(UnitFolder.of(tmp_path / "start", 2020, "sjzyj"))
    content = _prepare(start, scenario)
    number_before = start.assert_whole() if scenario in ("second", "unchanged") else None

    undisturbed = Unit(UnitFolder.of(tmp_path / "undisturbed", 2020, "sjzyj"))
    _prepare(undisturbed, scenario)
    wanted = undisturbed.run(content, "next")

    moment, stride = -2, 3
    while True:
        moment += stride
        unit = Unit(UnitFolder.of(tmp_path / f"killed-{moment}", 2020, "sjzyj"))
        if start.folder.path.exists():
            shutil.copytree(start.folder.path, unit.folder.path, symlinks=True)
        work = _killed_at(moment, lambda unit=unit: unit.run(content, "killed"))  # type: ignore[misc]
        code, killed_by = _child(work)
        if not killed_by:
            assert code == 0
            break
        assert killed_by == signal.SIGKILL
        if scenario == "damaged":
            current = unit.folder.latest.readlink().name
            if current != "0001":
                assert unit.assert_whole() == wanted.version
        else:
            assert unit.assert_whole() in (number_before or 0, wanted.version)

        again = unit.run(content, "again")
        assert again.version == wanted.version
        assert unit.assert_whole() == wanted.version
        for name, expected in content.documents.items():
            assert (unit.folder.latest / name).read_bytes() == expected
        assert unit.manifest()["changes"] == undisturbed.manifest()["changes"]
        assert unit.manifest()["previous"] == undisturbed.manifest()["previous"]
        assert sorted(p.name for p in unit.folder.versions.iterdir() if not p.name.startswith(".")) == sorted(
            p.name for p in undisturbed.folder.versions.iterdir()
        )
        assert unit.run(content, "once more").is_new is False
        shutil.rmtree(tmp_path / f"killed-{moment}")
    assert moment > 120, "hardly any moment was watched"


def test_leftovers_of_killed_runs_are_cleaned_up_after_a_day(unit: Unit) -> None:
    def stopped_before_publishing() -> None:
        stage(unit.folder, B.documents, "killed")
        os.kill(os.getpid(), signal.SIGKILL)

    assert _child(stopped_before_publishing)[1] == signal.SIGKILL
    (unit.folder.path / ".writing-abc").write_bytes(b"1")
    unit.folder.inputs.mkdir()
    (unit.folder.inputs / ".writing-abc").write_bytes(b"1")
    kept = unit.folder.inputs / "x.xlsx"
    kept.write_bytes(b"1")
    leftovers = [
        unit.folder.versions / ".staging-killed",
        unit.folder.path / ".writing-abc",
        unit.folder.inputs / ".writing-abc",
    ]
    unit.run(A)
    assert all(path.exists() for path in leftovers)  # they may belong to a run that is still at work
    old = time.time() - DAY - 60
    for path in (*leftovers, kept):
        os.utime(path, (old, old))
    assert unit.run(A).is_new is False
    assert not any(path.exists() for path in leftovers)
    assert kept.exists()
    assert unit.assert_whole() == 1


# --- a full disk ---


def _limited(size: int, work: Callable[[], object]) -> Callable[[], None]:
    """The work, with no file allowed to grow beyond a size: writing on fails as it does on a full disk."""

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        work()

    return limited


@pytest.mark.parametrize("where", ["document", "manifest"])
def test_full_disk_leaves_the_last_version(unit: Unit, where: str) -> None:
    unit.run(A)
    small = Content(dict.fromkeys(B.documents, b"1"), B.data)
    content = B if where == "document" else small
    size = 100 if where == "document" else 300
    before = fingerprint(unit.folder.path)
    code, killed_by = _child(_limited(size, lambda: unit.run(content, "full")))
    assert (code, killed_by) == (2, 0)  # an OSError, which the flow retries and then explains
    after = fingerprint(unit.folder.path)
    assert {name: after[name] for name in before} == before
    assert unit.assert_whole() == 1
    if where == "document":
        assert after == before  # what was staged is gone: it would only take up room
    assert unit.run(content).version == 2
    assert unit.assert_whole() == 2


# --- several runs at once ---


@pytest.mark.parametrize("contents", [(A, A), (A, B)], ids=["equal", "different"])
def test_two_runs_at_once(tmp_path: Path, contents: tuple[Content, Content]) -> None:
    for attempt in range(5):
        unit = Unit(UnitFolder.of(tmp_path / str(attempt), 2020, "sjzyj"))
        children = []
        for number, content in enumerate(contents):
            pid = os.fork()
            if pid == 0:
                code = 1
                try:
                    for _ in range(3):
                        unit.run(content, f"process-{number}")
                    code = 0
                finally:
                    os._exit(code)
            children.append(pid)
        for pid in children:
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        newest = unit.assert_whole()
        versions = sorted(unit.folder.versions.iterdir())
        assert [path.name for path in versions] == [f"{n:04d}" for n in range(1, newest + 1)]
        for path in versions:
            assert_whole(path)
        assert (newest == 1) == (contents[0] is contents[1])


def test_a_lock_that_is_never_released_is_explained(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish_module, "LOCK_SECONDS", 0.1)
    staging = stage(unit.folder, A.documents, "run")
    with (
        FileLock(unit.folder.lock),
        pytest.raises(TimeoutError, match="另一次运行一直在发布该单位"),
    ):
        publish(unit.folder, staging, unit.edition(A, "run"))


# --- what the last run found ---


def test_findings_are_kept_beside_the_versions(unit: Unit) -> None:
    submission = unit.edition(A, "run").submission
    record_findings(unit.folder, submission, [FINDING], ["F342"], "未通过核对")
    kept = json.loads(unit.folder.findings.read_bytes())
    assert kept == {
        "unit": "sjzyj",
        "name": "长沙市数据资源管理局",
        "state": "未通过核对",
        "input": {"file": "sjzyj.xlsx", "sha256": "0" * 64},
        "findings": [FINDING.as_dict()],
        "unchecked": ["F342"],
    }
    before = fingerprint(unit.folder.path)
    record_findings(unit.folder, submission, [FINDING], ["F342"], "未通过核对")
    assert fingerprint(unit.folder.path) == before
    record_findings(unit.folder, Submission(submission.unit), [], [], "未通过核对")
    assert json.loads(unit.folder.findings.read_bytes())["input"] == {"file": "sjzyj.xlsx", "sha256": None}
