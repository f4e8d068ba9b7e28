# The options of `pitboard serve` from its three places, and each start that cannot be: one clear
# message, exit 2 for what was asked wrongly, 1 for what is in the way.
. "$(dirname "$0")/lib.sh"
unset "${!PITBOARD_SERVE_@}"
export XDG_DATA_HOME=$work/home
off=(--udp 0 --points-udp 0)

refuses 2 "unknown option --lisen; did you mean --listen" serve --lisen 1
refuses 2 "options only" serve "${off[@]}" live
refuses 2 "auth is on or off" serve "${off[@]}" --auth perhaps
refuses 2 "loopback only" serve "${off[@]}" --listen 0.0.0.0:0 --allow-remote --auth off
refuses 2 "allow-remote" serve "${off[@]}" --listen 0.0.0.0:0
refuses 2 "without --tls-cert" serve "${off[@]}" --listen 0.0.0.0:0 --allow-remote
refuses 2 "go together" serve "${off[@]}" --listen 0 --tls-cert x --listen 127.0.0.1:0
refuses 2 "plain or json" serve "${off[@]}" --listen 127.0.0.1:0 --log xml
refuses 2 "log-level" serve "${off[@]}" --listen 127.0.0.1:0 --log-level loud
refuses 2 "nothing.pem: cannot be read" serve "${off[@]}" --listen 127.0.0.1:0 --tls-cert "$work/nothing.pem" --tls-key "$work/nothing.pem"

# a file, the environment, the command: the later wins
printf '# ours\nlisten = 127.0.0.1:0\nudp=0\npoints-udp = 0\nauth = perhaps\n' >"$work/conf"
refuses 2 "'perhaps'" serve --config "$work/conf"
PITBOARD_SERVE_AUTH=never refuses 2 "'never'" serve --config "$work/conf"
PITBOARD_SERVE_AUTH=never refuses 2 "'sometimes'" serve --config "$work/conf" --auth sometimes
PITBOARD_SERVE_CONFIG=$work/conf refuses 2 "'perhaps'" serve
refuses 1 "no such file" serve --config "$work/none"
printf 'listen 1\n' >"$work/conf"
refuses 1 "conf:1: a line is NAME = VALUE" serve --config "$work/conf"
printf 'sync-ms = 5\n\nsync-ms = 6\n' >"$work/conf"
refuses 2 "conf:3: sync-ms is there twice" serve --config "$work/conf"
printf 'allow-remote = yes\n' >"$work/conf"
refuses 2 "conf:1: allow-remote is true or false" serve --config "$work/conf"
printf 'config = x\n' >"$work/conf"
refuses 2 "names no other" serve --config "$work/conf"
printf 'lisen = 1\n' >"$work/conf"
refuses 2 "conf:1: .*did you mean listen" serve --config "$work/conf"
PITBOARD_SERVE_SYNC_MS=often refuses 2 "PITBOARD_SERVE_SYNC_MS: " serve

# what is in the way
echo no >"$work/file"
refuses 1 "file" serve "${off[@]}" --listen 127.0.0.1:0 --home "$work/file"
refuses 1 "file.*cannot be made" serve "${off[@]}" --listen 127.0.0.1:0 --home "$work/file/home"
if [ "$(id -u)" != 0 ]; then
    mkdir "$work/fixed" && chmod 555 "$work/fixed"
    refuses 1 "cannot be" serve "${off[@]}" --listen 127.0.0.1:0 --home "$work/fixed"
fi
yes "no store" | head -c 4096 >"$work/text"
refuses 2 "mysql\|sqlite:\|postgresql:" serve "${off[@]}" --listen 127.0.0.1:0 --record "$work/r" --store mysql://x
refuses 1 "no SQLite file" serve "${off[@]}" --listen 127.0.0.1:0 --record "$work/r" --store "sqlite:$work/text"

# the port is taken, the home is: who runs goes on
"$PITBOARD" serve "${off[@]}" --listen 127.0.0.1:0 >/dev/null 2>"$work/first" &
first=$!
for _ in $(seq 200); do grep -q "listening on" "$work/first" && break; sleep 0.05; done
port=$(grep -o "127.0.0.1:[0-9]*" "$work/first" | head -1)
refuses 1 "another pitboard serve is at home there, process $first" serve "${off[@]}" --listen 127.0.0.1:0
refuses 1 "$port.*in use" serve "${off[@]}" --listen "$port" --home "$work/other"
kill -TERM "$first"
wait "$first" || fail "the first did not end well: $(cat "$work/first")"
accepts serve "${off[@]}" --listen 0 --input - </dev/null
finish
