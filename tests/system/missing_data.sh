# Missing cells: the answer stays what it is with them, or is near it, and says what
# was assumed. A lap CSV whose name tells no circuit can be given one.
. "$(dirname "$0")/lib.sh"
trials=${PB_TRIALS:-1000}
export XDG_DATA_HOME=$work/none
name=2024_16_italian.csv
italian=$races/$name

# without COLUMN CARS: a copy in which these cars ("all") have nothing in that column
without() {
    mkdir -p "$work/$1"
    awk -F, -v OFS=, -v column="$1" -v cars="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) at = i; print; next }
        cars == "all" || index("," cars ",", "," $1 ",") { $at = "" }
        { print }' "$italian" >"$work/$1/$name"
}

call() { # FILE
    accepts recommend "$1" --car LEC --lap 20 --trials "$trials" --json
    jq -c '[.actions[0].action, .actions[0].compound, .actions[0].target_lap, [.rules[].rule], .assumed]' "$work/out"
}

says() { # PATTERN: a sentence of `assumed` in the last answer
    jq -e --arg p "$1" 'any(.assumed[]; test($p))' "$work/out" >/dev/null ||
        fail "assumed has no '$1': $(jq -c .assumed "$work/out")"
}

call "$italian" >"$work/whole"
jq -e 'all(.[4][]; test("LEC|team") | not)' "$work/whole" >/dev/null || fail "a whole file has gaps: $(cat "$work/whole")"

for column in Compound PitInTime_s TrackStatus TyreLife LapTime_s Position; do
    without $column LEC
    call "$work/$column/$name" >"$work/spoilt"
    [ "$(jq -c '.[:4]' "$work/spoilt")" = "$(jq -c '.[:4]' "$work/whole")" ] ||
        fail "without $column another call: $(cat "$work/spoilt"), whole $(cat "$work/whole")"
    case $column in
    Compound) says '^LEC: no compound is known on laps 1 to [0-9]+; taken to be MEDIUM, then HARD; .* is not known$' ;;
    PitInTime_s) says '^LEC: no pit entry time on lap 15; ' ;;
    TrackStatus) says '^LEC: no track status on laps 1 to ' ;;
    TyreLife) says '^LEC: no tyre age on laps 1 to ' ;;
    LapTime_s) says '^LEC: no lap time on .* laps' ;;
    Position) says '^LEC: no position on laps 1 to ' ;;
    esac
done

# ---- others share a sentence; a compound nobody told is not said to be owed ----
without Compound all
call "$work/Compound/$name" >"$work/spoilt"
says '^LEC: no compound is known '
says '^ALB, ALO, BOT, COL and [0-9]+ more: no compound is known on some laps; .* is not known$'
jq -e '.[3] == []' "$work/spoilt" >/dev/null || fail "a rule is told as a fact: $(cat "$work/spoilt")"
accepts strategy "$work/Compound/$name" --car LEC --from-lap 20 --trials 1000 --json
says '^LEC: no compound is known '
accepts simulate "$work/Compound/$name" --from-lap 20 --trials 200 --json
grep -q '^note: ALB, ALO.*no compound is known' "$work/err" || fail "simulate says nothing: $(cat "$work/err")"

# ---- laps that are gone, and a team nobody told ----
mkdir -p "$work/laps" "$work/team"
gone() { # FIRST LAST: laps of LEC
    awk -F, -v from="$1" -v to="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == "LapNumber") at = i }
        !($1 == "LEC" && $at >= from && $at <= to)' "$italian" >"$work/laps/$name"
}
gone 10 14
call "$work/laps/$name" >/dev/null
says '^LEC: no row on laps 10 to 14; '
gone 15 16
call "$work/laps/$name" >"$work/spoilt"
jq -e '.[3] == []' "$work/spoilt" >/dev/null || fail "a stop on laps that are gone is not seen: $(cat "$work/spoilt")"
sed '1s/,Team,/,Crew,/' "$italian" >"$work/team/$name"
call "$work/team/$name" >/dev/null
says '^no team is known for LEC: no joint call$'

# ---- a file of any name ----
cp "$italian" "$work/mine.csv"
for command in "recommend --car LEC --lap 20" "strategy --car LEC --from-lap 20" "simulate --from-lap 20"; do
    # shellcheck disable=SC2086
    refuses 1 'name it YYYY_NN_circuit.csv.*--set circuit=NAME' $command "$work/mine.csv"
    # shellcheck disable=SC2086
    accepts $command "$work/mine.csv" --trials 1000 --json --set circuit=monza
    jq -e '.laps == 53' "$work/out" >/dev/null || fail "$command: not 53 laps: $(head -c 200 "$work/out")"
    # shellcheck disable=SC2086
    accepts $command "$work/mine.csv" --trials 1000 --json --set rules.laps=50
    jq -e '.laps == 50' "$work/out" >/dev/null || fail "$command: not 50 laps: $(head -c 200 "$work/out")"
done
refuses 2 'no such circuit' recommend "$work/mine.csv" --car LEC --lap 20 --set circuit=nowhere
refuses 2 'whole number' recommend "$work/mine.csv" --car LEC --lap 20 --set rules.laps=many
refuses 2 'whole number' recommend "$work/mine.csv" --car LEC --lap 20 --set season=24
refuses 2 'circuit=NAME and season=YYYY only' report "$italian" --set pit.loss_s=22
accepts report "$work/mine.csv" --car LEC --trials 100 --json --set circuit=monza --set season=2024
jq -e '[.. | .said? // empty | select(.action != null)] | length > 0' "$work/out" >/dev/null ||
    fail "report has no call: $(head -c 300 "$work/out")"
finish
