"""Write the program's own templates of the printed forms out of the layouts: `paper/forms/*.typ` (typst) and `*.docx` (docxtpl).

python .ci/make_forms.py          writes all
python .ci/make_forms.py --check  exits 1 when a .typ differs, or a .docx says something else (names behind it: only the .docx of those are compared)
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from form_docx import same, write_docx
from form_layouts import LAYOUTS, Block

FORMS = Path(__file__).parents[1] / "src" / "xieli_tui" / "paper" / "forms"
LANDSCAPE = ("route",)


def quoted(text: str) -> str:
    """A string of typst."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def part(piece: str) -> str:
    """A piece of a text: said, or looked up."""
    return f"val(d.{piece[1:]})" if piece.startswith("=") and len(piece) > 1 else quoted(piece.removesuffix("="))


def width(given: object) -> str:
    """A column's width."""
    return "1fr" if given == "*" else f"{given}mm"


def block(one: Block) -> str:
    """One block as typst."""
    name, *rest = one
    if name == "head":
        return f"  heading-line({quoted(rest[0])})"
    if name in ("text", "small"):
        first = rest[0]
        call = "small" if name == "small" else "para" if isinstance(first, str) and first.startswith("　　") else "plain"
        pieces = [first[2:] if call == "para" and first.startswith("　　") else first, *rest[1:]]
        return f"  {call}({', '.join(part(piece) for piece in pieces if piece)})"
    if name == "fields":
        cells = ", ".join(f"({quoted(cell[0])}, d.{cell[1]}{f', {cell[2]}' if len(cell) > 2 else ''})" for cell in rest[1])
        return f"  fields({rest[0]}, ({cells},))"
    if name == "rows":
        path, least, columns, *tall = rest
        heads = ", ".join(quoted(head) for head, _, _ in columns)
        widths = ", ".join(width(one) for _, _, one in columns)
        values = ", ".join(f"r.{at}" for _, at, _ in columns)
        return f"  rows(({heads},), ({widths},), d.{path}.map(r => ({values},)), least: {least}{f', tall: {tall[0]}mm' if tall else ''})"
    if name == "room":
        return f"  room({quoted(rest[0])}, d.{rest[1]}, {rest[2]}mm)"
    if name == "ticks":
        return f"  ticks({quoted(rest[0])}, ({', '.join(f'({quoted(word)}, d.{at})' for word, at in rest[1])},))"
    if name == "signs":
        return f"  signs(({', '.join(quoted(one) for one in rest[0])},), finger: {'true' if rest[1] else 'false'})"
    raise SystemExit(f"unknown block {name}")


def typ(form: str) -> str:
    """A form's template."""
    body = "\n".join(block(one) for one in LAYOUTS[form])
    return f"// {form}: made by .ci/make_forms.py out of .ci/form_layouts.py; a county may send its own.\n#let form(d) = {{\n{body}\n}}\n"


def main() -> int:
    """Write, or compare."""
    wrong = []
    named = [one for one in sys.argv[1:] if one in LAYOUTS] or list(LAYOUTS)
    for form in LAYOUTS:
        at, docx = FORMS / f"{form}.typ", FORMS / f"{form}.docx"
        if "--check" in sys.argv:
            if at.read_text(encoding="utf-8") != typ(form) or (form in named and not same(docx, LAYOUTS[form], form in LANDSCAPE)):
                wrong.append(form)
            continue
        at.write_text(typ(form), encoding="utf-8")
        write_docx(docx, LAYOUTS[form], form in LANDSCAPE)
    print(", ".join(wrong) if wrong else f"{len(LAYOUTS)} forms")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
