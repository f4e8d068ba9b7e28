/* Trials over threads: the same counts whoever plays them. */
#include "pb_test.h"
#include "pitboard/codec.h"
#include "pitboard/engine.h"
#include "pitboard/wire.h"

static pb_sim_model *bench_model(void)
{
    pb_error      error = {0};
    pb_bytes      bytes = {0};
    pb_race_spec *spec  = calloc(1, sizeof *spec);
    pb_sim_model *model = NULL;
    const char   *path  = PB_SOURCE_DIR "/scenarios/bench57.json";

    PB_CHECK_EQ(pb_file_read(path, 0, &bytes, &error), PB_OK);
    PB_CHECK_EQ(pb_wire_read_race((pb_span){bytes.at, bytes.len}, path, spec, &error), PB_OK);
    PB_CHECK_EQ(pb_sim_model_create(spec, &model, &error), PB_OK);
    pb_bytes_free(&bytes);
    free(spec);
    return model;
}

static pb_sim_result *play(const pb_sim_model *model, uint32_t trials, uint32_t threads, uint32_t traced)
{
    pb_run_options o;
    pb_error       error  = {0};
    pb_sim_result *result = NULL;
    pb_run_options_default(&o);
    o.trials       = trials;
    o.threads      = threads;
    o.trace_trials = traced;
    PB_CHECK_EQ(pb_engine_simulate(model, &o, &result, &error), PB_OK);
    return result;
}

static void check_same(const pb_sim_result *a, const pb_sim_result *b)
{
    size_t n = a->n_cars;
    PB_CHECK_EQ(a->trials, b->trials);
    assert_memory_equal(a->place, b->place, n * n * sizeof *a->place);
    assert_memory_equal(a->pit_lap, b->pit_lap, n * (a->n_laps + 1) * sizeof *a->pit_lap);
    assert_memory_equal(a->time_bins, b->time_bins, n * PB_SIM_TIME_BINS * sizeof *a->time_bins);
    assert_memory_equal(a->strategy, b->strategy, n * PB_SIM_STRATEGIES * sizeof *a->strategy);
    PB_CHECK_EQ(a->sc, b->sc);
    PB_CHECK_EQ(a->vsc, b->vsc);
    PB_CHECK_EQ(a->trace.trials, b->trace.trials);
    if (a->trace.trials) {
        size_t cells = (size_t)a->trace.trials * a->n_laps * n;
        assert_memory_equal(a->trace.place, b->trace.place, cells);
        assert_memory_equal(a->trace.gap_s, b->trace.gap_s, cells * sizeof *a->trace.gap_s);
    }
}

PB_TEST(every_trial_is_played_once_for_any_number_of_trials_and_threads)
{
    static const uint32_t trials[]  = {1, 15, 16, 17, 100, 1000, 5003};
    static const uint32_t threads[] = {2, 3, 7, 64};
    pb_sim_model         *model     = bench_model();

    for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
        pb_sim_result *one = play(model, trials[i], 1, 0);
        PB_CHECK_EQ(one->trials, trials[i]);
        for (size_t k = 0; k < sizeof threads / sizeof *threads; k++) {
            pb_sim_result *many = play(model, trials[i], threads[k], 0);
            check_same(one, many);
            pb_sim_result_destroy(many);
        }
        pb_sim_result_destroy(one);
    }
    pb_sim_model_destroy(model);
}

PB_TEST(the_trace_is_that_of_the_first_trials_whatever_the_threads)
{
    static const uint32_t traced[] = {1, 16, 77, 300};
    pb_sim_model         *model    = bench_model();

    for (size_t i = 0; i < sizeof traced / sizeof *traced; i++) {
        pb_sim_result *one = play(model, 300, 1, traced[i]), *many = play(model, 300, 5, traced[i]);
        check_same(one, many);
        pb_sim_result_destroy(one);
        pb_sim_result_destroy(many);
    }
    pb_sim_model_destroy(model);
}

typedef struct watch {
    uint32_t calls, last, stop_at;
    bool     rising;
} watch;

static bool look(void *user, uint32_t done, uint32_t trials)
{
    watch *w  = user;
    w->rising = w->rising && done >= w->last && done <= trials;
    w->last   = done;
    w->calls++;
    return done < w->stop_at;
}

static pb_status play_watched(watch *w, pb_sim_result **result)
{
    pb_sim_model  *model = bench_model();
    pb_run_options o;
    pb_run_options_default(&o);
    o.trials         = 20000;
    o.threads        = 2;
    o.progress       = look;
    o.user           = w;
    pb_status status = pb_engine_simulate(model, &o, result, NULL);
    pb_sim_model_destroy(model);
    return status;
}

PB_TEST(progress_is_told_as_it_rises)
{
    watch          w      = {.stop_at = UINT32_MAX, .rising = true};
    pb_sim_result *result = NULL;
    PB_CHECK_EQ(play_watched(&w, &result), PB_OK);
    PB_CHECK(w.calls > 1);
    PB_CHECK(w.rising);
    PB_CHECK_EQ(result->trials, 20000);
    pb_sim_result_destroy(result);
}

PB_TEST(a_run_that_is_called_off_ends_early_and_leaves_nothing)
{
    watch          w      = {.stop_at = 1, .rising = true};
    pb_sim_result *result = NULL;
    PB_CHECK_EQ(play_watched(&w, &result), PB_E_CANCELLED);
    PB_CHECK(result == NULL);
    PB_CHECK_EQ(w.calls, 1);
}

static void check_refused(const pb_sim_model *model, pb_run_options o, pb_status want, const char *part)
{
    pb_error       error  = {0};
    pb_sim_result *result = NULL;
    PB_CHECK_EQ(pb_engine_simulate(model, &o, &result, &error), want);
    PB_CHECK_HAS(error.text, part);
    PB_CHECK(result == NULL);
}

PB_TEST(options_out_of_range_are_refused)
{
    pb_sim_model  *model = bench_model();
    pb_run_options o;
    pb_run_options_default(&o);
    o.trials = 0;
    check_refused(model, o, PB_E_RANGE, "trials");
    o.trials  = 10;
    o.threads = PB_THREADS_MAX + 1;
    check_refused(model, o, PB_E_RANGE, "threads");
    o.threads      = 1;
    o.trace_trials = PB_SIM_TRACE_MAX + 1;
    check_refused(model, o, PB_E_RANGE, "trace_trials");
    pb_sim_model_destroy(model);
}

PB_TEST_MAIN(PB_RUN(every_trial_is_played_once_for_any_number_of_trials_and_threads),
             PB_RUN(the_trace_is_that_of_the_first_trials_whatever_the_threads), PB_RUN(progress_is_told_as_it_rises),
             PB_RUN(a_run_that_is_called_off_ends_early_and_leaves_nothing), PB_RUN(options_out_of_range_are_refused))
