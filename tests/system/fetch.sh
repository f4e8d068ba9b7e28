# Fetching from a server that fails on purpose: what arrives is whole and right, is
# asked for once, within limits; and what is refused.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_http.sh"
spanish=$races/2023_07_spanish.csv
csv_laps "$spanish" >"$work/want"
openf1="import openf1 --session-key 9102 --base $at/v1 --cache $cache --per-second 0"
ergast="import ergast --season 2023 --round 7 --base $at/ergast/f1/ --cache $cache --per-second 0"

# ---- OpenF1: 500, too many, half an answer, a page that is no data, a length that is wrong ----
faults session_key=9102 none
faults /v1/laps 500,429:1,cut
faults /v1/stints html
faults /v1/drivers long,short
accepts $openf1 --store "sqlite:$work/a.db" --json
jq -e '.store.files == 3 and .accepted == 1395 and (.quarantined | length) == 0' "$work/out" >/dev/null || fail "rows of OpenF1: $(head -c 300 "$work/out")"
store_laps "$work/a.db" 2023-07 | cmp -s - "$work/want" || fail "laps of OpenF1 are not those of the race"
[ "$(sql "$work/a.db" "SELECT count(*) FROM stints")" = 63 ] || fail "stints of OpenF1"
[ "$(asked '/v1/laps?session_key=9102 [bytes=')" = 1 ] || fail "half an answer was not gone on with"

# ---- again: nobody is asked, everything is known; after a while only whether it changed ----
before=$(ask /_log | wc -l)
accepts $openf1 --store "sqlite:$work/a.db" --json
jq -e '.store.known == 3' "$work/out" >/dev/null || fail "a second import is not known"
[ "$(ask /_log | tail -n +$((before + 1)) | grep -c 'laps\|stints\|sessions\|drivers')" = 0 ] || fail "asked again for what is fresh"
accepts $openf1 --store "sqlite:$work/a.db" --fresh 0 --json
jq -e '.store.known == 3' "$work/out" >/dev/null || fail "unchanged files are not known"

# ---- a broken file of the cache is fetched again ----
laps=$(find "$cache" -name laps.json)
printf x | dd of="$laps" bs=1 seek=5000 conv=notrunc 2>/dev/null
accepts $openf1 --store "sqlite:$work/b.db" --json
store_laps "$work/b.db" 2023-07 | cmp -s - "$work/want" || fail "a broken file of the cache was believed"

# ---- jolpica: pages joined; one that is cut short is asked for again ----
faults offset=300 short
faults offset=500 503:0,none
accepts $ergast --store "sqlite:$work/c.db" --json
jq -e '.store.files == 15 and (.store.incomplete // []) == []' "$work/out" >/dev/null || fail "pages of jolpica: $(head -c 300 "$work/out")"
store_laps "$work/c.db" 2023-07 | cmp -s - "$work/want" || fail "laps of jolpica are not those of the race"
[ "$(sql "$work/c.db" "SELECT count(*) FROM results")" = 20 ] || fail "results of jolpica"
[ "$(asked 'laps.json?limit=100&offset=300')" = 2 ] || fail "a page that was cut was not asked for again"

# ---- a season: the races that were run ----
accepts import ergast --season 2023 --base "$at/ergast/f1" --cache "$cache" --per-second 0 --store "sqlite:$work/d.db"
store_laps "$work/d.db" 2023-07 | cmp -s - "$work/want" || fail "laps of a season"
[ "$(asked /2023/8/)" = 0 ] || fail "asked for a race of the future"

# ---- limits: so many a second, so many an hour, also over several runs ----
rm -rf "$cache"
started=$(date +%s%N)
accepts import ergast --season 2023 --round 7 --base "$at/ergast/f1" --cache "$cache" --per-second 8 --store "sqlite:$work/e.db"
took=$((($(date +%s%N) - started) / 1000000))
[ "$took" -ge 2000 ] || fail "18 requests at 8 a second took $took ms"
before=$(ask /_log | wc -l)
for _ in 1 2; do
    timeout 1 "$PITBOARD" $openf1 --per-hour 20 --store "sqlite:$work/f.db" >/dev/null 2>&1
done
[ $(($(ask /_log | wc -l) - before)) = 2 ] || fail "more than 20 requests an hour went, over several runs"
rm -rf "$cache"

# ---- addresses ----
mkdir -p "$buckets/public-bucket"
cp "$spanish" "$buckets/public-bucket/2023_07_spanish.csv"
accepts import auto "$at/public-bucket/2023_07_spanish.csv" --cache "$cache" --json
jq -e '.races[0].cars == 20 and .races[0].accepted == 1312' "$work/out" >/dev/null || fail "a lap CSV by its address"
accepts import openf1 "$at/v1/laps?session_key=9102&driver_number=1" "$at/v1/drivers?session_key=9102" --cache "$cache" --store "sqlite:$work/g.db"
store_laps "$work/g.db" 2023-07 | cmp -s - "$work/want" || fail "a collection by its address"

# ---- refused ----
kept="--cache $cache --store sqlite:$work/x.db"
refuses 2 "session-key is of OpenF1" import fastf1 --session-key 1 $kept
refuses 2 "ergast --season" import openf1 --season 2023 $kept
refuses 2 "give --store" import ergast --season 2023 --cache "$cache"
refuses 2 "needs --season" import ergast "$at/x" --round 3 $kept
refuses 2 "plain-http" import auto http://example.com/laps.csv $kept
refuses 1 "no URL" import auto https:// $kept
refuses 1 "Practice 1" import openf1 --session-key 9098 --base "$at/v1" $kept
refuses 1 "knows no session\|answered 404" import openf1 --session-key 4711 --base "$at/v1" $kept
refuses 1 "no rows of round 9" import ergast --season 2023 --round 9 --base "$at/ergast/f1" $kept
refuses 1 "Could not\|Couldn't connect\|given up" import ergast --season 2023 --base http://127.0.0.1:1 --tries 2 $kept
mkdir -p "$buckets/public-bucket"
refuses 1 "answered 404" import auto "$at/public-bucket/none?token=t0ps3cret" $kept
grep -q t0ps3cret "$work/err" && fail "a secret of an address was shown"
echo hallo >"$buckets/public-bucket/hallo.txt"
accepts import auto "$at/public-bucket/2023_07_spanish.csv?api_key=t0ps3cret" $kept
grep -rq t0ps3cret "$cache" && fail "a secret of an address was written down"
echo x >"$work/file"
refuses 1 "folder cannot be made" import auto "$at/public-bucket/hallo.txt" --cache "$work/file" --store "sqlite:$work/x.db"

# ---- a server that cannot prove who it is ----
if command -v openssl >/dev/null; then
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
    python3 -c 'import http.server, ssl, sys
s = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
c.load_cert_chain(sys.argv[2], sys.argv[1])
s.socket = c.wrap_socket(s.socket, server_side=True)
open(sys.argv[3], "w").write(str(s.server_address[1]))
s.handle_error = lambda *a: None
s.serve_forever()' "$work/key.pem" "$work/cert.pem" "$work/tls" 2>/dev/null &
    tls=$!
    for _ in $(seq 100); do [ -s "$work/tls" ] && break; sleep 0.05; done
    refuses 1 "cannot prove who it is" import auto "https://localhost:$(cat "$work/tls")/x" $kept
    kill $tls
fi
finish
