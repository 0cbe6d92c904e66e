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
GAPS = {"text": "2.4mm", "small": "1.6mm", "signs": "3mm"}
ABOVE = ("text", "room", "ticks", "fields", "small")


def quoted(text: str) -> str:
    """A string of typst."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def part(piece: str) -> str:
    """A piece of a text: said, or looked up; `=` leaves a line to write on where nothing is recorded, `~` leaves nothing."""
    if piece[:1] in ("=", "~") and len(piece) > 1:
        return f"{'said' if piece[0] == '=' else 'val'}(d.{piece[1:]})"
    return quoted(piece.removesuffix("="))


def label(given: str | tuple[str, ...]) -> str:
    """Whose place to sign: words, or words and values."""
    return quoted(given) if isinstance(given, str) else f"[{''.join('#' + part(piece) for piece in given)}]"


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
        fingers = rest[1] if isinstance(rest[1], list) else [rest[1]] * len(rest[0])
        return f"  signs(({', '.join(label(one) for one in rest[0])},), finger: ({', '.join('true' if one else 'false' for one in fingers)},))"
    raise SystemExit(f"unknown block {name}")


def _together(layout: list[Block]) -> list[str]:
    """The blocks as typst; places to sign keep what stands right above and the small line beneath on their page, so that nobody signs an empty sheet."""
    out: list[str] = []
    held: list[str] = []
    first = ""
    for at, one in enumerate(layout):
        first = first if held else one[0]
        after = layout[at + 1][0] if at + 1 < len(layout) else ""
        held.append(block(one))
        if (one[0] in ABOVE and after == "signs") or (one[0] == "signs" and after in ("signs", "small")):
            continue
        out.append(held[0] if len(held) == 1 else f"  together({GAPS.get(first, '0mm')}, {{\n  " + "\n  ".join(held) + "\n  })")
        held = []
    return out


def typ(form: str) -> str:
    """A form's template."""
    body = "\n".join(_together(LAYOUTS[form]))
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
