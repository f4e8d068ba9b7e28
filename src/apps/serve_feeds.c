#include "serve_feeds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pb_status choose_addresses(const serve_args *a, bool alone, serve_feeds *f, pb_error *error)
{
    PB_TRY(feed_address_listen(a->udp, "--udp", a->allow_remote, f->udp, error));
    PB_TRY(feed_address_listen(a->points_udp, "--points-udp", a->allow_remote, f->points, error));
    if (a->forward.n > PB_FORWARD_MAX)
        return pb_error_set(error, PB_E_USAGE, "--forward may be given at most %d times", PB_FORWARD_MAX);
    for (uint32_t i = 0; i < a->forward.n; i++) {
        PB_TRY(feed_address_send(a->forward.at[i], "--forward", f->forward[i], error));
        if (feed_address_loops(f->udp, f->forward[i]))
            return pb_error_set(error, PB_E_USAGE, "--forward %s: that is where we listen (--udp): it would go round",
                                a->forward.at[i]);
        f->forwards[i] = f->forward[i];
    }
    if (a->input && strcmp(a->input, "-") != 0)
        return pb_error_set(error, PB_E_USAGE, "--input takes - (standard input); `pitboard replay` plays files");
    if (alone && !f->udp[0] && !f->points[0] && !a->input)
        return pb_error_set(error, PB_E_USAGE,
                            "nothing to listen to: --udp, --points-udp, --input and --listen are all off");
    return PB_OK;
}

/* The record lies beside a store in a file, unless it is named. */
static pb_status choose_record(const serve_args *a, serve_feeds *f, pb_error *error)
{
    if (a->record || !a->store) return PB_OK;
    if (strncmp(a->store, "sqlite:", 7) != 0)
        return pb_error_set(error, PB_E_USAGE, "--store needs --record DIR: the store is filled from the record");
    if (asprintf(&f->record, "%s.record", a->store + 7) < 0) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    return PB_OK;
}

pb_status serve_feeds_choose(const serve_args *a, bool alone, serve_feeds *f, pb_live_options *o, pb_error *error)
{
    PB_TRY(choose_addresses(a, alone, f, error));
    PB_TRY(choose_record(a, f, error));
    *o                      = pb_live_options_default();
    o->udp                  = f->udp[0] ? f->udp : NULL;
    o->points_udp           = f->points[0] ? f->points : NULL;
    o->forward              = f->forwards;
    o->n_forward            = a->forward.n;
    o->input_fd             = a->input ? STDIN_FILENO : -1;
    o->record_dir           = a->record ? a->record : f->record;
    o->record.segment_bytes = (uint64_t)a->segment_mib << 20;
    o->sync_ms              = a->sync_ms;
    o->queue_bytes          = (size_t)a->queue_mib << 20;
    o->own_car              = a->car;
    o->store_url            = a->store;
    return PB_OK;
}

void serve_feeds_fini(serve_feeds *feeds)
{
    free(feeds->record);
}
