/* feed_address.h - where to listen and where to send, as people write it. */
#ifndef PB_APPS_FEED_ADDRESS_H
#define PB_APPS_FEED_ADDRESS_H

#include "pitboard/base.h"

#define FEED_ADDRESS_MAX 80

/* "20777", "HOST:PORT", "[::1]:PORT"; "0" is off: *out is "". A host that others can
 * reach needs `remote`. option: for the message. */
pb_status feed_address_listen(const char *text, const char *option, bool remote, char out[FEED_ADDRESS_MAX],
                              pb_error *error);
/* "udp://HOST:PORT". */
pb_status feed_address_send(const char *text, const char *option, char out[FEED_ADDRESS_MAX], pb_error *error);
/* Whether what is sent there comes back to us; both as they were made above. */
bool feed_address_loops(const char *listen, const char *send);

#endif
