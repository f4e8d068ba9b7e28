# PostgreSQL as a store: a real server, started here. The same files give the same
# contents as in SQLite, copies go both ways, and the server may die in the middle.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_postgres.sh"
postgres_start
postgres_sql postgres 'CREATE DATABASE races' || fail "no database"
postgres_sql postgres 'CREATE DATABASE other'
postgres_sql postgres 'CREATE DATABASE live'
url=$(postgres_url races)
other=$(postgres_url other)

# contents of a store in one order: by its backup, which is a file of SQLite. When it was imported is left out.
dump() { # FILE
    sqlite3 "$1" "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name" | while read -r table; do
        sqlite3 "$1" "SELECT '$table', * FROM $table" | sort
    done | sed -E 's/^(sources\|.*[0-9a-f]{64}\|[^|]*\|[0-9]+\|)[0-9]+/\1/'
}

# ---- the unit tests of live sessions and of the server's tables, over this server ----
PB_TEST_PG_URL=$(postgres_url live)
PB_TEST_PG_STOP="$(declare -p pg_as pg_bin pg_dir); $(declare -f postgres_ctl); postgres_ctl -m immediate stop >/dev/null 2>&1"
PB_TEST_PG_START="$(declare -p pg_as pg_bin pg_dir); $(declare -f postgres_ctl); postgres_ctl start >/dev/null 2>&1"
printf '%s\n' "$PB_TEST_PG_STOP" >"$work/stop" && printf '%s\n' "$PB_TEST_PG_START" >"$work/start"
PB_TEST_PG_URL=$PB_TEST_PG_URL PB_TEST_PG_STOP="bash $work/stop" PB_TEST_PG_START="bash $work/start" \
    "${PB_BUILD_DIR:?}/tests/unit_test_store_live" >"$work/unit" 2>&1 || fail "$(grep -B1 -A2 "ERROR" "$work/unit" | head -c 500)"
! grep -q SKIPPED "$work/unit" || fail "tests over PostgreSQL were skipped"
PB_TEST_PG_URL=$PB_TEST_PG_URL "${PB_BUILD_DIR:?}/tests/unit_test_store_server" >"$work/unit" 2>&1 ||
    fail "$(grep -B1 -A2 "ERROR" "$work/unit" | head -c 500)"

for test in call_log session_replay; do
    PB_TEST_PG_URL=$PB_TEST_PG_URL "${PB_BUILD_DIR:?}/tests/unit_test_$test" >"$work/unit" 2>&1 ||
        fail "$test: $(grep -B1 -A2 "ERROR" "$work/unit" | head -c 500)"
done

# ---- the same import, the same contents ----
refuses 1 'no store of Pitboard' db check --store "$url"
refuses 1 'no store of Pitboard' simulate 2023-07 --store "$url"
accepts db migrate --store "$url"
grep -q 'made, brought to version 3' "$work/out" || fail "migrate: $(cat "$work/out")"
accepts db migrate --store "$url"
grep -q 'version 3 already' "$work/out" || fail "migrate twice: $(cat "$work/out")"
for store in "$url" "sqlite:$work/races.db"; do
    accepts import auto "$races" "$PB_SOURCE_DIR/tests/data/synthetic" --store "$store"
    accepts import auto "$races" "$PB_SOURCE_DIR/tests/data/synthetic" --store "$store" --json
    jq 'del(.store.url)' "$work/out" >"$work/import.${store%%:*}.json"
    accepts db check --store "$store" --conflicts --json
    jq 'del(.store)' "$work/out" >"$work/check.${store%%:*}.json"
    accepts simulate 2023-07 --store "$store" --trials 64 --json
    jq 'del(.elapsed_s, .trials_per_s)' "$work/out" >"$work/sim.${store%%:*}.json"
done
for what in import check sim; do
    cmp -s "$work/$what.sqlite.json" "$work/$what.postgresql.json" ||
        fail "$what: $(diff "$work/$what.sqlite.json" "$work/$what.postgresql.json" | head -5)"
done
accepts db backup "$work/pg.db" --store "$url"
accepts db backup "$work/sqlite.db" --store "sqlite:$work/races.db"
refuses 1 'never replaces' db backup "$work/pg.db" --store "$url"
accepts db check --store "sqlite:$work/pg.db"
if command -v sqlite3 >/dev/null; then
    dump "$work/pg.db" >"$work/pg.dump"
    dump "$work/sqlite.db" >"$work/sqlite.dump"
    [ "$(wc -l <"$work/pg.dump")" -gt 4000 ] || fail "only $(wc -l <"$work/pg.dump") rows"
    cmp -s "$work/pg.dump" "$work/sqlite.dump" || fail "not the same: $(diff "$work/pg.dump" "$work/sqlite.dump" | head -4)"
fi

# ---- back: from either into either ----
accepts db restore "$work/sqlite.db" --store "$other"
accepts db check --store "$other"
accepts db restore "$work/pg.db" --store "sqlite:$work/back.db"
accepts db check --store "sqlite:$work/back.db"
accepts db backup "$work/other.db" --store "$other"
if command -v sqlite3 >/dev/null; then
    dump "$work/other.db" | cmp -s - "$work/sqlite.dump" || fail "restored, it is another"
fi
accepts import auto "$races" --store "$other" # numbers of files go on where they were
head -c 20000 "$work/pg.db" >"$work/cut.db"
refuses 1 'cut.db' db restore "$work/cut.db" --store "$other"
accepts db check --store "$other"

# ---- users and keys of the server, in this store too ----
printf 'a long sentence is easy to keep\n' | "$PITBOARD" user add ann --role admin --store "$url" >"$work/out" 2>"$work/err" ||
    fail "user add: $(cat "$work/err")"
accepts user add bob --team blue --no-password --store "$url"
accepts user set bob --team blue --role engineer --store "$url"
refuses 1 'last admin' user remove ann --store "$url"
accepts key add wall --days 3 --store "$url"
refuses 1 'already' key add wall --store "$url"
accepts user list --store "$url" --json
jq -e '[.users[].user] == ["bob", "ann"]' "$work/out" >/dev/null || fail "user list: $(jq -c . "$work/out")"
accepts key remove wall --store "$url"
accepts db check --store "$url" --json
jq -e '.sound and .server.server_users == 2 and .server.server_audit == 5' "$work/out" >/dev/null || fail "check: $(jq -c '.findings, .server' "$work/out")"

# ---- what is refused, and that no message has the password ----
secret=postgresql://ann:sesame@127.0.0.1:1/races
for words in 'db check' 'db migrate' 'db retain' "db backup $work/x.db" "import auto $races"; do
    # shellcheck disable=SC2086
    refuses 1 'no connection' $words --store "$secret"
    ! grep -q sesame "$work/err" || fail "the password is in: $(cat "$work/err")"
done
refuses 1 'createdb' db migrate --store "$(postgres_url nowhere)"
refuses 2 'not a URL of PostgreSQL' db migrate --store 'postgresql://ann:%zz@host/x'
postgres_sql other 'UPDATE pitboard.store_version SET version = 7'
refuses 1 'version 7' db migrate --store "$other"
postgres_sql other 'UPDATE pitboard.store_version SET version = 3'
postgres_sql other 'ALTER TABLE pitboard.laps RENAME COLUMN time_ms TO ms'
run db check --store "$other"
[ "$code" = 1 ] && grep -q 'laps is not as this program made it' "$work/out" || fail "a changed table: $(tail -2 "$work/out")"
postgres_sql live 'DROP SCHEMA pitboard CASCADE; CREATE SCHEMA pitboard; CREATE TABLE pitboard.mine(x int)'
refuses 1 'is no store of Pitboard' db migrate --store "$(postgres_url live)"

# ---- the server dies in the middle of an import, and the import is done again ----
postgres_sql live 'DROP SCHEMA pitboard CASCADE'
"$PITBOARD" import auto "$races" --store "$(postgres_url live)" >"$work/out" 2>"$work/err" &
pid=$!
sleep 0.4
postgres_ctl -m immediate stop >/dev/null 2>&1
wait $pid
code=$?
postgres_ctl start >/dev/null 2>&1 || fail "the server does not start again"
[ "$code" = 0 ] || grep -q 'server is gone\|no connection' "$work/err" || fail "a dead server is told as: $(head -c 300 "$work/err")"
accepts import auto "$races" --store "$(postgres_url live)"
accepts db check --store "$(postgres_url live)"
finish
