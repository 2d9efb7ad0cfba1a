#!/usr/bin/env bash
# The whole suite: the demo site and the host site on both engines; then accounts on SQLite with
# CDRs on PostgreSQL, and in ClickHouse where requirements-clickhouse.txt is installed.
# The cluster's tests want Debian's clickhouse-server, those of its replicas zookeeper as well.
# REQUIRE_CLICKHOUSE=1 makes it a failure where one of them is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
python="${PYTHON:-.venv/bin/python}"
# A worker a core, each with databases of its own; WORKERS=0 runs one test after the other.
workers="${WORKERS:-auto}"
anywhere=(accounts authentication authenticators checks checks_authentication checks_models checks_sums columns concurrency dialects every_engine import_cdrs importing_loader importing_run keys limits logging_in login models overriding readings request_log rollups rollups_migrating routers sampling sessions setting_values spellings statements statistics tables throttling views your_tables)
# Of the models that are registered in an admin site.
admin=(admin admin_call admin_export admin_list admin_narrowed admin_statistics)

run() {  # engine, settings, names of test modules
  local engine=$1 settings=$2
  shift 2
  "$python" -m pytest -q -n "$workers" --engine="$engine" --ds="$settings" \
    $(printf 'origination/tests/test_%s.py ' "$@")
}

"$python" -m pytest -q -n "$workers" --engine=sqlite
# A browser sees no difference between the engines.
"$python" -m pytest -q -n "$workers" --engine=postgresql -m "not browser"
for engine in sqlite postgresql; do
  run "$engine" origination.tests.hostsite.settings "${anywhere[@]}" "${admin[@]}" import_crash
done
for site in uuidusers secondfactor realschemas; do
  run sqlite "origination.tests.sites.$site.settings" "site_$site"
done
run postgresql origination.tests.sites.realschemas.settings site_realschemas
# Accounts that are known by a code, a uuid, a text, as a proxy.
for engine in sqlite postgresql; do
  for site in bycode byuuid bykey byname byproxy; do
    run "$engine" "origination.tests.sites.accountkeys.$site" site_accountkeys
  done
done
run postgresql origination.tests.splitsite "${anywhere[@]}" "${admin[@]}" published_example

skipped() {
  echo "SKIPPED: $1" >&2
  [ -z "${REQUIRE_CLICKHOUSE:-}" ]
}

if "$python" -c 'import chdb, clickhouse_backend'; then
  # How files are read is the same on every engine, and a thousand small imports are slow here.
  "$python" -m pytest -q -n "$workers" --engine=clickhouse -k "not cut_anywhere and not no_more_memory" -m "not browser" \
    $(printf 'origination/tests/test_%s.py ' "${anywhere[@]}") \
    origination/tests/test_admin*.py origination/tests/test_clickhouse_*.py
  "$python" -m pytest -q -n "$workers" --engine=clickhouse --ds=origination.tests.yetisite \
    origination/tests/test_clickhouse_yeti.py
else
  skipped "the tests on ClickHouse; pip install -r requirements-clickhouse.txt"
fi
if command -v clickhouse-server && "$python" -c 'import clickhouse_backend'; then
  "$python" -m pytest -q --engine=cluster \
    origination/tests/test_clickhouse_cluster.py origination/tests/test_every_engine.py
  if [ -e /usr/share/java/zookeeper.jar ] && command -v java; then
    "$python" -m pytest -q --engine=replicas origination/tests/test_clickhouse_replicas.py
  else
    skipped "the tests on replicas; apt-get install zookeeper"
  fi
else
  skipped "the tests on a ClickHouse cluster and its replicas; apt-get install clickhouse-server zookeeper"
fi
