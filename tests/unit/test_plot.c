/* The chart: whole, self-contained, for fields of any size. */

#include "pb_test.h"
#include "pitboard/codec.h"
#include "pitboard/engine.h"
#include "pitboard/narrate.h"
#include "pitboard/wire.h"

static const char *out_path(void)
{
    static char path[] = "pb_plot_XXXXXX";
    static bool made   = false;
    if (!made) {
        int fd = mkstemp(path);
        PB_CHECK(fd >= 0);
        close(fd);
        made = true;
    }
    return path;
}

static pb_race_spec *scenario(const char *name)
{
    char          path[512];
    pb_error      error = {0};
    pb_bytes      bytes = {0};
    pb_race_spec *spec  = calloc(1, sizeof *spec);
    snprintf(path, sizeof path, PB_SOURCE_DIR "/scenarios/%s.json", name);
    PB_CHECK_EQ(pb_file_read(path, 0, &bytes, &error), PB_OK);
    PB_CHECK_EQ(pb_wire_read_race((pb_span){bytes.at, bytes.len}, path, spec, &error), PB_OK);
    pb_bytes_free(&bytes);
    return spec;
}

/* Plays the race and draws it; the SVG as text, to be freed. */
static char *draw(const pb_race_spec *spec, uint32_t traced)
{
    pb_sim_model  *model  = NULL;
    pb_sim_result *result = NULL;
    pb_run_options o;
    pb_error       error = {0};
    pb_bytes       bytes = {0};

    PB_CHECK_EQ(pb_sim_model_create(spec, &model, &error), PB_OK);
    pb_run_options_default(&o);
    o.trials       = 200;
    o.trace_trials = traced;
    PB_CHECK_EQ(pb_engine_simulate(model, &o, &result, &error), PB_OK);
    PB_CHECK_EQ(pb_plot_race(spec, result, out_path(), &error), PB_OK);
    PB_CHECK_EQ(pb_file_read(out_path(), 0, &bytes, &error), PB_OK);
    pb_sim_result_destroy(result);
    pb_sim_model_destroy(model);
    unlink(out_path());
    return bytes.at;
}

static size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part)) n++;
    return n;
}

static void check_whole(const char *svg)
{
    PB_CHECK(strncmp(svg, "<svg ", 5) == 0);
    PB_CHECK_HAS(svg, "</svg>\n");
    PB_CHECK_EQ(count(svg, "<text "), count(svg, "</text>"));
    PB_CHECK_EQ(count(svg, "<g "), count(svg, "</g>"));
    PB_CHECK_EQ(count(svg, "nan"), 0);
    PB_CHECK_EQ(count(svg, "inf"), 0);
    PB_CHECK_EQ(count(svg, "http"), 1); /* the name space */
}

PB_TEST(a_traced_race_shows_places_gaps_fans_and_stops)
{
    pb_race_spec *spec = scenario("bench57");
    char         *svg  = draw(spec, 100);
    check_whole(svg);
    PB_CHECK_HAS(svg, "Finishing place");
    PB_CHECK_HAS(svg, "How the race unfolds");
    PB_CHECK_HAS(svg, "How sure that is");
    PB_CHECK_HAS(svg, "Likely stops");
    PB_CHECK_HAS(svg, "200 simulated races from the grid");
    PB_CHECK_EQ(count(svg, "id=\"fan"), 6);
    free(svg);
    free(spec);
}

PB_TEST(without_a_trace_places_and_stops_remain)
{
    pb_race_spec *spec = scenario("bench57");
    char         *svg  = draw(spec, 0);
    check_whole(svg);
    PB_CHECK_HAS(svg, "Finishing place");
    PB_CHECK_HAS(svg, "Likely stops");
    PB_CHECK_EQ(count(svg, "How the race unfolds"), 0);
    free(svg);
    free(spec);
}

PB_TEST(from_the_middle_the_chart_begins_there)
{
    pb_race_spec *spec = scenario("whatif57");
    char         *svg  = draw(spec, 100);
    check_whole(svg);
    PB_CHECK_HAS(svg, "from the end of lap 28");
    free(svg);
    free(spec);
}

PB_TEST(two_cars_make_a_chart)
{
    pb_race_spec *spec = scenario("bench57");
    spec->n_cars       = 2;
    spec->cars[0].grid = 1;
    spec->cars[1].grid = 2;
    char *svg          = draw(spec, 100);
    check_whole(svg);
    PB_CHECK_EQ(count(svg, "id=\"fan"), 2);
    free(svg);
    free(spec);
}

PB_TEST(forty_cars_make_a_chart)
{
    pb_race_spec *spec = scenario("bench57");
    for (uint32_t i = 20; i < 40; i++) {
        spec->cars[i]         = spec->cars[i - 20];
        spec->cars[i].code[3] = '2';
        spec->cars[i].code[4] = '\0';
        spec->cars[i].grid    = (uint8_t)(i + 1);
        snprintf(spec->cars[i].team, sizeof spec->cars[i].team, "team %u", i / 2 + 1);
    }
    spec->n_cars = 40;
    char *svg    = draw(spec, 100);
    check_whole(svg);
    free(svg);
    free(spec);
}

PB_TEST(a_name_cannot_break_out_of_its_text)
{
    pb_race_spec *spec = scenario("bench57");
    snprintf(spec->name, sizeof spec->name, "<script>\"a\" & b</script>");
    char *svg = draw(spec, 0);
    check_whole(svg);
    PB_CHECK_EQ(count(svg, "<script"), 0);
    PB_CHECK_HAS(svg, "&lt;script&gt;&quot;a&quot; &amp; b");
    free(svg);
    free(spec);
}

PB_TEST(a_chart_that_cannot_be_written_is_told)
{
    pb_race_spec  *spec   = scenario("bench57");
    pb_sim_model  *model  = NULL;
    pb_sim_result *result = NULL;
    pb_error       error  = {0};
    PB_CHECK_EQ(pb_sim_model_create(spec, &model, &error), PB_OK);
    PB_CHECK_EQ(pb_sim_result_create(model, 0, &result), PB_OK);
    PB_CHECK(pb_plot_race(spec, result, "/no/such/folder/a.svg", &error) != PB_OK);
    PB_CHECK_HAS(error.text, "/no/such/folder/a.svg");
    pb_sim_result_destroy(result);
    pb_sim_model_destroy(model);
    free(spec);
}

PB_TEST_MAIN(PB_RUN(a_traced_race_shows_places_gaps_fans_and_stops), PB_RUN(without_a_trace_places_and_stops_remain),
             PB_RUN(from_the_middle_the_chart_begins_there), PB_RUN(two_cars_make_a_chart),
             PB_RUN(forty_cars_make_a_chart), PB_RUN(a_name_cannot_break_out_of_its_text),
             PB_RUN(a_chart_that_cannot_be_written_is_told))
