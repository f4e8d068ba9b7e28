# PostgreSQL goes away under load and comes back: nothing lost, order kept. PB_AWAY
# says for how many seconds.
here=$(dirname "$0")
. "$here/lib.sh"
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
. "$here/lib_postgres.sh"
postgres_start
postgres_sql postgres "CREATE DATABASE race" || fail "no database"
STORE=$(postgres_url race)
CHECK="PGOPTIONS='-c search_path=pitboard' ${pg_as[*]} '$pg_bin/psql' -h '$pg_dir' -U postgres -XAtq race -c 'SELECT sum(points) FROM live_chunks'"
export STORE CHECK
timeout 300 python3 "$PB_SOURCE_DIR/tests/slow/live_faults.py" url "${PB_AWAY:-3}" &
run=$!
sleep 2
postgres_ctl -m immediate stop >/dev/null 2>&1 || fail "the server did not stop"
sleep "${PB_AWAY:-3}"
postgres_ctl start >/dev/null 2>&1 || fail "the server did not start again"
wait "$run" || fail "the load"
finish
