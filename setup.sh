#!/usr/bin/env bash
# Makes .venv with all that the demo and the tests need.
set -euo pipefail
cd "$(dirname "$0")"
if ! python3 -c 'import ensurepip' 2>/dev/null; then
  as_root=$([ "$(id -u)" = 0 ] || echo sudo)
  $as_root apt-get update
  $as_root apt-get install -y python3-venv
fi
python3 -m venv .venv
.venv/bin/pip install -q -r requirements-dev.txt
