#!/usr/bin/env bash
# Writes requirements.lock (what runs, plus the build backend), requirements-dev.lock (what tests and checks need besides)
# and requirements-bench.lock (what `make bench` compares with), all with hashes and without any registry address.
set -euo pipefail
cd "$(dirname "$0")/.."
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
python3 -m venv "$tool/venv"
"$tool/venv/bin/pip" install --quiet --disable-pip-version-check uv
python3 - "$tool" <<'PY'
import sys, tomllib, pathlib
out = pathlib.Path(sys.argv[1])
data = tomllib.loads(pathlib.Path("pyproject.toml").read_text(encoding="utf-8"))
# the receiver's libraries are in the one lock of what runs: 700 KB of pure Python, and a county set up with `make demo` has them
county = data["project"]["optional-dependencies"]["county"]
# hatchling asks for `editables` only while it makes an editable install, which `make` does without build isolation
run = data["project"]["dependencies"] + county + data["build-system"]["requires"] + ["editables>=0.5"]
(out / "run.in").write_text("\n".join(run) + "\n")
(out / "dev.in").write_text("\n".join(data["dependency-groups"]["dev"]) + "\n")
(out / "bench.in").write_text("\n".join(data["dependency-groups"]["bench"]) + "\n")
PY
common=(--quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links)
"$tool/venv/bin/uv" pip compile "${common[@]}" "$tool/run.in" -o requirements.lock
"$tool/venv/bin/uv" pip compile "${common[@]}" -c requirements.lock "$tool/dev.in" -o requirements-dev.lock
"$tool/venv/bin/uv" pip compile "${common[@]}" "$tool/bench.in" -o requirements-bench.lock
for file in requirements.lock requirements-dev.lock requirements-bench.lock; do
  if grep -nE 'https?://|file://' "$file"; then echo "an address got into $file" >&2; exit 1; fi
done
echo "locked: $(grep -c -- '==' requirements.lock) run, $(grep -c -- '==' requirements-dev.lock) dev"
