# pitboard backtest resim: usage, refusals, and the same figures as the public
# baselines on real races (skipped where these are not).
. "$(dirname "$0")/lib.sh"
data=${PB_SHARED_DIR:-}/data

refuses 2 'which protocol' backtest
refuses 2 'unknown protocol' backtest forecats --data "$work"
refuses 2 'needed' backtest resim
refuses 2 'did you mean --trials' backtest resim --trails 5
refuses 2 '2023 or 2023-2025' backtest resim --data "$work" --seasons 2025-2023
refuses 2 'road or official' backtest resim --data "$work" --truth maybe
refuses 1 'no races in' backtest resim --data "$work"
refuses 1 'no such file' backtest resim --data "$work/none.csv"
refuses 1 'no such file' backtest resim --data "$work" --races "$work/none.csv"
printf 'season,lap\n2023,7\n' >"$work/bad.csv"
refuses 1 'round is missing' backtest resim --data "$work" --races "$work/bad.csv"
printf 'season,round\n2023,seven\n' >"$work/bad.csv"
refuses 1 ':2: season and round' backtest resim --data "$work" --races "$work/bad.csv"

# A single lap file: no history, so the defaults; its grid from a file.
lap=$(ls "$races"/2023_*.csv 2>/dev/null | head -1)
if [ -n "$lap" ]; then
    run backtest resim --data "$lap" --trials 100
    [ "$code" = 1 ] && grep -q 'no race left' "$work/err" || fail "a race without a grid is scored: $(cat "$work/err")"
    season=2023
    round=$(basename "$lap" | cut -c6-7 | sed 's/^0//')
    { echo season,round,driver,grid
      tail -n +2 "$lap" | cut -d, -f1 | sort -u | awk -v s=$season -v r=$round '{print s","r","$1","NR}'; } >"$work/grid.csv"
    accepts backtest resim --data "$lap" --grids "$work/grid.csv" --trials 200 --json --rows "$work/rows.csv"
    jq -e '.races == 1 and .metrics.mae_finishers.value >= 0 and .baselines.grid.mae >= 0' "$work/out" >/dev/null ||
        fail "the answer on one file"
    awk -F, 'NR > 1 { s = 0; for (i = 8; i <= 29; i++) s += $i; if (s < 0.9999 || s > 1.0001) exit 1 }' "$work/rows.csv" ||
        fail "probabilities of a row do not sum to 1"
    cp "$work/out" "$work/first"
    { echo season,round; echo $season,$round; echo 2023,99; } >"$work/listed.csv"
    accepts backtest resim --data "$lap" --grids "$work/grid.csv" --races "$work/listed.csv" --trials 50 --json
    grep -q 'left out: .*listed.csv: no --data holds race 99 of 2023' "$work/err" ||
        fail "a listed race that is nowhere is not told: $(cat "$work/err")"
    jq -e '.races == 1 and .skipped_races == 1 and (.skipped[0] | test("no --data holds race 99 of 2023"))' \
        "$work/out" >/dev/null || fail "a listed race that is nowhere is not in the answer"
    accepts backtest resim --data "$lap" --grids "$work/grid.csv" --trials 50
    grep -q ': 1 race, ' "$work/out" || fail "1 race is called: $(head -1 "$work/out")"
    accepts backtest resim --data "$lap" --grids "$work/grid.csv" --trials 200 --json --threads 1 --isa scalar
    cmp -s "$work/out" "$work/first" || fail "threads or instruction set change the answer"
fi

if [ ! -r "$data/grids.csv" ] || [ -n "${PB_TRIALS:-}" ]; then
    echo "the rest is skipped: $data is not here, or this is a slow build"
    finish
fi
accepts backtest resim --data "$data" --seasons 2023-2025 --trials 500 --json --rows "$work/rows.csv"
# evaluation.md: 1.18, 2.06, 0.810, 0.102 for the regression on 51 races
jq -e '.races == 51 and .rows == 1011 and (.baselines.grid_pace_stops |
    (.mae_finishers - 1.176 | fabs) < 0.001 and (.mae_median - 2.057 | fabs) < 0.001 and
    (.rho - 0.8098 | fabs) < 0.001 and (.brier_points - 0.1023 | fabs) < 0.001)' "$work/out" >/dev/null ||
    fail "the baseline is not the public one: $(jq -c .baselines.grid_pace_stops "$work/out")"
jq -e '.against.grid_pace_stops | .mae_finishers.hi < -0.08 and .mae_median.value < 0 and .rho.value > 0 and
    .brier_points.value < 0' "$work/out" >/dev/null ||
    fail "no better than a regression: $(jq -c .against.grid_pace_stops "$work/out")"
[ "$(sed -n 2p "$work/rows.csv" | awk -F, '{print $NF}')" = 2022-22 ] || fail "the cut-off of the first row is not the season before"

# The race files of others answer with the same keys, and the metrics are those of the table.
if [ -d "$data/tum-race-simulation" ]; then
    accepts backtest resim --data "$data" --params "$data/tum-race-simulation" --trials 50 --json
    jq -e '.protocol == "resim" and .races > 70 and .rows > 1400 and .baselines == {} and .skipped_races == 0 and
        .metrics.mae_rank.value == .mae_starters and .metrics.mae_finishers.value == .mae_finishers and
        ([.metrics[] | .lo <= .value and .value <= .hi] | all)' "$work/out" >/dev/null ||
        fail "the answer on race files: $(jq -c . "$work/out")"
fi
finish
