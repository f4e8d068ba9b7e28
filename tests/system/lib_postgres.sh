# lib_postgres.sh - a PostgreSQL of its own for a test, gone when the test ends. Source
# it after lib.sh; postgres_start, then $pg_dir has the socket and postgres_url NAME
# gives the URL of a database. Where there is no server to start, the test is skipped.
pg_bin=${PB_PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)}
pg_dir=
pg_as=()

postgres_skip() {
    echo "skipped: $*"
    exit 77
}

postgres_ctl() { # ARGS...: pg_ctl of the server of this test
    "${pg_as[@]}" "$pg_bin/pg_ctl" -D "$pg_dir/data" -w -t 60 -l "$pg_dir/log" \
        -o "-c listen_addresses='' -c unix_socket_directories='$pg_dir'" "$@"
}

# initdb refuses root: another user owns the server then. In memory where there is
# some: a server that was stopped hard reads all its files before it is up again.
postgres_start() {
    [ -x "$pg_bin/initdb" ] || postgres_skip "no PostgreSQL server is installed"
    local base=/tmp user
    [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 500000 ] && base=/dev/shm
    pg_dir=$(mktemp -d "$base/pb_pg.XXXXXX")
    trap postgres_end EXIT
    if [ "$(id -u)" = 0 ]; then
        user=$(id -un postgres 2>/dev/null || id -un nobody 2>/dev/null) || postgres_skip "no user to run a server as"
        command -v runuser >/dev/null || postgres_skip "no runuser"
        chown "$user" "$pg_dir"
        pg_as=(env -C / runuser -u "$user" --) # not every folder is open to it
    fi
    "${pg_as[@]}" "$pg_bin/initdb" -D "$pg_dir/data" -U postgres -A trust -N --wal-segsize=1 --no-instructions \
        >"$work/initdb" 2>&1 || postgres_skip "initdb: $(tail -1 "$work/initdb")"
    postgres_ctl start >"$work/pg_ctl" 2>&1 || postgres_skip "pg_ctl: $(tail -1 "$work/pg_ctl")"
}

postgres_end() {
    [ -f "$pg_dir/data/postmaster.pid" ] && postgres_ctl -m immediate stop >/dev/null 2>&1
    rm -rf "$pg_dir" "$work"
}

postgres_sql() { # DATABASE SQL
    PGOPTIONS="-c client_min_messages=warning" "${pg_as[@]}" "$pg_bin/psql" -h "$pg_dir" -U postgres -XAtq "$1" -c "$2"
}

postgres_url() { # DATABASE
    echo "postgresql:///$1?host=$pg_dir&user=postgres"
}
