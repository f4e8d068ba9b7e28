/* Puts the TUM Monte-Carlo parameters into a race spec: as rates and chances of our
 * own model, which has other parts. What was measured since stays (docs/race-file.md):
 * the size and memory of lap noise and the scatter of the start; of those only the
 * differences between drivers are taken. */
#include <math.h>
#include <string.h>

#include "pitboard/wire.h"

/* "Carlos Sainz Jnr": the crosswalk has no juniors. */
static pb_span without_junior(const char *driver)
{
    static const char junior[] = " Jnr";
    pb_span           name     = pb_span_of(driver);
    size_t            tail     = sizeof junior - 1;
    if (name.len > tail && memcmp(name.at + name.len - tail, junior, tail) == 0) name.len -= tail;
    return name;
}

/* Index of a car's driver in mcs, or -1. */
static int find_driver(const pb_tum_mcs *mcs, const pb_car_spec *car)
{
    for (int i = 0; i < mcs->n_drivers; i++) {
        const char *code = pb_driver_code(without_junior(mcs->drivers[i].driver));
        if (code && strcmp(code, car->code) == 0) return i;
    }
    return -1;
}

static int find_team(const pb_tum_mcs *mcs, const pb_car_spec *car)
{
    for (int i = 0; i < mcs->n_teams; i++)
        if (strcmp(mcs->teams[i].team, car->team) == 0) return i;
    return -1;
}

/* Safety cars of a race, on average. */
static double mean_count(const pb_tum_mcs *mcs)
{
    return mcs->p_sc_count[1] + 2 * mcs->p_sc_count[2] + 3 * mcs->p_sc_count[3];
}

/* Lap 1, then five fifths of the race; the first excludes lap 1. Its rate is that of
 * laps 2 to 5, the mean of what is left that of the laps after. */
static void set_safety_cars(const pb_tum_mcs *mcs, pb_race_spec *spec)
{
    pb_neutral_spec *neutral = &spec->neutral;
    double           count = mean_count(mcs), laps = spec->rules.laps, later = 0.0;
    double           first_fifth = fmax(0.2 * laps - 1.0, 1.0);
    for (int i = 1; i < 6; i++) later += count * mcs->p_sc_start[i];
    neutral->sc_lap1_prob  = fmin(count * mcs->p_sc_start[0], 1.0);
    neutral->sc_early_prob = fmin(count * mcs->p_sc_start[1] / first_fifth, 1.0);
    neutral->sc_prob       = fmin(fmax(later - 4.0 * neutral->sc_early_prob, 0.0) / fmax(laps - 5.0, 1.0), 1.0);
    neutral->sc_crash_prob = 1.0; /* in the TUM model every accident brings one, and nothing else does */
    pb_race_spec_note(spec, "/neutral/sc_prob", 0, "TUM p_sc_quant and p_sc_start; sc_lap1_prob, sc_early_prob too");
}

/* The sum of a list of probabilities, rounded in the file, made exactly 1. */
static void set_lengths(const double *from, int n, double *to, int first)
{
    double sum = 0.0;
    for (int i = 0; i < n; i++) sum += from[i];
    if (sum <= 0.0) return;
    for (int i = 0; i < first; i++) to[i] = 0.0;
    for (int i = 0; i < n; i++) to[first + i] = from[i] / sum;
}

/* Failures bring a VSC now and then. It lasts d laps and a part of one: d + 1 are
 * touched. */
static void set_virtual_safety_cars(const pb_tum_mcs *mcs, pb_race_spec *spec)
{
    double failures = 0.0;
    for (int c = 0; c < spec->n_cars; c++) {
        int team = find_team(mcs, &spec->cars[c]);
        if (team >= 0) failures += mcs->teams[team].p_failure;
    }
    double rate                  = fmin(failures * mcs->p_vsc_after_failure / spec->rules.laps, 1.0);
    spec->neutral.vsc_lap1_prob  = rate;
    spec->neutral.vsc_early_prob = rate;
    spec->neutral.vsc_prob       = rate;
    spec->neutral.vsc_to_sc_prob = 0.0;
    spec->neutral.sc_to_red_prob = 0.0;
    set_lengths(mcs->p_sc_laps, 10, spec->neutral.sc_laps, 0);
    set_lengths(mcs->p_vsc_laps, 4, spec->neutral.vsc_laps, 1);
    pb_race_spec_note(spec, "/neutral/vsc_prob", 0, "TUM p_failure of the cars x p_vsc_aft_failure, per lap");
}

/* A failure, or being the car that a safety car comes out for: TUM draws as many
 * accidents as safety cars, each driver in proportion to p_accident. */
static void set_retirements(const pb_tum_mcs *mcs, pb_race_spec *spec)
{
    double weight[PB_CARS_MAX], sum = 0.0;
    for (int c = 0; c < spec->n_cars; c++) {
        int driver = find_driver(mcs, &spec->cars[c]);
        weight[c]  = driver >= 0 ? mcs->drivers[driver].p_accident : 0.058; /* the typical driver's */
        sum += weight[c];
    }
    for (int c = 0; c < spec->n_cars; c++) {
        pb_car_spec *car      = &spec->cars[c];
        int          team     = find_team(mcs, car);
        double       failure  = team >= 0 ? mcs->teams[team].p_failure : 0.10; /* the median team's */
        double       accident = sum > 0.0 ? fmin(mean_count(mcs) * weight[c] / sum, 1.0) : 0.0;
        car->dnf_prob         = 1.0 - (1.0 - failure) * (1.0 - accident);
    }
    pb_race_spec_note(spec, "/cars", 0, "dnf_prob: TUM p_failure, and its share by p_accident of the safety cars");
}

/* Differences between drivers. */
static void set_drivers(const pb_tum_mcs *mcs, pb_race_spec *spec)
{
    double sum = 0.0;
    int    n   = 0;
    for (int c = 0; c < spec->n_cars; c++) {
        int driver = find_driver(mcs, &spec->cars[c]);
        if (driver < 0) continue;
        sum += mcs->drivers[driver].lap_sigma_s;
        n++;
    }
    for (int c = 0; c < spec->n_cars; c++) {
        int driver = find_driver(mcs, &spec->cars[c]);
        if (driver < 0 || sum <= 0.0) continue;
        spec->cars[c].noise_mult = fmin(mcs->drivers[driver].lap_sigma_s * n / sum, 10.0);
        spec->cars[c].start_s    = mcs->drivers[driver].start_mean_s;
    }
    pb_race_spec_note(spec, "/cars", n, "noise_mult: TUM t_lap_var_sigma against the mean; start_s: t_startperf");
}

/* Log-logistic, cut at three means as TUM redraws beyond. 0 for a certain stop. */
static double fisk_quantile(double shape, double loc, double scale, double p)
{
    double angle = M_PI / shape, most = 3.0 * (loc + scale * angle / sin(angle));
    if (p <= 0.0) return loc;
    double x = p >= 1.0 ? most : loc + scale * pow(p / (1.0 - p), 1.0 / shape);
    return x < most ? x : fmax(most, loc + scale);
}

/* One shape for the field, the mean over the teams present, each around its own
 * median; the medians against each other are the teams' stop_s. */
static void set_stops(const pb_tum_mcs *mcs, pb_race_spec *spec)
{
    double stop[PB_QUANTILES] = {0}, median[PB_CARS_MAX], sum = 0.0;
    int    n = 0;
    for (int c = 0; c < spec->n_cars; c++) {
        int team  = find_team(mcs, &spec->cars[c]);
        median[c] = NAN;
        if (team < 0 || mcs->teams[team].stop_shape <= 1.0) continue;
        double shape = mcs->teams[team].stop_shape, loc = mcs->teams[team].stop_loc_s;
        double scale = mcs->teams[team].stop_scale_s;
        median[c]    = fisk_quantile(shape, loc, scale, 0.5);
        for (int q = 0; q < PB_QUANTILES; q++)
            stop[q] += fisk_quantile(shape, loc, scale, pb_quantile_prob[q]) - median[c];
        sum += median[c];
        n++;
    }
    if (n == 0) return;
    for (int q = 0; q < PB_QUANTILES; q++) spec->pit.stop_s[q] = stop[q] / n;
    for (int c = 0; c < spec->n_cars; c++)
        if (!isnan(median[c])) spec->cars[c].stop_s = median[c] - sum / n;
    pb_race_spec_note(spec, "/pit/stop_s", n, "TUM t_pit_var_fisk_pars, mean over the cars' teams");
}

void pb_wire_apply_tum_mcs(const pb_tum_mcs *mcs, pb_race_spec *spec)
{
    spec->neutral.actual   = false;
    spec->neutral.n_phases = 0;
    memset(spec->neutral.phases, 0, sizeof spec->neutral.phases);
    set_safety_cars(mcs, spec);
    set_virtual_safety_cars(mcs, spec);
    set_retirements(mcs, spec);
    set_drivers(mcs, spec);
    set_stops(mcs, spec);
}
