#!/bin/bash
# api_routes.sh [--check] - puts the table of routes into docs/api.md, from the document of a
# real server: between the lines
#     <!-- routes: made by tools/api_routes.sh -->
#     <!-- routes end -->
# --check changes nothing and fails where the page differs. PITBOARD names the program.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${PITBOARD:-build/release/pitboard}
work=$(mktemp -d)
server=
stop() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
    rm -rf "$work"
    return 0
}
trap stop EXIT

"$program" serve --listen 127.0.0.1:0 --udp 0 --points-udp 0 --home "$work/home" >/dev/null 2>"$work/log" &
server=$!
for _ in $(seq 300); do
    url=$(sed -n 's/.*listening on \(http:.*\)\/$/\1/p' "$work/log")
    [ -z "$url" ] || break
    sleep 0.05
done
curl -sf "$url/openapi.json" >"$work/openapi.json" || { echo "no document: $(cat "$work/log")"; exit 1; }
jq -r '[.paths | to_entries[] | .key as $path | .value | to_entries[] |
        select(.value | type == "object" and has("operationId")) | {path: $path, method: (.key | ascii_upcase)} + .value] as $all |
    "| route | least role | |", "|---|---|---|",
    (.tags[].name as $tag | $all[] | select(.tags[0] == $tag) |
     "| `\(.method) \(.path)` | \(if .["x-role"] == "none" then "anybody" else .["x-role"] end)\(
        if .["x-home"] then ", home team" else "" end) | \(.summary)\(if .["x-costly"] then " (costly)" else "" end) |")' \
    "$work/openapi.json" >"$work/table"

awk -v table="$work/table" '
    /^<!-- routes end -->/ { inside = 0 }
    !inside { print }
    /^<!-- routes: made by/ { inside = 1; while ((getline line < table) > 0) print line }' docs/api.md >"$work/api.md"
if [ "${1:-}" = --check ]; then
    cmp -s "$work/api.md" docs/api.md || { echo "docs/api.md differs from the routes: run tools/api_routes.sh"; exit 1; }
else
    cmp -s "$work/api.md" docs/api.md || cp "$work/api.md" docs/api.md
fi
