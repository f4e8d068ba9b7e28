/* lt_topic: the topics of live timing. Inside wire only. */
#ifndef PB_WIRE_LT_TOPIC_H
#define PB_WIRE_LT_TOPIC_H

#include "pitboard/base.h"

/* In the order in which they are told when several come at one time: who and what the
 * session is first, where the cars stand last. Name, and the name of its file in FastF1's
 * cache. */
// clang-format off
#define PB__LT_TOPIC_LIST(X)                                          \
    X(SessionInfo, "session_info")                                    \
    X(SessionData, "session_data")                                    \
    X(SessionStatus, "session_status")                                \
    X(DriverList, "driver_list")                                      \
    X(LapCount, "lap_count")                                          \
    X(ExtrapolatedClock, "extrapolated_clock")                        \
    X(TrackStatus, "track_status")                                    \
    X(RaceControlMessages, "race_control_messages")                   \
    X(WeatherData, "weather_data")                                    \
    X(TimingAppData, "timing_app_data")                               \
    X(TyreStintSeries, "tyre_stint_series")                           \
    X(CurrentTyres, "current_tyres")                                  \
    X(TimingData, "timing_data")                                      \
    X(TimingDataF1, "timing_data_f1")                                 \
    X(DriverRaceInfo, "driver_race_info")                             \
    X(LapSeries, "lap_series")                                        \
    X(PitLaneTimeCollection, "pit_lane_time_collection")              \
    X(PitStopSeries, "pit_stop_series")                               \
    X(PitStop, "pit_stop")                                            \
    X(Position, "position")                                           \
    X(CarData, "car_data")                                            \
    X(TimingStats, "timing_stats")                                    \
    X(TopThree, "top_three")                                          \
    X(Heartbeat, "heartbeat")                                         \
    X(TeamRadio, "team_radio")                                        \
    X(RcmSeries, "rcm_series")                                        \
    X(TlaRcm, "tla_rcm")                                              \
    X(OvertakeSeries, "overtake_series")                              \
    X(WeatherDataSeries, "weather_data_series")                       \
    X(DriverTracker, "driver_tracker")                                \
    X(ChampionshipPrediction, "championship_prediction")              \
    X(ArchiveStatus, "archive_status")                                \
    X(AudioStreams, "audio_streams")                                  \
    X(ContentStreams, "content_streams")
// clang-format on

typedef enum pb__lt_topic {
#define PB__LT_TOPIC_ENUM(name, file) PB__LT_T_##name,
    PB__LT_TOPIC_LIST(PB__LT_TOPIC_ENUM)
#undef PB__LT_TOPIC_ENUM
        PB__LT_T_N
} pb__lt_topic;

/* "CarData" and "CarData.z" are the same topic. PB__LT_T_N: none. */
pb__lt_topic pb__lt_topic_of(pb_span name);
/* "TimingData.jsonStream", "timing_data.raw", "CarData.z.jsonStream". */
pb__lt_topic pb__lt_topic_of_file(const char *name);
const char  *pb__lt_topic_name(pb__lt_topic topic);
/* "CarData.z" */
bool pb__lt_topic_packed(pb_span name);

#endif
