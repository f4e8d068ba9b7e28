/* undercut_chance: from what the first car is expected to win to the chance that
 * the attacker is ahead.
 *
 * What cars do against expectation is logistic (heavier in the tails than normal),
 * what two stops do to each other is taken as it was in past races, and something
 * else decides with a small chance. */
#include <math.h>
#include <string.h>

#include "pitboard/num.h"
#include "undercut.h"

#define SD_TO_SCALE 1.813799364234217 /* pi / sqrt 3: a logistic of sd 1 is narrower by that */
#define SPREAD_LAPS 3.0               /* laps of the shortest pair: the in-lap and two out-laps */
#define LAW (sizeof(pb__undercut_law) / sizeof(double))
#define ODD_S 40.0 /* where something else decides, the gain is anywhere in so much */

/* Without a model. Quantiles of one stop less another, the upper half: from lane
 * times around the race's median, effects.md, section 6. Answers: counted on
 * 2018-2020 (777 and 1,007 pairs). */
static const double differences[PB__CUT_STOPS / 2] = {0.02, 0.06, 0.10, 0.13, 0.17, 0.21, 0.25, 0.30, 0.34, 0.38,
                                                      0.43, 0.48, 0.53, 0.58, 0.63, 0.70, 0.77, 0.86, 0.94, 1.04,
                                                      1.16, 1.30, 1.48, 1.70, 2.03, 2.72, 3.80, 6.13, 9.82, 13.68};
static const double answered[2][PB__CUT_ANSWERS]   = {{0.06, 0.14, 0.06, 0.04, 0.04, 0.03, 0.02, 0.61},
                                                      {0.05, 0.05, 0.05, 0.04, 0.03, 0.04, 0.04, 0.7}};

static void constants(pb__undercut_fit *out)
{
    const int half = PB__CUT_STOPS / 2;
    *out           = (pb__undercut_fit){.ahead = {0.3, 1, 1.2, 0.03}, .gain = {0.7, 1, 1.5, 0.02}, .prior = true};
    for (int i = 0; i < half; i++) {
        out->stop_s[half + i]     = differences[i];
        out->stop_s[half - 1 - i] = -differences[i];
    }
    memcpy(out->answer, answered, sizeof answered);
}

void pb__undercut_stops(const double one[PB__CUT_STOPS], double out[PB__CUT_STOPS])
{
    double all[PB__CUT_STOPS * PB__CUT_STOPS];
    for (int i = 0; i < PB__CUT_STOPS; i++)
        for (int k = 0; k < PB__CUT_STOPS; k++) all[i * PB__CUT_STOPS + k] = one[i] - one[k];
    pb_sort_f64(all, (size_t)PB__CUT_STOPS * PB__CUT_STOPS);
    for (int i = 0; i < PB__CUT_STOPS; i++) out[i] = all[i * PB__CUT_STOPS + PB__CUT_STOPS / 2];
}

/* ---- as a model keeps it ---- */

static bool law_is_sound(const pb__undercut_law *l)
{
    return fabs(l->first_s) <= 20 && fabs(l->share) <= 5 && l->lap_sd_s > 0.01 && l->lap_sd_s <= 20 &&
           l->odd_prob > 0 && l->odd_prob < 0.25;
}

static bool sound(const pb__undercut_fit *f)
{
    bool ok = law_is_sound(&f->ahead) && law_is_sound(&f->gain);
    for (int i = 0; i < PB__CUT_STOPS; i++) ok = ok && fabs(f->stop_s[i]) <= 100;
    for (int k = 0; k < 2; k++) {
        double sum = 0;
        for (int i = 0; i < PB__CUT_ANSWERS; i++) {
            ok = ok && f->answer[k][i] >= 0;
            sum += f->answer[k][i];
        }
        ok = ok && fabs(sum - 1) < 1e-6;
    }
    return ok;
}

pb_status pb__undercut_fit_of(const pb_model *model, pb__undercut_fit *out, pb_error *error)
{
    pb__undercut_fit f = {.prior = model && pb_model_text(model, "undercut.prior")};
    if (!model) {
        constants(out);
        return PB_OK;
    }
    PB_TRY(pb_model_get(model, "undercut.ahead", (double *)(void *)&f.ahead, LAW, error));
    PB_TRY(pb_model_get(model, "undercut.gain", (double *)(void *)&f.gain, LAW, error));
    PB_TRY(pb_model_get(model, "undercut.stop_s", f.stop_s, PB__CUT_STOPS, error));
    PB_TRY(pb_model_get(model, "undercut.answer", &f.answer[0][0], (size_t)2 * PB__CUT_ANSWERS, error));
    if (!sound(&f))
        return pb_error_set(error, PB_E_RANGE, "undercut: the model has numbers that cannot be; train it anew");
    *out = f;
    return PB_OK;
}

pb_status pb__undercut_fit_put(const pb__undercut_fit *f, pb_model *model, pb_error *error)
{
    PB_TRY(pb_model_put(model, "undercut.ahead", (const double *)(const void *)&f->ahead, LAW, error));
    PB_TRY(pb_model_put(model, "undercut.gain", (const double *)(const void *)&f->gain, LAW, error));
    PB_TRY(pb_model_put(model, "undercut.stop_s", f->stop_s, PB__CUT_STOPS, error));
    PB_TRY(pb_model_put(model, "undercut.answer", &f->answer[0][0], (size_t)2 * PB__CUT_ANSWERS, error));
    if (!f->prior) return PB_OK;
    return pb_model_put_text(model, "undercut.prior", "prior: too few pairs of earlier races to learn from", error);
}

/* ---- answers ---- */

/* Who stops on the same lap gains nothing by being first. */
double pb__undercut_gain_s(const pb__undercut_law *law, const pb__undercut_case *c)
{
    double first = (c->answer > 0 ? law->first_s : 0) + law->share * (c->form.pace_s + c->form.tyre_s);
    return (c->overcut ? -first : first) + c->edge_s;
}

double pb__undercut_sd_s(const pb__undercut_law *law, const pb__undercut_case *c)
{
    double laps = (c->answer + 2) / SPREAD_LAPS;
    return sqrt(law->lap_sd_s * law->lap_sd_s * laps + c->form.var_s2);
}

double pb__undercut_chance(const pb__undercut_fit *fit, const pb__undercut_case *c)
{
    const pb__undercut_law *law    = &fit->ahead;
    double                  margin = pb__undercut_gain_s(law, c) - c->gap_s, sum = 0;
    double                  scale = SD_TO_SCALE / pb__undercut_sd_s(law, c);
    for (int i = 0; i < PB__CUT_STOPS; i++) sum += 1 / (1 + pb_exp(-(margin + fit->stop_s[i]) * scale));
    return (1 - 2 * law->odd_prob) * sum / PB__CUT_STOPS + law->odd_prob;
}

double pb__undercut_density(const pb__undercut_fit *fit, const pb__undercut_case *c)
{
    const pb__undercut_law *law = &fit->gain;
    double                  off = c->gain_s - pb__undercut_gain_s(law, c), sum = 0;
    double                  scale = SD_TO_SCALE / pb__undercut_sd_s(law, c);
    for (int i = 0; i < PB__CUT_STOPS; i++) {
        double p = 1 / (1 + pb_exp(-(off - fit->stop_s[i]) * scale));
        sum += scale * p * (1 - p);
    }
    return (1 - 2 * law->odd_prob) * sum / PB__CUT_STOPS + 2 * law->odd_prob / ODD_S;
}
