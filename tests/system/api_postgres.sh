#!/usr/bin/env bash
# Jobs and data routes over PostgreSQL: all that their tests say of SQLite; and a server that goes away
# while a job runs, and comes back.
here=$(dirname "$0")
. "$here/lib.sh"
tests=${PB_BUILD_DIR:?}/tests/unit_test_jobs
[ -x "$tests" ] || { echo "skipped: $tests is not built"; exit 77; }
. "$here/lib_postgres.sh"
postgres_start
postgres_sql postgres "CREATE DATABASE jobs" || fail "no database"
for i in 0 1; do postgres_sql postgres "CREATE DATABASE data$i" || fail "no database"; done
PB_DATA_STORE=$(postgres_url dataN) "${PB_BUILD_DIR}/tests/unit_test_route_data" >"$work/out" 2>&1 ||
    fail "data routes over PostgreSQL: $(grep -B 2 -A 2 -e FAILED -e ERROR "$work/out" | head -20)"

PB_JOBS_STORE=$(postgres_url jobs)
export PB_JOBS_STORE
"$tests" >"$work/out" 2>&1 || fail "jobs over PostgreSQL: $(grep -B 2 -A 2 FAILED "$work/out" | head -20)"

PB_JOBS_AWAY=$work/away "$tests" >"$work/out" 2>&1 &
run=$!
for ((i = 0; i < 1000; i++)); do
    [ -e "$work/away" ] && break
    sleep 0.02
done
postgres_ctl -m immediate stop >/dev/null 2>&1 || fail "the server did not stop"
touch "$work/away.down"
sleep 0.5
postgres_ctl start >/dev/null 2>&1 || fail "the server did not start again"
touch "$work/away.up"
wait "$run" || fail "a job while the server was away: $(cat "$work/out")"
finish
