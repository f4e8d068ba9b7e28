# The command line: exit codes, help, nearest names, where errors go.
. "$(dirname "$0")/lib.sh"
bench=$PB_SOURCE_DIR/scenarios/bench57.json

run
[ "$code" = 2 ] || fail "no command: exit $code"
accepts help
for command in demo simulate strategy recommend report profile serve replay import db user key decode backtest train models explain bench version help; do
    grep -q "^  $command" "$work/out" || fail "help does not list $command"
done
for command in demo simulate strategy recommend report profile serve replay import db user key decode backtest train models explain bench version help; do
    accepts help $command
    grep -q "^usage: pitboard $command" "$work/out" || fail "help $command shows no usage"
    accepts $command --help
done
# The man pages know every option the program knows.
for command in demo simulate strategy recommend report profile serve replay import db user key decode backtest train models explain bench; do
    accepts help $command
    page=$PB_SOURCE_DIR/docs/man/pitboard-$command.1
    for option in $(sed -n 's/^  --\([a-z-]*\) .*/\1/p' "$work/out"); do
        grep -q -- "Fl -$option" "$page" || fail "$page does not tell of --$option"
    done
done
accepts version
grep -q '^pitboard [0-9]' "$work/out" || fail "version shows no version"
accepts --version
accepts version --json
jq -e '.version and .isas[0]' "$work/out" >/dev/null || fail "version --json"

refuses 2 'did you mean simulate' simulat
refuses 2 'unknown command xyzzy' xyzzy
refuses 2 'did you mean --trials' simulate "$bench" --trails 5
refuses 2 'wants a value' simulate "$bench" --trials
refuses 2 'whole number from 1' simulate "$bench" --trials 0
refuses 2 'whole number' simulate "$bench" --trials 5e3
refuses 2 'whole number' simulate "$bench" --trials -5
refuses 2 'whole number' simulate "$bench" --seed 99999999999999999999
refuses 2 'takes no value' simulate "$bench" --json=yes
refuses 2 'which race' simulate
refuses 2 'wants a value' simulate "$bench" --plot ''
refuses 1 'empty text' simulate ''
refuses 2 'holds its grid' simulate "$bench" --grids "$bench"
refuses 2 'one race' simulate "$bench" "$bench"
refuses 2 'one of auto, scalar' simulate "$bench" --isa mmx
refuses 2 'is not a format' import pdf "$bench"
refuses 2 'which files' import auto
refuses 2 'did you mean sim_full_field' bench sim_full_feild
refuses 1 'no such file' simulate "$work/nothing.json"
refuses 1 'not a form we know' simulate "$PITBOARD"
refuses 1 '' simulate "$work"
refuses 1 '' simulate "$bench" --trials 10 --plot "$work/no/such/folder.svg"
PITBOARD_ISA=nonsense refuses 2 'PITBOARD_ISA' simulate "$bench"

# --set: the same judgement as in a file, and it changes what it says.
refuses 1 "did you mean" simulate "$bench" --set pit.los_s=22
refuses 1 "there is no" simulate "$bench" --set cars.XYZ.pace_s=1
refuses 1 "pit" simulate "$bench" --set pit.loss_s=-4
refuses 1 "pit" simulate "$bench" --set pit.loss_s=NaN
refuses 1 "slot 3 is taken" simulate "$bench" --set cars.AAA.grid=3
accepts simulate "$bench" --trials 100 --json --set cars.AAA.grid=3 --set cars.BBB.grid=1
jq -e '.cars[0].grid == 3 and .cars[1].grid == 1' "$work/out" >/dev/null || fail "two cars do not swap their slots"
refuses 1 "/pit/los_s" simulate "$bench" --set pit.loss_s=22 --set pit.los_s=22
refuses 2 "KEY=VALUE" simulate "$bench" --set nonsense
refuses 2 "actual or drawn" simulate "$bench" --set neutralisations=some
refuses 2 "give the lap CSV" simulate "$bench" --set plans=actual
refuses 2 "starts from the grid" simulate "$bench" --from-lap 10
refuses 1 'or from lap 2 on' simulate "$races/2023_07_spanish.csv" --from-lap 1
accepts simulate "$races/2023_07_spanish.csv" --from-lap 2 --trials 50
refuses 1 'nothing left to play' simulate "$races/2023_07_spanish.csv" --from-lap 66
refuses 2 "end of lap 28" simulate "$PB_SOURCE_DIR/scenarios/whatif57.json" --from-lap 10
accepts simulate "$PB_SOURCE_DIR/scenarios/whatif57.json" --from-lap 28 --trials 100
accepts simulate "$bench" --trials 2000 --json --set cars.TTT.pace_s=-5
jq -e '.cars[19].p_win > 0.5' "$work/out" >/dev/null || fail "--set cars.TTT.pace_s=-5 does not make it win"
accepts simulate "$bench" --trials 2000 --json --set effects.sc=false --set effects.vsc=false
jq -e '.neutralisations.p_sc == 0' "$work/out" >/dev/null || fail "--set effects.sc=false leaves safety cars"
accepts simulate "$bench" --trials 2000 --json --set neutralisations=actual
jq -e '.neutralisations | .p_sc == 0 and .p_vsc == 0' "$work/out" >/dev/null || fail "actual neutralisations: none in this file"

# No colour, no bar where nobody looks.
accepts simulate "$bench" --trials 1000
grep -q "$(printf '\033')" "$work/out" "$work/err" && fail "escape sequences in a file"
# A full disk is not success.
if [ -w /dev/full ]; then
    "$PITBOARD" simulate "$bench" --trials 100 --json >/dev/full 2>"$work/err"
    [ $? = 1 ] || fail "a full disk goes unnoticed"
fi

# What is written down is what the program has: options of the man pages, routes of docs/api.md.
PITBOARD=$PITBOARD bash "$PB_SOURCE_DIR/tools/man.sh" --check || fail "a man page is not of this program"
if command -v curl >/dev/null; then
    PITBOARD=$PITBOARD bash "$PB_SOURCE_DIR/tools/api_routes.sh" --check || fail "docs/api.md is not of this program"
fi
finish
