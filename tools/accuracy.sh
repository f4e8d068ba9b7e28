#!/bin/bash
# accuracy.sh - runs every back-test of learned models and puts what they say into
# docs/accuracy.md: what stands between
#     <!-- table: NAME -->  and  <!-- end -->
# is replaced; reliability diagrams go to docs/img. Needs jq.
#
#   tools/accuracy.sh [--tables] [DATA] [WORK]
#
# data/results/backtests.json, which the program serves (GET /api/v1/backtests), is made of the same.
#
# DATA is the data folder (../shared/data), WORK keeps rows and JSON (build/accuracy);
# --tables makes the tables again from what WORK has; what it lacks stays as it stands.
set -euo pipefail
cd "$(dirname "$0")/.."
tables_only=no
if [ "${1:-}" = --tables ]; then tables_only=yes; shift; fi
data=${1:-../shared/data}
work=${2:-build/accuracy}
pitboard=${PITBOARD:-build/release/pitboard}
protocols="forecast live pace pitcall sc pitstop rain rejoin undercut stops"
export LC_ALL=C.UTF-8 NO_COLOR=1
mkdir -p "$work" docs/img

run_all() {
    local p from
    for p in $protocols; do
        from=$SECONDS
        "$pitboard" backtest "$p" --data "$data" --seasons 2023-2025 --rows "$work/$p.csv" --json --per-race \
            --plot "docs/img/calibration_$p.svg" >"$work/$p.json"
        if [ "$p" != forecast ]; then # 2026 has no grids
            "$pitboard" backtest "$p" --data "$data" --seasons 2026 --rows "$work/$p.2026.csv" --json --per-race \
                >"$work/$p.2026.json"
        fi
        echo $((SECONDS - from)) >"$work/$p.seconds"
        echo "$p: $((SECONDS - from)) s" >&2
    done
}

# Our own calls: no learned model alone, so no baselines beside it and no calibration.
run_regret() {
    local from=$SECONDS
    "$pitboard" backtest regret --data "$data" --seasons 2023-2025 --rows "$work/regret.csv" --json >"$work/regret.json"
    echo $((SECONDS - from)) >"$work/regret.seconds"
    echo "regret: $((SECONDS - from)) s" >&2
}

# What all tables need: numbers with enough digits, an interval, a sign.
jq_lib='
def zeros($n): if $n > 0 then "0" * $n else "" end;
def fixed($d): (fabs * pow(10; $d) | round | tostring) as $s | ($s | length) as $n |
    ($s | if $n > $d then . else zeros($d + 1 - $n) + . end) as $t | ($t | length) as $m | $t[:$m - $d] + "." + $t[$m - $d:];
def minus($x): (if $x < 0 then "-" else "" end) + .;
def digits: if . == null then "" else . as $x | fabs |
    (if . >= 10 then fixed(1) elif . >= 1 then fixed(2) else fixed(4) end) | minus($x) end;
def signed: if . == null then "" elif . > 0 then "+" + digits else digits end;
def span: if .lo == null then "" else (.lo | digits) + " ... " + (.hi | digits) end;
def signed_span: if .lo == null then "" else (.lo | signed) + " ... " + (.hi | signed) end;
def headline: {forecast: "rps", live: "rps", pace: "h1_clean_crps", pitcall: "log_loss", sc: "log_loss",
               pitstop: "interval_score90", rain: "log_loss", rejoin: "exact", undercut: "log_loss", stops: "dry_all_count_acc"}[.protocol];
def more: headline | . == "exact" or endswith("_acc");   # of right answers more is better, of everything else less
def base: .baselines | keys_unsorted[0];
'

metrics_of() {
    case $1 in
    forecast) echo rps mae_median brier_points mae_finishers rho winner_hit log_score_winner brier_podium coverage80 ;;
    live) echo rps mae_median brier_points mae_finishers rho winner_hit at25_rps at50_rps at75_rps coverage80 ;;
    pace) echo h1_clean_crps h1_clean_mae h5_clean_mae h1_mae h5_mae h1_clean_coverage80 h5_clean_coverage80 h1_coverage80 ;;
    pitcall) echo log_loss auc_pr auc_roc f1 window3_f1 compound_acc brier ece ;;
    sc) echo log_loss from1_log_loss auc_roc from1_auc_roc brier ece mean_p base_rate ;;
    pitstop) echo interval_score90 median_ae mae mae_within5 bias coverage90 width90 ;;
    rejoin) echo exact within1 mae dry_exact dry_within1 quiet_exact quiet_within1 brier_within1 ;;
    undercut) echo log_loss brier auc_roc auc_pr under_log_loss over_log_loss d1_log_loss d2_3_log_loss d4_6_log_loss ece mean_p base_rate ;;
    stops) echo dry_all_count_acc dry_all_order_acc dry_all_lap_mae dry_top10_count_acc dry_top10_order_acc dry_winner_count_acc dry_winner_order_acc ;;
    rain) echo log_loss auc_roc auc_pr brier ece mean_p base_rate ;;
    esac
}

# One protocol: every metric of the list against the first baseline.
table_metrics() {
    jq -r --arg list "$(metrics_of "$1")" "$jq_lib"'
        base as $b | "\(.races) races, \(.truth_rows) questions, \(.missing) without an answer; baseline: `\($b)`.", "",
        "| metric | model | 90 % | baseline | difference | 90 % |", "|---|--:|--:|--:|--:|--:|",
        ($list | split(" ")[]) as $m | select(.metrics[$m]) |
        "| \($m) | \(.metrics[$m].value | digits) | \(.metrics[$m] | span) | \(.baselines[$b][$m] | digits) | " +
        "\(.paired[$b][$m].value | signed) | \(.paired[$b][$m] | signed_span) |"' "$work/$1.json"
}

# The headline of every protocol, season by season.
season_lines() { # FILE PROTOCOL: one line a season
    jq -r "$jq_lib"'headline as $h | base as $b | .protocol as $p |
        (.seasons // {"2026": .}) | to_entries[] |
        "| \($p): \($h) | \(.key) | \(.value.races) | \(.value.metrics[$h].value | digits) | " +
        "\(.value.baselines[$b][$h] | digits) | \(.value.paired[$b][$h].value | signed) | " +
        "\(.value.paired[$b][$h] | signed_span) |"' "$1"
}

table_seasons() {
    local p
    echo "| headline | season | races | model | baseline | difference | 90 % |"
    echo "|---|--:|--:|--:|--:|--:|--:|"
    for p in $protocols; do
        if have "$p"; then season_lines "$work/$p.json"; else kept "$p: [^|]*[|] 202[3-5] "; fi
        if have "$p.2026"; then season_lines "$work/$p.2026.json"; else kept "$p: [^|]*[|] 2026 "; fi
    done
}

# Pairs of cars that chose differently; then what our own simulator says.
table_regret() {
    have regret || return 1
    jq -r "$jq_lib"'.metrics as $m | .baselines as $b | "\(.races) races, \(.rows) stops, \(.asked) of them called.", "",
        "| pairs | n | advised side gained | 90 % | always stop | lift | 90 % | seconds | 90 % | places at the flag | 90 % |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        ({all: "all, forced stops too", pairs: "free choices", mates: "of one team", rivals: "of two teams", green: "under green",
          neutral: "under SC or VSC", duel: "answered within two laps", split: "answered later, or not", clear: "no near tie",
          contrast: "one did as advised, one did not", contrast_mates: "the same, of one team",
          contrast_clear: "the same, no near tie"} | to_entries[] | .key as $k | select($m["\($k)_share"].n > 0) |
        "| \(.value) | \($m["\($k)_share"].n) | \($m["\($k)_share"].value | digits) | \($m["\($k)_share"] | span) | " +
        "\($b.always_stop["\($k)_share"] | digits) | \($m["\($k)_share_lift"].value | signed) | " +
        "\($m["\($k)_share_lift"] | signed_span) | \($m["\($k)_seconds"].value | signed) | \($m["\($k)_seconds"] | signed_span) | " +
        "\($m["\($k)_flag_places"].value | signed) | \($m["\($k)_flag_places"] | signed_span) |"),
        "", "| by our own simulator, which proves nothing | stops | value | 90 % |", "|---|--:|--:|--:|",
        ({box_at_stop: "we said stop on that very lap", same_set: "and for the same compound", gain_team: "points over the team",
          gain_plan: "points over the plan before the start"} | to_entries[] | .key as $k |
        "| \(.value) | \($m[$k].n) | \($m[$k].value | digits) | \($m[$k] | span) |")' "$work/regret.json"
}

table_calibration() {
    local p
    echo "| protocol | of | n | slope | 90 % | intercept | 90 % | bins |"
    echo "|---|---|--:|--:|--:|--:|--:|--:|"
    for p in $protocols; do
        have "$p" || { kept "$p "; continue; }
        jq -r "$jq_lib"'.protocol as $p | .calibration | to_entries[] | select(.value.slope) |
            "| \($p) | \(.key) | \(.value.n) | \(.value.slope.value | digits) | \(.value.slope | span) | " +
            "\(.value.intercept.value | signed) | \(.value.intercept | signed_span) | " +
            "\(if .value.bins then "\(.value.bins_inside) of \(.value.bins | length)" else "" end) |"' "$work/$p.json"
    done
}

table_coverage() {
    local p
    echo "| protocol | interval | n | should cover | covers | 90 % |"
    echo "|---|---|--:|--:|--:|--:|"
    for p in $protocols; do
        have "$p" || { kept "$p "; continue; }
        jq -r "$jq_lib"'.protocol as $p | .calibration | to_entries[] |
            if .value.covered then "| \($p) | \(.key) | \(.value.n) | \(.value.nominal) | \(.value.covered.value | digits) | " +
                "\(.value.covered | span) |"
            elif .value.pit then "| \($p) | place, randomised PIT in 0.1 to 0.9 | \(.value.n) | \(.value.nominal) | " +
                "\(.value.pit_covered.value | digits) | \(.value.bins_inside) of 10 tenths hold a tenth |"
            else empty end' "$work/$p.json"
    done
}

table_deployments() {
    have sc && have sc.2026 || return 1
    echo "| | deployments expected | seen | 90 % of Poisson counts |"
    echo "|---|--:|--:|--:|"
    for f in "$work/sc.json" "$work/sc.2026.json"; do
        jq -r --arg of "$(case $f in *2026*) echo 2026 ;; *) echo 2023-2025 ;; esac)" '.calibration | to_entries[] |
            select(.value.expected) | "| \($of), \(.key) | \(.value.expected * 10 | round / 10) | " +
            "\(.value.counted * 10 | round / 10) | \(.value.poisson_lo) ... \(.value.poisson_hi) |"' "$f"
    done
}

# 2026, race by race: a new generation of cars.
table_adaptation() {
    local list="live:rps pace:h1_clean_crps pitcall:log_loss pitstop:interval_score90" one p
    for one in $list; do have "${one%%:*}.2026" || return 1; done
    echo "| race |$(for one in $list; do printf ' %s, model | baseline |' "${one/:/ }"; done)"
    echo "|---|$(for one in $list; do printf -- '--:|--:|'; done)"
    for race in $(jq -r '.per_race | keys[]' "$work/live.2026.json"); do
        printf '| %s |' "$race"
        for one in $list; do
            p=${one%%:*}
            jq -rj --arg race "$race" --arg m "${one#*:}" "$jq_lib"'base as $b | .model as $me | .per_race[$race] |
                " \(.[$me][$m] | digits) | \(.[$b][$m] | digits) |"' "$work/$p.2026.json"
        done
        echo
    done
}

# Where a model loses most to its baseline, and where it wins most.
table_worst() {
    local p
    echo "| protocol | behind the baseline | ahead of it | races behind |"
    echo "|---|---|---|--:|"
    for p in $protocols; do
        have "$p" || { kept "$p "; continue; }
        jq -r "$jq_lib"'headline as $h | more as $more | base as $b | .model as $me | .protocol as $p |
            [.per_race | to_entries[] | select(.value[$me][$h] != null and .value[$b][$h] != null) |
             (.value[$me][$h] - .value[$b][$h]) as $by | {r: .key, $by, d: (if $more then -$by else $by end)}] |
            sort_by(-.d) | . as $all | "| \($p) | \([$all[:3][] | "\(.r) \(.by | signed)"] | join(", ")) | " +
            "\([$all | reverse | .[:3][] | "\(.r) \(.by | signed)"] | join(", ")) | " +
            "\([$all[] | select(.d > 0)] | length) of \($all | length) |"' "$work/$p.json"
    done
}

table_seconds() {
    local p line all=0
    echo "| protocol | s |"
    echo "|---|--:|"
    for p in $protocols regret; do
        if [ -s "$work/$p.seconds" ]; then line="| $p | $(cat "$work/$p.seconds") |"; else line=$(kept "$p "); fi
        [ -n "$line" ] || continue
        echo "$line"
        line=${line% |}
        all=$((all + ${line##* }))
    done
    echo "| all | $all |"
}

# A protocol that was not run keeps the lines it has: $old is the table as it stands.
have() { [ -s "$work/$1.json" ]; }
kept() { grep -E "^[|] $1" <<<"$old" || true; }

table() {
    case $1 in
    metrics-*) have "${1#metrics-}" && table_metrics "${1#metrics-}" ;;
    *) "table_$1" ;;
    esac
}

fill() {
    local name='' line old new
    while IFS= read -r line; do
        case $line in
        '<!-- table: '*)
            printf '%s\n' "$line"
            name=${line#<!-- table: }
            name=${name% -->}
            old=''
            continue
            ;;
        '<!-- end -->')
            new=$(table "$name") && [ -n "$new" ] || new=$(sed '/./,$!d' <<<"$old")
            printf '\n%s\n\n' "$new"
            name=''
            ;;
        esac
        if [ -n "$name" ]; then old+=$line$'\n'; else printf '%s\n' "$line"; fi
    done <docs/accuracy.md >docs/accuracy.new
    mv docs/accuracy.new docs/accuracy.md
}

# What each season's model had learned from, by the rows themselves ("2022-22"), and whether all of that was before
# the race it was asked about.
learned() { # FILE.csv...
    awk -F, 'FNR > 1 { race = sprintf("%d-%02d", $1, $2); cut = $NF; sub(/\r$/, "", cut)
            if (cut > until[$1]) until[$1] = cut
            if (cut >= race) inside++ }
        END { printf "{\"out_of_sample\": %s, \"seasons\": [", inside ? "false" : "true"
            for (y = 1950; y < 2200; y++) if (y in until)
                printf "%s{\"season\": %d, \"until\": \"%s\"}", n++ ? ", " : "", y, until[y]
            print "]}" }' "$@"
}

write_results() {
    local p version apart rows
    version=$("$pitboard" version | sed -n 's/^pitboard //p')
    for p in $protocols; do
        have "$p" || continue
        apart=/dev/null rows=$work/$p.csv
        if have "$p.2026"; then apart=$work/$p.2026.json rows="$rows $work/$p.2026.csv"; fi
        # shellcheck disable=SC2086
        jq -n -c -f tools/backtests.jq --slurpfile one "$work/$p.json" --slurpfile apart "$apart" \
            --argjson learned "$(learned $rows)" --argjson seconds "$(cat "$work/$p.seconds")" \
            --arg made "$(date -u -r "$work/$p.json" +%F)" --arg version "$version" \
            --arg command "pitboard backtest $p --data DATA --seasons 2023-2025"
    done | sed '1s/^/[/; $!s/$/,/; $s/$/]/' >data/results/backtests.new
    mv data/results/backtests.new data/results/backtests.json
}

[ $tables_only = yes ] || { run_all; run_regret; }
fill
write_results
