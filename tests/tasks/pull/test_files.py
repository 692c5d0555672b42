"""Problems D101–D106 and stranger files: whatever is handed in, one trouble or the right values come back."""

from __future__ import annotations

import io
import os
import random
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest

from tasks.pull import Submission, Trouble, grids, package, pull_unit, snapshot, survey
from tests.support.raw import (
    BOOK,
    BOOK_RELS,
    ROOT_RELS,
    STRINGS,
    STYLES,
    Book,
    pack,
    part_of,
    pull_content,
)
from tests.support.workbooks import registered

BUDGET = "预算收支总表"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
DAMAGED_ZIP, DAMAGED_PART, DAMAGED_BOOK = (
    "不是有效的压缩包，文件可能已损坏",
    "压缩内容已损坏",
    "工作簿内容已损坏",
)
EMPTY, TEXT = "空文件，没有任何内容", "内容是文本（如 CSV、网页），只改了扩展名"
OWNER = "可能是 Excel 打开工作簿时产生的临时文件（文件名以 ~$ 开头）"
NO_BOOK, NO_SHEETS = "压缩包中没有工作簿", "压缩包中没有工作表"


def real() -> bytes:
    return Book().content()


def zipped(**parts: str) -> bytes:
    return pack({name: content.encode() for name, content in parts.items()})


def word() -> bytes:
    content = io.BytesIO()
    docx.Document().save(content)
    return content.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    return pack(Book().parts | {name: content})


def with_cell(cell: str, row: str = "") -> bytes:
    """A value where `cell` says, in a row of its own."""
    row = row or f'r="{re.sub("[^0-9]", "", cell)}"'
    xml = f'<row {row}><c r="{cell}"><v>1</v></c></row></sheetData>'
    return Book().replace(BUDGET, "</sheetData>", xml).content()


def compressed(method: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, part in Book().parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def corrupted() -> bytes:
    """One bit of a sheet's compressed content flipped."""
    content = bytearray(real())
    name = part_of(BUDGET).encode()
    content[content.index(name) + len(name) + 200] ^= 1
    return bytes(content)


NOT_XLSX: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", EMPTY),
    "zeros": (lambda: bytes(5_000), EMPTY),
    "text": (lambda: "这不是工作簿".encode(), TEXT),
    "csv": (lambda: b"a,b\n1,2\n", TEXT),
    "html saved as xlsx": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", TEXT),
    "beside an open workbook": (lambda: b"\x05admin".ljust(165), OWNER),
    "random": (lambda: random.Random(1).randbytes(5_000), DAMAGED_ZIP),
    "cut off": (lambda: real()[:-2_000], DAMAGED_ZIP),
    "only the beginning": (lambda: real()[:500], DAMAGED_ZIP),
    "bit flipped": (corrupted, DAMAGED_PART),
    "xls": (lambda: OLE + b"Workbook", "旧版 Office 格式（如 xls）"),
    "zip of something": (lambda: zipped(**{"a.txt": "a"}), NO_BOOK),
    "empty zip": (lambda: pack({}), NO_BOOK),
    "docx": (word, NO_SHEETS),
    "xlsb": (
        lambda: Book().replace(ROOT_RELS, "xl/workbook.xml", "xl/workbook.bin").content(),
        NO_BOOK,
    ),
    "no sheets": (lambda: with_part(BOOK, b"<workbook><sheets/></workbook>"), NO_SHEETS),
    "chart sheets only": (
        lambda: Book().replace(BOOK_RELS, "/worksheet", "/chartsheet", 99).content(),
        NO_SHEETS,
    ),
    "lzma": (lambda: compressed(zipfile.ZIP_LZMA), f"压缩包中缺少部件 {ROOT_RELS}"),
    "sheet lost": (
        lambda: pack({name: part for name, part in Book().parts.items() if name != part_of(BUDGET)}),
        f"压缩包中缺少部件 {part_of(BUDGET)}",
    ),
    "workbook part is no XML": (lambda: with_part(BOOK, b"<workbook"), DAMAGED_BOOK),
    "relationships are no XML": (lambda: with_part(BOOK_RELS, b"\0\1\2"), DAMAGED_BOOK),
    "styles are no XML": (lambda: with_part(STYLES, b"<styleSheet><cellXfs>"), DAMAGED_BOOK),
    "texts are no XML": (lambda: with_part(STRINGS, b"<sst><si><t>"), DAMAGED_BOOK),
    "text missing": (lambda: with_part(STRINGS, b"<sst></sst>"), "工作表“单位概况”的内容已损坏"),
    "unknown kind of cell": (
        lambda: Book().put(BUDGET, "E4", attributes='t="zz"', body="<v>1</v>").content(),
        f"工作表“{BUDGET}”的内容已损坏",
    ),
    "far address": (lambda: with_cell("ZZZZ9"), DAMAGED_BOOK),
    "billion laughs in the texts": (
        lambda: with_part(
            STRINGS, b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>'
        ),
        DAMAGED_BOOK,
    ),
    "billion laughs in a sheet": (
        lambda: Book().replace(BUDGET, "<worksheet", '<!DOCTYPE x [<!ENTITY a "aa">]><worksheet').content(),
        "工作簿内容异常",
    ),
    "external entity": (
        lambda: (
            Book().replace(BOOK, "<workbook", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><workbook').content()
        ),
        "工作簿内容异常",
    ),
}

TOO_BIG: dict[str, tuple[Callable[[], bytes], str]] = {
    "value in the last corner": (lambda: with_cell("XFD1048576"), "单元格 XFD1048576 远在填报区之外"),
    "formula in the last corner": (
        lambda: Book().put(BUDGET, "XFD1048576", body="<f>A1</f>").content(),
        "单元格 XFD1048576 远在填报区之外",
    ),
    "value far down": (lambda: with_cell("A20001"), "单元格 A20001 远在填报区之外"),
    "value far right": (lambda: with_cell("IW20"), "单元格 IW20 远在填报区之外"),
    "value far down and right": (lambda: with_cell("DA20000"), "单元格 DA20000 远在填报区之外"),
    "small letters": (lambda: with_cell("xfd1048576"), "单元格 XFD1048576 远在填报区之外"),
    "no address": (
        lambda: (
            Book()
            .replace(BUDGET, "</sheetData>", '<row r="1048576"><c><v>1</v></c></row></sheetData>')
            .content()
        ),
        "单元格 A1048576 远在填报区之外",
    ),
    "single quotes": (
        lambda: (
            Book()
            .replace(BUDGET, "</sheetData>", "<row r='999999'><c r='A999999'><v>1</v></c></row></sheetData>")
            .content()
        ),
        "单元格 A999999 远在填报区之外",
    ),
    "prefixed tags": (
        lambda: (
            Book()
            .replace(
                BUDGET,
                "</sheetData>",
                '<x:row r="999999"><x:c r="A999999"><x:v>1</x:v></x:c></x:row></sheetData>',
            )
            .content()
        ),
        "单元格 A999999 远在填报区之外",
    ),
    "inline text": (
        lambda: Book().put(BUDGET, "A999999", "字").content(),
        "单元格 A999999 远在填报区之外",
    ),
    "behind a comment": (
        lambda: (
            Book()
            .replace(
                BUDGET, "</sheetData>", '<row r="3"><!-- --><c r="A999999"><v>1</v></c></row></sheetData>'
            )
            .content()
        ),
        "单元格 A999999 远在填报区之外",
    ),
    "too many parts": (
        lambda: pack(Book().parts | {f"xl/media/{n}.png": b"" for n in range(package.MAX_PARTS)}),
        f"文件内含 {package.MAX_PARTS + 69} 个部件",
    ),
}


@pytest.mark.parametrize("name", NOT_XLSX)
def test_no_workbook(name: str, tmp_path: Path) -> None:
    make, detail = NOT_XLSX[name]
    submission = pull_content(tmp_path, make())
    assert submission.troubles == (Trouble("not_xlsx", detail=detail),)
    assert submission.snapshot is not None
    assert submission.rows == {}


@pytest.mark.parametrize("name", TOO_BIG)
def test_too_big(name: str, tmp_path: Path) -> None:
    make, detail = TOO_BIG[name]
    submission = pull_content(tmp_path, make())
    assert submission.troubles == (Trouble("too_big", detail=detail),)
    assert submission.snapshot is not None


def test_encrypted(tmp_path: Path) -> None:
    content = OLE + "EncryptedPackage".encode("utf-16-le") + bytes(1_000)
    assert pull_content(tmp_path, content).troubles == (Trouble("encrypted"),)


def test_missing(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.xlsx"
    submission = pull_unit(registered("sjzyj", path), tmp_path / "inputs")
    assert submission.troubles == (Trouble("missing_file", detail=str(path)),)
    assert submission.snapshot is None
    assert not (tmp_path / "inputs").exists()


def test_registered_badly(tmp_path: Path) -> None:
    unit = registered("sjzyj", tmp_path / "book.xlsx", fault="缺少 name")
    assert pull_unit(unit, tmp_path).troubles == (Trouble("bad_registration", detail="缺少 name"),)


# --- strange, but a workbook ---


def strict_names(book: Book) -> Book:
    """As Excel's “Strict Open XML” writes it."""
    old = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    for name in (BOOK_RELS, ROOT_RELS):
        book.replace(name, old, "http://purl.oclc.org/ooxml/officeDocument/relationships", 99)
    return book


def prefixed(book: Book) -> Book:
    """Every tag of a sheet with a prefix, as some programs write them."""
    content = book.parts[part_of(BUDGET)].decode()
    content = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", content).replace(" xmlns=", " xmlns:x=")
    book.parts[part_of(BUDGET)] = content.encode()
    return book


def unaddressed(book: Book) -> Book:
    """Rows and cells that do not say where they are."""
    content = book.parts[part_of(BUDGET)].decode()
    book.parts[part_of(BUDGET)] = re.sub(r'(<row|<c) r="[A-Z]*\d+"', r"\1", content).encode()
    return book


def renamed_parts(book: Book) -> Book:
    content = book.parts.pop(part_of(BUDGET))
    book.replace(BOOK_RELS, part_of(BUDGET).removeprefix("xl/"), "/xl/Worksheets/Budget Sheet.xml")
    book.parts["XL/worksheets/budget sheet.xml"] = content
    return book


def far_formats(book: Book) -> Book:
    return book.replace(
        BUDGET, "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"></c></row></sheetData>'
    )


FINE: dict[str, Callable[[Book], Book]] = {
    "strict": strict_names,
    "prefixed tags": prefixed,
    "no addresses": unaddressed,
    "other names of parts": renamed_parts,
    "formatting in the last corner": far_formats,
    "wrong extent": lambda book: book.replace(BUDGET, 'ref="A1:H12"', 'ref="A1"'),
    "huge extent": lambda book: book.replace(BUDGET, 'ref="A1:H12"', 'ref="A1:XFD1048576"'),
    "no extent": lambda book: book.replace(BUDGET, ' ref="A1:H12"', ""),
    "nonsense extent": lambda book: book.replace(BUDGET, 'ref="A1:H12"', 'ref="?"'),
    "byte order mark": lambda book: book.replace(BUDGET, "<?xml", "\ufeff<?xml"),
    "single quotes": lambda book: book.replace(BUDGET, '<c r="E4"', "<c r='E4'"),
    "comment": lambda book: book.replace(BUDGET, '<c r="E4"', '<!-- E4 --><c r="E4"'),
    "external link": lambda book: book.replace(
        BOOK_RELS,
        "</Relationships>",
        '<Relationship Id="r" Type="x/externalLink" Target="file:///etc/passwd" TargetMode="External"/>'
        "</Relationships>",
    ),
    "part outside the folder": lambda book: _added(book, "../../../etc/cron.d/x", b"x"),
    "absolute part": lambda book: _added(book, "/etc/passwd", b"x"),
    "macros": lambda book: _added(book, "xl/vbaProject.bin", OLE),
    "picture that expands without end": lambda book: _added(book, "xl/media/image1.png", bytes(60_000_000)),
    "damaged sheet that is not asked for": lambda book: _added(book, "xl/worksheets/sheet1.xml", b"<<<"),
    "damaged theme": lambda book: _added(book, "xl/theme/theme1.xml", b"<<<"),
}


def _added(book: Book, name: str, content: bytes) -> Book:
    book.parts[name] = content
    return book


@pytest.mark.parametrize("name", FINE)
def test_reads_all_the_same(name: str, tmp_path: Path) -> None:
    expected = Book().pull(tmp_path)
    submission = FINE[name](Book()).pull(tmp_path)
    assert submission.troubles == ()
    assert submission.rows == expected.rows


def test_stored_instead_of_compressed(tmp_path: Path) -> None:
    submission = pull_content(tmp_path, compressed(zipfile.ZIP_STORED))
    assert (submission.troubles, submission.rows) == ((), Book().pull(tmp_path).rows)


def test_parts_of_the_same_name(tmp_path: Path) -> None:
    """The last one counts, for every reader alike."""
    content = io.BytesIO(Book().put(BUDGET, "E4", 1).content())
    with zipfile.ZipFile(content, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(part_of(BUDGET), Book().put(BUDGET, "E4", 2).parts[part_of(BUDGET)])
    assert pull_content(tmp_path, content.getvalue()).rows["budget"][0]["final"] == 200


def test_exact_sheet_name_goes_before_a_padded_one(tmp_path: Path) -> None:
    book = Book().replace(BOOK, 'name="填报说明"', f'name="{BUDGET} "')
    submission = book.pull(tmp_path)
    assert submission.troubles == ()
    assert submission.placements["budget"].sheet == BUDGET


def test_saved_by_another_program(tmp_path: Path) -> None:
    path = tmp_path / "again.xlsx"
    path.write_bytes(real())
    openpyxl.load_workbook(path).save(path)
    submission = pull_unit(registered("sjzyj", path), tmp_path / "inputs")
    assert (submission.troubles, submission.rows) == ((), Book().pull(tmp_path).rows)


def test_reader_that_panics_blames_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """calamine is written in Rust: when it gives up, what it raises is no Exception."""

    class PanicException(BaseException):
        pass

    class Reader:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise PanicException

    monkeypatch.setattr(grids, "CalamineWorkbook", Reader)
    assert Book().pull(tmp_path).troubles == (Trouble("not_xlsx", detail=DAMAGED_BOOK),)


def test_interrupt_is_not_taken_for_a_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Reader:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(grids, "CalamineWorkbook", Reader)
    with pytest.raises(KeyboardInterrupt):
        Book().pull(tmp_path)


@pytest.mark.parametrize("seed", range(150))
def test_damage_at_random_never_crashes(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    book = Book()
    shared = [BOOK, BOOK_RELS, ROOT_RELS, STRINGS, STYLES]
    name = rng.choice(shared + [name for name in book.parts if name.startswith("xl/worksheets/sheet")])
    content = book.parts[name]
    start = rng.randrange(len(content))
    damage = rng.choice([b"", rng.randbytes(3), b"9" * 30, b"&x;", b'"', b"<c>", b"NaN", b"-1"])
    book.parts[name] = content[:start] + damage + content[start + rng.randrange(30) :]
    submission = book.pull(tmp_path)
    assert isinstance(submission, Submission)
    values = [value for rows in submission.rows.values() for row in rows for value in row.values()]
    assert {type(value).__name__ for value in values} <= {"int", "str", "bool", "date", "NoneType"}


# --- bombs ---

BOMBS = """
import re, sys
from pathlib import Path
from tests.support.raw import Book
from tests.support.workbooks import registered
from tasks.pull import pull_unit

folder = Path(sys.argv[1])
for path in sorted(folder.glob("*.xlsx")):
    (trouble,) = pull_unit(registered("sjzyj", path), folder / "inputs").troubles
    peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
    print(path.stem, trouble.problem, int(peak) // 1024, sep="\\t")
"""


def expanding(name: str, megabytes: int) -> bytes:
    """A workbook of which one part is very large and nearly nothing when compressed."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, part in Book().parts.items():
            if other != name:
                archive.writestr(other, part)
        with archive.open(name, "w") as stream:
            stream.write(b"<worksheet><sheetData>")
            for _ in range(megabytes):
                stream.write(b" " * 1_000_000)
    return content.getvalue()


def lying(content: bytes, name: str, size: int) -> bytes:
    """An archive that declares a part to be of this size, in the entry and in the directory."""
    changed = bytearray(content)
    for signature, offset, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = -1
        while (at := content.find(signature, at + 1)) >= 0:
            if content[at + name_at : at + name_at + len(name)] == name.encode():
                struct.pack_into("<I", changed, at + offset, size)
    return bytes(changed)


def test_bombs_are_refused_in_little_memory(tmp_path: Path) -> None:
    bomb = expanding(part_of(BUDGET), 400)
    text = "长" * 300_000
    repeated = "".join(f'<row r="{r}"><c r="A{r}" t="s"><v>0</v></c></row>' for r in range(20, 5_000))
    amplifier = Book().replace(BUDGET, "</sheetData>", repeated + "</sheetData>")
    amplifier.replace(STRINGS, "<si><t>", f"<si><t>{text}")
    files = {
        "honest": bomb,
        "lying": lying(bomb, part_of(BUDGET), 5_000),
        "texts": with_part(STRINGS, b"<sst>" + b"<si><t/></si>" * 3_000_000),
        "repeated text": amplifier.content(),
        "last corner": with_cell("XFD1048576"),
        "large file": bytes(snapshot.MAX_BYTES + 1),
    }
    for name, content in files.items():
        (tmp_path / f"{name}.xlsx").write_bytes(content)
    run = subprocess.run(
        [sys.executable, "-c", BOMBS, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"PYTHONPATH": "."},
        cwd=Path(__file__).parents[3],
    )
    found = {name: problem for name, problem, *_ in (line.split("\t") for line in run.stdout.splitlines())}
    assert found == {
        "honest": "too_big",
        "large file": "too_big",
        "last corner": "too_big",
        "lying": "not_xlsx",
        "repeated text": "too_big",
        "texts": "too_big",
    }
    peak = max(int(line.split("\t")[2]) for line in run.stdout.splitlines())
    assert peak < 300, run.stdout


def test_limits_leave_room_for_real_workbooks() -> None:
    assert sum(map(len, Book().parts.values())) * 50 < package.MAX_EXPANDED
    assert survey.MAX_ROWS >= 20_000
