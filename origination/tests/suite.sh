#!/usr/bin/env bash
# The whole suite: the demo site on both engines, then the host site on both.
set -euo pipefail
cd "$(dirname "$0")/../.."
python="${PYTHON:-python}"
for engine in sqlite postgresql; do
  "$python" -m pytest -q --engine="$engine"
  "$python" -m pytest -q --engine="$engine" --ds=origination.tests.hostsite.settings \
    origination/tests/test_{authentication,checks,routers,statistics,views}.py
done
