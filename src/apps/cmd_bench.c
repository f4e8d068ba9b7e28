/* pitboard bench: how fast this machine plays races. */
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "bench_run.h"
#include "command.h"
#include "data_file.h"
#include "isa_choice.h"
#include "pitboard/codec.h"
#include "pitboard/wire.h"
#include "terminal.h"

#define RESULTS_MAX 16

typedef struct args {
    const char *isa;
    bool        json;
} args;

static const pb__option options[] = {
    {"isa", PB__OPT_TEXT, offsetof(args, isa), "X",
     "scalar, portable, avx2 or avx512 for sim_full_field and what follows", 0, 0},
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "one JSON object", 0, 0},
};

typedef struct bench_report {
    char             machine[128];
    pb_isa           isa;
    uint32_t         effects;
    pb__bench_ground ground;
    uint32_t         n;
    pb__bench        results[RESULTS_MAX];
} bench_report;

static void read_machine(char *out, size_t cap)
{
    char  line[256];
    FILE *from = fopen("/proc/cpuinfo", "r");
    snprintf(out, cap, "unknown");
    while (from && fgets(line, sizeof line, from)) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon) continue;
        pb_span name = pb_span_trim(pb_span_of(colon + 1));
        while (name.len && name.at[name.len - 1] == '\n') name.len--;
        snprintf(out, cap, "%.*s, %u cores", (int)name.len, name.at, pb_engine_cores());
        break;
    }
    if (from) fclose(from);
}

static pb_status read_scenario(const char *name, pb_race_spec *spec, pb_error *error)
{
    char     path[4096];
    pb_bytes bytes = {0};
    PB_TRY(pb__data_file(name, path, sizeof path, error));
    PB_TRY(pb_file_read(path, 0, &bytes, error));
    pb_status status = pb_wire_read_race((pb_span){bytes.at, bytes.len}, path, spec, error);
    pb_bytes_free(&bytes);
    return status;
}

static pb_status wanted(const char *name, uint32_t *first, uint32_t *last, pb_error *error)
{
    const char *names[RESULTS_MAX];
    uint32_t    n = pb__bench_count();
    *first        = 0;
    *last         = n;
    if (!name) return PB_OK;
    for (uint32_t i = 0; i < n; i++) {
        names[i] = pb__bench_name(i);
        if (strcmp(name, names[i]) != 0) continue;
        *first = i;
        *last  = i + 1;
        return PB_OK;
    }
    const char *near = pb_nearest(pb_span_of(name), names, n);
    return pb_error_set(error, PB_E_USAGE, "there is no bench %s%s%s", name, near ? "; did you mean " : "",
                        near ? near : "");
}

/* All of them: what this machine cannot run is left out. One: it is an error. */
static pb_status measure(bench_report *r, const char *name, pb_error *error)
{
    uint32_t     first, last;
    pb__progress progress;

    PB_TRY(wanted(name, &first, &last, error));
    PB_TRY(read_scenario("scenarios/bench57.json", r->ground.field, error));
    PB_TRY(read_scenario("scenarios/whatif57.json", r->ground.whatif, error));
    r->effects = r->ground.field->effects;
    pb__progress_begin(&progress, "benches");
    for (uint32_t i = first; i < last; i++) {
        pb__progress_show(&progress, i - first, last - first);
        pb_status status = pb__bench_measure(i, &r->ground, r->isa, &r->results[r->n], error);
        if (status == PB_E_UNSUPPORTED && !name) continue;
        PB_TRY(status);
        r->n++;
    }
    pb__progress_clear();
    return PB_OK;
}

static void put_result(pb_json_writer *w, const pb__bench *b)
{
    pb_json_object(w, NULL);
    pb_json_put_text(w, "name", b->name);
    pb_json_put_text(w, "unit", b->unit);
    pb_json_put_fixed(w, "median", b->median, 4);
    pb_json_put_fixed(w, "min", b->min, 4);
    pb_json_put_fixed(w, "max", b->max, 4);
    pb_json_put_i64(w, "runs", b->runs);
    pb_json_object_end(w);
}

static void put_effects(pb_json_writer *w, uint32_t effects)
{
    w->inline_array = true;
    pb_json_array(w, "effects");
#define PUT_EFFECT(name, bit, key, text)                                                                               \
    if (effects & (1u << (bit))) pb_json_put_text(w, NULL, key);
    PB_EFFECT_LIST(PUT_EFFECT)
#undef PUT_EFFECT
    pb_json_array_end(w);
}

static void print_json(const bench_report *r)
{
    pb_json_writer w;
    pb_json_begin(&w, stdout, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "machine", r->machine);
    pb_json_put_text(&w, "compiler", PB_COMPILER);
    pb_json_put_text(&w, "flags", PB_BUILD_FLAGS);
    pb_json_put_text(&w, "isa", pb_isa_name(r->isa));
    pb_json_put_text(&w, "scenario", r->ground.field->id);
    pb_json_array(&w, "results");
    for (uint32_t i = 0; i < r->n; i++) put_result(&w, &r->results[i]);
    pb_json_array_end(&w);
    put_effects(&w, r->effects);
    pb_json_object_end(&w);
    pb_json_end(&w);
}

static void put_value(double value)
{
    char n[32];
    if (value >= 1000)
        printf("%12s", pb__thousands((uint64_t)(value + 0.5), n));
    else
        printf("%12.3f", value);
}

static void print_table(const bench_report *r)
{
    printf("%s\n%s, %s, best instructions %s\n%s\n\n", r->machine, PB_COMPILER, PB_BUILD_FLAGS, pb_isa_name(r->isa),
           r->ground.field->name);
    printf("%s%-26s%-9s%12s%12s%12s%6s%s\n", pb__paint(stdout, PB__DIM), "bench", "unit", "median", "min", "max",
           "runs", pb__paint(stdout, PB__PLAIN));
    for (uint32_t i = 0; i < r->n; i++) {
        const pb__bench *b = &r->results[i];
        printf("%-26s%-9s", b->name, b->unit);
        put_value(b->median);
        put_value(b->min);
        put_value(b->max);
        printf("%6u\n", b->runs);
    }
}

static int bench(const args *a, const char *name)
{
    pb_error      error  = {0};
    bench_report *r      = calloc(1, sizeof *r);
    pb_status     status = r ? PB_OK : pb_error_set(&error, PB_E_NOMEM, "out of memory");

    if (r) {
        r->ground.field  = malloc(sizeof *r->ground.field);
        r->ground.whatif = malloc(sizeof *r->ground.whatif);
        read_machine(r->machine, sizeof r->machine);
        if (!r->ground.field || !r->ground.whatif) status = pb_error_set(&error, PB_E_NOMEM, "out of memory");
        if (status == PB_OK) status = pb__isa_choose(a->isa, &r->isa, &error);
        if (status == PB_OK) status = measure(r, name, &error);
        if (status == PB_OK && a->json) print_json(r);
        if (status == PB_OK && !a->json) print_table(r);
        free(r->ground.field);
        free(r->ground.whatif);
        free(r);
    }
    return status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_bench, &error);
}

static int run(int argc, char **argv)
{
    args         a = {0};
    pb__operands operands;
    pb_error     error = {0};

    if (pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error) != PB_OK)
        return pb__fail(&pb__cmd_bench, &error);
    if (operands.n > 1) return pb__fail_operands(&pb__cmd_bench, "one bench at a time, or all of them");
    return bench(&a, operands.n ? operands.at[0] : NULL);
}

const pb__command pb__cmd_bench = {
    .name      = "bench",
    .operands  = "[NAME]",
    .summary   = "measure how fast this machine plays races",
    .details   = "NAME is one of sim_full_field, sim_full_field_avx512, sim_full_field_avx2,\n"
                 "sim_full_field_portable, sim_full_field_scalar (races a second on one core),\n"
                 "sim_whatif_1000 (milliseconds for 1,000 trials from the middle of a race),\n"
                 "sim_two_threads (how much faster two threads are than one), decide_full\n"
                 "(milliseconds for every sensible action of one car on 20,000 trials),\n"
                 "decide_call (the same with the answers to safety cars and the flip search),\n"
                 "decide_field (as decide_full, for all 20 cars on two threads), tree_row and\n"
                 "tree_row_shap (microseconds to ask, and to explain, 200 trees of depth 6 on\n"
                 "20 features), udp_decode (datagrams of the F1 game a second on one core).\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run,
};
