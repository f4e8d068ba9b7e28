/* window_sum: what a window adds up, and the features of it. */
#include <math.h>

#include "window_work.h"

/* Welford (1962): mean and squared deviations without keeping the values. */
static void add_speed(pb__sum *sum, double speed)
{
    double off = speed - sum->speed_mean;
    sum->speed_n++;
    sum->speed_mean += off / (double)sum->speed_n;
    sum->speed_m2 += off * (speed - sum->speed_mean);
}

/* dt is 0 where a quantity is missing, so it adds nothing. */
void pb__sum_add(pb__sum *sum, const pb__step *step)
{
    const double *dt = step->dt;

    sum->n++;
    sum->lat += step->lat * dt[PB__LAT];
    sum->lon += step->lon * dt[PB__LON];
    sum->brake += (step->front * step->front + step->rear * step->rear) * dt[PB__BRAKE];
    sum->front += step->front * dt[PB__BRAKE];
    sum->both += (step->front + step->rear) * dt[PB__BRAKE];
    sum->turn += step->turn * dt[PB__TURN];
    sum->turn_abs += step->lat * dt[PB__TURN];
    sum->left_front += step->left_front * dt[PB__LOAD];
    sum->left_rear += step->left_rear * dt[PB__LOAD];
    sum->load_s += dt[PB__LOAD];
    sum->full_s += step->full ? dt[PB__THROTTLE] : 0.0;
    sum->throttle_s += dt[PB__THROTTLE];
    sum->peak_lat = step->lat > sum->peak_lat ? step->lat : sum->peak_lat;
    sum->peak_lon = step->lon > sum->peak_lon ? step->lon : sum->peak_lon;
    for (uint32_t e = 0; e < PB__EVENTS; e++) sum->began[e] += step->began[e];
    if ((step->has >> PB_CH_SPEED) & 1u) add_speed(sum, step->speed);
    if (((step->has & ~sum->has) >> PB_CH_TYRE_AGE) & 1u) sum->age = step->age;
    sum->there |= step->there;
    sum->has |= step->has;
}

static float if_seen(uint32_t bits, uint32_t bit, double value)
{
    return (bits >> bit) & 1u ? (float)value : NAN;
}

/* A share of nothing is missing. */
static float share(double part, double whole)
{
    return whole > 0.0 ? (float)(part / whole) : NAN;
}

static void put_sector(uint8_t sector, pb_window_kind kind, float at[PB_WINDOW_FEATURES_N])
{
    bool known = kind != PB_WINDOW_LAP && sector != 0;
    for (uint8_t s = 1; s <= 3; s++) at[PB_WF_sector_1 + s - 1] = known ? (float)(sector == s) : NAN;
}

void pb__sum_features(const pb__sum *sum, pb_window_kind kind, float at[PB_WINDOW_FEATURES_N])
{
    at[PB_WF_lat_g_s]          = if_seen(sum->there, PB__LAT, sum->lat);
    at[PB_WF_lon_g_s]          = if_seen(sum->there, PB__LON, sum->lon);
    at[PB_WF_brake_energy]     = if_seen(sum->there, PB__BRAKE, sum->brake);
    at[PB_WF_heavy_braking_n]  = if_seen(sum->has, PB_CH_ACCX, sum->began[PB__HEAVY_BRAKING]);
    at[PB_WF_hard_cornering_n] = if_seen(sum->has, PB_CH_ACCY, sum->began[PB__HARD_CORNERING]);
    at[PB_WF_high_speed_n]     = if_seen(sum->has, PB_CH_SPEED, sum->began[PB__HIGH_SPEED]);
    at[PB_WF_speed_mean_kmh]   = if_seen(sum->has, PB_CH_SPEED, sum->speed_mean);
    at[PB_WF_speed_sd_kmh]     = sum->speed_n > 0 ? (float)sqrt(sum->speed_m2 / (double)sum->speed_n) : NAN;
    at[PB_WF_peak_lat_g]       = if_seen(sum->has, PB_CH_ACCY, sum->peak_lat);
    at[PB_WF_peak_lon_g]       = if_seen(sum->has, PB_CH_ACCX, sum->peak_lon);
    at[PB_WF_lap]              = sum->lap != 0 ? (float)sum->lap : NAN;
    at[PB_WF_tyre_age_laps]    = if_seen(sum->has, PB_CH_TYRE_AGE, (double)sum->age);
    at[PB_WF_front_load_ratio] = share(sum->left_front, sum->load_s);
    at[PB_WF_rear_load_ratio]  = share(sum->left_rear, sum->load_s);
    at[PB_WF_lateral_bias]     = share(sum->turn, sum->turn_abs);
    at[PB_WF_brake_balance]    = share(sum->front, sum->both);
    at[PB_WF_throttle_on_frac] = share(sum->full_s, sum->throttle_s);
    put_sector(sum->sector, kind, at);
}
