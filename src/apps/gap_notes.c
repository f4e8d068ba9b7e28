#include "gap_notes.h"

#include <stdio.h>
#include <string.h>

#define NAMES_MAX 4 /* further cars are counted */

/* Cars with the same gap. */
typedef struct group {
    uint32_t n;
    uint32_t car[PB_CARS_MAX];
} group;

static const struct {
    const char *missing, *instead;
} words[PB_GAP_N] = {
    [PB_GAP_LAPS]     = {"no row", "taken to be run evenly, on the sets around them"},
    [PB_GAP_ENTRY]    = {"no pit entry time", "the other cells show the stop; the entry is put where others have it"},
    [PB_GAP_STATUS]   = {"no track status", "taken from the car that crossed the line nearest in time"},
    [PB_GAP_TIME]     = {"no lap time", "taken from the session clock"},
    [PB_GAP_POSITION] = {"no position", "counted by the session clock"},
    [PB_GAP_COMPOUND] = {"no compound is known", "taken to be that of the set's other laps"},
    [PB_GAP_AGE]      = {"no tyre age", "counted from another lap of the set, or as of a new set"},
};

static void name_laps(const pb_gap_laps *gap, char *out, size_t cap)
{
    if (gap->n == 1)
        snprintf(out, cap, "on lap %u", gap->first);
    else if (gap->n == gap->last - gap->first + 1u)
        snprintf(out, cap, "on laps %u to %u", gap->first, gap->last);
    else
        snprintf(out, cap, "on %u laps from %u to %u", gap->n, gap->first, gap->last);
}

/* "MEDIUM, then HARD" */
static void name_sets(const pb_car_gaps *gaps, char *out, size_t cap)
{
    size_t len = 0;
    out[0]     = '\0';
    for (uint32_t i = 0; i < gaps->n_sets && len < cap; i++) {
        int n = snprintf(out + len, cap - len, "%s%s", i ? ", then " : "", pb_compound_name((pb_compound)gaps->set[i]));
        len += n > 0 ? (size_t)n : 0;
    }
}

static void say_one(const pb_race_spec *spec, const pb_race_gaps *gaps, uint32_t car, pb_gap kind, gap_say *say,
                    void *user)
{
    const pb_car_gaps *own = &gaps->car[car];
    char               text[GAP_NOTE_MAX], laps[48], sets[64];
    name_laps(&own->gap[kind], laps, sizeof laps);
    name_sets(own, sets, sizeof sets);
    if (kind == PB_GAP_COMPOUND && own->n_sets > 0)
        snprintf(text, sizeof text, "%s: no compound is known %s; taken to be %s; which compounds it used is not known",
                 spec->cars[car].code, laps, sets);
    else
        snprintf(text, sizeof text, "%s: %s %s; %s", spec->cars[car].code, words[kind].missing, laps,
                 words[kind].instead);
    say(user, text);
}

/* "VER, SAI, NOR, PIA and 3 more" */
static void name_cars(const pb_race_spec *spec, const group *cars, char *out, size_t cap)
{
    size_t len = 0;
    for (uint32_t i = 0; i < cars->n && i < NAMES_MAX && len < cap; i++) {
        int n = snprintf(out + len, cap - len, "%s%s", i ? ", " : "", spec->cars[cars->car[i]].code);
        len += n > 0 ? (size_t)n : 0;
    }
    if (cars->n > NAMES_MAX && len < cap) snprintf(out + len, cap - len, " and %u more", cars->n - NAMES_MAX);
}

static void say_many(const pb_race_spec *spec, const pb_race_gaps *gaps, const group *cars, pb_gap kind, gap_say *say,
                     void *user)
{
    char     text[GAP_NOTE_MAX], names[64];
    uint32_t guessed = 0;
    for (uint32_t i = 0; i < cars->n; i++) guessed += gaps->car[cars->car[i]].n_sets > 0;
    name_cars(spec, cars, names, sizeof names);
    snprintf(text, sizeof text, "%s: %s on some laps; %s", names, words[kind].missing,
             kind == PB_GAP_COMPOUND && guessed
                 ? "taken to be what most cars were on; which compounds they used is not known"
                 : words[kind].instead);
    say(user, text);
}

void gap_notes(const pb_race_spec *spec, const pb_race_gaps *gaps, int32_t own, gap_say *say, void *user)
{
    for (int k = 0; k < PB_GAP_N; k++) {
        group others = {0};
        for (uint32_t c = 0; c < spec->n_cars; c++) {
            if (gaps->car[c].gap[k].n == 0 || !spec->cars[c].state.running) continue;
            if ((int32_t)c == own)
                say_one(spec, gaps, c, (pb_gap)k, say, user);
            else
                others.car[others.n++] = c;
        }
        if (others.n == 1) say_one(spec, gaps, others.car[0], (pb_gap)k, say, user);
        if (others.n > 1) say_many(spec, gaps, &others, (pb_gap)k, say, user);
    }
}

void gap_note_team(const pb_race_spec *spec, int32_t own, gap_say *say, void *user)
{
    group cars = {0};
    char  text[GAP_NOTE_MAX], names[64];
    for (uint32_t c = 0; c < spec->n_cars; c++)
        if (!spec->cars[c].team[0] && spec->cars[c].state.running && (own == GAP_NO_CAR || own == (int32_t)c))
            cars.car[cars.n++] = c;
    if (cars.n == 0) return;
    name_cars(spec, &cars, names, sizeof names);
    snprintf(text, sizeof text, "no team is known for %s: no joint call", names);
    say(user, text);
}
