# The same bytes for any number of threads and any instruction set.
. "$(dirname "$0")/lib.sh"

trials=${PB_TRIALS:-2003} # not a multiple of any kernel's width

bytes() { # ARGS...: the JSON less elapsed_s, hashed
    "$PITBOARD" simulate "$@" --trials "$trials" --seed 3 --json | grep -v elapsed_s | sha256sum
}

isas=$("$PITBOARD" version --json | jq -r '.isas[]')
for race in "$PB_SOURCE_DIR"/scenarios/*57.json "$races"/*.csv; do
    want=$(bytes "$race" --threads 1 --isa scalar)
    for threads in 1 2 3 7; do
        [ "$(bytes "$race" --threads $threads)" = "$want" ] || fail "$race: $threads threads differ"
    done
    for isa in $isas; do
        [ "$(bytes "$race" --threads 2 --isa "$isa")" = "$want" ] || fail "$race: $isa differs"
    done
    [ "$("$PITBOARD" simulate "$race" --trials $trials --seed 4 --json | grep -v elapsed_s | sha256sum)" != "$want" ] ||
        fail "$race: another seed gives the same"
done
for isa in $isas; do
    [ "$(PITBOARD_ISA=$isa bytes "$race")" = "$want" ] || fail "PITBOARD_ISA=$isa differs"
done
# A chart does not change the numbers, and is itself the same each time.
race=$races/2023_07_spanish.csv
"$PITBOARD" simulate "$race" --trials $trials --seed 3 --json --plot "$work/a.svg" --threads 1 | grep -v elapsed_s >"$work/a"
"$PITBOARD" simulate "$race" --trials $trials --seed 3 --json --plot "$work/b.svg" --threads 7 --isa scalar | grep -v elapsed_s >"$work/b"
cmp -s "$work/a" "$work/b" || fail "with a chart the numbers differ"
cmp -s "$work/a.svg" "$work/b.svg" || fail "the charts differ"
finish
