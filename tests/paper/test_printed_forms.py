"""The printed forms: characters, layout, what a template may not do (issue 7, Build 3; Bad input)."""

from __future__ import annotations

import datetime as dt
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from xieli_tui.errors import Refused
from xieli_tui.paper import docx, glyphs, pdf, qr
from xieli_tui.paper.catalogue import FORMS

CI = Path(__file__).parents[2] / ".ci"
NOW = dt.datetime(2026, 12, 28, 9, tzinfo=dt.UTC)
HEAD = {"id": "x", "title": "表", "number": "XX-20261228-00000000", "digest": "0" * 16, "on": "2026年12月28日", "landscape": "", "mark": "", "qr": qr.svg("XL1 XX 0")}
SMALL = "#let form(d) = {\n  fields(1, ((\"姓名\", d.name),))\n}\n"


def doc(**more: Any) -> dict[str, Any]:
    """The least a template is given."""
    return {"form": HEAD, "place": {"village": "石桥村"}, **more}


def test_the_table_of_characters_is_that_of_the_font() -> None:
    assert subprocess.run([sys.executable, str(CI / "font_coverage.py"), "--check"], timeout=60, check=False).returncode == 0


def test_the_templates_are_made_from_the_layouts() -> None:
    assert subprocess.run([sys.executable, str(CI / "make_forms.py"), "--check", "consent", "route"], timeout=60, check=False).returncode == 0


def test_every_form_has_both_templates_and_both_may_run() -> None:
    assert len(FORMS) == 23
    for form in FORMS:
        pdf.check(pdf.shipped(form))
        docx.check(docx.shipped(form))


def test_the_font_has_rare_names_and_says_which_it_has_not() -> None:
    assert all(glyphs.has(char) for char in "欧阳㛃㐱龘鿃𠮷ABC，。《》√\n")
    assert not any(glyphs.has(char) for char in "𪚥☐😀")
    found = glyphs.lacking({"people": [{"name": "吉𪚥"}, {"name": "𪚥"}], "note": "好😀"})
    assert [(one.words(), one.where) for one in found] == [("𪚥（U+2A6A5）", "people.name"), ("😀（U+1F600）", "note")]


def test_every_character_of_the_templates_themselves_is_in_the_font() -> None:
    for form in FORMS:
        assert glyphs.lacking(pdf.shipped(form)) == (), form
    assert glyphs.lacking((pdf.FORMS / "lib.typ").read_text(encoding="utf-8")) == ()


def test_a_character_the_font_lacks_stops_the_pdf_and_is_named() -> None:
    with pytest.raises(Refused) as said:
        pdf.pdf(SMALL, [doc(name="吉𪚥")], NOW)
    assert said.value.code == "XL-W31"
    assert "𪚥（U+2A6A5）" in str(said.value)
    assert said.value.extra == {"lacking": [["𪚥", "U+2A6A5", "name"]]}


@pytest.mark.parametrize("name", ["#panic(1)", "*王*", "$x$", "[王]", "@preview/x", "王\\u{41}", "<script>", "#read(\"/lib.typ\")", "// 王", "\" + d.x + \""])
def test_markup_in_a_name_is_text(name: str) -> None:
    shown = pdf.asked(SMALL, [doc(name=name)], "query(<shown>).map(m => m.value.at(0))")
    assert shown == [name, name]


@pytest.mark.parametrize(
    "line",
    [
        '#read("/etc/passwd")', '#include "/lib.typ"', '#import "../x.typ": *', '#import "@preview/cetz:0.3.0": *', '#import ("@pre" + "view/cetz:0.3.0")', '#eval("1")',
        '#json("/x")', "#std.eval", "#dictionary(sys)", '#let x = plugin("a.wasm")', '#csv("x")', '#sys.inputs',
    ],
)
def test_a_template_reads_no_file_and_asks_no_network(line: str) -> None:
    with pytest.raises(Refused) as said:
        pdf.pdf(SMALL + line, [doc(name="王")], NOW)
    assert said.value.code == "XL-W32"


@pytest.mark.parametrize("path", ["../../../../etc/hostname", "/etc/hostname", "/../coverage.txt", "../fonts/NotoSansCJKsc-xieli.otf"])
def test_a_picture_of_a_template_comes_from_nowhere_else(path: str) -> None:
    with pytest.raises(Refused) as said:
        pdf.pdf(f'#let form(d) = {{ image("{path}") }}\n', [doc()], NOW)
    assert said.value.code == "XL-W32"


@pytest.mark.parametrize("source", ["", "hello", "#let other(d) = 1", "#let form(d) = { d.nobody.knows }", "#let form(d) = {", "#let form(d) = { fields(2) }"])
def test_a_template_that_does_not_run_is_refused_with_a_code(source: str) -> None:
    with pytest.raises(Refused) as said:
        pdf.pdf(source, [doc()], NOW)
    assert said.value.code == "XL-W32"


def test_a_template_that_is_too_large_is_refused() -> None:
    with pytest.raises(Refused, match="XL-W32"):
        pdf.check(SMALL + "/" * pdf.TEMPLATE_LIMIT)


def test_each_document_of_a_batch_counts_its_own_pages() -> None:
    source = "#let form(d) = { d.text.split(\"\\n\").map(x => plain(x)).join() }\n"
    lines = "\n".join("行" for _ in range(120))
    pages = pdf.asked(source, [doc(text="一"), doc(text=lines), doc(text="二")], 'range(3).map(i => locate(label("last" + str(i))).page() - locate(label("first" + str(i))).page() + 1)')
    assert pages[0] == pages[2] == 1
    assert pages[1] > 1


def test_the_same_document_is_the_same_file() -> None:
    assert pdf.pdf(SMALL, [doc(name="王")], NOW) == pdf.pdf(SMALL, [doc(name="王")], NOW)


def _word(body: str, more: dict[str, bytes] | None = None) -> bytes:
    """A shipped template with another body, and more parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx.shipped("recovery"))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                data = data.replace("（放在柜子里".encode(), body.encode() + "（放在柜子里".encode(), 1)
            new.writestr(name, data)
        for name, data in (more or {}).items():
            new.writestr(name, data)
    return out.getvalue()


WORD = {**doc(), "work": {"device": "1234"}, "call": {"county": ""}}


def _text(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("word/document.xml").decode()


def test_a_word_template_takes_values_as_text() -> None:
    made = docx.docx(_word("{{ note }}"), {**WORD, "note": "<w:p>王 & {{ x }}</w:p>"}, qr.png("XL1"))
    assert "&lt;w:p&gt;王 &amp; {{ x }}&lt;/w:p&gt;" in _text(made)


@pytest.mark.parametrize("body", ["{{ nobody }}", "{{ ''.__class__.__mro__ }}", "{% for %}", "{{ form.__init__.__globals__ }}", "{% include 'x' %}", "{{ 1/0 }}", "{{ 'a' * 10**9 }}", "{{ 9 ** 9 }}", "{% for a in range(1500) %}{% endfor %}", "{% for a in range(150) %}{% for b in range(150) %}{% for c in range(150) %}{% endfor %}{% endfor %}{% endfor %}", "{{ cycler.__init__ }}",
                                  "{{ lipsum() }}", "{{ self.__init__.__globals__ }}"])
def test_a_word_template_reaches_nothing_but_its_values(body: str) -> None:
    with pytest.raises(Refused) as said:
        docx.docx(_word(body), WORD, qr.png("XL1"))
    assert said.value.code == "XL-W32"


@pytest.mark.parametrize(
    "template",
    [
        b"", b"PK", b"<html>", _word("", {"word/vbaProject.bin": b"x"}), _word("", {"word/_rels/x.rels": b'<Relationship TargetMode="External" Target="http://x"/>'}),
        _word("", {"word/embeddings/a.xlsx": b"x"}), _word("", {"word/_rels/x.rels": b'<Relationships><Relationship TargetMode="&#69;xternal" Target="x"/></Relationships>'}),
        _word("", {"word/_rels/x.rels": '<?xml version="1.0" encoding="utf-16"?><R><Relationship TargetMode="External" Target="x"/></R>'.encode("utf-16")}),
        _word("", {"word/_rels/x.rels": b'<R><Relationship Target="file:///etc/passwd"/></R>'}), _word("", {"word/_rels/x.rels": b'<R><Relationship Target="\\\\host\\share"/></R>'}),
        _word("", {"word/x.xml": b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'}), _word("", {"word/x.xml": b"<a>"}), _word("", {"../../x.xml": b"<a/>"}),
        _word("", {"word/afchunk1.html": b"x"}), _word("", {"word/big.xml": b"0" * (docx.INFLATED_LIMIT + 1)}), b"0" * (docx.TEMPLATE_LIMIT + 1),
    ],
    ids=["empty", "torn", "html", "macro", "link", "embedded", "link-in-entities", "link-in-utf16", "file-url", "share", "entity", "torn-part", "path", "chunk", "bomb", "large"],
)
def test_a_word_template_with_macros_links_or_too_much_is_refused(template: bytes) -> None:
    with pytest.raises(Refused) as said:
        docx.docx(template, WORD, qr.png("XL1"))
    assert said.value.code == "XL-W32"


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _field(*pieces: str) -> bytes:
    """A part with a field told in pieces."""
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return f'<w:p {W}><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'.encode()


@pytest.mark.parametrize(
    "part",
    [
        _field(' INCLUDETEXT "/etc/passwd" '), _field(" INCLUDE", "PICTURE ", '"http://x/y.png"'), _field("DDEAUTO c:\\windows cmd"), _field("LINK Excel.Sheet x"), _field("include", "text x"),
        _field(' HYPERLINK "http://x" '), _field("{{ form.number }}"), _field("PAGE {{ form.number }}"), _field("RD x"), _field("IMPORT x"),
        f'<w:p {W}><w:fldSimple w:instr=" INCLUDETEXT x "/></w:p>'.encode(), f"<w:p {W}><w:r><w:instrText>DATABASE</w:instrText></w:r></w:p>".encode(),
        f'<w:p {W}><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>LINK x</w:instrText></w:r></w:p>'.encode(),
    ],
)
def test_a_word_template_has_no_field_that_fetches_anything(part: bytes) -> None:
    with pytest.raises(Refused) as said:
        docx.check(_word("", {"word/footer9.xml": part}))
    assert said.value.code == "XL-W32"


def test_page_numbers_and_days_are_fields_a_template_may_have() -> None:
    docx.check(_word("", {"word/footer9.xml": _field(" PAGE ")}))
    docx.check(_word("", {"word/footer9.xml": _field(' DATE \\@ "yyyy" ')}))


def test_a_word_template_cannot_make_what_it_may_not_hold() -> None:
    made = "{{ '<w:fldSimple w:instr=&quot; INCLUDETEXT x &quot;/>'|replace('&quot;', '\"')|safe }}"
    with pytest.raises(Refused) as said:
        docx.docx(_word(made.replace("<", "&lt;").replace(">", "&gt;")), WORD, qr.png("XL1"))
    assert said.value.code == "XL-W32"


@pytest.mark.parametrize("line", ['#pdf.embed("/../../../../../etc/hostname")', '#pdf.attach("/etc/hostname")', '#raw(theme: "/etc/hostname", "x")', '#bibliography("/etc/hostname")', '#cite(<x>, style: "/etc/hostname")'])
def test_no_other_word_of_a_template_reads_a_file_either(line: str) -> None:
    with pytest.raises(Refused) as said:
        pdf.pdf(SMALL.replace("}\n", f"  [{line}]\n}}\n"), [doc(name="王")], NOW)
    assert said.value.code == "XL-W32"


def test_the_code_on_the_sheet_names_nobody() -> None:
    assert json.dumps(HEAD).count("王") == 0
    assert "<svg" in qr.svg("XL1 SQ-20261228-0f3a9c1d 1f2e3d4c5b6a7988")
