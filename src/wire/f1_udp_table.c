/* f1_udp_table: the packets of every format, and how to find one's way in them. */
#include "f1_udp_table.h"

#include <string.h>

#define ONE PB__F1_ONE
#define MANY PB__F1_MANY
#define ENTRIES PB__F1_ENTRIES
#define CARS(entry) ENTRIES("cars", 20, entry, 2018, 2019), ENTRIES("cars", 22, entry, 2020, 2025)
#define WHEELS(name, from, to) MANY(name, F32, 4, from, to)
#define XYZ(name, from, to) ONE(name "X", F32, from, to), ONE(name "Y", F32, from, to), ONE(name "Z", F32, from, to)

const pb__f1_field pb__f1_header_fields[] = {
    ONE("packetFormat", U16, 2018, 2025),
    ONE("gameYear", U8, 2023, 2025),
    ONE("gameMajorVersion", U8, 2019, 2025),
    ONE("gameMinorVersion", U8, 2019, 2025),
    ONE("packetVersion", U8, 2018, 2025),
    ONE("packetId", U8, 2018, 2025),
    ONE("sessionUID", U64, 2018, 2025),
    ONE("sessionTime", F32, 2018, 2025),
    ONE("frameIdentifier", U32, 2018, 2025),
    ONE("overallFrameIdentifier", U32, 2023, 2025),
    ONE("playerCarIndex", U8, 2018, 2025),
    ONE("secondaryPlayerCarIndex", U8, 2020, 2025),
    PB__F1_END,
};

static const pb__f1_field motion[] = {
    CARS(pb__f1_motion_entry),
    WHEELS("suspensionPosition", 2018, 2022),
    WHEELS("suspensionVelocity", 2018, 2022),
    WHEELS("suspensionAcceleration", 2018, 2022),
    WHEELS("wheelSpeed", 2018, 2022),
    WHEELS("wheelSlip", 2018, 2022),
    XYZ("localVelocity", 2018, 2022),
    XYZ("angularVelocity", 2018, 2022),
    XYZ("angularAcceleration", 2018, 2022),
    ONE("frontWheelsAngle", F32, 2018, 2022),
    PB__F1_END,
};

static const pb__f1_field marshal_zone[] = {ONE("zoneStart", F32, 2018, 2025), ONE("zoneFlag", I8, 2018, 2025),
                                            PB__F1_END};

static const pb__f1_field forecast[] = {
    ONE("sessionType", U8, 2020, 2025),
    ONE("timeOffset", U8, 2020, 2025),
    ONE("weather", U8, 2020, 2025),
    ONE("trackTemperature", I8, 2020, 2025),
    ONE("trackTemperatureChange", I8, 2021, 2025),
    ONE("airTemperature", I8, 2020, 2025),
    ONE("airTemperatureChange", I8, 2021, 2025),
    ONE("rainPercentage", U8, 2021, 2025),
    PB__F1_END,
};

static const pb__f1_field session[] = {
    ONE("weather", U8, 2018, 2025),
    ONE("trackTemperature", I8, 2018, 2025),
    ONE("airTemperature", I8, 2018, 2025),
    ONE("totalLaps", U8, 2018, 2025),
    ONE("trackLength", U16, 2018, 2025),
    ONE("sessionType", U8, 2018, 2025),
    ONE("trackId", I8, 2018, 2025),
    ONE("era", U8, 2018, 2018),
    ONE("formula", U8, 2019, 2025),
    ONE("sessionTimeLeft", U16, 2018, 2025),
    ONE("sessionDuration", U16, 2018, 2025),
    ONE("pitSpeedLimit", U8, 2018, 2025),
    ONE("gamePaused", U8, 2018, 2025),
    ONE("isSpectating", U8, 2018, 2025),
    ONE("spectatorCarIndex", U8, 2018, 2025),
    ONE("sliProNativeSupport", U8, 2018, 2025),
    ONE("numMarshalZones", U8, 2018, 2025),
    ENTRIES("marshalZones", 21, marshal_zone, 2018, 2025),
    ONE("safetyCarStatus", U8, 2018, 2025),
    ONE("networkGame", U8, 2018, 2025),
    ONE("numWeatherForecastSamples", U8, 2020, 2025),
    ENTRIES("weatherForecastSamples", 20, forecast, 2020, 2020),
    ENTRIES("weatherForecastSamples", 56, forecast, 2021, 2023),
    ENTRIES("weatherForecastSamples", 64, forecast, 2024, 2025),
    ONE("forecastAccuracy", U8, 2021, 2025),
    ONE("aiDifficulty", U8, 2021, 2025),
    ONE("seasonLinkIdentifier", U32, 2021, 2025),
    ONE("weekendLinkIdentifier", U32, 2021, 2025),
    ONE("sessionLinkIdentifier", U32, 2021, 2025),
    ONE("pitStopWindowIdealLap", U8, 2021, 2025),
    ONE("pitStopWindowLatestLap", U8, 2021, 2025),
    ONE("pitStopRejoinPosition", U8, 2021, 2025),
    ONE("steeringAssist", U8, 2021, 2025),
    ONE("brakingAssist", U8, 2021, 2025),
    ONE("gearboxAssist", U8, 2021, 2025),
    ONE("pitAssist", U8, 2021, 2025),
    ONE("pitReleaseAssist", U8, 2021, 2025),
    ONE("ERSAssist", U8, 2021, 2025),
    ONE("DRSAssist", U8, 2021, 2025),
    ONE("dynamicRacingLine", U8, 2021, 2025),
    ONE("dynamicRacingLineType", U8, 2021, 2025),
    ONE("gameMode", U8, 2022, 2025),
    ONE("ruleSet", U8, 2022, 2025),
    ONE("timeOfDay", U32, 2022, 2025),
    ONE("sessionLength", U8, 2022, 2025),
    ONE("speedUnitsLeadPlayer", U8, 2023, 2025),
    ONE("temperatureUnitsLeadPlayer", U8, 2023, 2025),
    ONE("speedUnitsSecondaryPlayer", U8, 2023, 2025),
    ONE("temperatureUnitsSecondaryPlayer", U8, 2023, 2025),
    ONE("numSafetyCarPeriods", U8, 2023, 2025),
    ONE("numVirtualSafetyCarPeriods", U8, 2023, 2025),
    ONE("numRedFlagPeriods", U8, 2023, 2025),
    ONE("equalCarPerformance", U8, 2024, 2025),
    ONE("recoveryMode", U8, 2024, 2025),
    ONE("flashbackLimit", U8, 2024, 2025),
    ONE("surfaceType", U8, 2024, 2025),
    ONE("lowFuelMode", U8, 2024, 2025),
    ONE("raceStarts", U8, 2024, 2025),
    ONE("tyreTemperature", U8, 2024, 2025),
    ONE("pitLaneTyreSim", U8, 2024, 2025),
    ONE("carDamage", U8, 2024, 2025),
    ONE("carDamageRate", U8, 2024, 2025),
    ONE("collisions", U8, 2024, 2025),
    ONE("collisionsOffForFirstLapOnly", U8, 2024, 2025),
    ONE("mpUnsafePitRelease", U8, 2024, 2025),
    ONE("mpOffForGriefing", U8, 2024, 2025),
    ONE("cornerCuttingStringency", U8, 2024, 2025),
    ONE("parcFermeRules", U8, 2024, 2025),
    ONE("pitStopExperience", U8, 2024, 2025),
    ONE("safetyCar", U8, 2024, 2025),
    ONE("safetyCarExperience", U8, 2024, 2025),
    ONE("formationLap", U8, 2024, 2025),
    ONE("formationLapExperience", U8, 2024, 2025),
    ONE("redFlags", U8, 2024, 2025),
    ONE("affectsLicenceLevelSolo", U8, 2024, 2025),
    ONE("affectsLicenceLevelMP", U8, 2024, 2025),
    ONE("numSessionsInWeekend", U8, 2024, 2025),
    MANY("weekendStructure", U8, 12, 2024, 2025),
    ONE("sector2LapDistanceStart", F32, 2024, 2025),
    ONE("sector3LapDistanceStart", F32, 2024, 2025),
    PB__F1_END,
};

static const pb__f1_field lap_data[] = {
    CARS(pb__f1_lap_entry),
    ONE("timeTrialPBCarIdx", U8, 2022, 2025),
    ONE("timeTrialRivalCarIdx", U8, 2022, 2025),
    PB__F1_END,
};

static const pb__f1_field event[] = {MANY("eventStringCode", TEXT, 4, 2018, 2025), PB__F1_END};

static const pb__f1_field participants[] = {
    ONE("numCars", U8, 2018, 2018),
    ONE("numActiveCars", U8, 2019, 2025),
    CARS(pb__f1_participant_entry),
    PB__F1_END,
};

static const pb__f1_field setups[] = {
    CARS(pb__f1_setup_entry),
    ONE("nextFrontWingValue", F32, 2024, 2025),
    PB__F1_END,
};

static const pb__f1_field telemetry[] = {
    CARS(pb__f1_telemetry_entry),         ONE("buttonStatus", U32, 2018, 2020),
    ONE("mfdPanelIndex", U8, 2020, 2025), ONE("mfdPanelIndexSecondaryPlayer", U8, 2020, 2025),
    ONE("suggestedGear", I8, 2020, 2025), PB__F1_END,
};

static const pb__f1_field status[] = {CARS(pb__f1_status_entry), PB__F1_END};
static const pb__f1_field final[]  = {ONE("numCars", U8, 2020, 2025), CARS(pb__f1_final_entry), PB__F1_END};
static const pb__f1_field lobby[]  = {ONE("numPlayers", U8, 2020, 2025), CARS(pb__f1_lobby_entry), PB__F1_END};
static const pb__f1_field damage[] = {CARS(pb__f1_damage_entry), PB__F1_END};

static const pb__f1_field lap_history[] = {
    ONE("lapTimeInMS", U32, 2021, 2025),
    ONE("sector1TimeInMS", U16, 2021, 2023),
    ONE("sector1TimeMinutes", U8, 2023, 2023),
    ONE("sector1TimeMSPart", U16, 2024, 2025),
    ONE("sector1TimeMinutesPart", U8, 2024, 2025),
    ONE("sector2TimeInMS", U16, 2021, 2023),
    ONE("sector2TimeMinutes", U8, 2023, 2023),
    ONE("sector2TimeMSPart", U16, 2024, 2025),
    ONE("sector2TimeMinutesPart", U8, 2024, 2025),
    ONE("sector3TimeInMS", U16, 2021, 2023),
    ONE("sector3TimeMinutes", U8, 2023, 2023),
    ONE("sector3TimeMSPart", U16, 2024, 2025),
    ONE("sector3TimeMinutesPart", U8, 2024, 2025),
    ONE("lapValidBitFlags", U8, 2021, 2025),
    PB__F1_END,
};

static const pb__f1_field tyre_stint[] = {
    ONE("endLap", U8, 2021, 2025),
    ONE("tyreActualCompound", U8, 2021, 2025),
    ONE("tyreVisualCompound", U8, 2021, 2025),
    PB__F1_END,
};

static const pb__f1_field history[] = {
    ONE("carIdx", U8, 2021, 2025),
    ONE("numLaps", U8, 2021, 2025),
    ONE("numTyreStints", U8, 2021, 2025),
    ONE("bestLapTimeLapNum", U8, 2021, 2025),
    ONE("bestSector1LapNum", U8, 2021, 2025),
    ONE("bestSector2LapNum", U8, 2021, 2025),
    ONE("bestSector3LapNum", U8, 2021, 2025),
    ENTRIES("lapHistoryData", 100, lap_history, 2021, 2025),
    ENTRIES("tyreStintsHistoryData", 8, tyre_stint, 2021, 2025),
    PB__F1_END,
};

static const pb__f1_field tyre_set[] = {
    ONE("actualTyreCompound", U8, 2023, 2025),
    ONE("visualTyreCompound", U8, 2023, 2025),
    ONE("wear", U8, 2023, 2025),
    ONE("available", U8, 2023, 2025),
    ONE("recommendedSession", U8, 2023, 2025),
    ONE("lifeSpan", U8, 2023, 2025),
    ONE("usableLife", U8, 2023, 2025),
    ONE("lapDeltaTime", I16, 2023, 2025),
    ONE("fitted", U8, 2023, 2025),
    PB__F1_END,
};

static const pb__f1_field tyre_sets[] = {
    ONE("carIdx", U8, 2023, 2025),
    ENTRIES("tyreSetData", 20, tyre_set, 2023, 2025),
    ONE("fittedIdx", U8, 2023, 2025),
    PB__F1_END,
};

static const pb__f1_field motion_ex[] = {
    WHEELS("suspensionPosition", 2023, 2025),
    WHEELS("suspensionVelocity", 2023, 2025),
    WHEELS("suspensionAcceleration", 2023, 2025),
    WHEELS("wheelSpeed", 2023, 2025),
    WHEELS("wheelSlipRatio", 2023, 2025),
    WHEELS("wheelSlipAngle", 2023, 2025),
    WHEELS("wheelLatForce", 2023, 2025),
    WHEELS("wheelLongForce", 2023, 2025),
    ONE("heightOfCOGAboveGround", F32, 2023, 2025),
    XYZ("localVelocity", 2023, 2025),
    XYZ("angularVelocity", 2023, 2025),
    XYZ("angularAcceleration", 2023, 2025),
    ONE("frontWheelsAngle", F32, 2023, 2025),
    WHEELS("wheelVertForce", 2023, 2025),
    ONE("frontAeroHeight", F32, 2024, 2025),
    ONE("rearAeroHeight", F32, 2024, 2025),
    ONE("frontRollAngle", F32, 2024, 2025),
    ONE("rearRollAngle", F32, 2024, 2025),
    ONE("chassisYaw", F32, 2024, 2025),
    ONE("chassisPitch", F32, 2025, 2025),
    WHEELS("wheelCamber", 2025, 2025),
    WHEELS("wheelCamberGain", 2025, 2025),
    PB__F1_END,
};

static const pb__f1_field time_trial_set[] = {
    ONE("carIdx", U8, 2024, 2025),
    ONE("teamId", U8, 2024, 2025),
    ONE("lapTimeInMS", U32, 2024, 2025),
    ONE("sector1TimeInMS", U32, 2024, 2025),
    ONE("sector2TimeInMS", U32, 2024, 2025),
    ONE("sector3TimeInMS", U32, 2024, 2025),
    ONE("tractionControl", U8, 2024, 2025),
    ONE("gearboxAssist", U8, 2024, 2025),
    ONE("antiLockBrakes", U8, 2024, 2025),
    ONE("equalCarPerformance", U8, 2024, 2025),
    ONE("customSetup", U8, 2024, 2025),
    ONE("valid", U8, 2024, 2025),
    PB__F1_END,
};

static const pb__f1_field time_trial[] = {
    ENTRIES("playerSessionBestDataSet", 0, time_trial_set, 2024, 2025),
    ENTRIES("personalBestDataSet", 0, time_trial_set, 2024, 2025),
    ENTRIES("rivalDataSet", 0, time_trial_set, 2024, 2025),
    PB__F1_END,
};

static const pb__f1_field position_row[] = {MANY("", U8, 22, 2025, 2025), PB__F1_END};

static const pb__f1_field lap_positions[] = {
    ONE("numLaps", U8, 2025, 2025),
    ONE("lapStart", U8, 2025, 2025),
    ENTRIES("positionForVehicleIdx", 50, position_row, 2025, 2025),
    PB__F1_END,
};

typedef struct packet {
    const char         *name;
    const pb__f1_field *fields;
    uint16_t            size[PB__F1_YEARS]; /* 2018 .. 2025 */
} packet;

static const packet packets[PB__F1_PACKETS] = {
    {"motion", motion, {1341, 1343, 1464, 1464, 1464, 1349, 1349, 1349}},
    {"session", session, {147, 149, 251, 625, 632, 644, 753, 753}},
    {"lapData", lap_data, {841, 843, 1190, 970, 972, 1131, 1285, 1285}},
    {"event", event, {25, 32, 35, 36, 40, 45, 45, 45}},
    {"participants", participants, {1082, 1104, 1213, 1257, 1257, 1306, 1350, 1284}},
    {"carSetups", setups, {841, 843, 1102, 1102, 1102, 1107, 1133, 1133}},
    {"carTelemetry", telemetry, {1085, 1347, 1307, 1347, 1347, 1352, 1352, 1352}},
    {"carStatus", status, {1061, 1143, 1344, 1058, 1058, 1239, 1239, 1239}},
    {"finalClassification", final, {0, 0, 839, 839, 1015, 1020, 1020, 1042}},
    {"lobbyInfo", lobby, {0, 0, 1169, 1191, 1191, 1218, 1306, 954}},
    {"carDamage", damage, {0, 0, 0, 882, 948, 953, 953, 1041}},
    {"sessionHistory", history, {0, 0, 0, 1155, 1155, 1460, 1460, 1460}},
    {"tyreSets", tyre_sets, {0, 0, 0, 0, 0, 231, 231, 231}},
    {"motionEx", motion_ex, {0, 0, 0, 0, 0, 217, 237, 273}},
    {"timeTrial", time_trial, {0, 0, 0, 0, 0, 0, 101, 101}},
    {"lapPositions", lap_positions, {0, 0, 0, 0, 0, 0, 0, 1131}},
};

const pb__f1_field *pb__f1_packet_fields(unsigned id)
{
    return id < PB__F1_PACKETS ? packets[id].fields : NULL;
}

const char *pb__f1_packet_name(unsigned id)
{
    return id < PB__F1_PACKETS ? packets[id].name : "?";
}

size_t pb__f1_packet_size(unsigned format, unsigned id)
{
    if (format < PB__F1_FIRST || format > PB__F1_LAST || id >= PB__F1_PACKETS) return 0;
    return packets[id].size[format - PB__F1_FIRST];
}

size_t pb__f1_type_size(pb__f1_type type)
{
    static const uint8_t sizes[] = {
        [PB__F1_U8] = 1,  [PB__F1_I8] = 1,  [PB__F1_U16] = 2, [PB__F1_I16] = 2, [PB__F1_U32] = 4,
        [PB__F1_U64] = 8, [PB__F1_F32] = 4, [PB__F1_F64] = 8, [PB__F1_TEXT] = 1};
    return sizes[type];
}

size_t pb__f1_field_size(const pb__f1_field *field, unsigned format)
{
    if (!pb__f1_has(field, format)) return 0;
    size_t one = field->entry ? pb__f1_list_size(field->entry, format) : pb__f1_type_size(field->type);
    return field->count ? field->count * one : one;
}

size_t pb__f1_list_size(const pb__f1_field *list, unsigned format)
{
    size_t size = 0;
    for (const pb__f1_field *f = list; f->name; f++) size += pb__f1_field_size(f, format);
    return size;
}

const pb__f1_field *pb__f1_find(const pb__f1_field *list, unsigned format, const char *name, size_t *at)
{
    size_t offset = 0;
    for (const pb__f1_field *f = list; f->name; f++) {
        if (pb__f1_has(f, format) && strcmp(f->name, name) == 0) {
            *at = offset;
            return f;
        }
        offset += pb__f1_field_size(f, format);
    }
    return NULL;
}
