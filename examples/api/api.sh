#!/bin/sh
# api.sh - the API of `pitboard serve` with curl and jq.
#
#     PITBOARD_URL=http://127.0.0.1:8080 PITBOARD_KEY=... sh api.sh
set -eu
url=${PITBOARD_URL:-http://127.0.0.1:8080}

# ask METHOD PATH [BODY]: the answer, or exit 22 with the problem on standard error. The key
# goes in by a file descriptor: arguments can be read by everybody on the machine.
ask() {
    set -- "$1" "$2" "${3:-}"
    printf 'header = "x-api-key: %s"\n' "${PITBOARD_KEY:-}" |
        curl --silent --show-error --fail-with-body --compressed --max-time 30 --retry 3 \
            --config - --request "$1" ${3:+--json "$3"} "$url$2"
}

echo "-- how each car of a race changed its tyres"
ask GET "/api/v1/races/2023-07/stints?driver=VER&fields=driver,from_lap,to_lap,compound" |
    jq -r '.items[] | "\(.driver)  laps \(.from_lap) - \(.to_lap)  \(.compound)"'

echo "-- who would have won, from the grid"
ask POST /api/v1/simulations '{"race": "2023-07", "trials": 5000, "seed": 1}' |
    jq -r '.cars | sort_by(-.p_win)[:3][] | "\(.car)  win \(.p_win * 100 | round) %  podium \(.p_podium * 100 | round) %"'

echo "-- what to do now, from a few facts"
ask POST /api/v1/recommendations '{"circuit": "monza", "lap": 20, "driver": "LEC", "position": 3,
    "compound": "MEDIUM", "tyre_age": 19, "gap_ahead_s": 1.4, "gap_behind_s": 3.2}' |
    jq -r '.actions[0] | "\(.action) \(.compound // ""): \(.radio)", (.evidence[] | "  because \(.text)")'

echo "-- what is going on"
ask GET /api/v1/sessions | jq -r '.items[] | "\(.id)  \(.state)"'

echo "-- what a mistake looks like"
ask POST /api/v1/simulations '{"race": "2023-07", "trials": -1}' | jq -c '{status, pointer, detail}' || true
