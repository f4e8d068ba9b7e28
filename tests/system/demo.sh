#!/bin/bash
# demo.sh - one command, one link, and nothing left behind.
. "$(dirname "$0")/lib.sh"
export TMPDIR=$work
demo() { # ARGS...: in the background; its link in $link
    : >"$work/out" # or the link of the one before is taken
    "$PITBOARD" demo --no-open "$@" >"$work/out" 2>"$work/err" &
    pid=$!
    for _ in $(seq 600); do
        link=$(grep -o 'http://[^ ]*' "$work/out") && return
        sleep 0.1
    done
    fail "no link: $(cat "$work/out" "$work/err")"
}
ended() { # SIGNAL: ends with 0, and its folder is gone
    kill -s "$1" "$pid"
    wait "$pid" || fail "ended with $?: $(cat "$work/err")"
    ! ls -d "$work"/pitboard-demo-* >/dev/null 2>&1 || fail "a folder was left: $(ls "$work"; cat "$work/err")"
}

demo --port 0 --race 2021-21 --speed 1000 --car VER
[ "$(grep -c 'http://' "$work/out")" = 1 ] || fail "one line has a link: $(cat "$work/out")"
base=${link%/#/live/demo}
[ "$base" != "$link" ] || fail "the link opens the race: $link"
curl -sf "$base/" | grep -q '<title>Pitboard</title>' || fail "the page is there"
curl -sf "$base/app.js" >/dev/null && curl -sf "$base/style.css" >/dev/null || fail "its script and style are there"
curl -sfD - -o /dev/null "$base/" | grep -qi "^content-security-policy: .*script-src 'self';" || fail "scripts of this server only"
curl -sf "$base/api/v1/sessions/demo" | jq -e '.kind == "replay" and .replay == "2021-21" and .speed == 1000 and .own_car == "VER"' >/dev/null ||
    fail "the race is played as asked: $(curl -s "$base/api/v1/sessions/demo")"
for _ in $(seq 100); do
    curl -sf "$base/api/v1/sessions/demo" | jq -e '(.position.lap // 0) > 1' >/dev/null && break
    sleep 0.1
done
curl -sf "$base/api/v1/sessions/demo/state" | jq -e '.race.cars | length == 20' >/dev/null || fail "twenty cars race"

# A port that is taken: said when it was asked for, else another one is found.
refuses 1 'in use' demo --no-open --port "${base##*:}"
ended INT
demo --port 0
ended TERM
demo --port 0
ended HUP
[ ! -s "$work/err" ] || fail "nothing to complain about: $(cat "$work/err")"

refuses 2 '2023_07_spanish' demo --race 2023-70
refuses 2 '2021_21_saudi_arabian, 2023_07' demo --race 2099
refuses 1 'letters, digits' demo --race ../races
refuses 2 'called XXX; these drive:.* HAM' demo --no-open --port 0 --car XXX
refuses 2 'speed' demo --speed 0
refuses 2 'speed' demo --speed fast
refuses 2 'port' demo --port 70000
refuses 2 'options only' demo now
finish
