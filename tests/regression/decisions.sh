#!/bin/bash
# decisions.sh CHECK|WRITE [EVERY] - what we call in real situations.
#
# decisions.csv holds, for each: the race, the in-lap, the car, what is known on that
# lap beside the laps before (a flag, rivals that stop), the acceptable actions, the
# most that a call outside of them may cost against them by our own simulation, and
# our call when the file was written. BOX stands for COVER and UNDERCUT too, STAY_OUT
# for EXTEND and OVERCUT. CHECK fails for a call that is neither acceptable nor cheap,
# and for one that is not the one in the file: a change of advice is a diff to review.
# WRITE brings our calls up to date. EVERY n looks at every n-th row only.
set -euo pipefail
mode=${1:?CHECK or WRITE} every=${2:-1}
here=$(cd "$(dirname "$0")" && pwd)
races=${PB_SHARED_DIR:?}/data/armchair-strategist/races
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The calls of one row: "GAIN ACTION:COMPOUND", best first.
calls_of() {
    local season=$1 round=$2 lap=$3 car=$4 flag=$5 boxed=$6 set=$7
    local file
    file=$(ls "$races/${season}_$(printf '%02d' "$((10#$round))")"_*.csv)
    local args=(--car "$car" --lap $((lap - 1)) --trials 4000 --threads 1 --json)
    [ "$flag" = green ] || args+=(--flag "$flag")
    [ -z "$boxed" ] || args+=(--boxed "${boxed// /,}")
    [ -z "$set" ] || args+=(--set "$set")
    "$PITBOARD" recommend "$file" "${args[@]}" | jq -r '.actions[] | .action as $a |
        (if ["BOX","COVER","UNDERCUT"] | index($a) then "BOX:" + .compound else "STAY_OUT" end) as $family |
        "\(.gain.value) \($family) \($a)" + (if $family == "STAY_OUT" then "" else ":" + .compound end)'
}

judge() { # calls file, acceptable, max_regret: prints "ok" or the regret
    awk -v acceptable="$2" -v most="$3" '
        function fits(x) { return ("|" acceptable "|") ~ ("\\|" x "\\|") }
        NR == 1 && fits($2) { print "ok"; done = 1; exit }
        NR > 1 && fits($2) && !seen { regret = -$1; seen = 1 }
        END { if (!done) print (seen && regret <= most ? "ok" : seen ? "regret " regret : "none of them") }' "$1"
}

bad=0 n=0
out=$work/decisions.csv
while IFS=, read -r season round lap car flag boxed set acceptable most our note; do
    if [ "$season" = season ]; then
        echo "$season,$round,$lap,$car,$flag,$boxed,$set,$acceptable,$most,$our,$note" >"$out"
        continue
    fi
    n=$((n + 1))
    [ $((n % every)) = 0 ] || continue
    calls_of "$season" "$round" "$lap" "$car" "$flag" "$boxed" "$set" >"$work/calls"
    now=$(head -1 "$work/calls" | cut -d' ' -f3)
    verdict=$(judge "$work/calls" "$acceptable" "$most")
    echo "$season,$round,$lap,$car,$flag,$boxed,$set,$acceptable,$most,$now,$note" >>"$out"
    if [ "$verdict" != ok ]; then
        echo "$season R$round L$lap $car ($note): we call $now, acceptable is $acceptable: $verdict" >&2
        bad=$((bad + 1))
    elif [ "$mode" = CHECK ] && [ "$now" != "$our" ]; then
        echo "$season R$round L$lap $car ($note): we call $now, the file has $our; if that is meant, run $0 WRITE and review the diff" >&2
        bad=$((bad + 1))
    fi
done <"$here/decisions.csv"
[ "$mode" = CHECK ] || [ "$every" != 1 ] || cp "$out" "$here/decisions.csv"
echo "$n situations, every $every: $bad not as they should be"
[ "$bad" = 0 ]
