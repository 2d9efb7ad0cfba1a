#!/usr/bin/env bash
# The whole suite: the demo site and the host site on both engines; then accounts on SQLite with
# CDRs on PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/../.."
python="${PYTHON:-python}"
for engine in sqlite postgresql; do
  "$python" -m pytest -q --engine="$engine"
  "$python" -m pytest -q --engine="$engine" --ds=origination.tests.hostsite.settings \
    origination/tests/test_{authentication,checks,import_cdrs,import_crash,routers,statistics,views}.py
done
"$python" -m pytest -q --engine=postgresql --ds=origination.tests.splitsite \
  origination/tests/test_{admin,authentication,import_cdrs,published_example,routers,statistics,views}.py
