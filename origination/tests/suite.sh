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
# COVERAGE=1 says at the end what none of the runs reaches, in workers and in what tests start.
# A run takes a third longer.
if [ -n "${COVERAGE:-}" ]; then
  "$python" -m coverage erase
  export COVERAGE_PROCESS_START=$PWD/pyproject.toml COVERAGE_FILE=$PWD/.coverage
fi
anywhere=(
  models routers
  api/{accounts,limits,views}
  checks/{checks,feed,models,sums}
  feed/{records,views}
  importing/{account_codes,calls,feed_key,import_cdrs,kept,loader,run}
  rollups/{migrating,sources}
  statistics/{answers,asking,bounds,columns,every_engine,overriding,readings,sampling,slots,spellings,statements,tables,your_tables}
)
# A site may change these, and no engine does: log-ins, tokens, throttles, values of settings.
any_site=(
  api/{authentication,authenticators,dialects,logging_in,login,request_log,sessions,throttling,user_managers}
  checks/authentication
  conf/{keys,values}
)
# Nothing of these is stored in another way than in the tests of the loader and of log-ins.
sqlite_alone=(
  conf/{keys,values} site/demo
)
# Of the models that are registered in an admin site.
admin=(
  adminpages/{call,cdrs,changelist,export,form,narrowed}
)

files() {  # names of test modules: room/module
  printf 'origination/tests/%s.py\n' "$@" | sed -E 's#([^/]+)$#test_\1#'
}

run() {  # engine, settings, names of test modules
  local engine=$1 settings=$2
  shift 2
  "$python" -m pytest -q -n "$workers" --engine="$engine" --ds="$settings" --database-only \
    $(files "$@")
}

small() {  # engine, settings, a test module: too few tests for several workers
  local said status=0
  said=$("$python" -m pytest -q --engine="$1" --ds="$2" $(files "$3")) || status=$?
  echo "$said"
  return $status
}

"$python" -m pytest -q -n "$workers" --engine=sqlite
# A browser sees no difference between the engines.
"$python" -m pytest -q -n "$workers" --engine=postgresql -m "not browser" --database-only \
  $(printf -- '--ignore=%s ' $(files "${sqlite_alone[@]}"))
host=origination.tests.sites.hostsite.settings
run sqlite "$host" "${anywhere[@]}" "${any_site[@]}" "${admin[@]}"
# An import that is killed: of a host's table on the engine that copies into it.
run postgresql "$host" "${anywhere[@]}" "${admin[@]}" importing/import_crash
# Small sites, as many at a time as there are cores. Accounts are known by a code, a uuid, a text,
# as a proxy.
export python
export -f small files
sites=origination.tests.sites
{
  for site in uuidusers secondfactor realschemas; do
    echo sqlite "$sites.$site.settings" "sites/$site"
  done
  echo postgresql "$sites.realschemas.settings" sites/realschemas
  for engine in sqlite postgresql; do
    for site in bycode byuuid bykey byname byproxy; do
      echo "$engine" "$sites.accountkeys.$site" sites/accountkeys
    done
  done
} | xargs -P "$(nproc)" -L 1 bash -c 'small "$@"' small
run postgresql origination.tests.sites.splitsite "${anywhere[@]}" "${admin[@]}" api/published_example

skipped() {
  echo "SKIPPED: $1" >&2
  [ -z "${REQUIRE_CLICKHOUSE:-}" ]
}

if "$python" -c 'import chdb, clickhouse_backend'; then
  # How files are read is the same on every engine, and a thousand small imports are slow here.
  "$python" -m pytest -q -n "$workers" --engine=clickhouse --database-only -k "not cut_anywhere and not no_more_memory" -m "not browser" \
    $(files "${anywhere[@]}") \
    origination/tests/adminpages/ origination/tests/contrib/
  "$python" -m pytest -q -n "$workers" --engine=clickhouse --ds=origination.tests.sites.yetisite \
    origination/tests/contrib/test_clickhouse_yeti.py
else
  skipped "the tests on ClickHouse; pip install -r requirements-clickhouse.txt"
fi
if command -v clickhouse-server && "$python" -c 'import clickhouse_backend'; then
  "$python" -m pytest -q --engine=cluster \
    origination/tests/contrib/test_clickhouse_cluster.py origination/tests/statistics/test_every_engine.py
  if [ -e /usr/share/java/zookeeper.jar ] && command -v java; then
    "$python" -m pytest -q --engine=replicas origination/tests/contrib/test_clickhouse_replicas.py
  else
    skipped "the tests on replicas; apt-get install zookeeper"
  fi
else
  skipped "the tests on a ClickHouse cluster and its replicas; apt-get install clickhouse-server zookeeper"
fi

if [ -n "${COVERAGE:-}" ]; then
  unset COVERAGE_PROCESS_START
  "$python" -m coverage combine -q
  "$python" -m coverage report
fi
