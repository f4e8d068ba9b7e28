# A bucket: listed over pages, signed, gone on with after a kill, its odd keys kept
# inside of the cache; and what is refused.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_http.sh"
export AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=t0ps3cret
unset AWS_SESSION_TOKEN AWS_REGION AWS_DEFAULT_REGION AWS_ENDPOINT_URL AWS_ENDPOINT_URL_S3
get="import auto --endpoint $at --cache $cache --json"

# ---- objects over several pages; what is no table is passed over ----
mkdir -p "$buckets/races/all" "$buckets/races/other"
cp "$races"/*.csv "$buckets/races/all/"
sed "s/Williams/Williams Racing/" "$races/2023_07_spanish.csv" >"$buckets/races/all/2012_01_with space & plus+ü=.csv"
echo hallo >"$buckets/races/all/read me.txt"
cp "$races/2019_11_german.csv" "$buckets/races/other/"
: >"$buckets/races/all/empty.csv"
accepts $get s3://races/all --store "sqlite:$work/a.db"
jq -e '.store.files == 5 and (.store.passed_over | length) == 1 and (.refused | length) == 0' "$work/out" >/dev/null || fail "objects: $(head -c 400 "$work/out")"
accepts import auto "$races"/*.csv --store "sqlite:$work/files.db"
for race in 2019-11 2021-21 2023-07 2024-16; do
    store_laps "$work/a.db" $race >"$work/from_bucket"
    store_laps "$work/files.db" $race | cmp -s - "$work/from_bucket" || fail "laps of $race from the bucket"
    [ -s "$work/from_bucket" ] || fail "no laps of $race"
done
[ "$(asked continuation-token)" = 2 ] || fail "pages of the list"
[ "$(asked other)" = 0 ] || fail "fetched what is not below the prefix"

# ---- again: listed, not fetched; one that changed is ----
before=$(ask /_log | wc -l)
accepts $get s3://races/all --store "sqlite:$work/a.db"
jq -e '.store.known == 5' "$work/out" >/dev/null || fail "objects are not known"
[ "$(ask /_log | tail -n +$((before + 1)) | grep -vc list-type)" = 0 ] || fail "fetched again what has its etag"
sed 2d "$races/2023_07_spanish.csv" >"$buckets/races/all/2023_07_spanish.csv"
before=$(ask /_log | wc -l)
accepts $get s3://races/all --store "sqlite:$work/a.db"
[ "$(ask /_log | tail -n +$((before + 1)) | grep -vc list-type)" = 1 ] || fail "the changed object, and only it"

# ---- killed while a large object comes: it goes on, and is the same ----
mkdir -p "$buckets/large"
head -c 12000000 /dev/urandom >"$buckets/large/2023_07_points.bin"
faults points.bin drip,drip,drip
for more in 300000 900000 1500000; do
    "$PITBOARD" $get s3://large --store "sqlite:$work/b.db" >/dev/null 2>&1 &
    for _ in $(seq 500); do
        [ "$(stat -c %s "$cache"/s3/*/large/2023_07_points.bin.pb-part 2>/dev/null || echo 0)" -gt $more ] && break
        sleep 0.02
    done
    kill -9 $! && wait $! 2>/dev/null
done
part=$(stat -c %s "$cache"/s3/*/large/2023_07_points.bin.pb-part)
[ "$part" -gt 100000 ] && [ "$part" -lt 12000000 ] || fail "a part of $part bytes after three kills"
run $get s3://large --store "sqlite:$work/b.db"
cmp -s "$buckets/large/2023_07_points.bin" "$cache"/s3/*/large/2023_07_points.bin || fail "the object that went on is another"
[ "$(asked "points.bin [bytes=$part-]")" = 1 ] || fail "it did not go on at $part"
[ "$(asked 'points.bin [bytes=')" = 3 ] || fail "it did not go on each time"
echo "killed three times, gone on at $part of 12000000 bytes, the same in the end"
jq -e '.store.passed_over | length == 1' "$work/out" >/dev/null || fail "what is no table is not passed over"

# ---- killed while many files are imported: they are all there, once ----
mkdir -p "$buckets/many"
for i in $(seq -w 1 24); do sed "s/Williams/Williams $i/" "$races/2024_16_italian.csv" >"$buckets/many/2001_${i}_x.csv"; done
accepts $get s3://many --store "sqlite:$work/whole.db"
files_in() { # DB N: waits until N files are in it
    python3 -c 'import sqlite3, sys, time
for _ in range(1000):
    try:
        if sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM sources").fetchone()[0] >= int(sys.argv[2]): break
    except sqlite3.Error: pass
    time.sleep(0.01)' "$@"
}
for n in 2 8 15; do
    "$PITBOARD" $get s3://many --store "sqlite:$work/killed.db" >/dev/null 2>&1 &
    files_in "$work/killed.db" $n
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
done
accepts $get s3://many --store "sqlite:$work/killed.db"
echo "of 24 files $(jq .store.known "$work/out") were in before the last run"
[ "$(jq .store.known "$work/out")" -gt 0 ] || fail "no kill left anything behind"
query="SELECT id, driver, lap, time_ms FROM laps JOIN races USING (race) ORDER BY 1, 2, 3"
sql "$work/whole.db" "$query" >"$work/whole"
sql "$work/killed.db" "$query" | cmp -s - "$work/whole" || fail "the store after kills is another"
[ -s "$work/whole" ] || fail "no laps of many files"
accepts db check --store "sqlite:$work/killed.db" --json
jq -e .sound "$work/out" >/dev/null || fail "the store is not sound after kills"

# ---- keys that are no names for files stay below the cache ----
run $get s3://odd-bucket --store "sqlite:$work/odd.db"
[ "$(find "$cache"/s3/*/odd-bucket -type f ! -name '*.pb-meta' | wc -l)" = 8 ] || fail "odd keys: $(find "$cache"/s3/*/odd-bucket -type f | cut -c 1-200)"
[ -z "$(find "$work" -name 'evil*' -o -name 'y.csv*' -o -name 'abs.csv*')" ] || fail "a key led out of the cache"

# ---- a public bucket needs no credentials ----
mkdir -p "$buckets/public-bucket"
cp "$races/2019_11_german.csv" "$buckets/public-bucket/"
(
    failed=0
    unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
    accepts $get s3://public-bucket --store "sqlite:$work/public.db"
    refuses 1 AccessDenied $get s3://races --store "sqlite:$work/x.db"
    exit $failed
) || fail "without credentials"

# ---- refused, and no secret in any message ----
to="--store sqlite:$work/x.db"
refuses 1 NoSuchBucket $get s3://nowhere $to
grep -q t0ps3cret "$work/err" && fail "the secret was shown"
AWS_SECRET_ACCESS_KEY=other refuses 1 SignatureDoesNotMatch $get s3://races $to
AWS_ACCESS_KEY_ID=other refuses 1 InvalidAccessKeyId $get s3://races $to
AWS_SECRET_ACCESS_KEY='' refuses 1 "AWS_SECRET_ACCESS_KEY" $get s3://races $to
refuses 1 "names no bucket" $get s3:// $to
refuses 1 "nothing below it" $get s3://races/nothing $to
refuses 1 "cache-max" $get s3://large --cache-max 5 $to
refuses 1 "no endpoint" import auto s3://races --endpoint "$at/path" --cache "$cache" $to
refuses 2 "plain-http" import auto s3://races --endpoint http://example.com --cache "$cache" $to
grep -rq t0ps3cret "$cache" && fail "the secret was written down"

# ---- the cache is kept below its size ----
accepts $get s3://races/other --cache-max 1 --store "sqlite:$work/a.db"
[ "$(du -sk "$cache/s3" | cut -f 1)" -lt 3000 ] || fail "the cache has $(du -sk "$cache/s3" | cut -f 1) kB"
finish
