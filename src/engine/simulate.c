/* Trials over threads.
 *
 * The workers take batches from one counter, so a core that is busy elsewhere
 * holds nobody up. Who plays which batch does not matter: a trial depends on
 * (seed, trial) only and counts are integers. The traced trials are all played
 * by worker 0 (the calling thread), so that the memory for traces does not grow
 * with the threads:
 *
 *   trial   0 ......... traced | batch | batch | batch | ...
 *           worker 0           | whoever is free
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "pitboard/engine.h"

#define LANES_MAX 16u /* batches start on a multiple of the widest kernel */
#define BATCH_MAX 4096u
#define BATCHES_THREAD 32u /* so many each, if there are enough trials: evens out the ends */
#define TRIALS_MAX 100000000u

typedef struct run {
    const pb_sim_model   *model;
    const pb_run_options *options;
    pb_isa                isa;
    uint32_t              batch;
    atomic_uint_fast64_t  next; /* first trial nobody has taken */
    atomic_uint_fast64_t  done;
    atomic_bool           stop;
} run;

typedef struct worker {
    run            *run;
    pb_sim_scratch *scratch;
    pb_sim_result  *result;
    pthread_t       thread;
    bool            started;
} worker;

void pb_run_options_default(pb_run_options *options)
{
    *options = (pb_run_options){.seed = 1, .trials = 10000, .isa = PB_ISA_AUTO};
}

static uint32_t round_up(uint32_t n)
{
    return (n + LANES_MAX - 1) / LANES_MAX * LANES_MAX;
}

static uint32_t batch_size(uint32_t trials, uint32_t threads)
{
    uint32_t size = round_up(trials / (threads * BATCHES_THREAD));
    if (size < LANES_MAX) return LANES_MAX;
    return size > BATCH_MAX ? BATCH_MAX : size;
}

/* Plays first .. first + count - 1 and tells; false when the run is to stop. */
static bool play(worker *w, uint32_t first, uint32_t count, bool may_report)
{
    run                  *r = w->run;
    const pb_run_options *o = r->options;

    pb_sim_run(r->model, o->seed, first, count, r->isa, w->scratch, w->result);
    uint64_t done = atomic_fetch_add(&r->done, count) + count;
    if (may_report && o->progress && !o->progress(o->user, (uint32_t)done, o->trials)) atomic_store(&r->stop, true);
    return !atomic_load(&r->stop);
}

static void play_batches(worker *w, bool may_report)
{
    run     *r      = w->run;
    uint64_t trials = r->options->trials;

    for (;;) {
        uint64_t first = atomic_fetch_add(&r->next, r->batch);
        if (first >= trials || atomic_load(&r->stop)) return;
        uint64_t left = trials - first;
        if (!play(w, (uint32_t)first, left < r->batch ? (uint32_t)left : r->batch, may_report)) return;
    }
}

static void *helper_main(void *arg)
{
    play_batches(arg, false);
    return NULL;
}

/* The calling thread: traced trials first, then like everyone else. */
static void play_as_caller(worker *w, uint32_t traced)
{
    for (uint32_t first = 0; first < traced; first += w->run->batch) {
        uint32_t left = traced - first;
        if (!play(w, first, left < w->run->batch ? left : w->run->batch, true)) return;
    }
    play_batches(w, true);
}

static pb_status check(const pb_run_options *o, pb_isa *isa, pb_error *error)
{
    if (o->trials < 1 || o->trials > TRIALS_MAX)
        return pb_error_set(error, PB_E_RANGE, "trials is %u; allowed are 1 to %u", o->trials, TRIALS_MAX);
    if (o->threads > PB_THREADS_MAX)
        return pb_error_set(error, PB_E_RANGE, "threads is %u; allowed are 1 to %d, or 0 for as many as cores",
                            o->threads, PB_THREADS_MAX);
    if (o->trace_trials > PB_SIM_TRACE_MAX)
        return pb_error_set(error, PB_E_RANGE, "trace_trials is %u; at most %d races can be followed lap by lap",
                            o->trace_trials, PB_SIM_TRACE_MAX);
    if (pb_isa_resolve(o->isa, isa) != PB_OK)
        return pb_error_set(error, PB_E_UNSUPPORTED,
                            "this machine cannot run %s code; leave the choice out to take the best it has",
                            pb_isa_name(o->isa));
    return PB_OK;
}

static pb_status equip(worker *workers, uint32_t n, const pb_sim_model *model, uint32_t traced)
{
    for (uint32_t i = 0; i < n; i++) {
        PB_TRY(pb_sim_result_create(model, i == 0 ? traced : 0, &workers[i].result));
        PB_TRY(pb_sim_scratch_create(model, &workers[i].scratch));
    }
    return PB_OK;
}

static void release(worker *workers, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (workers[i].scratch) pb_sim_scratch_destroy(workers[i].scratch);
        if (workers[i].result) pb_sim_result_destroy(workers[i].result);
    }
    free(workers);
}

static uint32_t thread_count(const pb_run_options *o)
{
    uint32_t useful = (o->trials + LANES_MAX - 1) / LANES_MAX;
    uint32_t n      = o->threads ? o->threads : pb_engine_cores();
    return n < useful ? n : useful;
}

pb_status pb_engine_simulate(const pb_sim_model *model, const pb_run_options *options, pb_sim_result **out,
                             pb_error *error)
{
    run r = {.model = model, .options = options};
    PB_TRY(check(options, &r.isa, error));

    uint32_t n      = thread_count(options);
    uint32_t traced = options->trace_trials < options->trials ? options->trace_trials : options->trials;
    uint32_t skip   = round_up(traced) < options->trials ? round_up(traced) : options->trials;
    r.batch         = batch_size(options->trials, n);
    atomic_init(&r.next, skip);
    atomic_init(&r.done, 0);
    atomic_init(&r.stop, false);

    worker *workers = calloc(n, sizeof *workers);
    if (!workers) return pb_error_set(error, PB_E_NOMEM, "out of memory for %u threads", n);
    pb_status status = equip(workers, n, model, traced);
    if (status != PB_OK) {
        pb_error_set(error, status, "out of memory for the counts of %u threads; try fewer (--threads)", n);
        goto done;
    }
    for (uint32_t i = 0; i < n; i++) workers[i].run = &r;
    /* A thread that cannot be started is no loss but of time: the others take its batches. */
    for (uint32_t i = 1; i < n; i++)
        workers[i].started = pthread_create(&workers[i].thread, NULL, helper_main, &workers[i]) == 0;
    play_as_caller(&workers[0], skip);
    for (uint32_t i = 1; i < n; i++)
        if (workers[i].started) pthread_join(workers[i].thread, NULL);

    if (atomic_load(&r.stop)) {
        status = pb_error_set(error, PB_E_CANCELLED, "stopped on request");
        goto done;
    }
    for (uint32_t i = 1; i < n; i++) pb_sim_result_add(workers[0].result, workers[i].result);
    *out              = workers[0].result;
    workers[0].result = NULL;
done:
    release(workers, n);
    return status;
}
