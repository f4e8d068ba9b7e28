# pitboard train, models, explain: a model learned from the races in the tree,
# promoted, rolled back, broken, drifted - and every time visible what is used.
. "$(dirname "$0")/lib.sh"
dir=$work/models
spanish=$races/2023_07_spanish.csv
unset XDG_DATA_HOME
export HOME=$work/home

refuses 2 'from what' train
refuses 2 'did you mean rain' train rian --data "$races"
refuses 2 'SEASON:ROUND' train rain --data "$races" --until 2022
refuses 1 'no races in' train rain --data "$work"
refuses 1 'folder cannot be made' train rain --data "$spanish" --models "$spanish"
refuses 1 'folder cannot be made' train rain --data "$spanish" --out "$work/no/such"
refuses 1 'folder cannot be written' train rain --data "$spanish" --out "$spanish"
refuses 1 'folder cannot be read' models list --models "$spanish"
refuses 2 'is not known' models frob
refuses 2 'of which kind' models promote
refuses 2 'which version' models promote rain --models "$dir"
refuses 2 'no kind of model' models show nothing --models "$dir"
refuses 1 'no such file' models promote rain:7 --models "$dir"
refuses 1 'was active before' models rollback rain --models "$dir"
refuses 2 'which race' explain rain
refuses 1 'no such file' explain rain "$work/none.csv"
refuses 2 'data PATH' explain rain 2023:7 --models "$dir"
refuses 2 'data PATH' models drift rain --models "$dir"

old=$(ls "$races"/2019_*.csv) middle=$(ls "$races"/2021_*.csv) new=$(ls "$races"/2023_*.csv) last=$(ls "$races"/2024_*.csv)
data="--data $old --data $middle --data $new"

# What is used before anything was trained: what ships, or else the baseline, and it says which.
accepts models list --models "$dir" --json
jq -e '.kinds | length >= 2 and all(.[]; .used.baseline == (.used.version == null) and
    ((.versions | length) > 0 or (.used.fallback | test("baseline"))))' "$work/out" >/dev/null ||
    fail "the list of what ships: $(head -c 300 "$work/out")"

# A version is kept and not used; used only when promoted.
accepts train rain $data --until 2021:30 --quick --models "$dir" --json
jq -e '.kinds[0] | .version == 1 and (.promoted | not) and .until == "2021:21" and .races == 2 and .quick and
    (.data_hash | length) == 16 and .metrics.log_loss.value > 0 and .judged_season == 2021' "$work/out" >/dev/null ||
    fail "the first version: $(cat "$work/out")"
accepts models promote rain:1 --models "$dir"
accepts train rain $data --quick --models "$dir" --json
jq -e '.kinds[0] | .version == 2 and (.promoted | not) and .until == "2023:7" and .shadow.version == 1 and
    (.shadow.has_seen_the_races | not) and (.shadow.log_loss.value | type) == "number"' "$work/out" >/dev/null ||
    fail "the second version: $(cat "$work/out")"
used() { "$PITBOARD" models list rain --models "$dir" --json | jq -r '.kinds[0].used | "\(.version) \(.fallback // "")"'; }
[ "$(used)" = "1 " ] || fail "version 1 is not used: $(used)"
accepts models promote rain:2 --models "$dir"
[ "$(used)" = "2 " ] || fail "version 2 is not used: $(used)"
accepts models rollback rain --models "$dir"
[ "$(used)" = "1 " ] || fail "version 1 is not used again: $(used)"
accepts train rain $data --quick --promote --models "$dir"
grep -q 'version 3, now active' "$work/out" || fail "--promote: $(cat "$work/out")"
accepts models show rain --models "$dir" --json
jq -e '.version == 3 and .schema != "" and (.against.log_loss.hi | type) == "number"' "$work/out" >/dev/null ||
    fail "show: $(cat "$work/out")"
accepts models show rain:1 --models "$dir"
grep -q '2 races' "$work/out" || fail "show rain:1: $(cat "$work/out")"

# The same races and seed: the same model, but for the time; another thread count changes nothing.
SOURCE_DATE_EPOCH=1750000000 "$PITBOARD" train rain $data --quick --threads 1 --out "$work/one" >/dev/null || fail "--out"
SOURCE_DATE_EPOCH=1750000000 "$PITBOARD" train rain $data --quick --threads 2 --out "$work/two" >/dev/null || fail "--out"
cmp -s "$work/one/rain.pbm.gz" "$work/two/rain.pbm.gz" || fail "two trainings differ"
[ "$("$PITBOARD" models list rain --models "$dir" --json | jq '.kinds[0].versions | map(select(.version > 0)) | length')" = 3 ] ||
    fail "--out changed the registry"

# explain: a row and reasons with numbers, in both forms.
accepts explain rain "$last" --lap 20 --models "$dir" --json
jq -e '.version == 3 and (.has_seen_the_race | not) and .fallback == null and .answer.p_switch_5 >= 0 and
    (.evidence | length) >= 1 and all(.evidence[]; (.value | type) == "number" and .unit != "" and .text != "")' \
    "$work/out" >/dev/null || fail "explain: $(cat "$work/out")"
accepts explain rain 2023:7 $data --lap 20 --models "$dir"
grep -q 'has seen this race' "$work/out" || fail "explain of a race it was trained on: $(cat "$work/out")"
refuses 1 'no lap 500' explain rain "$last" --lap 500 --models "$dir"
refuses 1 'not among the usable races' explain rain 2018:1 $data --models "$dir"

# Broken in any way: the one before is used, and list, show and explain say so.
broken() {
    used | grep -q "^1 version 3 is refused: .*$1" || fail "$1: $(used)"
    accepts models list rain --models "$dir"
    grep -q 'fallback: version 3 is refused' "$work/out" || fail "$1: not in the table: $(cat "$work/out")"
    accepts explain rain "$last" --lap 20 --models "$dir"
    grep -q 'fallback: version 3 is refused' "$work/out" || fail "$1: not in explain: $(cat "$work/out")"
    accepts models show rain --models "$dir"
    grep -q 'version 1' "$work/out" && grep -q fallback "$work/err" || fail "$1: not in show"
    refuses 1 "$1" models promote rain:3 --models "$dir"
}
file=$dir/rain/0003.pbm
cp "$file" "$work/good"
head -c 400 "$work/good" >"$file"
broken 'ends in'
{ head -c 1500 "$work/good"; printf x; tail -c +1502 "$work/good"; } >"$file"
broken 'is damaged'
: >"$file"
broken 'not a model file'
{ printf PBMODEL9; tail -c +9 "$work/good"; } >"$file"
broken 'another version'
rm "$file"
broken 'no such file'
cp "$work/good" "$file"
[ "$(used)" = "3 " ] || fail "the good file again: $(used)"
echo nonsense >"$dir/rain/active"
used | grep -q 'what is active is not known' || fail "a broken pointer: $(used)"
accepts models promote rain:3 --models "$dir"
[ "$(used)" = "3 " ] || fail "mended: $(used)"

# Drift: needs newer races, judges them, and sets aside when told so.
refuses 1 'newer than 2023:7' models drift rain $data --models "$dir"
accepts models drift rain --data "$last" --models "$dir" --json
jq -e '.version == 3 and .races == 1 and (.drifted | type) == "boolean" and (.features | length) > 0 and
    .results.metric == "log_loss" and all(.features[]; .drifted | not)' "$work/out" >/dev/null ||
    fail "drift: $(cat "$work/out")"

# Two at once: nothing is lost.
for i in 1 2 3 4; do "$PITBOARD" train rain $data --quick --promote --models "$dir" >/dev/null 2>"$work/err$i" & done
wait
[ "$(ls "$dir"/rain/*.pbm | wc -l)" = 7 ] || fail "versions were lost: $(ls "$dir/rain")"
used | grep -Eq '^[4-7] $' || fail "after four at once: $(used)"

# The folder in the user's data, when none is named.
accepts train rain $data --quick
[ -s "$work/home/.local/share/pitboard/models/rain/0001.pbm" ] || fail "not in the user's data folder"
XDG_DATA_HOME=$work/xdg "$PITBOARD" train rain $data --quick >/dev/null && [ -s "$work/xdg/pitboard/models/rain/0001.pbm" ] ||
    fail "XDG_DATA_HOME is not honoured"

finish
