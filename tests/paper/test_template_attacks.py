"""A county's layouts under attack: nothing of the computer is read, written or started, nothing is fetched, and a value stays a value."""

from __future__ import annotations

import datetime as dt
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from xieli_tui.casework import forms
from xieli_tui.domain.clock import TZ
from xieli_tui.errors import Refused
from xieli_tui.paper import docx, pdf, qr
from xieli_tui.paper.catalogue import FORMS

NOW = dt.datetime(2026, 12, 28, tzinfo=TZ)
DOC = forms.sample(FORMS["application"], pdf.shipped("application"))
BASE = docx.shipped("application")
RELS = "word/_rels/document.xml.rels"
EXTERNAL = '<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="http://e.invalid/x.png" TargetMode="External"/>'
CHUNK = '<Relationship Id="rIdY" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk" Target="x.html"/>'
FIELD = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'


def edited(part: str, change: Callable[[bytes], bytes], **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BASE)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
        for name, data in more.items():
            new.writestr(name.replace("__", "/").replace("_DOT_", "."), data)
    return out.getvalue()


def body(xml: str) -> bytes:
    return edited("word/document.xml", lambda part: part.replace(b"<w:body>", b"<w:body>" + xml.encode(), 1))


def said(text: str) -> bytes:
    return body(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")


def linked(xml: str, code: str = "utf-8") -> bytes:
    return edited(RELS, lambda part: part.replace(b"</Relationships>", xml.encode() + b"</Relationships>").decode().replace("UTF-8", "UTF-16" if code == "utf-16" else "UTF-8").encode(code))


def declared(text: str) -> bytes:
    return edited("word/document.xml", lambda part: part.replace(b"?>", b"?><!DOCTYPE x [" + text.encode() + b"]>", 1))


ATTACKS = {
    "a link": linked(EXTERNAL), "a link written by its code": linked(EXTERNAL.replace("Ext", "E&#120;t")), "a link in UTF-16": linked(EXTERNAL, "utf-16"), "another document": linked(CHUNK),
    "a part in capitals": edited("x", bytes, word___rels__settings_DOT_xml_DOT_RELS=f'<Relationships xmlns="x">{EXTERNAL}</Relationships>'.encode()),
    "a field that starts a program": body(FIELD.format("<w:r><w:instrText>DDEAUTO c:\\cmd.exe</w:instrText></w:r>")),
    "a field in two pieces": body(FIELD.format("<w:r><w:instrText>INCLUDE</w:instrText></w:r><w:r><w:instrText>PICTURE http://e.invalid/</w:instrText></w:r>")),
    "a field that fetches": body('<w:p><w:fldSimple w:instr="INCLUDEPICTURE &quot;http://e.invalid/&quot;"/></w:p>'), "a field made of a value": body('<w:p><w:fldSimple w:instr="REF {{ who.name }}"/></w:p>'),
    "a link by a field": body('<w:p><w:fldSimple w:instr="HYPERLINK &quot;file://e.invalid/&quot;"/></w:p>'), "a declared entity": declared("<!ENTITY a SYSTEM 'file:///etc/hostname'>"),
    "entities without end": declared("<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>"),
    "class": said("{{ ''.__class__ }}"), "format": said("{{ '{0.__class__}'.format(who) }}"), "attr": said("{{ who|attr('__class__') }}"), "cycler": said("{{ cycler }}"), "self": said("{{ self }}{{ self._TemplateReference__context }}"),
    "picture writes": said("{{ qr.tpl.save('written.docx') }}"), "picture reads": said("{{ qr.tpl.replace_media('/etc/hostname','/etc/hostname') }}"), "picture": said("{{ qr.image_descriptor }}"),
    "memory": said("{{ ('a' * 3000000000)|length }}"), "list": said("{{ ([1] * 3000000000)|length }}"), "width": said("{{ '%999999999d' % 1 }}"), "power": said("{{ 9**9**9 }}"), "range": said("{% for i in range(1000000) %}{% endfor %}"),
    "raw": said("{{ who.name|safe }}"), "center": said("{{ 'a'|center(999999999) }}"), "include": said("{% include '/etc/hostname' %}"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_word_layout_reaches_nothing_and_the_refusal_names_it(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused) as caught:
        docx.docx(ATTACKS[name], DOC, qr.png("XL1"))
    assert caught.value.code == "XL-W32"
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("value", ["{{ 7*7 }}", "{% for i in qr %}", "</w:t></w:r><w:r><w:instrText>DDEAUTO c:\\cmd.exe</w:instrText>", "&#x26;lt;", "{{r x }}", "\u2028", "DDEAUTO", "{#", "=cmd|' /C calc'!A0", "长" * 3000])
def test_a_value_is_never_part_of_a_word_file(value: str) -> None:
    out = docx.docx(BASE, DOC | {"who": DOC["who"] | {"name": value}}, qr.png("XL1"))
    from docx import Document

    cells = [cell.text for table in Document(io.BytesIO(out)).tables for row in table.rows for cell in row.cells]
    assert any(value.replace("\u2028", "") in text.replace("\u2028", "") for text in cells)


HEAD = "#let form(d) = { text(\"一\") }\n"


@pytest.mark.parametrize("line", [
    '#let u = "//"; #read("/lib.typ")', '#let u = "http://x"; #import "@preview/cetz:0.3.0": *', '#link("http://x")[a #import "@preview/cetz:0.3.0"]', '"#let u = "//" ; #include "/lib.typ"', "// import", '#link("http://e.invalid/?" + d.who.name)[x]', '#pdf.attach("/a.txt", bytes("x"))', "#show link: it => it", '/* // */ #eval("1")',
])
def test_a_layout_for_pdf_hides_nothing_behind_two_slashes(line: str) -> None:
    with pytest.raises(Refused) as caught:
        pdf.pdf(HEAD + line, [DOC], NOW)
    assert caught.value.code == "XL-W32"
    assert "第 2 行" in caught.value.what


@pytest.mark.parametrize("source", [
    "#let form(d) = { while true {} }", "#let form(d) = { let i = 0; while i >= 0 { i += 1 } }", "#let f(n) = f(n + 1)\n#let form(d) = { f(0) }",
    "#let form(d) = { image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg' xmlns:l='http://www.w3.org/1999/xlink' width='9' height='9'><image l:href='http://127.0.0.1:9/x.png' width='9' height='9'/></svg>\"), format: \"svg\") }",
    "#let form(d) = { image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg' xmlns:l='http://www.w3.org/1999/xlink' width='9' height='9'><image l:href='/etc/hostname' width='9' height='9'/></svg>\"), format: \"svg\") }",
])
def test_a_layout_that_never_ends_or_draws_something_from_elsewhere_is_refused(source: str) -> None:
    with pytest.raises(Refused) as caught:
        pdf.pdf(source, [DOC], NOW)
    assert caught.value.code == "XL-W32"


def test_a_layout_that_takes_for_ever_is_given_up_and_the_next_sheet_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "PATIENCE", 0.01)
    with pytest.raises(Refused) as caught:
        pdf.pdf("#let form(d) = { let n = 0; for i in range(900) { for j in range(900) { n += 1 } } ; [#n] }", [DOC], NOW)
    assert "没有排完" in caught.value.what
    monkeypatch.setattr(pdf, "PATIENCE", 60.0)
    assert pdf.pdf("#let form(d) = { text(\"一\") }", [DOC], NOW).startswith(b"%PDF")
