#include "prior_fields.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
/* clang-format off */
#define ROW(S, f, k, l, h, text) {.key = #f, .doc = (text), .kind = (k), .offset = offsetof(S, f), .lo = (l), .hi = (h)}
#define ROWS(S, f, n, l, h, text) {.key = #f, .doc = (text), .kind = PB_FIELD_F64, .offset = offsetof(S, f), .lo = (l), \
                                   .hi = (h), .array_min = (n), .array_max = (n), .stride = sizeof(double)}
#define C pb_prior_circuit
static const pb_field circuit_fields[] = {
    {.key = "id", .doc = "crosswalk id", .kind = PB_FIELD_TEXT, .offset = offsetof(C, id), .text_cap = sizeof(((C *)0)->id), .required = true},
    ROW(C, editions, PB_FIELD_U16, 0, 1000, "races seen there; 0: pooled values only"),
    ROW(C, last_season, PB_FIELD_I16, 0, 9999, "newest of them"),
    ROW(C, pit_loss_s, PB_FIELD_F64, 3, 120, "green, the latest edition leading"),
    ROW(C, pit_loss_sigma_s, PB_FIELD_F64, 0, 20, "how well that is known"),
    ROWS(C, wear_s_per_lap, 3, -0.2, 5, "soft, medium, hard"),
    ROW(C, evolution_s_per_lap, PB_FIELD_F64, -1, 1, "fuel burn and track together"),
    ROW(C, stint_mult, PB_FIELD_F64, 0, 10, "how long sets are kept there against the mean; 0 not known"),
    ROW(C, pass_circuit, PB_FIELD_F64, -10, 10, "log-odds of passing against the mean"),
    ROW(C, sc_mult, PB_FIELD_F64, 0, 10, "safety cars against the mean"),
    ROW(C, vsc_mult, PB_FIELD_F64, 0, 10, "virtual safety cars against the mean"),
    ROW(C, stops, PB_FIELD_I32, 0, 1e9, "green stops it rests on"),
    ROW(C, pairs, PB_FIELD_I32, 0, 1e9, "pair-laps it rests on"),
    ROW(C, laps, PB_FIELD_I32, 0, 1e9, "clear laps it rests on"),
};
#undef C
static const pb_record circuit = {.name = "circuit", .doc = "What is known of a circuit before a race there.",
                                  .fields = circuit_fields, .n_fields = COUNT(circuit_fields), .size = sizeof(pb_prior_circuit)};

#define P pb_prior
static const pb_field prior_fields[] = {
    {.key = "source", .doc = "what it was learned from", .kind = PB_FIELD_TEXT, .offset = offsetof(P, source), .text_cap = sizeof(((P *)0)->source)},
    ROW(P, until_season, PB_FIELD_I16, 0, 9999, "newest race used"),
    ROW(P, until_round, PB_FIELD_I16, 0, 999, "newest race used"),
    ROW(P, races, PB_FIELD_I32, 0, 1e9, "used"),
    ROWS(P, wear_s_per_lap, 3, -0.2, 5, "soft, medium, hard, over all circuits"),
    ROW(P, pace_sigma_s, PB_FIELD_F64, 0, 10, "how well one race tells a car's pace"),
    ROW(P, dnf_prob, PB_FIELD_F64, 0, 1, "of a starter, over a race"),
    {.key = "circuits", .doc = "by circuit", .kind = PB_FIELD_OBJECT, .offset = offsetof(P, circuits), .record = &circuit,
     .array_max = PB_PRIOR_CIRCUITS_MAX, .stride = sizeof(pb_prior_circuit), .count_at = offsetof(P, n_circuits),
     .count_size = sizeof(((P *)0)->n_circuits)},
};
#undef P
/* clang-format on */
static const pb_record prior = {.name     = "prior",
                                .doc      = "Everything the simulator needs that one race cannot tell.",
                                .fields   = prior_fields,
                                .n_fields = COUNT(prior_fields),
                                .size     = sizeof(pb_prior)};

const pb_record *pb__prior_record(void)
{
    return &prior;
}

bool pb__prior_has_race_field(const pb_field *field)
{
    static const char *const held[] = {
        "evolution_s_per_lap", "pit", "noise", "traffic", "start", "neutral", "weather", "policy", "compounds"};
    for (size_t i = 0; i < COUNT(held); i++)
        if (strcmp(field->key, held[i]) == 0) return true;
    return false;
}
