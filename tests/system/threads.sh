# Whatever shares its work over threads gives the same bytes for any number of
# them. Short, since ThreadSanitizer plays it, too (label "threads").
. "$(dirname "$0")/lib.sh"
spanish=$races/2023_07_spanish.csv
italian=$races/2024_16_italian.csv
export XDG_DATA_HOME=$work/none # what ships, whatever the user has
export SOURCE_DATE_EPOCH=1750000000

counts="1 2 7"
[ "${PB_TIMEOUT:-0}" = 0 ] || counts=7 # under a sanitizer: it watches the threads, what they give is the release's test

same() { # ARGS...: with one thread, two, and seven; files go to OUT
    local threads out first=
    for threads in $counts; do
        out=$work/by$threads
        first=${first:-$out}
        mkdir -p "$out"
        accepts "${@//OUT/$out}" --threads $threads
        grep -v -e elapsed_ -e '"seconds"' "$work/out" | sed -E -e "s|$out|OUT|g" -e 's/ +[0-9.]+ s  / TIME  /' >"$out/stdout"
        diff -r "$first" "$out" >"$work/diff" || fail "$threads threads change pitboard $*: $(head -3 "$work/diff")"
    done
    [ -s "$first/stdout" ] || fail "pitboard $* says nothing"
    rm -r "$work"/by?
}

same strategy "$italian" --car all --from-lap 50 --trials 1000 --json
same recommend "$spanish" --car all --lap 63 --trials 100 --json
same report "$italian" --car SAI --trials 100 --out OUT/report
same train rain --data "$races/2019_11_german.csv" --data "$races/2021_21_saudi_arabian.csv" --quick --out OUT/models
same backtest pitstop "$races"/2021*.csv "$races"/2023*.csv --seasons 2023 --rows OUT/rows.csv --json
same backtest regret "$races"/2021*.csv "$spanish" --seasons 2023 --trials 50 --rows OUT/rows.csv --json
finish
