#include <math.h>
#include <stdio.h>
#include <string.h>

#include "fit_internal.h"

/* A race file may name tyres this race did not use: policies and what-ifs ask
 * for them. These are always there. */
static const pb_compound always[] = {PB_COMPOUND_SOFT, PB_COMPOUND_MEDIUM, PB_COMPOUND_HARD, PB_COMPOUND_INTERMEDIATE,
                                     PB_COMPOUND_WET};

static double clamp(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

static int find_compound(const pb_race_spec *spec, const char *name)
{
    for (int k = 0; k < spec->n_compounds; k++)
        if (strcmp(spec->compounds[k].name, name) == 0) return k;
    return -1;
}

static pb_tyre_kind kind_of(pb_compound c)
{
    return c == PB_COMPOUND_WET ? PB_TYRE_WET : c == PB_COMPOUND_INTERMEDIATE ? PB_TYRE_INTERMEDIATE : PB_TYRE_SLICK;
}

static void add_compound(pb__fit *fit, pb_compound c)
{
    pb_race_spec *spec = fit->spec;
    int           k    = find_compound(spec, pb_compound_name(c));

    if (k < 0 && spec->n_compounds < PB_COMPOUNDS_MAX) {
        int like = find_compound(spec, "MEDIUM");
        k        = spec->n_compounds++;
        memset(&spec->compounds[k], 0, sizeof spec->compounds[k]);
        if (like >= 0) spec->compounds[k] = spec->compounds[like];
        strncpy(spec->compounds[k].name, pb_compound_name(c), sizeof spec->compounds[k].name - 1);
        spec->compounds[k].kind = kind_of(c);
    }
    if (k >= 0) fit->compound_of[c] = (uint8_t)k;
}

static void list_compounds(pb__fit *fit)
{
    memset(fit->compound_of, PB__NO_COMPOUND, sizeof fit->compound_of);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++) add_compound(fit, always[i]);
    for (uint32_t c = 0; c < fit->log->n_cars; c++)
        for (uint32_t i = 0; i < fit->log->cars[c].n_laps; i++) {
            pb_compound used = (pb_compound)fit->log->cars[c].laps[i].compound;
            if (used != PB_COMPOUND_UNKNOWN && fit->compound_of[used] == PB__NO_COMPOUND) add_compound(fit, used);
        }
}

/* Nothing is known of these tyres, so nothing is fitted on them. */
static void note_odd_tyres(pb__fit *fit)
{
    pb_odd_tyre odd[4];
    uint32_t    n = pb_odd_tyres(fit->log, odd, 4);
    for (uint32_t i = 0; i < n; i++)
        pb_race_spec_note(fit->spec, "/compounds", (int32_t)odd[i].laps,
                          "compound %s is not known: taken as MEDIUM (%s lap %d)", odd[i].name, odd[i].car, odd[i].lap);
}

/* Soft, medium, hard of the prior; the rest like medium. */
static int prior_row(pb_compound c)
{
    return c == PB_COMPOUND_SOFT || c == PB_COMPOUND_HYPERSOFT || c == PB_COMPOUND_ULTRASOFT ? 0
           : c == PB_COMPOUND_HARD || c == PB_COMPOUND_SUPERHARD                             ? 2
                                                                                             : 1;
}

static double prior_wear(const pb__fit *fit, pb_compound c)
{
    int    row  = prior_row(c);
    double wear = fit->circuit ? fit->circuit->wear_s_per_lap[row] : 0;
    if (!(wear > 0)) wear = fit->prior->wear_s_per_lap[row];
    return wear > 0 ? wear : pb__pace_options_default().wear_s[c];
}

static double prior_evolution(const pb__fit *fit)
{
    double e = fit->circuit ? fit->circuit->evolution_s_per_lap : 0;
    return e < 0 ? e : fit->prior->base.evolution_s_per_lap;
}

static pb__pace_options pace_options(const pb__fit *fit)
{
    pb__pace_options o = pb__pace_options_default();
    o.evolution_s      = prior_evolution(fit);
    if (fit->options->from_lap > 0 && fit->options->from_lap < 8) o.first_lap = 2;
    for (int k = 1; k < PB_COMPOUND_N; k++) o.wear_s[k] = prior_wear(fit, (pb_compound)k);
    return o;
}

/* What the race says of one compound; what it does not say comes from before. */
static void set_compound(pb__fit *fit, pb_compound c, pb_compound_spec *to)
{
    const pb__pace_model *m = &fit->pace;
    char                  at[48];
    int                   k     = (int)(to - fit->spec->compounds);
    bool                  known = fit->has_pace && !isnan(m->wear_s[c]);
    int                   laps  = known ? (int)m->compound_laps[c] : 0;

    to->wear_s_per_lap = clamp(known ? m->wear_s[c] : prior_wear(fit, c), -0.2, 5);
    snprintf(at, sizeof at, "/compounds/%d/wear_s_per_lap", k);
    pb_race_spec_note(fit->spec, at, laps,
                      known ? "regression on clean laps, ridge to the prior" : "prior of the circuit");
    if (known && kind_of(c) == PB_TYRE_SLICK) to->offset_s = clamp(m->offset_s[c], -30, 30);
    snprintf(at, sizeof at, "/compounds/%d/offset_s", k);
    pb_race_spec_note(fit->spec, at, laps, known ? "regression, against %s" : "prior", pb_compound_name(m->reference));
}

/* Offsets of the prior count from its own softest; here from the reference. */
static void shift_offsets(pb__fit *fit)
{
    uint8_t ref = fit->compound_of[fit->pace.reference];
    if (!fit->has_pace || ref == PB__NO_COMPOUND) return;
    double by = fit->spec->compounds[ref].offset_s;
    for (int k = 0; k < fit->spec->n_compounds; k++)
        if (fit->spec->compounds[k].kind == PB_TYRE_SLICK) fit->spec->compounds[k].offset_s -= by;
}

static void set_base(pb__fit *fit)
{
    pb_race_spec         *spec = fit->spec;
    const pb__pace_model *m    = &fit->pace;

    if (!fit->has_pace) {
        double km        = pb_circuit_length_m(fit->log->circuit, fit->log->season) * 1e-3;
        spec->base_lap_s = km > 1 ? km / 216.0 * 3600.0 : spec->base_lap_s;
        pb_race_spec_note(spec, "/base_lap_s", 0, "no lap of this race yet: circuit length at 216 km/h");
        spec->evolution_s_per_lap = prior_evolution(fit);
        return;
    }
    spec->evolution_s_per_lap = m->wet ? 0 : m->evolution_s;
    spec->base_lap_s          = clamp(m->base_s + spec->evolution_s_per_lap, 20, 1200); /* of lap 1 */
    spec->fuel_s_per_kg       = 0;
    pb_race_spec_note(spec, "/base_lap_s", (int32_t)m->n_used, "mean car on new %s, regression on clean laps",
                      pb_compound_name(m->reference));
    pb_race_spec_note(spec, "/evolution_s_per_lap", (int32_t)m->n_used,
                      m->wet ? "wet race: one level per lap instead"
                             : "fuel and track together, regression on clean laps");
}

/* A plan for the laps to come shuns what teams shun; laps that were run did not. */
static void set_cliffs(pb__fit *fit)
{
    pb_race_spec *spec = fit->spec;
    double        mult = fit->circuit && fit->circuit->stint_mult > 0 ? fit->circuit->stint_mult : 1;
    for (int k = 0; k < spec->n_compounds; k++) {
        pb_compound_spec *tyre = &spec->compounds[k];
        if (fit->options->whole_race)
            tyre->cliff_laps = tyre->cliff_s_per_lap = 0;
        else
            tyre->cliff_laps = fmin(tyre->cliff_laps * mult, 300);
    }
    if (!fit->options->whole_race)
        pb_race_spec_note(spec, "/compounds/cliff_laps", 0, "where teams stop, over circuits and here (x %.2f)", mult);
}

void pb__fit_tyres(pb__fit *fit)
{
    list_compounds(fit);
    note_odd_tyres(fit);
    if (fit->has_laps) {
        pb__pace_options o = pace_options(fit);
        fit->has_pace      = pb__pace_model_fit(fit->log, &o, &fit->pace, NULL) == PB_OK;
    }
    shift_offsets(fit);
    for (int c = 1; c < PB_COMPOUND_N; c++)
        if (fit->compound_of[c] != PB__NO_COMPOUND)
            set_compound(fit, (pb_compound)c, &fit->spec->compounds[fit->compound_of[c]]);
    set_base(fit);
    set_cliffs(fit);
}
