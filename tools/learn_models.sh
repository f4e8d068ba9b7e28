#!/bin/sh
# learn_models.sh DATA PITBOARD [KIND|all [OUT]] - makes the models that ship,
# data/defaults/models/KIND.pbm.gz, from the folders of DATA whose licence allows
# it and from nothing else: armchair-strategist (Apache-2.0), racedata (CC0) and
# f1-circuits (MIT). Starting grids are those of racedata. A developer tool, not
# installed. The table of figures goes to standard output.
set -eu
data=$(cd "$1" && pwd) pitboard=$2 kind=${3:-all} out=${4:-$(dirname "$0")/../data/defaults/models}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for folder in armchair-strategist racedata f1-circuits; do ln -s "$data/$folder" "$work/$folder"; done
# Slots as places on the grid: those who did not start leave no gap, the pit lane comes last.
awk -F, -v OFS=, '
    { gsub(/"/, "") }
    FILENAME ~ /races.csv$/ { season[$1] = $2; round[$1] = $3; next }
    FILENAME ~ /drivers.csv$/ { code[$1] = $4; next }
    FNR > 1 && season[$2] >= 2018 && $8 != "W" { print season[$2], round[$2], ($6 > 0 ? $6 : 99), $9, code[$3] }
' "$data/racedata/races.csv" "$data/racedata/drivers.csv" "$data/racedata/results.csv" |
    sort -t, -n -k1,1 -k2,2 -k3,3 -k4,4 | awk -F, -v OFS=, '
    BEGIN { print "season,round,driver,grid" }
    { race = $1 "," $2; place = race == last ? place + 1 : 1; last = race; print $1, $2, $5, place }
' >"$work/grids.csv"

mkdir -p "$out"
"$pitboard" train "$kind" --data "$work" --out "$out"
bytes=$(cat "$out"/*.pbm.gz | wc -c)
echo "$bytes bytes in all"
[ "$bytes" -le 5242880 ] || { echo "more than 5 MiB: they cannot ship" >&2; exit 1; }
