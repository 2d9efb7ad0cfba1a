#!/usr/bin/env bash
# Lints and formats the modules here; fails where something is left to mend.
set -euo pipefail
cd "$(dirname "$0")"
[ -x node_modules/.bin/biome ] || npm ci --no-audit --no-fund --silent
node_modules/.bin/biome check --write --error-on-warnings --colors=off
