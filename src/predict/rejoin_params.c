#include "rejoin_params.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define FAR 1e4

/* Runs of numbers of the struct, by name. */
static const struct {
    const char *name;
    size_t      at, n;
    double      least, most;
} fields[] = {
    {"pace", offsetof(pb__rejoin_params, pace), PB__REJOIN_PACE_N, -FAR, FAR},
    {"whole", offsetof(pb__rejoin_params, whole), 2 * PB__REJOIN_WHOLE_N, -FAR, FAR},
    {"part", offsetof(pb__rejoin_params, part), 2 * PB__REJOIN_PART_N, -FAR, FAR},
    {"z_s", offsetof(pb__rejoin_params, z_s), PB__REJOIN_GROUPS *PB__REJOIN_Z, -FAR, FAR},
    {"shift_s", offsetof(pb__rejoin_params, shift_s), PB__REJOIN_ACTS, -FAR, FAR},
    {"scale_s", offsetof(pb__rejoin_params, scale_s), PB__REJOIN_ACTS, 1e-3, FAR},
    {"spread", offsetof(pb__rejoin_params, spread), 1, 0, 100},
    {"mood", offsetof(pb__rejoin_params, mood), 2, 0, 100},
    {"within", offsetof(pb__rejoin_params, within), 3, -100, 100},
};
#define FIELDS (sizeof fields / sizeof *fields)

static void field_name(pb_pitcall_sight sight, size_t k, char out[48])
{
    snprintf(out, 48, "%s.%s", sight == PB_PITCALL_BY_LAP ? "lap" : "clock", fields[k].name);
}

pb_status pb__rejoin_params_put(pb_model *model, pb_pitcall_sight sight, const pb__rejoin_params *p, pb_error *error)
{
    for (size_t k = 0; k < FIELDS; k++) {
        char name[48];
        field_name(sight, k, name);
        PB_TRY(pb_model_put(model, name, (const double *)((const char *)p + fields[k].at), fields[k].n, error));
    }
    return PB_OK;
}

pb_status pb__rejoin_params_get(const pb_model *model, pb_pitcall_sight sight, pb__rejoin_params *p, pb_error *error)
{
    for (size_t k = 0; k < FIELDS; k++) {
        char    name[48];
        double *x = (double *)((char *)p + fields[k].at);
        field_name(sight, k, name);
        PB_TRY(pb_model_get(model, name, x, fields[k].n, error));
        for (size_t i = 0; i < fields[k].n; i++)
            if (!(x[i] >= fields[k].least && x[i] <= fields[k].most))
                return pb_error_set(error, PB_E_RANGE, "rejoin: number %zu of \"%s\" is %g; sensible is %g to %g",
                                    i + 1, name, x[i], fields[k].least, fields[k].most);
    }
    return PB_OK;
}

/* ---- trees ---- */

const char *pb__rejoin_forest_name(pb_pitcall_sight sight)
{
    return sight == PB_PITCALL_BY_LAP ? "stop" : "stop_clock";
}

pb_status pb__rejoin_forest(const pb_model *model, pb_pitcall_sight sight, const pb_forest **out, pb_error *error)
{
    const pb_forest *forest = pb_model_forest(model, pb__rejoin_forest_name(sight));
    if (forest && (pb_forest_features(forest) != PB__PITCALL_N || pb_forest_classes(forest) != 1))
        return pb_error_set(error, PB_E_RANGE, "rejoin: a forest is of another feature schema; train the model anew");
    *out = forest;
    return PB_OK;
}

/* ---- circuits ---- */

static void circuit_name(const char *circuit, char out[48])
{
    snprintf(out, 48, "circuit.%.36s", circuit);
}

static pb_status put_level(pb_model *model, const char *name, const pb__rejoin_level *level, pb_error *error)
{
    const double x[2] = {level->in_s, level->loss_s};
    return pb_model_put(model, name, x, 2, error);
}

/* The latest edition of each is put last, and stays. */
pb_status pb__rejoin_circuits_put(pb_model *model, const pb__rejoin_book *book, pb_error *error)
{
    for (size_t r = 0; r < book->n; r++) {
        char        name[48];
        const char *circuit = book->history->races[r].log->circuit;
        if (!circuit[0] || isnan(book->of[r].loss_s)) continue;
        circuit_name(circuit, name);
        PB_TRY(put_level(model, name, &book->of[r], error));
    }
    pb__rejoin_level usual = pb__rejoin_usual(book, book->n);
    return put_level(model, "circuits", &usual, error);
}

static bool get_level(const pb_model *model, const char *name, pb__rejoin_level *out)
{
    size_t        n = 0;
    const double *x = model ? pb_model_view(model, name, &n) : NULL;
    if (!x || n != 2 || !(fabs(x[0]) < FAR) || !(fabs(x[1]) < FAR)) return false;
    out->in_s   = x[0];
    out->loss_s = x[1];
    return true;
}

pb__rejoin_level pb__rejoin_circuit_of(const pb_model *model, const char *circuit)
{
    char             name[48];
    pb__rejoin_level out = pb__rejoin_usual(NULL, 0);
    circuit_name(circuit, name);
    out.known = circuit[0] && get_level(model, name, &out);
    if (!out.known) get_level(model, "circuits", &out);
    return out;
}

/* ---- where there is too little to learn from ---- */

pb__rejoin_params pb__rejoin_params_default(void)
{
    pb__rejoin_params p = {
        .pace    = {0.29, 0.21, 0.39, -0.8, -0.3, -0.11, -0.1, 0.06},
        .whole   = {{-0.5, 0.83}, {0.2, 0.83}},
        .part    = {{-0.5, 0.75, 0, 1}, {-0.5, 0.75, 0, 1}},
        .shift_s = {-0.4, -1.3, -1.5, -1.5},
        .scale_s = {0.75, 3, 3, 2.5},
        .spread  = 0.8,
        .mood    = {0.6, 2},
        .within  = {0.01, 0, 1},
    };
    static const double z[PB__REJOIN_Z] = {-2.9, -1.5, -1, -0.5, 0, 0.4, 0.8, 1.3, 2, 3.3, 9.6};
    for (int g = 0; g < PB__REJOIN_GROUPS; g++) memcpy(p.z_s[g], z, sizeof z);
    return p;
}
