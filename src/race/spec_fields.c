/* The table of every field of a race file: see include/pitboard/race_fields.h. */
#include "pitboard/race_fields.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* Rows of the tables. S is the struct being described; define it before use. */
#define FIELD(f, k, l, h, text) .key = #f, .doc = (text), .kind = (k), .offset = offsetof(S, f), .lo = (l), .hi = (h)
#define ELEMENTS(f, n) .array_max = (n), .stride = sizeof(((S *)0)->f[0])
#define F64(f, l, h, text)                                                                                             \
    {                                                                                                                  \
        FIELD(f, PB_FIELD_F64, l, h, text)                                                                             \
    }
#define INT(f, k, l, h, text)                                                                                          \
    {                                                                                                                  \
        FIELD(f, PB_FIELD_##k, l, h, text)                                                                             \
    }
#define FLAG(f, text)                                                                                                  \
    {                                                                                                                  \
        FIELD(f, PB_FIELD_BOOL, 0, 1, text)                                                                            \
    }
#define TEXT(f, text)                                                                                                  \
    {                                                                                                                  \
        FIELD(f, PB_FIELD_TEXT, 0, 0, text), .text_cap = sizeof(((S *)0)->f)                                           \
    }
#define NAME(f, text)                                                                                                  \
    {                                                                                                                  \
        FIELD(f, PB_FIELD_TEXT, 0, 0, text), .text_cap = sizeof(((S *)0)->f), .required = true                         \
    }
#define WORDS(f, list, need, text)                                                                                     \
    {                                                                                                                  \
        FIELD(f, PB_FIELD_ENUM, 0, 0, text), .words = (list), .n_words = COUNT(list), .required = (need)               \
    }
#define OBJECT(f, r, text)                                                                                             \
    {                                                                                                                  \
        FIELD(f, PB_FIELD_OBJECT, 0, 0, text), .record = &(r)                                                          \
    }
#define F64S(f, n, l, h, text)                                                                                         \
    {                                                                                                                  \
        FIELD(f, PB_FIELD_F64, l, h, text), ELEMENTS(f, n), .array_min = (n)                                           \
    }
#define COUNTED(f, n, least, counter)                                                                                  \
    ELEMENTS(f, n), .array_min = (least), .count_at = offsetof(S, counter), .count_size = sizeof(((S *)0)->counter)
#define RECORD(variable, word, table, start, text)                                                                     \
    static const pb_record variable = {.name     = (word),                                                             \
                                       .doc      = (text),                                                             \
                                       .fields   = (table),                                                            \
                                       .n_fields = COUNT(table),                                                       \
                                       .size     = sizeof(S),                                                          \
                                       .init     = (start)}

static const char *const tyre_words[]  = {"slick", "intermediate", "wet"};
static const char *const phase_words[] = {NULL, "sc", "vsc", "red"};

/* clang-format off */
#define S pb_rules_spec
static const pb_field rules_fields[] = {
    TEXT(series, "series, \"f1\""),
    INT(laps, U16, 1, PB_LAPS_MAX, "race distance; of a timed race the most laps that can be run"),
    F64(time_limit_s, 0, 172800, "the race ends when the leader ends a lap after this; 0: no limit"),
    INT(extra_laps, U8, 0, 10, "laps after the time limit"),
    FLAG(two_compounds, "at least two dry compounds in a dry race"),
    INT(min_stops, U8, 0, 4, "least tyre stops of a finisher"),
    FLAG(free_tyres_under_red, "tyres may be changed under a red flag"),
    FLAG(drs, "DRS or a like aid exists"),
    F64(classified_frac, 0, 1, "of the distance: whoever stops later is classified"),
    {FIELD(points, PB_FIELD_F64, 0, 1000, "by place"), COUNTED(points, PB_POINTS_MAX, 0, n_points)},
};
RECORD(rules, "rules", rules_fields, NULL, "What the regulations ask for.");
#undef S

#define S pb_pit_spec
static const pb_field pit_fields[] = {
    F64(loss_s, 3, 120, "in-lap plus out-lap against two normal laps, green, median"),
    F64(loss_sigma_s, 0, 20, "how well that is known"),
    F64S(stop_s, PB_QUANTILES, -20, 300, "a stop against the median one, by quantile; rising"),
    F64(sc_onset_frac, 0, 2, "of loss_s, when the SC comes out in the in-lap"),
    F64(sc_frac, 0, 2, "of loss_s, when the SC was out a lap before"),
    F64(vsc_onset_frac, 0, 2, "of loss_s, when the VSC comes out in the in-lap"),
    F64(vsc_frac, 0, 2, "of loss_s, when the VSC was out before and still is at the exit"),
    F64(double_stack_s, 0, 60, "hold-up of a team's second car right behind the first"),
    F64(double_stack_gap_s, 0.1, 120, "gap at which that hold-up has fallen to 0"),
    F64(react_s, 0, 120, "least time from deployment to pit entry that a car can use"),
};
RECORD(pit, "pit", pit_fields, NULL, "The pit lane and the stops.");
#undef S

#define S pb_noise_spec
static const pb_field noise_fields[] = {
    F64(sigma_s, 0, 5, "sd of one lap in clear air"),
    F64(phi, 0, 0.99, "memory of the AR(1) part"),
    F64(theta, -0.99, 0.99, "moving-average term; negative: a white part"),
    F64(skew, 0, 2, "of the innovation"),
    F64(kurtosis, 0, 20, "excess, of the innovation; at least 1.588 skew^2 - 1.132"),
    F64(slow_prob, 0, 0.1, "of a mistake per lap"),
    F64(slow_mean_s, 0, 60, "it costs, exponential"),
    F64(stint_sigma_s, 0, 2, "sd of a stint's own level"),
    F64(stint_wear_sigma_s, 0, 0.5, "sd of a stint's own wear, s per lap of age"),
    F64(wear_log_sigma, 0, 2, "log sd of wear, common to a compound in this race"),
};
RECORD(noise, "noise", noise_fields, NULL, "How lap times vary.");
#undef S

#define S pb_traffic_spec
static const pb_field traffic_fields[] = {
    F64(pass_bias, -20, 20, "logit of passing, constant"),
    F64(pass_delta, 0, 20, "per s a lap of pace difference"),
    F64(pass_gap, 0, 40, "per s of gap, up to pass_knee_s"),
    F64(pass_knee_s, 0, 10, "gap where the slope changes"),
    F64(pass_gap_far, 0, 40, "per s of gap beyond pass_knee_s"),
    F64(pass_train, 0, 20, "off the logit when the car ahead is held up itself"),
    F64(pass_circuit, -10, 10, "this circuit against the mean, log-odds"),
    F64(train_gap_s, 0, 10, "the car ahead is in a train when it follows within this"),
    F64(reach_s, 0, 60, "a car further behind than this is not slowed by the line of the car ahead"),
    F64S(hold_s, PB_QUANTILES, 0, 5, "gap kept by a car that is held, by quantile; rising"),
    F64(pass_lead_s, 0, 3, "a car that passed ends the lap at least this far ahead"),
    F64(loser_s, 0, 3, "lost by the car that was passed"),
    F64S(air_gap_s, PB_GAP_KNOTS, 0, 60, "gaps of the dirty-air loss; rising"),
    F64S(air_loss_s, PB_GAP_KNOTS, -2, 5, "loss per lap at those gaps"),
    F64(lapped_s, 0, 20, "lost by a car for the car that laps it"),
    F64(lapping_s, 0, 20, "lost by the car that laps"),
    F64(lapped_more_s, 0, 20, "for each further car in the same lap"),
};
RECORD(traffic, "traffic", traffic_fields, NULL, "Following, passing, lapping.");
#undef S

#define S pb_start_spec
static const pb_field start_fields[] = {
    {FIELD(slot_gap_s, PB_FIELD_F64, 0, 300,
           "behind the leader at the end of lap 1, by grid slot; rising from 0; a shorter list goes on with its last step"),
     ELEMENTS(slot_gap_s, PB_CARS_MAX), .array_min = 2, .carry_on = true},
    F64(sigma_s, 0, 20, "scatter of one car on lap 1"),
    F64(skew, 0, 2, "skewness of that"),
    F64(lap1_s, -5, 60, "lap 1 against a normal lap, leader"),
};
RECORD(start, "start", start_fields, NULL, "The start and lap 1.");
#undef S

#define S pb_phase_spec
static const pb_field phase_fields[] = {
    WORDS(kind, phase_words, true, "what it is"),
    {FIELD(start_progress, PB_FIELD_F64, 0, PB_LAPS_MAX, "leader progress: 12.25 is a quarter into lap 13"), .required = true},
    {FIELD(end_progress, PB_FIELD_F64, 0, PB_LAPS_MAX, "after start_progress"), .required = true},
    FLAG(sure, "it comes although the others are drawn"),
};
RECORD(phase, "phase", phase_fields, NULL, "A neutralisation that is known.");
#undef S

#define S pb_neutral_spec
static const pb_field neutral_fields[] = {
    FLAG(actual, "exactly the phases below, nothing drawn"),
    {FIELD(phases, PB_FIELD_OBJECT, 0, 0, "known phases, in order"), .record = &phase,
     COUNTED(phases, PB_PHASES_MAX, 0, n_phases)},
    F64(sc_lap1_prob, 0, 1, "of a safety car on lap 1"),
    F64(sc_early_prob, 0, 1, "per green lap, laps 2 to 5"),
    F64(sc_prob, 0, 1, "per green lap after"),
    F64(vsc_lap1_prob, 0, 1, "of a VSC on lap 1"),
    F64(vsc_early_prob, 0, 1, "per green lap, laps 2 to 5"),
    F64(vsc_prob, 0, 1, "per green lap after"),
    F64(wet_mult, 0, 20, "times sc_prob while the track is wet"),
    F64S(sc_laps, 10, 0, 1, "probability that it lasts 1 to 10 laps, the one it came out in counted; sums to 1"),
    F64S(vsc_laps, 5, 0, 1, "probability that it lasts 1 to 5 laps; sums to 1"),
    F64(vsc_to_sc_prob, 0, 1, "that a VSC becomes an SC"),
    F64(sc_to_red_prob, 0, 1, "that a red flag comes out of an SC"),
    F64(sc_crash_prob, 0, 1, "that an SC means a car is out"),
    F64(sc_lead_mult, 1, 4, "lap time of the leader behind the SC, times a green lap"),
    F64(sc_catch_mult, 1, 4, "of a car catching the queue"),
    F64(sc_gap_s, 0, 10, "per place in the queue"),
    F64(vsc_mult, 1, 4, "lap time under the VSC, times a green lap"),
    F64(restart_gap_s, 0, 10, "per place after a standing restart"),
    F64(wear_mult, 0, 1, "tyres age this much slower behind the SC"),
};
RECORD(neutral, "neutral", neutral_fields, NULL, "Safety cars, virtual safety cars, red flags.");
#undef S

#define S pb_weather_spec
static const pb_field weather_fields[] = {
    {FIELD(wetness_frac, PB_FIELD_F64, 0, 1, "of the track on leader lap 1, 2, ..., where known; later laps are drawn from the last one"),
     COUNTED(wetness_frac, PB_LAPS_MAX, 0, known_laps), .array_first = 1},
    F64(rain_prob, 0, 1, "per lap, that rain begins"),
    F64(rain_stop_prob, 0, 1, "per lap, that it ends"),
    F64(wetting_frac, 0, 1, "wetness per lap of rain"),
    F64(soak_frac, 0, 1, "drawn rain wets the track up to this"),
    F64(drying_frac, 0, 1, "wetness per dry lap"),
    F64S(dry_lap_s, 3, -5, 120, "slick, intermediate, wet: slower than a slick on a dry track"),
    F64S(wet_slope_s, 3, -120, 600, "and per unit of wetness"),
    F64S(wet_curve_s, 3, -120, 600, "and per squared unit"),
    F64(wet_noise_mult, 1, 10, "lap noise at wetness 1 against dry"),
};
RECORD(weather, "weather", weather_fields, NULL, "How wet the track is and what that costs.");
#undef S

#define S pb_policy_spec
static const pb_field policy_fields[] = {
    F64(cheap_bias, -20, 20, "logit of taking the cheap stop, constant"),
    F64(cheap_age, -40, 40, "times the tyre's age as a share of its life"),
    F64(cheap_left, -40, 40, "times the share of the race left"),
    F64(cover_gap_s, 0, 60, "a rival this close behind who stops is answered"),
    F64(cover_laps, 0, PB_LAPS_MAX, "when the own stop is due within so many laps"),
    F64(cover_prob, 0, 1, "this often"),
    F64(jitter_laps, 0, 20, "sd of a planned stop"),
    F64(rain_loss_s, 0, 120, "a car changes when the wrong tyre costs more than this per lap, median"),
    F64(rain_log_sigma, 0, 3, "cars differ"),
};
RECORD(policy, "policy", policy_fields, NULL, "How cars answer what happens.");
#undef S

#define S pb_compound_spec
static const pb_field compound_fields[] = {
    NAME(name, "unique in the race"),
    WORDS(kind, tyre_words, false, "for which track"),
    F64(offset_s, -30, 30, "new set against the base lap"),
    F64(wear_s_per_lap, -0.2, 5, "loss per lap of age"),
    F64(wear_quad_s, -0.01, 0.1, "loss per squared lap of age"),
    F64(warm_up_s, -2, 10, "first lap on the set"),
    F64(life_laps, 3, 300, "a stint rarely goes further"),
    F64(cliff_laps, 0, 300, "beyond this age it loses more; 0 never"),
    F64(cliff_s_per_lap, 0, 2, "so much more per lap, for every lap beyond"),
};
static void init_compound(void *at) { pb_compound_spec_default(at); }
RECORD(compound, "compound", compound_fields, init_compound, "A tyre the cars may use.");
#undef S

#define S pb_stint_spec
static const pb_field stint_fields[] = {
    {FIELD(compound, PB_FIELD_COMPOUND, 0, PB_COMPOUNDS_MAX - 1, "by name"), .required = true},
    INT(in_lap, U16, 0, PB_LAPS_MAX, "stops for this set at the end of this lap; 0: starts on it"),
    F64(age_laps, 0, 100, "of the set when fitted"),
    F64(fuel_add_kg, 0, 200, "refuelled at this stop"),
    F64(stationary_min_s, 0, 600, "the stop takes at least this long"),
};
RECORD(stint, "stint", stint_fields, NULL, "One set of tyres within a plan.");
#undef S

#define S pb_plan
static void init_plan(void *at) { ((pb_plan *)at)->weight_prob = 1.0; }
static const pb_field plan_fields[] = {
    F64(weight_prob, 0, 1, "share of trials that start on this plan; all plans of a car sum to 1"),
    {FIELD(stints, PB_FIELD_OBJECT, 0, 0, "in order; the first has in_lap 0"), .record = &stint, .required = true,
     COUNTED(stints, PB_PLAN_STINTS, 1, n_stints)},
};
RECORD(plan, "plan", plan_fields, init_plan, "What a car means to do.");
#undef S

#define S pb_car_state
static void init_state(void *at) { ((pb_car_state *)at)->running = true; }
static const pb_field state_fields[] = {
    FLAG(running, "still in the race"),
    INT(position, U8, 0, PB_CARS_MAX, "order at the leader's end of from_lap"),
    F64(gap_s, 0, 36000, "behind the leader on the road, whole laps behind included"),
    F64(tyre_age_laps, 0, 200, "laps on the set it is on"),
    {FIELD(compound, PB_FIELD_COMPOUND, 0, PB_COMPOUNDS_MAX - 1, "it is on, by name")},
    INT(stops_done, U8, 0, 100, "tyre stops made"),
    INT(laps_done, U16, 0, PB_LAPS_MAX, "for a retired car: how far it got"),
    {FIELD(compounds_used, PB_FIELD_COMPOUND_SET, 0, (1 << PB_COMPOUNDS_MAX) - 1, "so far, by name")},
    F64(noise_s, -5, 5, "how far off its pace it has been lately"),
};
RECORD(state, "state", state_fields, init_state, "Where a car stands when the race is under way.");
#undef S

#define S pb_car_spec
static void init_car(void *at) { pb_car_spec_default(at); }
static const pb_field car_fields[] = {
    NAME(code, "unique in the race"),
    INT(number, I16, 0, 9999, "start number"),
    TEXT(team, "cars of one team share a pit box"),
    TEXT(class_name, "\"\" when there is one class"),
    {FIELD(grid, PB_FIELD_U8, 1, PB_CARS_MAX, "slot, unique"), .required = true},
    F64(pace_s, -20, 60, "against base_lap_s"),
    F64(pace_sigma_s, 0, 10, "how well that is known"),
    F64(wear_mult, 0, 10, "times the compound's wear"),
    F64(noise_mult, 0, 10, "times noise.sigma_s"),
    F64(start_s, -10, 30, "mean gain (-) or loss on lap 1 against the grid slot"),
    F64(dnf_prob, 0, 1, "chance not to be classified, over the whole race"),
    F64(stop_s, -10, 30, "the team's stop against the field's"),
    F64(penalty_s, 0, 120, "known, still to serve or add"),
    F64(penalty_prob, 0, 1, "of one more 5 s penalty"),
    F64(fuel_start_kg, 0, 400, "at the start"),
    F64(fuel_burn_kg, 0, 20, "per green lap"),
    {FIELD(plans, PB_FIELD_OBJECT, 0, 0, "what it means to do, with weights"), .record = &plan, .required = true,
     COUNTED(plans, PB_PLANS_MAX, 1, n_plans)},
    {FIELD(state, PB_FIELD_OBJECT, 0, 0, "needed when from_lap > 0"), .record = &state, .elide = true},
};
RECORD(car, "car", car_fields, init_car, "One car.");
#undef S

#define S pb_spec_origin
static const pb_field origin_fields[] = {
    NAME(pointer, "JSON pointer of the number"),
    TEXT(how, "how it was obtained"),
    INT(laps, I32, 0, 1e9, "laps, stops or races it rests on; 0: a prior or default"),
};
RECORD(origin, "origin", origin_fields, NULL, "Where a number came from.");
#undef S

#define S pb_race_spec
static void init_race(void *at) { pb_race_spec_default(at); }
static const pb_field race_fields[] = {
    TEXT(id, "\"2023-07\""),
    TEXT(name, "for people"),
    INT(season, I16, 0, 9999, "year"),
    INT(round, I16, 0, 999, "of the season"),
    FLAG(sprint, "a sprint"),
    TEXT(circuit, "crosswalk id"),
    F64(lap_length_m, 0, 60000, "0: unknown"),
    F64(base_lap_s, 20, 1200, "reference car, new reference tyre, empty tank, dry, clear air"),
    {FIELD(lap_offset_s, PB_FIELD_F64, -120, 1200, "common to all cars on lap 1, 2, ...; 0 after the last"),
     COUNTED(lap_offset_s, PB_LAPS_MAX, 0, n_lap_offsets), .array_first = 1},
    F64(evolution_s_per_lap, -1, 1, "fuel burn and track together, when they cannot be told apart"),
    F64(fuel_s_per_kg, 0, 0.2, "0 when evolution_s_per_lap holds it all"),
    {FIELD(effects, PB_FIELD_EFFECTS, 0, PB_EFFECTS_ALL, "switches; what is not named is on")},
    INT(from_lap, U16, 0, PB_LAPS_MAX - 1, "0: from the grid; L: from the leader's end of lap L"),
    OBJECT(rules, rules, "regulations"),
    OBJECT(pit, pit, "pit lane and stops"),
    OBJECT(noise, noise, "how lap times vary"),
    OBJECT(traffic, traffic, "following, passing, lapping"),
    OBJECT(start, start, "the start and lap 1"),
    OBJECT(neutral, neutral, "neutralisations"),
    OBJECT(weather, weather, "wetness and rain"),
    OBJECT(policy, policy, "reactions"),
    {FIELD(compounds, PB_FIELD_OBJECT, 0, 0, "tyres; without this key SOFT, MEDIUM, HARD, INTERMEDIATE, WET"),
     .record = &compound, COUNTED(compounds, PB_COMPOUNDS_MAX, 1, n_compounds)},
    {FIELD(cars, PB_FIELD_OBJECT, 0, 0, "2 to 40"), .record = &car, .required = true,
     COUNTED(cars, PB_CARS_MAX, PB_CARS_MIN, n_cars)},
    {FIELD(origins, PB_FIELD_OBJECT, 0, 0, "where numbers came from"), .record = &origin,
     COUNTED(origins, PB_ORIGINS_MAX, 0, n_origins)},
};
RECORD(race, "race", race_fields, init_race, "A race that can be played out.");
#undef S
/* clang-format on */

const pb_record *pb_race_record(void)
{
    return &race;
}

static const char *const effect_keys[PB_EFFECTS_N] = {
#define PB_KEY(name, bit, key, text) [bit] = (key),
    PB_EFFECT_LIST(PB_KEY)
#undef PB_KEY
};
static const char *const effect_texts[PB_EFFECTS_N] = {
#define PB_TEXT(name, bit, key, text) [bit] = (text),
    PB_EFFECT_LIST(PB_TEXT)
#undef PB_TEXT
};

const char *pb_effect_key(int bit)
{
    return bit >= 0 && bit < PB_EFFECTS_N ? effect_keys[bit] : NULL;
}

const char *pb_effect_text(int bit)
{
    return bit >= 0 && bit < PB_EFFECTS_N ? effect_texts[bit] : NULL;
}
