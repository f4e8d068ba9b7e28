# lib_valgrind.sh - no leak and no wrong read in the program, on a bundled race.
# Valgrind 3.19 knows no AVX-512, so the kernels are named. Called by .ci/run.
set -euo pipefail
: "${PITBOARD:?names the program}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
check() {
    valgrind --quiet --error-exitcode=9 --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=definite,possible \
        "$PITBOARD" "$@" >/dev/null
    echo "clean: pitboard $*"
}
check simulate data/races/2023_07_spanish.csv --trials 40 --threads 2 --isa scalar --plot "$work/a.svg"
check simulate data/races/2019_11_german.csv --trials 40 --threads 1 --isa avx2 --from-lap 20 --json
check simulate scenarios/bench57.json --trials 40 --threads 2 --isa portable --set pit.loss_s=20
check import auto data/races/2024_16_italian.csv --out "$work/a.json" --json
