/* f1_udp_layout.h - where the values that events and points are made of lie in the
 * datagrams of one format: asked of the tables once, so that reading is a load at a
 * fixed place. */
#ifndef PB_WIRE_F1_UDP_LAYOUT_H
#define PB_WIRE_F1_UDP_LAYOUT_H

#include <math.h>

#include "f1_udp_load.h"
#include "f1_udp_table.h"
#include "pitboard/race.h"

/* A value: bytes from the start of its entry, or of the datagram where it is in none.
 * A format that has no such value: at PB__F1_NOWHERE. */
#define PB__F1_NOWHERE UINT16_MAX
typedef struct pb__f1_place {
    uint16_t at;
    uint8_t  type; /* pb__f1_type */
} pb__f1_place;

/* An array of entries. */
typedef struct pb__f1_rows {
    uint16_t at, step, n; /* n 0: none */
} pb__f1_rows;

/* member, packet, array ("" of the packet itself), official names: the first that is there. */
#define PB__F1_PLACES(X)                                                                                               \
    X(gx, MOTION, "cars", "gForceLongitudinal", NULL)                                                                  \
    X(gy, MOTION, "cars", "gForceLateral", NULL)                                                                       \
    X(x, MOTION, "cars", "worldPositionX", NULL)                                                                       \
    X(y, MOTION, "cars", "worldPositionY", NULL)                                                                       \
    X(z, MOTION, "cars", "worldPositionZ", NULL)                                                                       \
    X(weather, SESSION, "", "weather", NULL)                                                                           \
    X(track_temp, SESSION, "", "trackTemperature", NULL)                                                               \
    X(air_temp, SESSION, "", "airTemperature", NULL)                                                                   \
    X(total_laps, SESSION, "", "totalLaps", NULL)                                                                      \
    X(track_length, SESSION, "", "trackLength", NULL)                                                                  \
    X(session_type, SESSION, "", "sessionType", NULL)                                                                  \
    X(track_id, SESSION, "", "trackId", NULL)                                                                          \
    X(time_left, SESSION, "", "sessionTimeLeft", NULL)                                                                 \
    X(paused, SESSION, "", "gamePaused", NULL)                                                                         \
    X(spectating, SESSION, "", "isSpectating", NULL)                                                                   \
    X(n_zones, SESSION, "", "numMarshalZones", NULL)                                                                   \
    X(safety_car, SESSION, "", "safetyCarStatus", NULL)                                                                \
    X(n_forecasts, SESSION, "", "numWeatherForecastSamples", NULL)                                                     \
    X(zone_flag, SESSION, "marshalZones", "zoneFlag", NULL)                                                            \
    X(fc_session, SESSION, "weatherForecastSamples", "sessionType", NULL)                                              \
    X(fc_offset, SESSION, "weatherForecastSamples", "timeOffset", NULL)                                                \
    X(fc_weather, SESSION, "weatherForecastSamples", "weather", NULL)                                                  \
    X(fc_track, SESSION, "weatherForecastSamples", "trackTemperature", NULL)                                           \
    X(fc_air, SESSION, "weatherForecastSamples", "airTemperature", NULL)                                               \
    X(fc_rain, SESSION, "weatherForecastSamples", "rainPercentage", NULL)                                              \
    X(last_lap, LAP_DATA, "cars", "lastLapTimeInMS", "lastLapTime")                                                    \
    X(current_time, LAP_DATA, "cars", "currentLapTimeInMS", "currentLapTime")                                          \
    X(s1, LAP_DATA, "cars", "sector1TimeInMS", "sector1TimeMSPart")                                                    \
    X(s1_min, LAP_DATA, "cars", "sector1TimeMinutes", "sector1TimeMinutesPart")                                        \
    X(s1_s, LAP_DATA, "cars", "sector1Time", NULL)                                                                     \
    X(s2, LAP_DATA, "cars", "sector2TimeInMS", "sector2TimeMSPart")                                                    \
    X(s2_min, LAP_DATA, "cars", "sector2TimeMinutes", "sector2TimeMinutesPart")                                        \
    X(s2_s, LAP_DATA, "cars", "sector2Time", NULL)                                                                     \
    X(front, LAP_DATA, "cars", "deltaToCarInFrontInMS", "deltaToCarInFrontMSPart")                                     \
    X(front_min, LAP_DATA, "cars", "deltaToCarInFrontMinutesPart", NULL)                                               \
    X(leader, LAP_DATA, "cars", "deltaToRaceLeaderInMS", "deltaToRaceLeaderMSPart")                                    \
    X(leader_min, LAP_DATA, "cars", "deltaToRaceLeaderMinutesPart", NULL)                                              \
    X(distance, LAP_DATA, "cars", "lapDistance", NULL)                                                                 \
    X(total, LAP_DATA, "cars", "totalDistance", NULL)                                                                  \
    X(position, LAP_DATA, "cars", "carPosition", NULL)                                                                 \
    X(lap, LAP_DATA, "cars", "currentLapNum", NULL)                                                                    \
    X(pit, LAP_DATA, "cars", "pitStatus", NULL)                                                                        \
    X(stops, LAP_DATA, "cars", "numPitStops", NULL)                                                                    \
    X(sector, LAP_DATA, "cars", "sector", NULL)                                                                        \
    X(invalid, LAP_DATA, "cars", "currentLapInvalid", NULL)                                                            \
    X(penalties, LAP_DATA, "cars", "penalties", NULL)                                                                  \
    X(drive_throughs, LAP_DATA, "cars", "numUnservedDriveThroughPens", NULL)                                           \
    X(stop_gos, LAP_DATA, "cars", "numUnservedStopGoPens", NULL)                                                       \
    X(grid, LAP_DATA, "cars", "gridPosition", NULL)                                                                    \
    X(driver, LAP_DATA, "cars", "driverStatus", NULL)                                                                  \
    X(result, LAP_DATA, "cars", "resultStatus", NULL)                                                                  \
    X(lane_active, LAP_DATA, "cars", "pitLaneTimerActive", NULL)                                                       \
    X(lane, LAP_DATA, "cars", "pitLaneTimeInLaneInMS", NULL)                                                           \
    X(still, LAP_DATA, "cars", "pitStopTimerInMS", NULL)                                                               \
    X(n_active, PARTICIPANTS, "", "numActiveCars", "numCars")                                                          \
    X(ai, PARTICIPANTS, "cars", "aiControlled", NULL)                                                                  \
    X(driver_id, PARTICIPANTS, "cars", "driverId", NULL)                                                               \
    X(team, PARTICIPANTS, "cars", "teamId", NULL)                                                                      \
    X(my_team, PARTICIPANTS, "cars", "myTeam", NULL)                                                                   \
    X(number, PARTICIPANTS, "cars", "raceNumber", NULL)                                                                \
    X(name, PARTICIPANTS, "cars", "name", NULL)                                                                        \
    X(public_telemetry, PARTICIPANTS, "cars", "yourTelemetry", NULL)                                                   \
    X(speed, TELEMETRY, "cars", "speed", NULL)                                                                         \
    X(throttle, TELEMETRY, "cars", "throttle", NULL)                                                                   \
    X(steer, TELEMETRY, "cars", "steer", NULL)                                                                         \
    X(brake, TELEMETRY, "cars", "brake", NULL)                                                                         \
    X(gear, TELEMETRY, "cars", "gear", NULL)                                                                           \
    X(rpm, TELEMETRY, "cars", "engineRPM", NULL)                                                                       \
    X(drs, TELEMETRY, "cars", "drs", NULL)                                                                             \
    X(surface_temp, TELEMETRY, "cars", "tyresSurfaceTemperature", NULL)                                                \
    X(fuel, STATUS, "cars", "fuelInTank", NULL)                                                                        \
    X(fuel_capacity, STATUS, "cars", "fuelCapacity", NULL)                                                             \
    X(fuel_laps, STATUS, "cars", "fuelRemainingLaps", NULL)                                                            \
    X(compound, STATUS, "cars", "visualTyreCompound", "tyreCompound")                                                  \
    X(tyre_age, STATUS, "cars", "tyresAgeLaps", NULL)                                                                  \
    X(ers, STATUS, "cars", "ersStoreEnergy", NULL)                                                                     \
    X(st_wear, STATUS, "cars", "tyresWear", NULL)                                                                      \
    X(st_front_left, STATUS, "cars", "frontLeftWingDamage", NULL)                                                      \
    X(st_front_right, STATUS, "cars", "frontRightWingDamage", NULL)                                                    \
    X(st_rear, STATUS, "cars", "rearWingDamage", NULL)                                                                 \
    X(st_engine, STATUS, "cars", "engineDamage", NULL)                                                                 \
    X(wear, DAMAGE, "cars", "tyresWear", NULL)                                                                         \
    X(front_left, DAMAGE, "cars", "frontLeftWingDamage", NULL)                                                         \
    X(front_right, DAMAGE, "cars", "frontRightWingDamage", NULL)                                                       \
    X(rear, DAMAGE, "cars", "rearWingDamage", NULL)                                                                    \
    X(floor, DAMAGE, "cars", "floorDamage", NULL)                                                                      \
    X(engine, DAMAGE, "cars", "engineDamage", NULL)                                                                    \
    X(f_position, FINAL, "cars", "position", NULL)                                                                     \
    X(f_laps, FINAL, "cars", "numLaps", NULL)                                                                          \
    X(f_stops, FINAL, "cars", "numPitStops", NULL)                                                                     \
    X(f_result, FINAL, "cars", "resultStatus", NULL)                                                                   \
    X(f_best, FINAL, "cars", "bestLapTimeInMS", "bestLapTime")                                                         \
    X(f_stints, FINAL, "cars", "numTyreStints", NULL)                                                                  \
    X(f_compounds, FINAL, "cars", "tyreStintsVisual", NULL)                                                            \
    X(f_ends, FINAL, "cars", "tyreStintsEndLaps", NULL)                                                                \
    X(h_car, HISTORY, "", "carIdx", NULL)                                                                              \
    X(h_laps, HISTORY, "", "numLaps", NULL)                                                                            \
    X(h_stints, HISTORY, "", "numTyreStints", NULL)                                                                    \
    X(h_best, HISTORY, "", "bestLapTimeLapNum", NULL)                                                                  \
    X(h_time, HISTORY, "lapHistoryData", "lapTimeInMS", NULL)                                                          \
    X(h_s1, HISTORY, "lapHistoryData", "sector1TimeInMS", "sector1TimeMSPart")                                         \
    X(h_s1_min, HISTORY, "lapHistoryData", "sector1TimeMinutes", "sector1TimeMinutesPart")                             \
    X(h_s2, HISTORY, "lapHistoryData", "sector2TimeInMS", "sector2TimeMSPart")                                         \
    X(h_s2_min, HISTORY, "lapHistoryData", "sector2TimeMinutes", "sector2TimeMinutesPart")                             \
    X(h_s3, HISTORY, "lapHistoryData", "sector3TimeInMS", "sector3TimeMSPart")                                         \
    X(h_s3_min, HISTORY, "lapHistoryData", "sector3TimeMinutes", "sector3TimeMinutesPart")                             \
    X(h_valid, HISTORY, "lapHistoryData", "lapValidBitFlags", NULL)                                                    \
    X(h_end, HISTORY, "tyreStintsHistoryData", "endLap", NULL)                                                         \
    X(h_compound, HISTORY, "tyreStintsHistoryData", "tyreVisualCompound", NULL)                                        \
    X(t_car, TYRE_SETS, "", "carIdx", NULL)                                                                            \
    X(t_fitted, TYRE_SETS, "", "fittedIdx", NULL)                                                                      \
    X(t_compound, TYRE_SETS, "tyreSetData", "visualTyreCompound", NULL)                                                \
    X(t_life, TYRE_SETS, "tyreSetData", "usableLife", NULL)

#define PB__F1_ARRAYS(X)                                                                                               \
    X(motion, MOTION, "cars")                                                                                          \
    X(zones, SESSION, "marshalZones")                                                                                  \
    X(forecasts, SESSION, "weatherForecastSamples")                                                                    \
    X(laps, LAP_DATA, "cars")                                                                                          \
    X(people, PARTICIPANTS, "cars")                                                                                    \
    X(telemetry, TELEMETRY, "cars")                                                                                    \
    X(status, STATUS, "cars")                                                                                          \
    X(damage, DAMAGE, "cars")                                                                                          \
    X(final, FINAL, "cars")                                                                                            \
    X(h_rows, HISTORY, "lapHistoryData")                                                                               \
    X(h_sets, HISTORY, "tyreStintsHistoryData")                                                                        \
    X(tyre_sets, TYRE_SETS, "tyreSetData")

typedef struct pb__f1_layout {
#define PB__F1_ROWS_MEMBER(member, id, array) pb__f1_rows member##_at;
    PB__F1_ARRAYS(PB__F1_ROWS_MEMBER)
#undef PB__F1_ROWS_MEMBER
#define PB__F1_PLACE_MEMBER(member, id, array, name, other) pb__f1_place member;
    PB__F1_PLACES(PB__F1_PLACE_MEMBER)
#undef PB__F1_PLACE_MEMBER
    uint16_t format;
    uint16_t name_size; /* of a participant's name */
} pb__f1_layout;

void pb__f1_layout_fill(pb__f1_layout *layout, unsigned format);

static inline bool pb__f1_there(pb__f1_place p)
{
    return p.at != PB__F1_NOWHERE;
}

/* A single byte; 0 where the format has none. */
static inline uint8_t pb__f1_u8(const uint8_t *entry, pb__f1_place p)
{
    return pb__f1_there(p) ? entry[p.at] : 0;
}

/* Any whole number; 0 where there is none. */
int32_t pb__f1_whole(const uint8_t *entry, pb__f1_place p);
/* Any number; NAN where there is none or it is not finite. */
static inline float pb__f1_real(const uint8_t *entry, pb__f1_place p)
{
    if (!pb__f1_there(p)) return NAN;
    if (p.type != PB__F1_F32) return (float)pb__f1_whole(entry, p);
    float value = pb__load_f32(entry + p.at);
    return isfinite(value) ? value : NAN;
}
/* Milliseconds of a time in ms (whole) or s (float); 0 where there is none. */
int32_t pb__f1_ms(const uint8_t *entry, pb__f1_place p);
/* A time in two parts, ms and minutes; 0 where there is none or the ms stand at the
 * end of their range, which is how a time that does not fit looks. */
int32_t pb__f1_split_ms(const uint8_t *entry, pb__f1_place ms, pb__f1_place minutes);

#endif
