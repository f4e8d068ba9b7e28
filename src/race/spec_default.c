/* An F1-like dry race of 57 laps without cars.
 *
 * [E n] is section n of the measured effect sizes (docs/race-file.md, "Where the
 * defaults come from", has the table): laps of 2018-2026. [R n] is the older
 * literature, used where nothing was measured. "assumed" is neither: a round
 * figure to be replaced by a fit. */
#include <string.h>

#include "pitboard/race_spec.h"

static const pb_rules_spec default_rules = {
    .series               = "f1",
    .laps                 = 57,
    .time_limit_s         = 7200, /* [R 9] two hours */
    .two_compounds        = true,
    .free_tyres_under_red = true,
    .drs                  = true,
    .classified_frac      = 0.9, /* [R 9] */
    .n_points             = 10,
    .points               = {25, 18, 15, 12, 10, 8, 6, 4, 2, 1},
};

static const pb_pit_spec default_pit = {
    .loss_s       = 22.1, /* [E 6] median over 25 circuits and editions */
    .loss_sigma_s = 0.5,  /* [E 6] half-widths of the medians are 0.2 to 0.6 */
    /* [E 6] lane time around the race median, green, 1,210 stops: 1, 5, 25, 75,
     * 90, 95 and 99 % are measured, the knots between are interpolated; 2.0 % are
     * above 10 s, which the last knot follows. */
    .stop_s = {-1.3, -1.0, -0.7, -0.52, -0.36, -0.3, -0.24, -0.12, 0.0, 0.16, 0.37, 0.5, 0.75, 1.6, 4.5, 13.2, 30.0},
    .sc_onset_frac  = 0.55, /* [E 6] 124 stops */
    .sc_frac        = 0.38, /* [E 6] 73 stops */
    .vsc_onset_frac = 0.61, /* [E 6] 102 stops */
    .vsc_frac       = 0.59, /* [E 6] 85 stops whose VSC lasted into the out-lap */
    /* [E 6] second car 2-4, 4-6, 6-10, > 10 s behind: 3.5 (4), 1.7 (15), 1.05 (31),
     * 0 s (55 stops): a line from 4.2 at no gap to 0 at 10 s fits these best. */
    .double_stack_s     = 4.2,
    .double_stack_gap_s = 10.0,
    .react_s            = 10.0, /* [E 6] of cars at the line 0-10 s after, 0 of 10 stopped; 10-20 s, 3 of 13 */
};

static const pb_noise_spec default_noise = {
    .sigma_s = 0.40, /* [E 3] 20,962 laps in clear air */
    /* [E 3] autocorrelation 0.51, 0.36, 0.25 at lags 1, 2, 3 is that of an
     * ARMA(1,1) with phi 0.70: (1 + phi theta)(phi + theta) / (1 + 2 phi theta +
     * theta^2) = 0.51 gives theta = -0.26. */
    .phi   = 0.70,
    .theta = -0.26,
    /* [E 3] laps have skew 1.1 and excess kurtosis 5.3; the filter above passes
     * 0.697 of an innovation's skew and 0.551 of its kurtosis. */
    .skew     = 1.6,
    .kurtosis = 9.6,
    /* [E 3] all green laps are more than 1.5, 3, 5 s slow 1.6, 0.5, 0.1 % of the
     * time; this is what the noise above leaves unexplained. */
    .slow_prob          = 0.010,
    .slow_mean_s        = 1.9,
    .stint_sigma_s      = 0.14,  /* [E 1] 1,174 stints */
    .stint_wear_sigma_s = 0.028, /* [E 1] 1,097 stints */
    .wear_log_sigma     = 0.5,   /* [E 1] MEDIUM p10-p90 0.025 to 0.121 over races, SOFT 0.036 to 0.116 */
};

static const pb_traffic_spec default_traffic = {
    /* [E 5] -0.23 + 1.57 delta - 3.85 gap over all pairs, 38 % of which were in a
     * train that costs 1.30: without a train 0.38 x 1.30 more. */
    .pass_bias  = 0.26,
    .pass_delta = 1.57,
    .pass_gap   = 3.85,
    /* [E 5] the table by gap flattens beyond a second: least squares on the logits
     * of its rows 1-2 and 2-3 s. */
    .pass_knee_s  = 0.75,
    .pass_gap_far = 2.4,
    .pass_train   = 1.30, /* [E 5] +- 0.15 */
    .train_gap_s  = 1.0,  /* [E 5] how the train was defined */
    .reach_s      = 3.0,  /* [E 5] beyond 3 s no pass was counted */
    /* [E 4] 5, 25, 50, 75, 95 %: 0.21, 0.45, 0.61, 0.82, 1.34 s (3,486 laps);
     * the rest interpolated. */
    .hold_s = {0.05, 0.10, 0.21, 0.31, 0.41, 0.45, 0.485, 0.55, 0.61, 0.685, 0.77, 0.82, 0.89, 1.09, 1.34, 1.8, 2.3},
    .pass_lead_s = 0.3, /* assumed; the least gap kept is 0.2 */
    .loser_s     = 0.3, /* [R 4] */
    /* [E 4] 2022-25. Below 0.75 s the table mixes in being held up, which is
     * modelled by itself: there the loss of 0.75-1.5 s goes on. */
    .air_gap_s     = {0.0, 0.75, 1.25, 1.75, 2.25, 2.75, 4.5, 8.0},
    .air_loss_s    = {0.16, 0.16, 0.16, 0.13, 0.08, 0.05, 0.02, 0.0},
    .lapped_s      = 1.54, /* [E 4] 411 laps */
    .lapping_s     = 0.25, /* [E 4] behind a lapped car at 1-3 s */
    .lapped_more_s = 0.56, /* [E 4] two in one lap 2.1 */
};

/* [E 8] seconds behind the leader after a green lap 1, slots 1, 2, 5, 10, 15, 20;
 * the slots between lie on lines, later ones go on with the last. */
static void default_start(pb_start_spec *start)
{
    static const double slot[] = {1, 2, 5, 10, 15, 20}, gap[] = {0, 1.0, 3.0, 6.6, 8.6, 10.9};
    size_t              k = 0;
    for (int s = 1; s <= PB_CARS_MAX; s++) {
        while (k + 2 < sizeof slot / sizeof slot[0] && s > slot[k + 1]) k++;
        start->slot_gap_s[s - 1] = gap[k] + (gap[k + 1] - gap[k]) * (s - slot[k]) / (slot[k + 1] - slot[k]);
    }
    start->sigma_s = 1.2; /* [E 8] places on lap 1 have sd 2.4; 0.55 s a place makes a pair's 1.3, less noise */
    start->skew    = 1.0; /* assumed: a bad start loses more than a good one gains */
    start->lap1_s  = 4.8; /* [R 1] 3.8 from standstill plus 1.0 for cold tyres there */
}

static const pb_neutral_spec default_neutral = {
    /* [E 8] per leader lap, 68 races of 2022-25; VSC 134 races of 2018-25. */
    .sc_lap1_prob   = 0.176,
    .sc_early_prob  = 0.019,
    .sc_prob        = 0.0084,
    .vsc_lap1_prob  = 0.037,
    .vsc_early_prob = 0.016,
    .vsc_prob       = 0.0098,
    .wet_mult       = 2.7, /* [E 8] 0.021 against 0.0078 */
    /* [R 6] full laps behind the car, 101 safety cars of 2020-25: one lap 4, then
     * 16, 28, 30, 14, 6, 2, 0, 1; the lap it came out in is one more. */
    .sc_laps = {0, 4 / 101.0, 16 / 101.0, 28 / 101.0, 30 / 101.0, 14 / 101.0, 6 / 101.0, 2 / 101.0, 0, 1 / 101.0},
    /* [R 6] affected laps, 53 VSCs of 2020-25. */
    .vsc_laps       = {7 / 53.0, 31 / 53.0, 14 / 53.0, 1 / 53.0, 0},
    .vsc_to_sc_prob = 0.16, /* [E 8] 88 VSCs */
    .sc_to_red_prob = 0.13, /* [E 8] a red flag in 13 of 134 races, 0.75 SC a race */
    .sc_crash_prob  = 0.8,  /* assumed; [R 6] has 1, debris and rain bring some too */
    .sc_lead_mult   = 1.45, /* [E 6] 2,409 laps */
    .sc_catch_mult  = 1.34, /* [E 6] first lap under the SC */
    .sc_gap_s       = 0.8,  /* [R 4] */
    .vsc_mult       = 1.33, /* [E 6] 267 laps */
    .restart_gap_s  = 0.57, /* [E 8] as after the start: 10.9 s over 19 places */
    .wear_mult      = 0.25, /* [R 2] */
};

/* [R 10] gives where tyres are even: slick and intermediate at 107-113 % of a dry
 * lap, intermediate and wet at 118-125 %; intermediates ran at 111-118 %, wets at
 * 110-121 %. With crossovers at wetness 0.25 and 0.75 of a 90 s lap these curves
 * pass through +9.0 s, +19.0 s, and +13.5 s for the intermediate between them. */
static const pb_weather_spec default_weather = {
    .rain_stop_prob = 0.06, /* assumed: 17 laps of rain */
    .wetting_frac   = 0.12, /* assumed: soaked in 8 laps */
    .drying_frac    = 0.04, /* assumed: dry in 25 laps */
    .dry_lap_s      = {0.0, 5.5, 10.0},
    .wet_slope_s    = {20.0, 12.0, 12.0},
    .wet_curve_s    = {64.0, 8.0, 0.0},
    .wet_noise_mult = 2.0, /* assumed */
};

static const pb_policy_spec default_policy = {
    /* [E 6] 37 % of running cars stop under a safety car; this is 0.37 for a tyre
     * halfway through its life at half distance. The slopes are assumed. */
    .cheap_bias = -2.0,    .cheap_age = 2.5,
    .cheap_left = 0.4,     .cover_gap_s = 3.0, /* [E 7] beyond 3 s an undercut works in 2 % */
    .cover_laps     = 10.0,                    /* assumed */
    .cover_prob     = 0.43,                    /* [E 7] 132 of 307 leaders answered on the next lap */
    .jitter_laps    = 2.0,                     /* [R 11] */
    .rain_loss_s    = 4.0,                     /* assumed */
    .rain_log_sigma = 0.5,                     /* assumed */
};

/* [E 1] wear and new-tyre steps, [E 2] warm-up: medians. Life: 90 % of the sets of
 * 2022-25 that ran more than 3 laps came off by this age (520, 1,421, 1,251, 140
 * and 4 stints). Rain tyres: their pace is in the weather table; [R 2] wear. */
static const pb_compound_spec default_compounds[] = {
    {"SOFT", PB_TYRE_SLICK, -0.16, 0.068, 0.0, -0.03, 28, 0, 0},
    {"MEDIUM", PB_TYRE_SLICK, 0.0, 0.059, 0.0, 0.03, 33, 0, 0},
    {"HARD", PB_TYRE_SLICK, 0.14, 0.041, 0.0, 0.10, 43, 0, 0},
    {"INTERMEDIATE", PB_TYRE_INTERMEDIATE, 0.0, 0.070, 0.0, 0.10, 34, 0, 0},
    {"WET", PB_TYRE_WET, 0.0, 0.013, 0.0, 0.10, 20, 0, 0},
};

void pb_car_spec_default(pb_car_spec *car)
{
    memset(car, 0, sizeof *car);
    car->pace_sigma_s = 0.15; /* assumed: a race's own pace is known that well beforehand */
    car->wear_mult    = 1.0;
    car->noise_mult   = 1.0;
    car->dnf_prob     = 0.103; /* [E 8] 2022-25 */
    car->penalty_prob = 0.05;  /* assumed: one car a race */
}

void pb_compound_spec_default(pb_compound_spec *compound)
{
    memset(compound, 0, sizeof *compound);
    compound->wear_s_per_lap = 0.059; /* [E 1] MEDIUM */
    compound->warm_up_s      = 0.1;   /* [E 2] */
    compound->life_laps      = 33;    /* as MEDIUM below */
}

void pb_race_spec_default(pb_race_spec *spec)
{
    memset(spec, 0, sizeof *spec);
    spec->base_lap_s          = 90.0;   /* of a common circuit */
    spec->evolution_s_per_lap = -0.055; /* [E 1] */
    spec->effects             = PB_EFFECTS_ALL;
    spec->rules               = default_rules;
    spec->pit                 = default_pit;
    spec->noise               = default_noise;
    spec->traffic             = default_traffic;
    spec->neutral             = default_neutral;
    spec->weather             = default_weather;
    spec->policy              = default_policy;
    default_start(&spec->start);
    spec->n_compounds = sizeof default_compounds / sizeof default_compounds[0];
    memcpy(spec->compounds, default_compounds, sizeof default_compounds);
}
