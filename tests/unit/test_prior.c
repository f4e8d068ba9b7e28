/* Priors: learned, written, read, shipped. */
#include "pb_test.h"

#include <dirent.h>
#include <math.h>

#include "pitboard/codec.h"
#include "pitboard/predict.h"

#define RACES PB_SHARED_DIR "/data/armchair-strategist/races"
#define MANY 40

static pb_prior *fresh(void)
{
    pb_prior *prior = malloc(sizeof *prior);
    PB_CHECK(prior != NULL);
    pb_prior_default(prior);
    return prior;
}

static pb_status read_text(const char *text, pb_prior *prior, pb_error *error)
{
    return pb_prior_read(pb_span_of(text), "prior.json", prior, error);
}

PB_TEST(what_is_written_is_read_back)
{
    char      path[] = "pb_prior_XXXXXX";
    int       fd     = mkstemp(path);
    pb_bytes  text   = {0};
    pb_prior *a = fresh(), *b = fresh();
    close(fd);
    a->races                  = 7;
    a->base.pit.loss_s        = 21.25;
    a->base.noise.phi         = 0.625;
    a->n_circuits             = 1;
    a->circuits[0].editions   = 3;
    a->circuits[0].pit_loss_s = 19.5;
    strcpy(a->circuits[0].id, "spa");
    strcpy(a->source, "a test");
    PB_CHECK_EQ(pb_prior_write(a, path, NULL), PB_OK);
    PB_CHECK_EQ(pb_file_read(path, 0, &text, NULL), PB_OK);
    PB_CHECK_EQ(pb_prior_read((pb_span){text.at, text.len}, path, b, NULL), PB_OK);
    PB_CHECK_EQ(b->races, 7);
    PB_CHECK_NEAR(b->base.pit.loss_s, 21.25, 0);
    PB_CHECK_NEAR(b->base.noise.phi, 0.625, 0);
    PB_CHECK_EQ(b->n_circuits, 1);
    PB_CHECK_TEXT(b->circuits[0].id, "spa");
    PB_CHECK_NEAR(b->circuits[0].pit_loss_s, 19.5, 0);
    PB_CHECK_TEXT(b->source, "a test");
    PB_CHECK_EQ(b->base.n_compounds, a->base.n_compounds);
    PB_CHECK_TEXT(b->base.compounds[1].name, a->base.compounds[1].name);
    for (int k = 0; k < PB_CARS_MAX; k++) PB_CHECK_NEAR(b->base.start.slot_gap_s[k], a->base.start.slot_gap_s[k], 1e-5);
    unlink(path);
    pb_bytes_free(&text);
    free(a);
    free(b);
}

PB_TEST(what_is_not_given_keeps_its_default)
{
    pb_prior *a = fresh(), *b = fresh();
    b->races = 99;
    PB_CHECK_EQ(read_text("{\"dnf_prob\": 0.25}", b, NULL), PB_OK);
    PB_CHECK_NEAR(b->dnf_prob, 0.25, 0);
    PB_CHECK_EQ(b->races, 0);
    PB_CHECK_NEAR(b->base.pit.loss_s, a->base.pit.loss_s, 0);
    free(a);
    free(b);
}

PB_TEST(a_short_list_of_slots_goes_on_with_its_last_step)
{
    pb_prior *a = fresh();
    PB_CHECK_EQ(read_text("{\"race\": {\"start\": {\"slot_gap_s\": [0, 1, 1.5]}}}", a, NULL), PB_OK);
    PB_CHECK_NEAR(a->base.start.slot_gap_s[2], 1.5, 1e-9);
    PB_CHECK_NEAR(a->base.start.slot_gap_s[5], 3.0, 1e-9);
    free(a);
}

static void refused(const char *text, pb_status status, const char *part)
{
    pb_error  error = {0};
    pb_prior *prior = fresh();
    prior->races    = 12345;
    PB_CHECK_EQ(read_text(text, prior, &error), status);
    PB_CHECK_HAS(error.text, part);
    PB_CHECK_EQ(prior->races, 12345);
    free(prior);
}

PB_TEST(bad_priors_are_refused_with_the_place_and_leave_the_output_alone)
{
    refused("{\"dnf_prop\": 0.1}", PB_E_UNKNOWN_KEY, "dnf_prob");
    refused("{\"dnf_prob\": 1.5}", PB_E_RANGE, "/dnf_prob");
    refused("{\"dnf_prob\": \"much\"}", PB_E_SYNTAX, "/dnf_prob");
    refused("{\"races\": 1.5}", PB_E_RANGE, "/races");
    refused("{\"race\": {\"cars\": []}}", PB_E_UNKNOWN_KEY, "cars");
    refused("{\"race\": {\"pit\": {\"loss_s\": -1}}}", PB_E_RANGE, "/race/pit/loss_s");
    refused("{\"race\": {\"compounds\": [{\"name\": \"X\", \"kind\": \"square\"}]}}", PB_E_RANGE,
            "/race/compounds/0/kind");
    refused("{\"circuits\": [{\"editions\": 1}]}", PB_E_MISSING, "/circuits/0");
    refused("{\"wear_s_per_lap\": [0.1, 0.1]}", PB_E_RANGE, "/wear_s_per_lap");
    refused("{\"races\": 1", PB_E_SYNTAX, "prior.json");
}

static pb_status shipped_spec_check(const pb_prior *prior, pb_error *error)
{
    pb_race_spec *spec = malloc(sizeof *spec);
    PB_CHECK(spec != NULL);
    *spec        = prior->base;
    spec->n_cars = 2;
    for (uint8_t c = 0; c < 2; c++) {
        pb_car_spec_default(&spec->cars[c]);
        snprintf(spec->cars[c].code, sizeof spec->cars[c].code, "C%d", c);
        spec->cars[c].grid               = (uint8_t)(c + 1);
        spec->cars[c].n_plans            = 1;
        spec->cars[c].plans[0]           = (pb_plan){.weight_prob = 1, .n_stints = 2};
        spec->cars[c].plans[0].stints[1] = (pb_stint_spec){.compound = 1, .in_lap = 20};
    }
    pb_status status = pb_race_spec_check(spec, error);
    free(spec);
    return status;
}

PB_TEST(the_prior_that_ships_can_be_played_and_knows_its_circuits)
{
    pb_error  error = {0};
    pb_prior *prior = fresh();
    bool      spa   = false;
    PB_CHECK_EQ(pb_prior_shipped(prior, &error), PB_OK);
    PB_CHECK(prior->races > 100);
    PB_CHECK_HAS(prior->source, "Apache-2.0");
    if (shipped_spec_check(prior, &error) != PB_OK) print_error("%s\n", error.text);
    PB_CHECK_EQ(shipped_spec_check(prior, &error), PB_OK);
    for (int c = 0; c < prior->n_circuits; c++) {
        PB_CHECK(prior->circuits[c].pit_loss_s > 12 && prior->circuits[c].pit_loss_s < 40);
        if (strcmp(prior->circuits[c].id, "spa") != 0) continue;
        spa = true;
        PB_CHECK_NEAR(prior->circuits[c].pit_loss_s, 18.9, 0.6); /* effects.md 6 */
    }
    PB_CHECK(spa);
    free(prior);
}

PB_TEST(nothing_can_be_learned_from_no_race)
{
    pb_error  error = {0};
    pb_prior *prior = fresh();
    prior->races    = 3;
    PB_CHECK_EQ(pb_prior_learn(NULL, 0, prior, &error), PB_E_EMPTY);
    PB_CHECK_EQ(prior->races, 3);
    PB_CHECK(error.text[0] != 0);
    free(prior);
}

typedef struct season {
    pb_race_log        log[MANY];
    const pb_race_log *at[MANY];
    size_t             n;
} season;

static void read_season(season *s, const char *year)
{
    DIR *dir = opendir(RACES);
    s->n     = 0;
    for (struct dirent *e; dir && (e = readdir(dir));) {
        char     path[512];
        pb_bytes text = {0};
        if (strncmp(e->d_name, year, 4) != 0 || s->n == MANY) continue;
        snprintf(path, sizeof path, "%s/%s", RACES, e->d_name);
        pb_race_log_init(&s->log[s->n]);
        PB_CHECK_EQ(pb_file_read(path, 0, &text, NULL), PB_OK);
        PB_CHECK_EQ(pb_wire_read_laps((pb_span){text.at, text.len}, path, &s->log[s->n], NULL), PB_OK);
        s->at[s->n] = &s->log[s->n];
        s->n++;
        pb_bytes_free(&text);
    }
    if (dir) closedir(dir);
}

PB_TEST(a_season_teaches_what_was_measured_by_hand_whatever_the_order_of_its_races)
{
    pb_need_shared(RACES);
    season   *s     = calloc(1, sizeof *s);
    pb_prior *prior = fresh(), *again = fresh();
    PB_CHECK(s != NULL);
    read_season(s, "2023");
    PB_CHECK(s->n > 10);
    PB_CHECK_EQ(pb_prior_learn(s->at, s->n, prior, NULL), PB_OK);
    const pb_race_spec *base = &prior->base;
    PB_CHECK_EQ(prior->until_season, 2023);
    PB_CHECK(base->evolution_s_per_lap < -0.03 && base->evolution_s_per_lap > -0.09);
    PB_CHECK(prior->wear_s_per_lap[1] > 0.03 && prior->wear_s_per_lap[1] < 0.1);
    PB_CHECK(base->noise.sigma_s > 0.3 && base->noise.sigma_s < 0.55);
    PB_CHECK(base->noise.phi > 0.5 && base->noise.phi < 0.95);
    PB_CHECK(base->traffic.pass_delta > 1 && base->traffic.pass_delta < 3);
    PB_CHECK(base->traffic.pass_train > 0.4 && base->traffic.pass_train < 2.2);
    PB_CHECK(base->traffic.hold_s[8] > 0.3 && base->traffic.hold_s[8] < 0.8);
    PB_CHECK(base->pit.sc_onset_frac > 0.3 && base->pit.sc_onset_frac < 0.8);
    PB_CHECK(shipped_spec_check(prior, NULL) == PB_OK);

    for (size_t i = 0; i < s->n / 2; i++) { /* turned round */
        const pb_race_log *swap = s->at[i];
        s->at[i]                = s->at[s->n - 1 - i];
        s->at[s->n - 1 - i]     = swap;
    }
    PB_CHECK_EQ(pb_prior_learn(s->at, s->n, again, NULL), PB_OK);
    PB_CHECK_NEAR(again->base.pit.loss_s, prior->base.pit.loss_s, 1e-9);
    PB_CHECK_NEAR(again->base.traffic.pass_delta, prior->base.traffic.pass_delta, 1e-6);
    PB_CHECK_NEAR(again->base.noise.sigma_s, prior->base.noise.sigma_s, 1e-9);
    for (size_t i = 0; i < s->n; i++) pb_race_log_fini(&s->log[i]);
    free(s);
    free(prior);
    free(again);
}

PB_TEST_MAIN(PB_RUN(what_is_written_is_read_back), PB_RUN(what_is_not_given_keeps_its_default),
             PB_RUN(a_short_list_of_slots_goes_on_with_its_last_step),
             PB_RUN(bad_priors_are_refused_with_the_place_and_leave_the_output_alone),
             PB_RUN(the_prior_that_ships_can_be_played_and_knows_its_circuits),
             PB_RUN(nothing_can_be_learned_from_no_race),
             PB_RUN(a_season_teaches_what_was_measured_by_hand_whatever_the_order_of_its_races))
