/* The 42 races of the live-timing cache, replayed, against the lap data of the same
 * races that came another way. Every difference is in tests/regression/live_agreement.csv
 * with its reason; one that is not there, or is there and not found, fails.
 * PB_PRINT=1 prints what is found in the form of that table. */
#include "live_replay.h"

#define CACHE PB_SHARED_DIR "/data/f1-live-timing-cache"
#define TABLE PB_SOURCE_DIR "/tests/regression/live_agreement.csv"
#define RACES_MAX 64
#define ROWS_MAX 512

typedef struct difference {
    char race[32], car[8], what[32], ours[80], theirs[80];
} difference;

static difference found[ROWS_MAX], listed[ROWS_MAX];
static int        n_found, n_listed;

static bool is_slow(void)
{
    return getenv("PB_TRIALS") != NULL; /* a sanitizer: fewer races, same code */
}

static void differ(const char *race, const char *car, const char *what, const char *ours, const char *theirs)
{
    PB_CHECK(n_found < ROWS_MAX);
    difference *d = &found[n_found++];
    snprintf(d->race, sizeof d->race, "%s", race);
    snprintf(d->car, sizeof d->car, "%s", car);
    snprintf(d->what, sizeof d->what, "%s", what);
    snprintf(d->ours, sizeof d->ours, "%s", ours);
    snprintf(d->theirs, sizeof d->theirs, "%s", theirs);
    if (getenv("PB_PRINT")) printf("ROW %s,%s,%s,%s,%s\n", race, car, what, ours, theirs);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int race_names(char names[RACES_MAX][64])
{
    int  n   = 0;
    DIR *dir = opendir(CACHE);
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));)
        if (e->d_name[0] == '2' && n < RACES_MAX) snprintf(names[n++], 64, "%.63s", e->d_name);
    closedir(dir);
    qsort(names, (size_t)n, 64, by_text);
    return n;
}

/* ---- one car ---- */

typedef struct pairing {
    const char            *race;
    const pb_race_log     *ours, *theirs;
    const pb_race_outcome *our_end, *their_end;
    int                    a, b; /* indices of one car */
    uint16_t               done;
} pairing;

/* 2018: its compounds go by their own names in the live feed. */
static uint8_t compound_of(const pairing *p, const pb_lap *lap)
{
    return p->theirs->season == 2018 ? (uint8_t)pb_compound_from_name(pb_span_of(lap->compound_name)) : lap->compound;
}

static const char *code(const pairing *p)
{
    return p->theirs->cars[p->b].code;
}

/* "54-62" and the value on the first of them, by a value of a lap. */
typedef int lap_value(const pairing *p, const pb_lap *lap, bool ours);

static int compound_value(const pairing *p, const pb_lap *lap, bool ours)
{
    return ours ? lap->compound : compound_of(p, lap);
}
static int age_value(const pairing *p, const pb_lap *lap, bool ours)
{
    (void)p;
    (void)ours;
    return lap->tyre_age_laps;
}
static int neutral_value(const pairing *p, const pb_lap *lap, bool ours)
{
    (void)p;
    (void)ours;
    return lap->status & PB_STATUS_BITS_NEUTRAL;
}
static int pit_value(const pairing *p, const pb_lap *lap, bool ours)
{
    (void)p;
    (void)ours;
    return lap->pit_in_ms != PB_MS_NONE;
}
static int lap_is_there(const pairing *p, const pb_lap *lap, bool ours)
{
    (void)p;
    (void)lap;
    (void)ours;
    return 1;
}

static void compare_laps(const pairing *p, const char *what, lap_value *value)
{
    const pb_log_car *a = &p->ours->cars[p->a], *b = &p->theirs->cars[p->b];
    int               first = 0, last = 0, n = 0, ours = 0, theirs = 0;
    char              x[80], y[80];
    for (uint32_t i = 0; i < b->n_laps && b->laps[i].number <= p->done; i++) {
        int32_t row = pb_lap_row(a, b->laps[i].number);
        int     va = row < 0 ? -1 : value(p, &a->laps[row], true), vb = value(p, &b->laps[i], false);
        if ((row < 0 && value != lap_is_there) || va == vb) continue;
        if (n++ == 0) {
            first  = b->laps[i].number;
            ours   = va;
            theirs = vb;
        }
        last = b->laps[i].number;
    }
    if (n == 0) return;
    snprintf(x, sizeof x, "%d laps %d-%d: %d", n, first, last, ours);
    snprintf(y, sizeof y, "%d", theirs);
    differ(p->race, code(p), what, x, y);
}

/* Compounds as 2018 names them, so that stops can be compared. */
static void stops_text(const pb_race_log *log, int car, const pb_race_outcome *o, bool relative, char out[80])
{
    pb_tyre_stop stops[40];
    uint32_t     n    = pb_car_stops(log, (uint32_t)car, o, true, stops, 40);
    size_t       used = 0;
    out[0]            = '\0';
    for (uint32_t i = 0; i < n && i < 40 && used < 70; i++) {
        char c = relative ? '?' : pb_compound_name((pb_compound)stops[i].compound)[0];
        used += (size_t)snprintf(out + used, 80 - used, "%s%u%c%d", i ? " " : "", stops[i].in_lap, c,
                                 stops[i].new_age_laps);
    }
}

static void compare_stops(const pairing *p)
{
    char ours[80], theirs[80];
    bool relative = p->theirs->season == 2018;
    stops_text(p->ours, p->a, p->our_end, relative, ours);
    stops_text(p->theirs, p->b, p->their_end, relative, theirs);
    if (strcmp(ours, theirs) != 0) differ(p->race, code(p), "stops", ours, theirs);
}

static void compare_car(pairing *p)
{
    char ours[80], theirs[80];
    p->a    = car_index(p->ours, code(p));
    p->done = p->their_end->car[p->b].laps_done;
    if (p->a < 0) {
        differ(p->race, code(p), "car", "missing", "");
        return;
    }
    snprintf(ours, sizeof ours, "%u", p->our_end->car[p->a].laps_done);
    snprintf(theirs, sizeof theirs, "%u", p->done);
    if (strcmp(ours, theirs) != 0) differ(p->race, code(p), "laps", ours, theirs);
    compare_laps(p, "lap", lap_is_there);
    compare_laps(p, "compound", compound_value);
    compare_laps(p, "age", age_value);
    compare_laps(p, "neutral", neutral_value);
    compare_laps(p, "pit", pit_value);
    compare_stops(p);
}

static void compare_order(const pairing *p)
{
    char what[32];
    for (uint32_t i = 0; i < p->theirs->n_cars && i < p->ours->n_cars; i++) {
        const char *a = p->ours->cars[p->our_end->order[i]].code, *b = p->theirs->cars[p->their_end->order[i]].code;
        snprintf(what, sizeof what, "place %u", i + 1);
        if (strcmp(a, b) != 0) differ(p->race, "", what, a, b);
    }
}

/* ---- one race ---- */

static void check_state(const live_replay *r)
{
    const pb_race_state *s = pb_tracker_state(r->tracker);
    PB_CHECK(s->n_events > 0 && s->n_cars >= 19);
    PB_CHECK_EQ(s->laps_to_go, 0);
    PB_CHECK_EQ(s->type, PB_SESSION_RACE);
    PB_CHECK(s->circuit[0] != '\0');
    PB_CHECK(r->bits & PB_MEANT_START);
    PB_CHECK(s->chequered);
}

static void compare_race(const char *race, const pb_tracker *tracker)
{
    static pb_race_outcome ours_end, theirs_end;
    char                   path[8192];
    pb_race_log            ours, theirs;
    pb_error               error = {0};
    snprintf(path, sizeof path, "%s/races/%s.csv", PB_LAPS_DIR, race);
    if (access(path, R_OK) != 0) {
        PB_CHECK_TEXT(race, "2024_24_abu_dhabi"); /* the one without a counterpart */
        return;
    }
    read_file(&theirs, path);
    pb_race_log_init(&ours);
    if (pb_tracker_log(tracker, &ours, &error) != PB_OK) fail_msg("%s", error.text);
    PB_CHECK_EQ(pb_race_outcome_of(&ours, &ours_end), PB_OK);
    PB_CHECK_EQ(pb_race_outcome_of(&theirs, &theirs_end), PB_OK);
    pairing p = {race, &ours, &theirs, &ours_end, &theirs_end, 0, 0, 0};
    compare_order(&p);
    for (p.b = 0; p.b < (int)theirs.n_cars; p.b++) compare_car(&p);
    pb_race_log_fini(&ours);
    pb_race_log_fini(&theirs);
}

/* ---- the table ---- */

static void copy_field(char *to, size_t cap, const pb_csv *csv, uint32_t k)
{
    PB_CHECK(pb_span_copy(csv->field[k], to, cap));
}

static void read_table(void)
{
    pb_bytes bytes;
    pb_error error = {0};
    pb_arena scratch;
    pb_csv   csv;
    if (pb_file_read(TABLE, 0, &bytes, &error) != PB_OK) fail_msg("%s", error.text);
    pb_arena_init(&scratch, 1u << 20);
    pb_csv_init(&csv, (pb_span){bytes.at, bytes.len}, ',', &scratch);
    PB_CHECK_EQ(pb_csv_next(&csv), PB_OK);
    while (pb_csv_next(&csv) == PB_OK) {
        PB_CHECK_EQ(csv.n_fields, 6);
        PB_CHECK(csv.field[5].len > 10); /* every row has its reason */
        difference *d = &listed[n_listed++];
        copy_field(d->race, sizeof d->race, &csv, 0);
        copy_field(d->car, sizeof d->car, &csv, 1);
        copy_field(d->what, sizeof d->what, &csv, 2);
        copy_field(d->ours, sizeof d->ours, &csv, 3);
        copy_field(d->theirs, sizeof d->theirs, &csv, 4);
    }
    pb_arena_fini(&scratch);
    pb_bytes_free(&bytes);
}

static bool is_in(const difference *d, const difference *list, int n)
{
    for (int i = 0; i < n; i++)
        if (strcmp(d->race, list[i].race) == 0 && strcmp(d->car, list[i].car) == 0 &&
            strcmp(d->what, list[i].what) == 0 && strcmp(d->ours, list[i].ours) == 0 &&
            strcmp(d->theirs, list[i].theirs) == 0)
            return true;
    return false;
}

static int missing_from(const char *what, const difference *from, int n, const difference *list, int m)
{
    int missing = 0;
    for (int i = 0; i < n; i++) {
        if (is_in(&from[i], list, m)) continue;
        print_error("%s: %s %s %s: ours %s, theirs %s\n", what, from[i].race, from[i].car, from[i].what, from[i].ours,
                    from[i].theirs);
        missing++;
    }
    return missing;
}

PB_TEST(forty_two_races_agree_with_the_lap_data_but_for_what_is_listed)
{
    char names[RACES_MAX][64];
    pb_need_shared(CACHE);
    int         n = race_names(names), step = is_slow() ? 14 : 1;
    pb_tracker *t = live_tracker();
    PB_CHECK_EQ(n, 42);
    for (int i = 0; i < n; i += step) {
        char        path[8192];
        live_replay r = {.tracker = t};
        snprintf(path, sizeof path, "%s/%s", CACHE, names[i]);
        pb_tracker_reset(t);
        live_replay_file(&r, path);
        check_state(&r);
        compare_race(names[i], t);
    }
    pb_tracker_destroy(t);
    read_table();
    int bad = missing_from("not listed", found, n_found, listed, n_listed);
    if (!is_slow()) bad += missing_from("listed, not found", listed, n_listed, found, n_found);
    PB_CHECK_EQ(bad, 0);
}

/* ---- gaps ---- */

/* A word of the stream, and a gap from the times at the line. */
typedef struct word {
    int16_t car;
    int32_t at_ms, gap_ms;
    bool    laps;
} word;
typedef struct point {
    int16_t     car;
    uint16_t    lap;
    int32_t     line_ms;
    pb_live_gap gap;
} point;

#define WORDS_MAX 65536
#define POINTS_MAX 4096
typedef struct gaps {
    word  words[WORDS_MAX];
    point points[POINTS_MAX];
    int   n_words, n_points;
    int   compared, near;
} gaps;

static void hear(live_replay *r, const pb_event *e, pb_meaning meaning)
{
    gaps *g = r->user;
    (void)meaning;
    if (e->kind != PB_EV_GAP) return;
    PB_CHECK(g->n_words < WORDS_MAX);
    g->words[g->n_words++] = (word){e->car, e->session_ms, e->value, e->flag};
}

static bool not_of_the_stream(const pb_event *e)
{
    return e->kind != PB_EV_GAP && e->kind != PB_EV_INTERVAL && e->kind != PB_EV_POSITION;
}

static void at_line(live_replay *r, const pb_event *e, pb_meaning meaning)
{
    gaps                *g = r->user;
    const pb_race_state *s = pb_tracker_state(r->tracker);
    (void)e;
    for (int i = 0; i < s->n_cars && (meaning.bits & PB_MEANT_LAP); i++) {
        const pb_live_car *c = &s->cars[i];
        if (c->key != meaning.car) continue;
        PB_CHECK(c->gap.derived && c->told[PB_TOLD_GAP].origin == PB_ORIGIN_NONE);
        PB_CHECK(g->n_points < POINTS_MAX);
        g->points[g->n_points++] = (point){c->key, c->laps, c->line_ms, c->gap};
    }
}

/* The first to end the lap. */
static const pb_lap *leader_of(const pb_tracker *t, uint16_t lap)
{
    const pb_race_state *s    = pb_tracker_state(t);
    const pb_lap        *best = NULL;
    for (int i = 0; i < s->n_cars; i++) {
        const pb_lap *row = pb_tracker_lap(t, s->cars[i].key, lap);
        if (row && (!best || row->session_ms < best->session_ms)) best = row;
    }
    return best;
}

/* Where there is no gap at the line to compare: the race stood still in that lap (it has
 * no time), or the car or the leader crossed the line in the pit lane (the stream then
 * counts to another car, or waits). */
static bool is_left_out(const pb_tracker *t, const point *p)
{
    const pb_lap *own = pb_tracker_lap(t, p->car, p->lap);
    return own->time_ms == PB_MS_NONE || own->pit_in_ms != PB_MS_NONE || leader_of(t, p->lap)->pit_in_ms != PB_MS_NONE;
}

/* The word nearest to the crossing, from half a second before it (messages and the end of
 * a lap are not aligned better) to five seconds after. */
static const word *word_at_line(const gaps *g, const point *p)
{
    const word *best = NULL;
    for (int i = 0; i < g->n_words; i++) {
        const word *w = &g->words[i];
        if (w->car != p->car || w->at_ms < p->line_ms - 500 || w->at_ms > p->line_ms + 5000) continue;
        if (!best || abs(w->at_ms - p->line_ms) < abs(best->at_ms - p->line_ms)) best = w;
    }
    return best;
}

static void judge(const live_replay *r, gaps *g)
{
    for (int i = 0; i < g->n_points; i++) {
        const point *p = &g->points[i];
        const word  *w = word_at_line(g, p);
        if (!w || is_left_out(r->tracker, p)) continue;
        if (w->laps || p->gap.laps > 0) continue; /* a gap of a lap has no seconds */
        g->compared++;
        g->near += abs(w->gap_ms - p->gap.ms) <= 100;
    }
}

PB_TEST(gaps_from_lap_times_alone_match_the_stream_at_the_line)
{
    static const struct {
        const char *race;
        double      share;
    } races[] = {{"2021_16_turkish", 0.98},   {"2021_02_emilia_romagna", 0.93}, {"2023_03_australian", 0.98},
                 {"2023_06_monaco", 0.98},    {"2023_14_italian", 0.98},        {"2024_24_abu_dhabi", 0.98},
                 {"2025_01_australian", 0.98}};
    pb_need_shared(CACHE);
    pb_tracker *t = live_tracker();
    for (size_t i = 0; i < (is_slow() ? 1 : sizeof races / sizeof *races); i++) {
        char  path[8192];
        gaps *g = calloc(1, sizeof *g);
        assert_non_null(g);
        snprintf(path, sizeof path, "%s/%s", CACHE, races[i].race);
        live_replay with = {.tracker = t, .after = hear, .user = g};
        pb_tracker_reset(t);
        live_replay_file(&with, path);
        live_replay without = {.tracker = t, .keep = not_of_the_stream, .after = at_line, .user = g};
        pb_tracker_reset(t);
        live_replay_file(&without, path);
        judge(&without, g);
        print_message("%s: %d of %d gaps at the line within 0.1 s\n", races[i].race, g->near, g->compared);
        PB_CHECK(g->compared > 700);
        PB_CHECK(g->near >= races[i].share * g->compared);
        free(g);
    }
    pb_tracker_destroy(t);
}

PB_TEST_MAIN(PB_RUN(forty_two_races_agree_with_the_lap_data_but_for_what_is_listed),
             PB_RUN(gaps_from_lap_times_alone_match_the_stream_at_the_line))
