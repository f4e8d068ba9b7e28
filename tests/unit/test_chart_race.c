/* Charts of a recorded race: whole, self-contained, and true to its rows. */
#include "lap_fixture.h"
#include "pitboard/narrate_race.h"

typedef struct drawn {
    pb_race_log      log;
    pb_race_outcome  outcome;
    pb_neutral_phase phases[16];
    pb_chart_race    race;
} drawn;

static const char *out_path(void)
{
    static char path[] = "pb_chart_XXXXXX";
    static bool made   = false;
    if (!made) {
        int fd = mkstemp(path);
        PB_CHECK(fd >= 0);
        close(fd);
        made = true;
    }
    return path;
}

static void finish(drawn *d)
{
    PB_CHECK_EQ(pb_race_outcome_of(&d->log, &d->outcome), PB_OK);
    d->race = (pb_chart_race){&d->log, &d->outcome, d->phases, pb_neutral_phases(&d->log, &d->outcome, d->phases, 16)};
}

static drawn *from_file(const char *name)
{
    char   path[512];
    drawn *d = calloc(1, sizeof *d);
    assert_non_null(d);
    snprintf(path, sizeof path, PB_SOURCE_DIR "/data/races/%s.csv", name);
    read_file(&d->log, path);
    finish(d);
    return d;
}

static drawn *from_text(const char *text)
{
    drawn *d = calloc(1, sizeof *d);
    assert_non_null(d);
    read_text(&d->log, text);
    finish(d);
    return d;
}

static void drop(drawn *d)
{
    pb_race_log_fini(&d->log);
    free(d);
}

typedef pb_status plot(const pb_chart_race *race, const char *path, pb_error *error);

static char *draw(const drawn *d, plot *what)
{
    pb_error error = {0};
    pb_bytes bytes = {0};
    PB_CHECK_EQ(what(&d->race, out_path(), &error), PB_OK);
    PB_CHECK_EQ(pb_file_read(out_path(), 0, &bytes, &error), PB_OK);
    unlink(out_path());
    return bytes.at;
}

static size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part)) n++;
    return n;
}

/* What an XML parser would trip over: tags that do not close, bare ampersands. */
static void check_xml(const char *svg)
{
    char   open[16][16];
    size_t depth = 0;
    for (const char *at = svg; *at; at++) {
        if (*at == '&')
            PB_CHECK(strncmp(at, "&amp;", 5) == 0 || strncmp(at, "&lt;", 4) == 0 || strncmp(at, "&gt;", 4) == 0 ||
                     strncmp(at, "&quot;", 6) == 0);
        if (*at != '<') continue;
        const char *end  = strchr(at, '>');
        bool        last = at[1] == '/';
        size_t      len  = strcspn(at + 1 + last, " />");
        assert_non_null(end);
        PB_CHECK(len > 0 && len < sizeof open[0] && memchr(at + 1, '<', (size_t)(end - at - 1)) == NULL);
        if (last) {
            PB_CHECK(depth > 0 && strlen(open[depth - 1]) == len && strncmp(open[depth - 1], at + 2, len) == 0);
            depth--;
        } else if (end[-1] != '/') {
            PB_CHECK(depth < sizeof open / sizeof *open);
            memcpy(open[depth], at + 1, len);
            open[depth++][len] = '\0';
        }
        at = end;
    }
    PB_CHECK_EQ(depth, 0);
}

static void check_whole(const char *svg)
{
    PB_CHECK(strncmp(svg, "<svg ", 5) == 0);
    PB_CHECK_HAS(svg, "</svg>\n");
    PB_CHECK_HAS(svg, "prefers-color-scheme:dark");
    PB_CHECK_EQ(count(svg, "nan"), 0);
    PB_CHECK_EQ(count(svg, "inf"), 0);
    PB_CHECK_EQ(count(svg, "http"), 1); /* the name space */
    check_xml(svg);
}

static uint32_t stints(const drawn *d)
{
    pb_tyre_stop stop[32];
    uint32_t     n = 0;
    for (uint32_t c = 0; c < d->log.n_cars; c++)
        if (d->outcome.car[c].laps_done > 0) n += 1 + pb_car_stops(&d->log, c, &d->outcome, true, stop, 32);
    return n;
}

PB_TEST(every_stint_has_one_bar_with_the_letter_of_its_compound)
{
    static const char *const races[] = {"2023_07_spanish", "2021_21_saudi_arabian", "2019_11_german",
                                        "2024_16_italian"};
    for (size_t i = 0; i < sizeof races / sizeof *races; i++) {
        drawn *d   = from_file(races[i]);
        char  *svg = draw(d, pb_plot_strategy);
        check_whole(svg);
        size_t legend = count(svg, "class=\"t t-") - stints(d); /* one sample of each compound */
        PB_CHECK(legend >= 2 && legend <= 5);
        size_t letters = 0;
        for (char k = '0'; k <= '9'; k++) {
            char ink[16];
            snprintf(ink, sizeof ink, "class=\"n-%c h\"", k);
            letters += count(svg, ink);
        }
        PB_CHECK_EQ(letters, stints(d) + legend);
        PB_CHECK_EQ(count(svg, "class=\"i h\""), d->log.n_cars + 1); /* the codes and the title */
        for (uint32_t c = 0; c < d->log.n_cars; c++) PB_CHECK_HAS(svg, d->log.cars[c].code);
        free(svg);
        drop(d);
    }
}

PB_TEST(the_stops_of_a_known_car_are_where_they_were)
{
    drawn *d   = from_file("2023_07_spanish");
    char  *svg = draw(d, pb_plot_strategy);
    PB_CHECK_HAS(svg, "VER: MEDIUM, laps 1 to 26");
    PB_CHECK_HAS(svg, "VER: HARD, laps 27 to 52");
    PB_CHECK_HAS(svg, "VER: SOFT, laps 53 to 66");
    PB_CHECK_HAS(svg, ">winner<");
    PB_CHECK_HAS(svg, ">+24.1 s<");
    free(svg);
    drop(d);
}

PB_TEST(neutralisations_are_bands_in_both_charts)
{
    drawn *d      = from_file("2021_21_saudi_arabian");
    plot  *both[] = {pb_plot_strategy, pb_plot_gaps};
    for (size_t i = 0; i < 2; i++) {
        char *svg = draw(d, both[i]);
        PB_CHECK_EQ(count(svg, "class=\"b-sc\"") + count(svg, "class=\"b-vsc\"") + count(svg, "class=\"b-red\""),
                    d->race.n_phases);
        PB_CHECK_EQ(count(svg, "class=\"b-red\""), 2);
        PB_CHECK_HAS(svg, ">RED<");
        free(svg);
    }
    drop(d);
}

PB_TEST(every_car_has_a_line_with_its_name_at_the_end)
{
    drawn *d   = from_file("2021_21_saudi_arabian");
    char  *svg = draw(d, pb_plot_gaps);
    char   text[32];
    check_whole(svg);
    PB_CHECK_EQ(count(svg, "<polyline"), d->log.n_cars);
    for (uint32_t c = 0; c < d->log.n_cars; c++) {
        const pb_car_result *r = &d->outcome.car[c];
        if (r->took_flag)
            snprintf(text, sizeof text, ">%u %s<", r->place, d->log.cars[c].code);
        else
            snprintf(text, sizeof text, ">%s out<", d->log.cars[c].code);
        PB_CHECK_HAS(svg, text);
    }
    free(svg);
    drop(d);
}

PB_TEST(names_from_a_file_cannot_break_the_picture)
{
    drawn *d =
        from_text(LAP_HEADER "A&<,1,T&T,1,100,3700,1,1,SOFT,,1,1,1,,,1\nA&<,1,T&T,2,100,3800,1,1,SOFT,,2,1,1,,,1\n"
                             "\"\"\"B\",2,\"<x>\",1,101,3701,2,1,NONE,,1,1,1,,,1\n");
    plot *both[] = {pb_plot_strategy, pb_plot_gaps};
    for (size_t i = 0; i < 2; i++) {
        char *svg = draw(d, both[i]);
        check_whole(svg);
        free(svg);
    }
    drop(d);
}

PB_TEST(a_race_of_one_lap_is_drawn_too)
{
    drawn *d = from_text(LAP_HEADER "AAA,1,T,1,100,3700,1,1,SOFT,,1,1,1,,,1\nBBB,2,T,1,101,3701,2,1,HARD,,1,1,1,,,1\n");
    plot  *both[] = {pb_plot_strategy, pb_plot_gaps};
    for (size_t i = 0; i < 2; i++) {
        char *svg = draw(d, both[i]);
        check_whole(svg);
        PB_CHECK_HAS(svg, "AAA");
        free(svg);
    }
    drop(d);
}

PB_TEST(a_place_that_cannot_be_written_is_told)
{
    drawn   *d     = from_file("2023_07_spanish");
    pb_error error = {0};
    PB_CHECK_EQ(pb_plot_gaps(&d->race, "/nowhere/at/all.svg", &error), PB_E_NOENT);
    PB_CHECK_HAS(error.text, "/nowhere/at/all.svg");
    PB_CHECK_EQ(pb_plot_strategy(&d->race, "/nowhere/at/all.svg", &error), PB_E_NOENT);
    drop(d);
}

PB_TEST_MAIN(PB_RUN(every_stint_has_one_bar_with_the_letter_of_its_compound),
             PB_RUN(the_stops_of_a_known_car_are_where_they_were), PB_RUN(neutralisations_are_bands_in_both_charts),
             PB_RUN(every_car_has_a_line_with_its_name_at_the_end), PB_RUN(names_from_a_file_cannot_break_the_picture),
             PB_RUN(a_race_of_one_lap_is_drawn_too), PB_RUN(a_place_that_cannot_be_written_is_told))
