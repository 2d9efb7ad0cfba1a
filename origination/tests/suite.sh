#!/usr/bin/env bash
# The whole suite: the demo site and the host site on both engines; then accounts on SQLite with
# CDRs on PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/../.."
python="${PYTHON:-.venv/bin/python}"
anywhere=(accounts authentication checks concurrency dialects import_cdrs limits request_log rollups routers sampling statistics throttling views)

run() {  # engine, settings, names of test modules
  local engine=$1 settings=$2
  shift 2
  "$python" -m pytest -q --engine="$engine" --ds="$settings" \
    $(printf 'origination/tests/test_%s.py ' "$@")
}

"$python" -m pytest -q --engine=sqlite
# A browser sees no difference between the engines.
"$python" -m pytest -q --engine=postgresql -m "not browser"
for engine in sqlite postgresql; do
  run "$engine" origination.tests.hostsite.settings "${anywhere[@]}" import_crash
done
run postgresql origination.tests.splitsite "${anywhere[@]}" admin published_example
