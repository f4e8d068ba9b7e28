/* event_line: the keys of event lines. Inside wire only. */
#ifndef PB_WIRE_EVENT_LINE_H
#define PB_WIRE_EVENT_LINE_H

#include "pitboard/wire_feed.h"

enum {
    KEY_EVENT,
    KEY_ORIGIN,
    KEY_AT_US,
    KEY_SESSION_MS,
    KEY_CAR,
    KEY_LAP,
    KEY_INDEX,
    KEY_VALUE,
    KEY_AUX,
    KEY_FLAG,
    KEY_START_AGE,
    KEY_FRESH,
    KEY_REAL,
    KEY_SECTORS,
    KEY_NAME,
    KEY_TEAM,
    KEY_FLAG_TEXT,
    KEY_SCOPE,
    KEY_TEXT,
    K_N
};

enum {
    K_ALWAYS     = 1 << KEY_EVENT | 1 << KEY_ORIGIN | 1 << KEY_AT_US | 1 << KEY_SESSION_MS,
    K_SESSION_MS = 1 << KEY_SESSION_MS,
    K_CAR        = 1 << KEY_CAR,
    K_LAP        = 1 << KEY_LAP,
    K_INDEX      = 1 << KEY_INDEX,
    K_VALUE      = 1 << KEY_VALUE,
    K_AUX        = 1 << KEY_AUX,
    K_FLAG       = 1 << KEY_FLAG,
    K_START_AGE  = 1 << KEY_START_AGE,
    K_FRESH      = 1 << KEY_FRESH,
    K_REAL       = 1 << KEY_REAL,
    K_SECTORS    = 1 << KEY_SECTORS,
    K_NAME       = 1 << KEY_NAME,
    K_TEAM       = 1 << KEY_TEAM,
    K_FLAG_TEXT  = 1 << KEY_FLAG_TEXT,
    K_SCOPE      = 1 << KEY_SCOPE,
    K_TEXT       = 1 << KEY_TEXT
};

/* What lines of one kind hold. */
typedef struct pb__event_keys {
    uint32_t keys, need; /* K_* */
    uint8_t  n_real;
    int32_t  value, aux; /* where the line has none */
} pb__event_keys;

extern const pb__event_keys pb__event_kinds[PB_EV_N];
const char                 *pb__event_key_name(unsigned key);

#endif
