"""The house itself: who imports whom, what a plain `--help` may load, and that the wheel carries all three packages."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("textual", "sqlalchemy", "sqlmodel", "psycopg", "pydantic", "typst", "rich", "sqlcipher3", "cryptography")


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, "PYTHONUTF8": "1"})
    assert done.returncode == 0, done.stderr
    return done.stdout


def loaded_after(code: str) -> set[str]:
    out = run_python(code + "\nimport sys; print('\\nMODULES', ' '.join(sorted(m.split('.')[0] for m in sys.modules)))")
    return set(out.rsplit("MODULES", 1)[1].split())


def test_help_loads_no_screen_no_store_and_no_crypto() -> None:
    loaded = loaded_after("from xieli_tui.cli.main import main\nmain(['--help'])")
    assert not loaded & set(HEAVY), sorted(loaded & set(HEAVY))


def test_help_of_every_group_loads_no_heavy_library() -> None:
    from xieli_tui.cli.tree import TREE

    # typer itself loads pydantic to convert the parameters of the group in use; nothing of ours may load more. One program asks them one after the
    # other and names what each was the first to load.
    heavy = set(HEAVY) - {"pydantic"}
    out = run_python(
        f"""
import sys
from xieli_tui.cli.main import main
for name in {list(TREE)!r}:
    before = set(sys.modules)
    assert main([name, '--help']) == 0, name
    print('\\nLOADED', name, *sorted({{m.split('.')[0] for m in set(sys.modules) - before}}))
"""
    )
    rows = [line.split()[1:] for line in out.splitlines() if line.startswith("LOADED")]
    assert [name for name, *_ in rows] == list(TREE)
    for name, *loaded in rows:
        assert not set(loaded) & heavy, (name, sorted(set(loaded) & heavy))


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        ("import xieli_sync.inbox, xieli_sync.outbox, xieli_sync.verify", ("xieli_tui", "textual", "sqlmodel", "sqlalchemy", "rich", "pydantic", "typer")),
        ("import xieli_tui.domain.codes", ("pydantic", "sqlalchemy", "textual", "rich")),
        ("import xieli_tui.domain.events", ("sqlalchemy", "textual", "rich", "cryptography", "sqlcipher3")),
        ("import xieli_tui.casework.session", ("textual", "rich")),
        ("import xieli_tui.desk.steps", ("textual", "rich")),
        ("import xieli_tui.paper.roster_sheet", ("sqlalchemy", "textual", "cryptography")),
    ],
)
def test_a_room_loads_nothing_from_above(statement: str, forbidden: tuple[str, ...]) -> None:
    assert not loaded_after(statement) & set(forbidden)


def test_import_contracts_hold() -> None:
    done = subprocess.run([sys.executable, "-m", "importlinter.cli", "lint"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0 and "No module named" in done.stderr:
        done = subprocess.run([str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_error_code_in_the_code_is_in_the_registry_and_belongs_to_a_family() -> None:
    from xieli_tui.errors import REGISTRY

    families = set("BUNKDCGSAWVPLFQX")
    assert {code[3] for code in REGISTRY} <= families
    used: set[str] = set()
    for folder in ("src", "sync", "sample_db"):
        for path in (ROOT / folder).rglob("*.py"):
            used |= set(re.findall(r"XL-[A-Z]\d\d", path.read_text(encoding="utf-8")))
    assert used - set(REGISTRY) == set()
    for what, next_step in REGISTRY.values():
        assert what
        assert next_step
        assert not re.search(r"[。.]$", what + next_step), "the closing mark is added where the sentence is shown"


def test_no_registry_address_machine_path_or_real_region_is_in_the_tree() -> None:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not names:
        pytest.skip("not a git checkout: the tracked files cannot be listed")
    hosts = re.compile("py" + r"pi\.org|python" + r"hosted|registry\.npm" + r"js|deb\.deb" + "ian|/ho" + "me/|/wo" + "rk/")
    for name in names:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".lock", ".sh", ".tcss", ""} and path.is_file():
            assert not hosts.search(path.read_text(encoding="utf-8", errors="ignore")), name


def test_readme_and_ci_name_the_same_test_command() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make test" in ci
    assert "make test" in readme
    assert "make demo" in readme


def test_locks_carry_hashes_for_every_line_and_the_build_backend() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        pins = re.findall(r"^([A-Za-z0-9_.-]+)==[^\s;]+.*?\\$", text, flags=re.M)
        assert pins
        assert len(re.findall(r"^\S+==", text, flags=re.M)) == len(pins), "a pin without a hash"
        assert all("--hash=sha256:" in block for block in re.split(r"^(?=\S)", text, flags=re.M) if block.strip())
        assert "://" not in text
    assert "\nhatchling==" in (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.mark.timeout(240)
def test_the_wheel_carries_three_packages_their_data_and_runs_without_the_source_tree(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    wheel = next(tmp_path.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {"xieli_tui", "xieli_sync", "xieli_sample"} <= tops
    for folder in ("src/xieli_tui", "sync/xieli_sync", "sample_db/xieli_sample"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and not any(part == "__pycache__" or part.startswith(".") for part in path.parts[len(ROOT.parts) :]):
                assert str(Path(path.relative_to(ROOT / folder).parent, path.name)) in {n.split("/", 1)[1] for n in names if "/" in n}, path
    target = tmp_path / "venv"
    venv.create(target, with_pip=False, system_site_packages=False)
    python = target / ("Scripts" if os.name == "nt" else "bin") / "python"
    site = next(target.rglob("site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    spec = importlib.util.find_spec("typer")
    assert spec is not None
    assert spec.origin is not None
    (site / "deps.pth").write_text(str(Path(spec.origin).parent.parent) + "\n")
    code = "import xieli_tui, xieli_sync, xieli_sample; from xieli_tui.cli.main import main; print(xieli_tui.__file__); raise SystemExit(main(['--help']))"
    # -P and a foreign working directory: the source tree must not be found by accident
    ran = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert str(site) in ran.stdout.splitlines()[0]


def test_editable_install_points_at_the_three_source_folders() -> None:
    import xieli_sample
    import xieli_sync
    import xieli_tui

    files = [Path(m.__file__ or "") for m in (xieli_tui, xieli_sync, xieli_sample)]
    if not all(ROOT in f.parents for f in files):
        pytest.skip("installed from a wheel, not editable")
    assert [f.relative_to(ROOT).parts[0] for f in files] == ["src", "sync", "sample_db"]


def test_the_page_of_error_codes_is_what_the_registry_says() -> None:
    spec = importlib.util.spec_from_file_location("error_codes", ROOT / ".ci" / "error_codes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs" / "error-codes.md").read_text(encoding="utf-8")
    assert written == module.page(), "run: python .ci/error_codes.py"
