/* What is measured, and how: see bench_run.h.
 *
 * Every figure is measured RUNS times after one warm-up; the median is the
 * figure, the least and the most tell how quiet the machine was. */
#include <stdio.h>
#include <string.h>

#include "bench_decide.h"
#include "bench_points.h"
#include "bench_run.h"
#include "bench_tree.h"
#include "bench_udp.h"
#include "pitboard/num.h"

#define RUNS 9
#define RUN_S 0.25  /* one run lasts about so long */
#define CHUNK 4096u /* trials between two looks at the clock */
#define WHATIF_TRIALS 1000u
#define WHATIF_RUNS 31
#define THREAD_TRIALS 100000u

typedef struct context {
    const pb__bench_ground *ground;
    pb_isa                  isa;
    pb_sim_model           *model;
    pb_sim_scratch         *scratch;
    pb_sim_result          *result;
} context;

static pb_status open_model(context *c, const pb_race_spec *spec, pb_error *error)
{
    PB_TRY(pb_sim_model_create(spec, &c->model, error));
    if (pb_sim_scratch_create(c->model, &c->scratch) != PB_OK || pb_sim_result_create(c->model, 0, &c->result) != PB_OK)
        return pb_error_set(error, PB_E_NOMEM, "out of memory");
    return PB_OK;
}

static void close_model(context *c)
{
    if (c->result) pb_sim_result_destroy(c->result);
    if (c->scratch) pb_sim_scratch_destroy(c->scratch);
    if (c->model) pb_sim_model_destroy(c->model);
}

static void summarise(double *x, uint32_t n, pb__bench *out)
{
    pb_sort_f64(x, n);
    out->runs   = n;
    out->median = pb_quantile_sorted(x, n, 0.5);
    out->min    = x[0];
    out->max    = x[n - 1];
}

/* Whole races from the grid, one core, races a second. */
static double races_per_second(context *c)
{
    double   start = pb_engine_seconds(), now;
    uint32_t done  = 0;
    do {
        pb_sim_run(c->model, 1, done, CHUNK, c->isa, c->scratch, c->result);
        done += CHUNK;
        now = pb_engine_seconds();
    } while (now - start < RUN_S);
    return done / (now - start);
}

static pb_status measure_full_field(const pb__bench_ground *ground, pb_isa isa, pb__bench *out, pb_error *error)
{
    context   c = {.ground = ground, .isa = isa};
    double    x[RUNS];
    pb_status status = open_model(&c, ground->field, error);
    if (status == PB_OK) {
        pb_sim_run(c.model, 1, 0, CHUNK, isa, c.scratch, c.result);
        for (uint32_t i = 0; i < RUNS; i++) x[i] = races_per_second(&c);
        summarise(x, RUNS, out);
    }
    close_model(&c);
    return status;
}

/* Everything a caller waits for: from the race as it stands to the counts. */
static pb_status whatif_ms(const pb_race_spec *spec, pb_isa isa, double *ms, pb_error *error)
{
    context   c      = {.isa = isa};
    double    start  = pb_engine_seconds();
    pb_status status = open_model(&c, spec, error);
    if (status == PB_OK) pb_sim_run(c.model, 1, 0, WHATIF_TRIALS, isa, c.scratch, c.result);
    *ms = 1e3 * (pb_engine_seconds() - start);
    close_model(&c);
    return status;
}

static pb_status measure_whatif(const pb__bench_ground *ground, pb_isa isa, pb__bench *out, pb_error *error)
{
    double x[WHATIF_RUNS];
    PB_TRY(whatif_ms(ground->whatif, isa, &x[0], error)); /* warm-up */
    for (uint32_t i = 0; i < WHATIF_RUNS; i++) PB_TRY(whatif_ms(ground->whatif, isa, &x[i], error));
    summarise(x, WHATIF_RUNS, out);
    return PB_OK;
}

static pb_status seconds_with(const pb_sim_model *model, pb_isa isa, uint32_t threads, double *s, pb_error *error)
{
    pb_run_options run;
    pb_sim_result *result = NULL;
    pb_run_options_default(&run);
    run.trials   = THREAD_TRIALS;
    run.threads  = threads;
    run.isa      = isa;
    double start = pb_engine_seconds();
    PB_TRY(pb_engine_simulate(model, &run, &result, error));
    *s = pb_engine_seconds() - start;
    pb_sim_result_destroy(result);
    return PB_OK;
}

static pb_status two_against_one(const pb_sim_model *model, pb_isa isa, double *ratio, pb_error *error)
{
    double one = 0, two = 0;
    PB_TRY(seconds_with(model, isa, 1, &one, error));
    PB_TRY(seconds_with(model, isa, 2, &two, error));
    *ratio = one / two;
    return PB_OK;
}

static pb_status measure_threads(const pb__bench_ground *ground, pb_isa isa, pb__bench *out, pb_error *error)
{
    pb_sim_model *model = NULL;
    double        x[RUNS];
    if (pb_engine_cores() < 2)
        return pb_error_set(error, PB_E_UNSUPPORTED, "there is one core, so two threads cannot be compared with one");
    PB_TRY(pb_sim_model_create(ground->field, &model, error));
    pb_status status = two_against_one(model, isa, &x[0], error);
    for (uint32_t i = 0; i < RUNS && status == PB_OK; i++) status = two_against_one(model, isa, &x[i], error);
    pb_sim_model_destroy(model);
    if (status == PB_OK) summarise(x, RUNS, out);
    return status;
}

static pb_status measure_decide(const pb__bench_ground *ground, pb_isa isa, pb__bench_call what, pb__bench *out,
                                pb_error *error)
{
    double x[RUNS];
    PB_TRY(pb__bench_decide_ms(ground->whatif, isa, what, x, RUNS, error));
    summarise(x, RUNS, out);
    return PB_OK;
}

static pb_status measure_decide_full(const pb__bench_ground *ground, pb_isa isa, pb__bench *out, pb_error *error)
{
    return measure_decide(ground, isa, PB__BENCH_FULL, out, error);
}

static pb_status measure_decide_call(const pb__bench_ground *ground, pb_isa isa, pb__bench *out, pb_error *error)
{
    return measure_decide(ground, isa, PB__BENCH_CALL, out, error);
}

static pb_status measure_decide_field(const pb__bench_ground *ground, pb_isa isa, pb__bench *out, pb_error *error)
{
    return measure_decide(ground, isa, PB__BENCH_FIELD, out, error);
}

static pb_status measure_tree(bool explain, pb__bench *out, pb_error *error)
{
    double x[RUNS];
    PB_TRY(pb__bench_tree_us(explain, x, RUNS, error));
    summarise(x, RUNS, out);
    return PB_OK;
}

static pb_status measure_tree_row(const pb__bench_ground *ground, pb_isa isa, pb__bench *out, pb_error *error)
{
    (void)ground;
    (void)isa;
    return measure_tree(false, out, error);
}

static pb_status measure_tree_row_shap(const pb__bench_ground *ground, pb_isa isa, pb__bench *out, pb_error *error)
{
    (void)ground;
    (void)isa;
    return measure_tree(true, out, error);
}

static pb_status measure_udp_decode(const pb__bench_ground *ground, pb_isa isa, pb__bench *out, pb_error *error)
{
    double x[RUNS];
    (void)ground;
    (void)isa;
    PB_TRY(pb__bench_udp_per_s(x, RUNS, error));
    summarise(x, RUNS, out);
    return PB_OK;
}

static pb_status measure_points(const pb__bench_ground *ground, pb_isa isa, pb__bench *out, pb_error *error)
{
    double x[RUNS];
    (void)ground;
    (void)isa;
    PB_TRY(pb__bench_points_per_s(x, RUNS, error));
    summarise(x, RUNS, out);
    return PB_OK;
}

typedef struct bench_kind {
    const char *name, *unit;
    pb_isa      isa; /* PB_ISA_AUTO: as asked for */
    pb_status (*measure)(const pb__bench_ground *ground, pb_isa isa, pb__bench *out, pb_error *error);
} bench_kind;

static const bench_kind kinds[] = {
    {"sim_full_field", "races/s", PB_ISA_AUTO, measure_full_field},
    {"sim_full_field_avx512", "races/s", PB_ISA_AVX512, measure_full_field},
    {"sim_full_field_avx2", "races/s", PB_ISA_AVX2, measure_full_field},
    {"sim_full_field_portable", "races/s", PB_ISA_PORTABLE, measure_full_field},
    {"sim_full_field_scalar", "races/s", PB_ISA_SCALAR, measure_full_field},
    {"sim_whatif_1000", "ms", PB_ISA_AUTO, measure_whatif},
    {"sim_two_threads", "x", PB_ISA_AUTO, measure_threads},
    {"decide_full", "ms", PB_ISA_AUTO, measure_decide_full},
    {"decide_call", "ms", PB_ISA_AUTO, measure_decide_call},
    {"decide_field", "ms", PB_ISA_AUTO, measure_decide_field},
    {"tree_row", "us", PB_ISA_AUTO, measure_tree_row},
    {"tree_row_shap", "us", PB_ISA_AUTO, measure_tree_row_shap},
    {"udp_decode", "packets/s", PB_ISA_AUTO, measure_udp_decode},
    {"points_pipeline", "points/s", PB_ISA_AUTO, measure_points},
};

uint32_t pb__bench_count(void)
{
    return sizeof kinds / sizeof *kinds;
}

const char *pb__bench_name(uint32_t i)
{
    return kinds[i].name;
}

pb_status pb__bench_measure(uint32_t i, const pb__bench_ground *ground, pb_isa isa, pb__bench *out, pb_error *error)
{
    const bench_kind *kind = &kinds[i];
    if (kind->isa != PB_ISA_AUTO && pb_isa_resolve(kind->isa, &isa) != PB_OK)
        return pb_error_set(error, PB_E_UNSUPPORTED, "%s: this machine has no %s", kind->name, pb_isa_name(kind->isa));
    *out = (pb__bench){0};
    snprintf(out->name, sizeof out->name, "%s", kind->name);
    snprintf(out->unit, sizeof out->unit, "%s", kind->unit);
    return kind->measure(ground, isa, out, error);
}
