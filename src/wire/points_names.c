/* points_names: how loggers call the channels of a point. */
#include "points_row.h"

/* name, meaning; our own names first, so that they win. */
#define NAME_LIST(X)                                                                                                   \
    X("lat_deg", PB__PT_LAT)                                                                                           \
    X("lon_deg", PB__PT_LON)                                                                                           \
    X("lap", PB__PT_LAP)                                                                                               \
    X("session", PB__PT_SESSION)                                                                                       \
    X("time", PB__PT_TIME)                                                                                             \
    X("time_us", PB__PT_TIME)                                                                                          \
    X("car", PB__PT_CAR)                                                                                               \
    /* GR Cup */                                                                                                       \
    X("meta_time", PB__PT_TIME)                                                                                        \
    X("timestamp", PB__PT_TIME)                                                                                        \
    X("vehicle_number", PB__PT_CAR)                                                                                    \
    X("vehicle_id", PB__PT_CAR)                                                                                        \
    X("original_vehicle_id", PB__PT_CAR)                                                                               \
    X("chassis", PB__PT_CHASSIS)                                                                                       \
    X("Laptrigger_lapdist_dls", PB_CH_LAPDIST)                                                                         \
    X("speed", PB_CH_SPEED)                                                                                            \
    X("vCar", PB_CH_SPEED)                                                                                             \
    X("accx_can", PB_CH_ACCX)                                                                                          \
    X("accy_can", PB_CH_ACCY)                                                                                          \
    X("Steering_Angle", PB__PT_LEFT)                                                                                   \
    X("pbrake_f", PB_CH_PBRAKE_F)                                                                                      \
    X("pbrake_r", PB_CH_PBRAKE_R)                                                                                      \
    X("nmot", PB_CH_RPM)                                                                                               \
    X("nmotor", PB_CH_RPM)                                                                                             \
    X("aps", PB_CH_APS)                                                                                                \
    X("ath", PB_CH_APS)                                                                                                \
    X("VBOX_Lat_Min", PB__PT_LAT)                                                                                      \
    X("VBOX_Long_Minutes", PB__PT_LON)                                                                                 \
    X("expire_at", PB__PT_KNOWN)                                                                                       \
    X("meta_event", PB__PT_KNOWN)                                                                                      \
    X("meta_session", PB__PT_KNOWN)                                                                                    \
    X("meta_source", PB__PT_KNOWN)                                                                                     \
    X("outing", PB__PT_KNOWN)

static const char *const name[] = {
#define CHANNEL_NAME(id, text) text,
    PB_CHANNEL_LIST(CHANNEL_NAME)
#undef CHANNEL_NAME
#define OTHER_NAME(text, meaning) text,
        NAME_LIST(OTHER_NAME)
#undef OTHER_NAME
};

static const uint8_t meaning_of[] = {
#define CHANNEL_MEANING(id, text) PB_CH_##id,
    PB_CHANNEL_LIST(CHANNEL_MEANING)
#undef CHANNEL_MEANING
#define OTHER_MEANING(text, meaning) meaning,
        NAME_LIST(OTHER_MEANING)
#undef OTHER_MEANING
};

void pb__point_names(pb_fast_names *names)
{
    pb_fast_names_init(names, name, sizeof name / sizeof *name);
}

int pb__point_meaning(int index)
{
    PB_ASSERT(index >= 0 && (size_t)index < sizeof meaning_of);
    return meaning_of[index];
}
