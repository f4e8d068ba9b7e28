/* bench_udp.h - timing of the F1 game's datagrams through pb_f1_udp_feed. */
#ifndef PB_APPS_BENCH_UDP_H
#define PB_APPS_BENCH_UDP_H

#include "pitboard/base.h"

/* Datagrams a second on one core: one figure a run, after a warm-up. */
pb_status pb__bench_udp_per_s(double *per_s, uint32_t runs, pb_error *error);

#endif
