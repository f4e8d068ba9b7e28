# pitboard backtest resim: usage, refusals, and the same figures as the public
# baselines on real races (skipped where these are not).
. "$(dirname "$0")/lib.sh"
data=${PB_SHARED_DIR:-}/data

refuses 2 'which protocol' backtest
refuses 2 'unknown protocol' backtest forecats --data "$work"
refuses 2 'needed' backtest resim
refuses 2 '--plot is not for' backtest resim --data "$work" --plot "$work/a.svg"
refuses 2 '--params is not for' backtest live --data "$work" --params "$work"
refuses 2 'leave one out' backtest sc --data "$work" --given "$work/a.csv" --models "$work"
refuses 1 'no races in' backtest sc --data "$work"
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

# ---- learned models ----

# Stops: a row for every car of every race, wet and stopped ones too, that agrees with itself.
accepts backtest stops --data "$data" --seasons 2025 --model-only --json --rows "$work/stops.csv"
jq -e '.protocol == "stops" and .valid and .missing == 0 and .metrics.dry_all_count_acc.value > 0 and .metrics.any_winner_order_acc' \
    "$work/out" >/dev/null || fail "the answer of stops: $(jq -c 'del(.metrics, .calibration, .seasons)' "$work/out")"
head -1 "$work/stops.csv" | grep -q '^season,round,driver,pred_stops,.*,pred_compounds,pred_laps,cutoff$' || fail "the columns of stops"
awk -F, 'NR > 1 { races[$2]; if (split($8, a, "-") != $4 + 1 || split($9, b, "-") != $4) bad++ } END { exit !(length(races) == 18 && !bad) }' \
    "$work/stops.csv" || fail "rows of stops that do not agree with themselves, or races without any"

# The pit lane, which is fitted in no time.
accepts backtest pitstop --data "$data" --seasons 2024-2025 --json --rows "$work/rows.csv" --plot "$work/plot.svg"
jq -e '.protocol == "pitstop" and .valid and .races == 33 and .missing == 0 and .duplicates == 0 and
    .metrics.mae.lo < .metrics.mae.value and .metrics.mae.value < .metrics.mae.hi and
    (.baselines | to_entries[0].value.mae > 0) and (.paired | to_entries[0].value.mae.lo != null) and
    .calibration["q05..q95"].nominal == 0.9 and (.seasons | keys == ["2024", "2025"])' "$work/out" >/dev/null ||
    fail "the answer of pitstop: $(jq -c 'del(.metrics, .baselines, .paired, .seasons)' "$work/out")"
cp "$work/out" "$work/first"
head -1 "$work/rows.csv" | grep -qx 'season,round,driver,lap,pred_s,q05,q95,cutoff' || fail "header: $(head -1 "$work/rows.csv")"
awk -F, 'NR > 1 && !(($1 == 2024 && $NF == "2023-22") || ($1 == 2025 && $NF ~ /^2024-/)) { exit 1 }' "$work/rows.csv" ||
    fail "a row does not say what its model had seen"
grep -q '<svg' "$work/plot.svg" || fail "no picture"
accepts backtest pitstop --data "$data" --seasons 2024-2025 --json --threads 1
cmp -s "$work/out" "$work/first" || fail "threads change the answer of pitstop"
accepts backtest pitstop --data "$data" --seasons 2024-2025 --given "$work/rows.csv" --json
[ "$(jq -c .metrics "$work/out")" = "$(jq -c .metrics "$work/first")" ] || fail "rows read back score otherwise"
accepts backtest pitstop --data "$data" --seasons 2024-2025
awk 'length($0) > 100 { exit 1 }' "$work/out" || fail "the table is wider than 100 columns"

# What comes later changes nothing of what was told before: without 2025 the rows of 2024 are the same bytes.
mkdir -p "$work/until/armchair-strategist/races" "$work/until/armchair-strategist/sprints"
ln -s "$(cd "$data" && pwd)"/armchair-strategist/races/20[12][0-4]_*.csv "$(cd "$data" && pwd)"/armchair-strategist/races/201[89]_*.csv \
    "$work/until/armchair-strategist/races/" 2>/dev/null
ln -s "$(cd "$data" && pwd)"/armchair-strategist/sprints/202[1-4]_*.csv "$work/until/armchair-strategist/sprints/"
for also in f1-live-timing-cache f1-strategy-prediction racedata grids.csv; do
    [ -e "$data/$also" ] && ln -s "$(cd "$data" && pwd)/$also" "$work/until/$also"
done
accepts backtest pitstop --data "$work/until" --seasons 2024 --model-only --rows "$work/until.csv"
grep -v '^2025' "$work/rows.csv" | cmp -s - "$work/until.csv" || fail "races of 2025 change what is told of 2024"
accepts backtest pitstop --data "$data" --seasons 2024 --until 2023:10 --model-only --rows "$work/until.csv"
[ "$(tail -n +2 "$work/until.csv" | awk -F, '{print $NF}' | sort -u)" = 2023-10 ] || fail "--until is passed over"

# A version that saw a scored race is refused, one that did not is taken.
accepts train pitstop --data "$data" --until 2024:24 --quick --models "$work/models" --promote
refuses 1 'was trained up to round 23 of 2024 and would be judged on' backtest pitstop --data "$data" --seasons 2024 --models "$work/models"
accepts backtest pitstop --data "$data" --seasons 2025 --models "$work/models" --json --rows "$work/kept.csv"
[ "$(tail -n +2 "$work/kept.csv" | awk -F, '{print $NF}' | sort -u)" = 2024-23 ] || fail "the cut-off of a kept version"
refuses 1 'pitboard train pitstop' backtest pitstop --data "$data" --seasons 2025 --models "$work/none"
finish
