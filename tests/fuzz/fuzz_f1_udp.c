/* Datagrams of the F1 game, one behind the other: anything in, no crash; what comes out
 * keeps its promises. Sizes come from the datagrams themselves; what none begins in is
 * fed as it is; the first two are printed as well. The session id is made one of two, so that datagrams come together. */
#include <math.h>
#include <string.h>

#include "pitboard/wire_feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_text(const char *at, size_t cap)
{
    size_t len = strnlen(at, cap);
    return len < cap && pb_utf8_valid((pb_span){at, len});
}

static void check_event(void *user, const pb_event *e)
{
    (void)user;
    PB_ASSERT(e->kind > PB_EV_NONE && e->kind < PB_EV_N && e->origin == PB_ORIGIN_F1_GAME);
    PB_ASSERT(e->car >= 0 && e->car < 1000 + 22);
    PB_ASSERT(is_text(e->text, sizeof e->text) && is_text(e->name, sizeof e->name));
    PB_ASSERT(is_text(e->team_text, sizeof e->team_text) && is_text(e->flag_text, sizeof e->flag_text));
    PB_ASSERT(e->session_ms == PB_MS_NONE || (e->session_ms >= 0 && e->session_ms <= 1000000000));
    PB_ASSERT(e->kind != PB_EV_LAP || (e->lap >= 1 && e->lap <= 100 && (e->value > 0 || e->value == PB_MS_NONE)));
    PB_ASSERT(e->kind != PB_EV_POSITION || e->value > 0);
    PB_ASSERT(e->kind != PB_EV_FUEL || e->real[0] >= 0);
    for (int k = 0; k < 4 && e->kind == PB_EV_WEAR; k++)
        PB_ASSERT(isnan(e->real[k]) || (e->real[k] >= 0 && e->real[k] <= 1));
}

static void check_point(void *user, const pb_point *p)
{
    int64_t *last = user;
    PB_ASSERT(p->car > 0 && p->car < 1000 + 22);
    for (int k = 0; k < PB_CH_N; k++) PB_ASSERT(isfinite(p->ch[k]) && (p->has >> k & 1u || p->ch[k] == 0));
    *last = p->time_us;
}

static void check_reason(void *user, const char *why)
{
    (void)user;
    PB_ASSERT(why && why[0]);
}

static void print(pb_span datagram)
{
    static FILE   *nowhere;
    pb_error       error;
    pb_json_writer w;
    if (!nowhere) nowhere = fopen("/dev/null", "w");
    if (!nowhere) return;
    pb_json_begin(&w, nowhere, 0);
    pb_status status = pb_f1_udp_print(datagram, &w, &error);
    PB_ASSERT(status == PB_OK || ((status == PB_E_UNSUPPORTED || status == PB_E_SYNTAX) && error.text[0]));
    PB_ASSERT(w.depth == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t            last = 0, now = 0;
    const pb_feed_sink sink = {&last, check_event, check_point, check_reason};
    static pb_f1_udp  *udp; /* made once: a reset forgets everything */
    pb_span            left = {(const char *)data, size};
    if (!udp && pb_f1_udp_create(&udp, NULL) != PB_OK) return 0;
    pb_f1_udp_reset(udp);
    for (int i = 0; left.len > 0; i++) {
        uint8_t at[2048];
        size_t  n = pb_f1_udp_size(left);
        if (n == 0 || n > left.len) n = left.len < 64 ? left.len : 64;
        memcpy(at, left.at, n);
        size_t uid = at[0] >= 0xe7 ? 7 : at[0] == 0xe2 ? 4 : 6; /* where it lies, by the format */
        if (n >= 24) {
            at[uid] &= 1;
            memset(at + uid + 1, 1, 7);
        }
        if (i < 2) print((pb_span){(const char *)at, n}); /* printing is what takes time */
        pb_f1_udp_feed(udp, (pb_span){(const char *)at, n}, now += 50000, &sink);
        left.at += n;
        left.len -= n;
    }
    return 0;
}
