#!/usr/bin/env bash
# Makes the scripts in origination/static out of the modules here: run it after a change of one.
# A page has one script without imports, because a site's storage may rename or move what is imported.
set -euo pipefail
cd "$(dirname "$0")"
[ -x node_modules/.bin/esbuild ] || npm ci --no-audit --no-fund --silent

bundle() {  # format, modules and further options
  node_modules/.bin/esbuild --bundle --format="$1" --target=es2022 --charset=utf8 \
    --legal-comments=inline --log-level=warning --outbase=. \
    --outdir=../origination/static/origination "${@:2}"
}

# To be imported by pages of the site; then the scripts of our own pages.
bundle esm api.js charts.js
bundle iife --minify portal.js admin/filters.js admin/statistics.js
