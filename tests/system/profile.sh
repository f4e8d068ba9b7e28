# pitboard profile: tables and keys, wrong input, a store and the files it was made from say the same.
. "$(dirname "$0")/lib.sh"
export XDG_DATA_HOME=$work/none
data=()
for file in "$races"/*.csv; do data+=(--data "$file"); done

# ---- for people ----
accepts profile VER
grep -q '^Verstappen (VER), 4 races and 0 sprints of 2019-2024$' "$work/out" || fail "the head: $(head -1 "$work/out")"
grep -q 'Race pace *-[0-9.]* \[-[0-9.]*, -[0-9.]*\] %' "$work/out" || fail "no pace with its interval"
grep -q 'Passing *no trait' "$work/out" || fail "passing is called a trait"
grep -q 'Tyre life *2 races, 3 are needed' "$work/out" || fail "no reason for what two races cannot say"
grep -q 'beside Perez *3 races:' "$work/out" || fail "no mate"
accepts profile "Red Bull"
grep -q '(red_bull)' "$work/out" || fail "a team by its name"
accepts profile
grep -q '^driver *pace *mate' "$work/out" || fail "the list: $(head -1 "$work/out")"
accepts profile --teams
[ "$(wc -l <"$work/out")" -ge 11 ] || fail "fewer than ten teams"

# ---- for programs ----
accepts profile VER --json
jq -e '.id == "VER" and .kind == "driver" and .name == "Verstappen" and .races == 4 and .season == null
    and (.measures | length) == 7 and (.slices | length) == 7 and (.rows | length) == 4
    and all(.measures[], .slices[]; (.name | length) > 0
        and (if .value == null then (.why | length) > 0 and .lo == null and .hi == null and .rank == null
             else .lo < .value and .value < .hi and .rank >= 1 and .rank <= .of and .why == null and .races >= 3 end)
        and (.field | [.[] | .id] | unique | length) == (.field | length)
        and (.repeats.verdict | IN("repeats", "weak", "does not repeat", "not tried")))
    and all(.measures[]; .better as $b | [.field[].value] | . == (if $b == "low" then sort else (sort | reverse) end))
    and all(.mates[]; .ahead <= .both_finished and .both_finished <= .races and .grid_ahead <= .both_grid)
    and ([.by_season[].season] | . == sort)' "$work/out" >/dev/null || fail "the contract: $(head -c 300 "$work/out")"
cp "$work/out" "$work/bundled.json"
accepts profile VER --json "${data[@]}"
cmp -s "$work/out" "$work/bundled.json" || fail "the files that ship, named, say otherwise"
accepts import auto "$races" --store "sqlite:$work/p.db"
accepts profile VER --json --store "sqlite:$work/p.db"
cmp -s "$work/out" "$work/bundled.json" || fail "the store says otherwise than its files"
accepts profile VER --season 2023 --json
jq -e '.season == 2023 and .races == 1 and all(.measures[]; .value == null)' "$work/out" >/dev/null || fail "one season"
accepts profile --prove --json
jq -e '.races == 4 and (.proof | length) == 27' "$work/out" >/dev/null || fail "--prove: $(head -c 200 "$work/out")"

# ---- refused ----
refuses 1 'did you mean VER' profile VES
refuses 2 'one driver or team at a time' profile VER HAM
refuses 2 'not both' profile VER --store "sqlite:$work/p.db" --data "$races"
refuses 2 'season' profile VER --season 12
refuses 1 'none.db' profile VER --store "sqlite:$work/none.db"
finish
