#!/bin/bash
# bench.sh PITBOARD - measures this machine: bench/results/<cpu>.json and .csv.
# Run it on a quiet machine; min and max tell how quiet it was.
set -euo pipefail
pitboard=${1:?bench.sh PITBOARD}
cd "$(dirname "$0")/.."
mkdir -p bench/results
slug=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1 | tr 'A-Z' 'a-z' | sed 's/([^)]*)//g; s/[^a-z0-9]\{1,\}/-/g; s/^-//; s/-$//')
out=bench/results/${slug:-unknown}
"$pitboard" bench --json >"$out.json"
# name,unit,median,min,max,runs: the results are flat objects of one value a line.
{
    echo "name,unit,median,min,max,runs"
    sed -n 's/^ *"\(name\|unit\|median\|min\|max\|runs\)": "\{0,1\}\([^",]*\)"\{0,1\},\{0,1\}$/\1 \2/p' "$out.json" |
        while read -r key value; do
            case $key in
            runs) echo "$value" ;;
            *) printf '%s,' "$value" ;;
            esac
        done
} >"$out.csv"
cat "$out.csv"
echo "written: $out.json $out.csv"
