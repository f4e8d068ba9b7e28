# backtests.jq - one back-test as GET /api/v1/backtests gives it, out of what
# `pitboard backtest PROTOCOL --json --per-race` wrote and the rows beside it.
#
#   jq -n -c -f tools/backtests.jq --slurpfile one P.json --slurpfile apart P.2026.json \
#       --argjson learned [..] --argjson seconds N --arg made DATE --arg version V --arg command C
#
# Chosen here: which metric is the headline, and whether more or less of it is better.
# Everything else is what the back-test says.

def headline: {forecast: "rps", live: "rps", pace: "h1_clean_crps", pitcall: "log_loss", sc: "log_loss",
               pitstop: "interval_score90", rain: "log_loss", rejoin: "exact", undercut: "log_loss", stops: "dry_all_count_acc"}[.];
def more_is_better: test("rho|exact|within1|winner_hit|f1|precision|recall|_acc$|auc_") and (test("brier") | not);
# Neither better nor worse by itself: held against a nominal value, or a fact of the races.
def neutral: test("coverage|mean_p$|base_rate|bias$|width");
def better: if neutral then null elif more_is_better then "more" else "less" end;
def interval: {value, lo, hi};

def metrics($base): .metrics as $m | .baselines[$base] as $b | .paired[$base] as $d |
    [$m | to_entries[] | .key as $k | {name: $k, better: ($k | better)} + (.value | interval) +
     {n: .value.n, baseline: $b[$k], difference: (if $d[$k] then $d[$k] | interval else null end)}];

def season($h; $base; $year): .metrics[$h] as $m | select($m) |
    {season: $year, races} + ($m | interval) +
    {baseline: .baselines[$base][$h], difference: (if .paired[$base][$h] then .paired[$base][$h] | interval else null end)};

def bins: map({told: .[0], came_true: .[1], lo: .[2], hi: .[3], n: .[4], holds: (.[0] >= .[2] and .[0] <= .[3])});
def calibration: [.calibration | to_entries[] | {of: .key} + (.value |
    {kind: (if .slope then "event" elif .pit then "places" else "interval" end), n,
     slope: (if .slope then .slope | interval else null end), intercept: (if .intercept then .intercept | interval else null end),
     covered: ((.covered // .pit_covered) as $c | if $c then $c | interval else null end), nominal: (.nominal // null),
     bins: ((.bins // .pit // []) | bins), bins_inside: (.bins_inside // null),
     expected: (.expected // null), counted: (.counted // null), poisson_lo: (.poisson_lo // null), poisson_hi: (.poisson_hi // null)})];

def races($h; $base): .model as $me | [.per_race | to_entries[] | select(.value[$me][$h] != null) |
    {race: .key, value: .value[$me][$h], baseline: .value[$base][$h]}];

$one[0] | .protocol as $p | ($p | headline) as $h | (.baselines | keys_unsorted) as $bases | $bases[0] as $base |
{protocol: $p, command: $command, version: $version, made: $made, seconds: $seconds,
 seasons: (([.seasons // {} | keys[] | tonumber] | {from: min, to: max}) // null),
 races, questions: .truth_rows, missing, skipped,
 learned: $learned.seasons, out_of_sample: $learned.out_of_sample,
 headline: $h, baseline: $base, baselines: $bases,
 metrics: metrics($base),
 by_season: ([.seasons | to_entries[] | (.key | tonumber) as $y | .value | season($h; $base; $y)] +
     [$apart[] | season($h; $base; 2026)]),
 calibration: calibration,
 by_race: (races($h; $base) + [$apart[] | races($h; $base)[]])}
