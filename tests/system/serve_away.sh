# See serve_away.py; PB_LONG=1 for all of it.
here=$(dirname "$0")
. "$here/lib.sh"
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
. "$here/lib_postgres.sh"
postgres_start
postgres_sql postgres "CREATE DATABASE race" || fail "no database"
ctl="${pg_as[*]} $pg_bin/pg_ctl -D $pg_dir/data -w -t 60 -l $pg_dir/log -o \"-c listen_addresses='' -c unix_socket_directories='$pg_dir'\""
all="pids() { head -1 $pg_dir/data/postmaster.pid; pgrep -P \$(head -1 $pg_dir/data/postmaster.pid); }; kill"
STORE=$(postgres_url race) STOP="$ctl -m immediate stop" START="$ctl start" HANG="$all -STOP \$(pids)" GO_ON="$all -CONT \$(pids)" \
    PYTHONDONTWRITEBYTECODE=1 timeout 600 python3 "$here/serve_away.py" || fail "the store away"
finish
