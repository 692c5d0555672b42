"""Cutting and inserting in XML: only what is asked for changes, whatever the XML looks like."""

from __future__ import annotations

import pytest

from tasks.feedback.xml_document import Document

ODD = (
    "\ufeff<?xml version='1.0' encoding='utf-8'?>\r\n<!-- <a> --><p:根 xmlns:p='u' \n a = '>/' b=\"'\">"
    "<p:甲 ><![CDATA[</p:甲>]]></p:甲\n><?pi <x> ?><乙/><乙 c='1'  /></p:根>\n"
).encode()


def test_nothing_changes_by_itself() -> None:
    assert Document(ODD, 9).content == ODD


def test_elements_are_where_they_stand() -> None:
    document = Document(ODD, 9)
    root = document.root
    assert (root.name, root.prefix, root.attributes["a"], root.attributes["b"]) == ("根", "p:", ">/", "'")
    assert [child.name for child in root.children] == ["甲", "乙", "乙"]
    sources = [document.source(child.start, child.end).decode() for child in root.children]
    assert sources == ["<p:甲 ><![CDATA[</p:甲>]]></p:甲\n>", "<乙/>", "<乙 c='1'  />"]
    assert document.inside(root.children[0]).decode() == "<![CDATA[</p:甲>]]>"


def test_changes_go_where_they_belong() -> None:
    document = Document(ODD, 9)
    first, second, third = document.root.children
    document.append(first, "一")
    document.append(first, "二")
    document.append(second, "三")
    document.append(second, "四")
    document.set_attribute(second, "d", '"<')
    document.set_attribute(third, "c", "2")
    document.set_attribute(document.root, "e", "5")
    document.insert(third.start, "五")
    document.insert(third.start, "六")
    document.append(document.root, "七")
    assert document.content.decode() == (
        "\ufeff<?xml version='1.0' encoding='utf-8'?>\r\n<!-- <a> -->"
        "<p:根 xmlns:p='u' \n a = '>/' b=\"'\" e=\"5\">"
        "<p:甲 ><![CDATA[</p:甲>]]>一二</p:甲\n><?pi <x> ?>"
        '<乙 d=\'"&lt;\'>三四</乙>五六<乙 c="2"  />七</p:根>\n'
    )


def test_overlapping_changes_are_refused() -> None:
    document = Document(b"<a><b><c/></b></a>", 9)
    document.remove(document.root.children[0])
    document.remove(document.root.children[0].children[0])
    with pytest.raises(ValueError, match="overlapping"):
        _ = document.content


def test_only_what_is_wanted_is_found() -> None:
    content = b"<a><b><c><d/></c></b><e><f/></e></a>"
    (b, e) = Document(content, 2, opaque="e").root.children
    assert [child.name for child in b.children] == ["c"]
    assert b.children[0].children == []
    assert e.children == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "<?xml version='1.0' encoding='UTF-16'?><a/>".encode("utf-16"),
        "<a/>".encode("utf-16"),
        b"<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
        b"<a>" + b"<b/>" * 100_001 + b"</a>",
    ],
    ids=["empty", "open", "document type", "utf-16", "utf-16 undeclared", "latin-1", "too many elements"],
)
def test_what_cannot_be_edited_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Document(content, 5)
