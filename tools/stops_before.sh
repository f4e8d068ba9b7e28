#!/bin/sh
# stops_before.sh RACEDATA - the table of src/predict/stops_before.c, from
# racedata (CC0): how many stops a car made at a circuit in 2011-2017, less the
# median race of the season. A car with nine tenths of the winner's laps counts,
# with at most four stops; a race is off by at most 1.2; two races at the level of
# the season are added. A developer tool, not installed.
set -eu
cd "$1"
awk -F, '
    { gsub(/"/, "") }
    FILENAME == "circuits.csv" { name[$1] = $2; next }
    FILENAME == "races.csv" { if ($2 >= 2011 && $2 <= 2017) { season[$1] = $2; circuit[$1] = $4 }; next }
    !(($1 in season) || ($2 in season)) { next }
    FILENAME == "pit_stops.csv" && ($1 in season) { stops[$1, $2]++; visits[$1]++; next }
    FILENAME == "results.csv" && ($2 in season) {
        n[$2]++; driver[$2, n[$2]] = $3; laps[$2, n[$2]] = $11 + 0
        if (laps[$2, n[$2]] > most[$2]) most[$2] = laps[$2, n[$2]]
    }
    END {
        for (r in season) {
            if (visits[r] < 5) continue
            sum = cars = 0
            for (i = 1; i <= n[r]; i++) {
                if (laps[r, i] < 0.9 * most[r]) continue
                s = stops[r, driver[r, i]] + 0
                sum += s > 4 ? 4 : s; cars++
            }
            mean[r] = sum / cars
            k = ++races[season[r]]
            for (; k > 1 && sorted[season[r], k - 1] > mean[r]; k--) sorted[season[r], k] = sorted[season[r], k - 1]
            sorted[season[r], k] = mean[r]
        }
        for (r in mean) {
            m = races[season[r]]
            off = mean[r] - (sorted[season[r], int((m + 1) / 2)] + sorted[season[r], int(m / 2) + 1]) / 2
            off = off > 1.2 ? 1.2 : off < -1.2 ? -1.2 : off
            total[circuit[r]] += off; editions[circuit[r]]++
        }
        for (c in total) printf "%s %d %.3f\n", name[c], editions[c], total[c] / (editions[c] + 2)
    }
' circuits.csv races.csv pit_stops.csv results.csv | sort
