#!/usr/bin/env bash
# Looks for long sentences and for words that a reader may not know: in the pages, and in what the
# code says to people. The words are those of textlintrc.json and of its rule's own list.
set -euo pipefail
cd "$(dirname "$0")"
[ -x node_modules/.bin/textlint ] || npm ci --no-audit --no-fund --silent
cd ..
mkdir -p build
.venv/bin/python prose/of_code.py > build/prose-of-code.md
prose/node_modules/.bin/textlint --config prose/textlintrc.json --format unix \
  ./*.md "docs/**/*.md" build/prose-of-code.md
