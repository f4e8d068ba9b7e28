/* The tables against the published sizes and offsets (f1-game-udp.md); values of every
 * type come out of print under their names, at those offsets, for 2022 to 2025. */
#include "f1_udp_fixture.h"

#define FIRST_BYTE(format) ((format) >= 2023 ? 29 : 24)

PB_TEST(every_packet_of_every_year_is_as_long_as_its_fields)
{
    for (unsigned year = PB__F1_FIRST; year <= PB__F1_LAST; year++)
        for (unsigned id = 0; id < PB__F1_PACKETS; id++) {
            size_t size = pb__f1_packet_size(year, id), header = pb__f1_list_size(pb__f1_header_fields, year);
            if (size == 0) continue;
            size_t body = pb__f1_list_size(pb__f1_packet_fields(id), year);
            size_t rest = id != PB__F1_EVENT ? 0
                          : year >= 2022     ? 12
                          : year == 2021     ? 8
                          : year == 2020     ? 7
                          : year == 2019     ? 5
                                             : 0;
            if (size != header + body + rest) print_error("%u %s\n", year, pb__f1_packet_name(id));
            PB_CHECK_EQ(size, header + body + rest);
            PB_CHECK(size <= PB__F1_DATAGRAM_MAX);
        }
}

PB_TEST(sizes_are_the_published_ones)
{
    static const uint16_t sizes[16][4] = {
        {1464, 1349, 1349, 1349}, {632, 644, 753, 753},     {972, 1131, 1285, 1285},  {40, 45, 45, 45},
        {1257, 1306, 1350, 1284}, {1102, 1107, 1133, 1133}, {1347, 1352, 1352, 1352}, {1058, 1239, 1239, 1239},
        {1015, 1020, 1020, 1042}, {1191, 1218, 1306, 954},  {948, 953, 953, 1041},    {1155, 1460, 1460, 1460},
        {0, 231, 231, 231},       {0, 217, 237, 273},       {0, 0, 101, 101},         {0, 0, 0, 1131},
    };
    for (unsigned id = 0; id < 16; id++)
        for (unsigned y = 0; y < 4; y++) PB_CHECK_EQ(pb__f1_packet_size(2022 + y, id), sizes[id][y]);
    PB_CHECK_EQ(pb__f1_packet_size(2026, 0), 0);
    PB_CHECK_EQ(pb__f1_packet_size(2017, 0), 0);
    PB_CHECK_EQ(pb__f1_packet_size(2025, 16), 0);
}

/* As published: offsets in the entry, or for array "" in the datagram; -1 not there. */
typedef struct published {
    unsigned    id;
    const char *array, *name, *other;
    int         at[4];
} published;

static const published places[] = {
    {PB__F1_MOTION, "cars", "worldPositionX", NULL, {0, 0, 0, 0}},
    {PB__F1_MOTION, "cars", "worldPositionY", NULL, {4, 4, 4, 4}},
    {PB__F1_MOTION, "cars", "worldPositionZ", NULL, {8, 8, 8, 8}},
    {PB__F1_MOTION, "cars", "worldVelocityX", NULL, {12, 12, 12, 12}},
    {PB__F1_MOTION, "cars", "worldVelocityY", NULL, {16, 16, 16, 16}},
    {PB__F1_MOTION, "cars", "worldVelocityZ", NULL, {20, 20, 20, 20}},
    {PB__F1_MOTION, "cars", "worldForwardDirX", NULL, {24, 24, 24, 24}},
    {PB__F1_MOTION, "cars", "worldRightDirX", NULL, {30, 30, 30, 30}},
    {PB__F1_MOTION, "cars", "gForceLateral", NULL, {36, 36, 36, 36}},
    {PB__F1_MOTION, "cars", "gForceLongitudinal", NULL, {40, 40, 40, 40}},
    {PB__F1_MOTION, "cars", "gForceVertical", NULL, {44, 44, 44, 44}},
    {PB__F1_MOTION, "cars", "yaw", NULL, {48, 48, 48, 48}},
    {PB__F1_MOTION, "cars", "pitch", NULL, {52, 52, 52, 52}},
    {PB__F1_MOTION, "cars", "roll", NULL, {56, 56, 56, 56}},
    {PB__F1_MOTION, "", "cars", NULL, {24, 29, 29, 29}},
    {PB__F1_MOTION, "", "suspensionPosition", NULL, {1344, -1, -1, -1}},
    {PB__F1_MOTION, "", "suspensionVelocity", NULL, {1360, -1, -1, -1}},
    {PB__F1_MOTION, "", "suspensionAcceleration", NULL, {1376, -1, -1, -1}},
    {PB__F1_MOTION, "", "wheelSpeed", NULL, {1392, -1, -1, -1}},
    {PB__F1_MOTION, "", "wheelSlip", NULL, {1408, -1, -1, -1}},
    {PB__F1_MOTION, "", "localVelocityX", NULL, {1424, -1, -1, -1}},
    {PB__F1_MOTION, "", "angularVelocityX", NULL, {1436, -1, -1, -1}},
    {PB__F1_MOTION, "", "angularAccelerationX", NULL, {1448, -1, -1, -1}},
    {PB__F1_MOTION, "", "frontWheelsAngle", NULL, {1460, -1, -1, -1}},
    {PB__F1_SESSION, "marshalZones", "zoneStart", NULL, {0, 0, 0, 0}},
    {PB__F1_SESSION, "marshalZones", "zoneFlag", NULL, {4, 4, 4, 4}},
    {PB__F1_SESSION, "weatherForecastSamples", "sessionType", NULL, {0, 0, 0, 0}},
    {PB__F1_SESSION, "weatherForecastSamples", "timeOffset", NULL, {1, 1, 1, 1}},
    {PB__F1_SESSION, "weatherForecastSamples", "weather", NULL, {2, 2, 2, 2}},
    {PB__F1_SESSION, "weatherForecastSamples", "trackTemperature", NULL, {3, 3, 3, 3}},
    {PB__F1_SESSION, "weatherForecastSamples", "trackTemperatureChange", NULL, {4, 4, 4, 4}},
    {PB__F1_SESSION, "weatherForecastSamples", "airTemperature", NULL, {5, 5, 5, 5}},
    {PB__F1_SESSION, "weatherForecastSamples", "airTemperatureChange", NULL, {6, 6, 6, 6}},
    {PB__F1_SESSION, "weatherForecastSamples", "rainPercentage", NULL, {7, 7, 7, 7}},
    {PB__F1_SESSION, "", "weather", NULL, {24, 29, 29, 29}},
    {PB__F1_SESSION, "", "trackTemperature", NULL, {25, 30, 30, 30}},
    {PB__F1_SESSION, "", "airTemperature", NULL, {26, 31, 31, 31}},
    {PB__F1_SESSION, "", "totalLaps", NULL, {27, 32, 32, 32}},
    {PB__F1_SESSION, "", "trackLength", NULL, {28, 33, 33, 33}},
    {PB__F1_SESSION, "", "sessionType", NULL, {30, 35, 35, 35}},
    {PB__F1_SESSION, "", "trackId", NULL, {31, 36, 36, 36}},
    {PB__F1_SESSION, "", "formula", NULL, {32, 37, 37, 37}},
    {PB__F1_SESSION, "", "sessionTimeLeft", NULL, {33, 38, 38, 38}},
    {PB__F1_SESSION, "", "sessionDuration", NULL, {35, 40, 40, 40}},
    {PB__F1_SESSION, "", "pitSpeedLimit", NULL, {37, 42, 42, 42}},
    {PB__F1_SESSION, "", "gamePaused", NULL, {38, 43, 43, 43}},
    {PB__F1_SESSION, "", "isSpectating", NULL, {39, 44, 44, 44}},
    {PB__F1_SESSION, "", "spectatorCarIndex", NULL, {40, 45, 45, 45}},
    {PB__F1_SESSION, "", "sliProNativeSupport", NULL, {41, 46, 46, 46}},
    {PB__F1_SESSION, "", "numMarshalZones", NULL, {42, 47, 47, 47}},
    {PB__F1_SESSION, "", "marshalZones", NULL, {43, 48, 48, 48}},
    {PB__F1_SESSION, "", "safetyCarStatus", NULL, {148, 153, 153, 153}},
    {PB__F1_SESSION, "", "networkGame", NULL, {149, 154, 154, 154}},
    {PB__F1_SESSION, "", "numWeatherForecastSamples", NULL, {150, 155, 155, 155}},
    {PB__F1_SESSION, "", "weatherForecastSamples", NULL, {151, 156, 156, 156}},
    {PB__F1_SESSION, "", "forecastAccuracy", NULL, {599, 604, 668, 668}},
    {PB__F1_SESSION, "", "aiDifficulty", NULL, {600, 605, 669, 669}},
    {PB__F1_SESSION, "", "seasonLinkIdentifier", NULL, {601, 606, 670, 670}},
    {PB__F1_SESSION, "", "weekendLinkIdentifier", NULL, {605, 610, 674, 674}},
    {PB__F1_SESSION, "", "sessionLinkIdentifier", NULL, {609, 614, 678, 678}},
    {PB__F1_SESSION, "", "pitStopWindowIdealLap", NULL, {613, 618, 682, 682}},
    {PB__F1_SESSION, "", "pitStopWindowLatestLap", NULL, {614, 619, 683, 683}},
    {PB__F1_SESSION, "", "pitStopRejoinPosition", NULL, {615, 620, 684, 684}},
    {PB__F1_SESSION, "", "steeringAssist", NULL, {616, 621, 685, 685}},
    {PB__F1_SESSION, "", "brakingAssist", NULL, {617, 622, 686, 686}},
    {PB__F1_SESSION, "", "gearboxAssist", NULL, {618, 623, 687, 687}},
    {PB__F1_SESSION, "", "pitAssist", NULL, {619, 624, 688, 688}},
    {PB__F1_SESSION, "", "pitReleaseAssist", NULL, {620, 625, 689, 689}},
    {PB__F1_SESSION, "", "ERSAssist", NULL, {621, 626, 690, 690}},
    {PB__F1_SESSION, "", "DRSAssist", NULL, {622, 627, 691, 691}},
    {PB__F1_SESSION, "", "dynamicRacingLine", NULL, {623, 628, 692, 692}},
    {PB__F1_SESSION, "", "dynamicRacingLineType", NULL, {624, 629, 693, 693}},
    {PB__F1_SESSION, "", "gameMode", NULL, {625, 630, 694, 694}},
    {PB__F1_SESSION, "", "ruleSet", NULL, {626, 631, 695, 695}},
    {PB__F1_SESSION, "", "timeOfDay", NULL, {627, 632, 696, 696}},
    {PB__F1_SESSION, "", "sessionLength", NULL, {631, 636, 700, 700}},
    {PB__F1_SESSION, "", "speedUnitsLeadPlayer", NULL, {-1, 637, 701, 701}},
    {PB__F1_SESSION, "", "temperatureUnitsLeadPlayer", NULL, {-1, 638, 702, 702}},
    {PB__F1_SESSION, "", "speedUnitsSecondaryPlayer", NULL, {-1, 639, 703, 703}},
    {PB__F1_SESSION, "", "temperatureUnitsSecondaryPlayer", NULL, {-1, 640, 704, 704}},
    {PB__F1_SESSION, "", "numSafetyCarPeriods", NULL, {-1, 641, 705, 705}},
    {PB__F1_SESSION, "", "numVirtualSafetyCarPeriods", NULL, {-1, 642, 706, 706}},
    {PB__F1_SESSION, "", "numRedFlagPeriods", NULL, {-1, 643, 707, 707}},
    {PB__F1_SESSION, "", "equalCarPerformance", NULL, {-1, -1, 708, 708}},
    {PB__F1_SESSION, "", "recoveryMode", NULL, {-1, -1, 709, 709}},
    {PB__F1_SESSION, "", "flashbackLimit", NULL, {-1, -1, 710, 710}},
    {PB__F1_SESSION, "", "surfaceType", NULL, {-1, -1, 711, 711}},
    {PB__F1_SESSION, "", "lowFuelMode", NULL, {-1, -1, 712, 712}},
    {PB__F1_SESSION, "", "raceStarts", NULL, {-1, -1, 713, 713}},
    {PB__F1_SESSION, "", "tyreTemperature", NULL, {-1, -1, 714, 714}},
    {PB__F1_SESSION, "", "pitLaneTyreSim", NULL, {-1, -1, 715, 715}},
    {PB__F1_SESSION, "", "carDamage", NULL, {-1, -1, 716, 716}},
    {PB__F1_SESSION, "", "carDamageRate", NULL, {-1, -1, 717, 717}},
    {PB__F1_SESSION, "", "collisions", NULL, {-1, -1, 718, 718}},
    {PB__F1_SESSION, "", "collisionsOffForFirstLapOnly", NULL, {-1, -1, 719, 719}},
    {PB__F1_SESSION, "", "mpUnsafePitRelease", NULL, {-1, -1, 720, 720}},
    {PB__F1_SESSION, "", "mpOffForGriefing", NULL, {-1, -1, 721, 721}},
    {PB__F1_SESSION, "", "cornerCuttingStringency", NULL, {-1, -1, 722, 722}},
    {PB__F1_SESSION, "", "parcFermeRules", NULL, {-1, -1, 723, 723}},
    {PB__F1_SESSION, "", "pitStopExperience", NULL, {-1, -1, 724, 724}},
    {PB__F1_SESSION, "", "safetyCar", NULL, {-1, -1, 725, 725}},
    {PB__F1_SESSION, "", "safetyCarExperience", NULL, {-1, -1, 726, 726}},
    {PB__F1_SESSION, "", "formationLap", NULL, {-1, -1, 727, 727}},
    {PB__F1_SESSION, "", "formationLapExperience", NULL, {-1, -1, 728, 728}},
    {PB__F1_SESSION, "", "redFlags", NULL, {-1, -1, 729, 729}},
    {PB__F1_SESSION, "", "affectsLicenceLevelSolo", NULL, {-1, -1, 730, 730}},
    {PB__F1_SESSION, "", "affectsLicenceLevelMP", NULL, {-1, -1, 731, 731}},
    {PB__F1_SESSION, "", "numSessionsInWeekend", NULL, {-1, -1, 732, 732}},
    {PB__F1_SESSION, "", "weekendStructure", NULL, {-1, -1, 733, 733}},
    {PB__F1_SESSION, "", "sector2LapDistanceStart", NULL, {-1, -1, 745, 745}},
    {PB__F1_SESSION, "", "sector3LapDistanceStart", NULL, {-1, -1, 749, 749}},
    {PB__F1_LAP_DATA, "cars", "lastLapTimeInMS", "lastLapTime", {0, 0, 0, 0}},
    {PB__F1_LAP_DATA, "cars", "currentLapTimeInMS", "currentLapTime", {4, 4, 4, 4}},
    {PB__F1_LAP_DATA, "cars", "sector1TimeInMS", "sector1TimeMSPart", {8, 8, 8, 8}},
    {PB__F1_LAP_DATA, "cars", "sector1TimeMinutes", "sector1TimeMinutesPart", {-1, 10, 10, 10}},
    {PB__F1_LAP_DATA, "cars", "sector2TimeInMS", "sector2TimeMSPart", {10, 11, 11, 11}},
    {PB__F1_LAP_DATA, "cars", "sector2TimeMinutes", "sector2TimeMinutesPart", {-1, 13, 13, 13}},
    {PB__F1_LAP_DATA, "cars", "deltaToCarInFrontInMS", "deltaToCarInFrontMSPart", {-1, 14, 14, 14}},
    {PB__F1_LAP_DATA, "cars", "deltaToCarInFrontMinutes", "deltaToCarInFrontMinutesPart", {-1, -1, 16, 16}},
    {PB__F1_LAP_DATA, "cars", "deltaToRaceLeaderInMS", "deltaToRaceLeaderMSPart", {-1, 16, 17, 17}},
    {PB__F1_LAP_DATA, "cars", "deltaToRaceLeaderMinutes", "deltaToRaceLeaderMinutesPart", {-1, -1, 19, 19}},
    {PB__F1_LAP_DATA, "cars", "lapDistance", NULL, {12, 18, 20, 20}},
    {PB__F1_LAP_DATA, "cars", "totalDistance", NULL, {16, 22, 24, 24}},
    {PB__F1_LAP_DATA, "cars", "safetyCarDelta", NULL, {20, 26, 28, 28}},
    {PB__F1_LAP_DATA, "cars", "carPosition", NULL, {24, 30, 32, 32}},
    {PB__F1_LAP_DATA, "cars", "currentLapNum", NULL, {25, 31, 33, 33}},
    {PB__F1_LAP_DATA, "cars", "pitStatus", NULL, {26, 32, 34, 34}},
    {PB__F1_LAP_DATA, "cars", "numPitStops", NULL, {27, 33, 35, 35}},
    {PB__F1_LAP_DATA, "cars", "sector", NULL, {28, 34, 36, 36}},
    {PB__F1_LAP_DATA, "cars", "currentLapInvalid", NULL, {29, 35, 37, 37}},
    {PB__F1_LAP_DATA, "cars", "penalties", NULL, {30, 36, 38, 38}},
    {PB__F1_LAP_DATA, "cars", "totalWarnings", "warnings", {31, 37, 39, 39}},
    {PB__F1_LAP_DATA, "cars", "cornerCuttingWarnings", NULL, {-1, 38, 40, 40}},
    {PB__F1_LAP_DATA, "cars", "numUnservedDriveThroughPens", NULL, {32, 39, 41, 41}},
    {PB__F1_LAP_DATA, "cars", "numUnservedStopGoPens", NULL, {33, 40, 42, 42}},
    {PB__F1_LAP_DATA, "cars", "gridPosition", NULL, {34, 41, 43, 43}},
    {PB__F1_LAP_DATA, "cars", "driverStatus", NULL, {35, 42, 44, 44}},
    {PB__F1_LAP_DATA, "cars", "resultStatus", NULL, {36, 43, 45, 45}},
    {PB__F1_LAP_DATA, "cars", "pitLaneTimerActive", NULL, {37, 44, 46, 46}},
    {PB__F1_LAP_DATA, "cars", "pitLaneTimeInLaneInMS", "pitLaneTimeInLane", {38, 45, 47, 47}},
    {PB__F1_LAP_DATA, "cars", "pitStopTimerInMS", "pitStopTimer", {40, 47, 49, 49}},
    {PB__F1_LAP_DATA, "cars", "pitStopShouldServePen", NULL, {42, 49, 51, 51}},
    {PB__F1_LAP_DATA, "cars", "speedTrapFastestSpeed", NULL, {-1, -1, 52, 52}},
    {PB__F1_LAP_DATA, "cars", "speedTrapFastestLap", NULL, {-1, -1, 56, 56}},
    {PB__F1_LAP_DATA, "", "cars", NULL, {24, 29, 29, 29}},
    {PB__F1_LAP_DATA, "", "timeTrialPBCarIdx", NULL, {970, 1129, 1283, 1283}},
    {PB__F1_LAP_DATA, "", "timeTrialRivalCarIdx", NULL, {971, 1130, 1284, 1284}},
    {PB__F1_PARTICIPANTS, "cars", "aiControlled", NULL, {0, 0, 0, 0}},
    {PB__F1_PARTICIPANTS, "cars", "driverId", NULL, {1, 1, 1, 1}},
    {PB__F1_PARTICIPANTS, "cars", "networkId", NULL, {2, 2, 2, 2}},
    {PB__F1_PARTICIPANTS, "cars", "teamId", NULL, {3, 3, 3, 3}},
    {PB__F1_PARTICIPANTS, "cars", "myTeam", NULL, {4, 4, 4, 4}},
    {PB__F1_PARTICIPANTS, "cars", "raceNumber", NULL, {5, 5, 5, 5}},
    {PB__F1_PARTICIPANTS, "cars", "nationality", NULL, {6, 6, 6, 6}},
    {PB__F1_PARTICIPANTS, "cars", "name", NULL, {7, 7, 7, 7}},
    {PB__F1_PARTICIPANTS, "cars", "yourTelemetry", NULL, {55, 55, 55, 39}},
    {PB__F1_PARTICIPANTS, "cars", "showOnlineNames", NULL, {-1, 56, 56, 40}},
    {PB__F1_PARTICIPANTS, "cars", "techLevel", NULL, {-1, -1, 57, 41}},
    {PB__F1_PARTICIPANTS, "cars", "platform", NULL, {-1, 57, 59, 43}},
    {PB__F1_PARTICIPANTS, "cars", "numColours", NULL, {-1, -1, -1, 44}},
    {PB__F1_PARTICIPANTS, "cars", "liveryColours", NULL, {-1, -1, -1, 45}},
    {PB__F1_PARTICIPANTS, "", "numActiveCars", NULL, {24, 29, 29, 29}},
    {PB__F1_PARTICIPANTS, "", "cars", NULL, {25, 30, 30, 30}},
    {PB__F1_SETUPS, "cars", "frontWing", NULL, {0, 0, 0, 0}},
    {PB__F1_SETUPS, "cars", "rearWing", NULL, {1, 1, 1, 1}},
    {PB__F1_SETUPS, "cars", "onThrottle", NULL, {2, 2, 2, 2}},
    {PB__F1_SETUPS, "cars", "offThrottle", NULL, {3, 3, 3, 3}},
    {PB__F1_SETUPS, "cars", "frontCamber", NULL, {4, 4, 4, 4}},
    {PB__F1_SETUPS, "cars", "rearCamber", NULL, {8, 8, 8, 8}},
    {PB__F1_SETUPS, "cars", "frontToe", NULL, {12, 12, 12, 12}},
    {PB__F1_SETUPS, "cars", "rearToe", NULL, {16, 16, 16, 16}},
    {PB__F1_SETUPS, "cars", "frontSuspension", NULL, {20, 20, 20, 20}},
    {PB__F1_SETUPS, "cars", "rearSuspension", NULL, {21, 21, 21, 21}},
    {PB__F1_SETUPS, "cars", "frontAntiRollBar", NULL, {22, 22, 22, 22}},
    {PB__F1_SETUPS, "cars", "rearAntiRollBar", NULL, {23, 23, 23, 23}},
    {PB__F1_SETUPS, "cars", "frontSuspensionHeight", NULL, {24, 24, 24, 24}},
    {PB__F1_SETUPS, "cars", "rearSuspensionHeight", NULL, {25, 25, 25, 25}},
    {PB__F1_SETUPS, "cars", "brakePressure", NULL, {26, 26, 26, 26}},
    {PB__F1_SETUPS, "cars", "brakeBias", NULL, {27, 27, 27, 27}},
    {PB__F1_SETUPS, "cars", "engineBraking", NULL, {-1, -1, 28, 28}},
    {PB__F1_SETUPS, "cars", "rearLeftTyrePressure", NULL, {28, 28, 29, 29}},
    {PB__F1_SETUPS, "cars", "rearRightTyrePressure", NULL, {32, 32, 33, 33}},
    {PB__F1_SETUPS, "cars", "frontLeftTyrePressure", NULL, {36, 36, 37, 37}},
    {PB__F1_SETUPS, "cars", "frontRightTyrePressure", NULL, {40, 40, 41, 41}},
    {PB__F1_SETUPS, "cars", "ballast", NULL, {44, 44, 45, 45}},
    {PB__F1_SETUPS, "cars", "fuelLoad", NULL, {45, 45, 46, 46}},
    {PB__F1_SETUPS, "", "cars", NULL, {24, 29, 29, 29}},
    {PB__F1_SETUPS, "", "nextFrontWingValue", NULL, {-1, -1, 1129, 1129}},
    {PB__F1_TELEMETRY, "cars", "speed", NULL, {0, 0, 0, 0}},
    {PB__F1_TELEMETRY, "cars", "throttle", NULL, {2, 2, 2, 2}},
    {PB__F1_TELEMETRY, "cars", "steer", NULL, {6, 6, 6, 6}},
    {PB__F1_TELEMETRY, "cars", "brake", NULL, {10, 10, 10, 10}},
    {PB__F1_TELEMETRY, "cars", "clutch", NULL, {14, 14, 14, 14}},
    {PB__F1_TELEMETRY, "cars", "gear", NULL, {15, 15, 15, 15}},
    {PB__F1_TELEMETRY, "cars", "engineRPM", NULL, {16, 16, 16, 16}},
    {PB__F1_TELEMETRY, "cars", "drs", NULL, {18, 18, 18, 18}},
    {PB__F1_TELEMETRY, "cars", "revLightsPercent", NULL, {19, 19, 19, 19}},
    {PB__F1_TELEMETRY, "cars", "revLightsBitValue", NULL, {20, 20, 20, 20}},
    {PB__F1_TELEMETRY, "cars", "brakesTemperature", NULL, {22, 22, 22, 22}},
    {PB__F1_TELEMETRY, "cars", "tyresSurfaceTemperature", NULL, {30, 30, 30, 30}},
    {PB__F1_TELEMETRY, "cars", "tyresInnerTemperature", NULL, {34, 34, 34, 34}},
    {PB__F1_TELEMETRY, "cars", "engineTemperature", NULL, {38, 38, 38, 38}},
    {PB__F1_TELEMETRY, "cars", "tyresPressure", NULL, {40, 40, 40, 40}},
    {PB__F1_TELEMETRY, "cars", "surfaceType", NULL, {56, 56, 56, 56}},
    {PB__F1_TELEMETRY, "", "cars", NULL, {24, 29, 29, 29}},
    {PB__F1_TELEMETRY, "", "mfdPanelIndex", NULL, {1344, 1349, 1349, 1349}},
    {PB__F1_TELEMETRY, "", "mfdPanelIndexSecondaryPlayer", NULL, {1345, 1350, 1350, 1350}},
    {PB__F1_TELEMETRY, "", "suggestedGear", NULL, {1346, 1351, 1351, 1351}},
    {PB__F1_STATUS, "cars", "tractionControl", NULL, {0, 0, 0, 0}},
    {PB__F1_STATUS, "cars", "antiLockBrakes", NULL, {1, 1, 1, 1}},
    {PB__F1_STATUS, "cars", "fuelMix", NULL, {2, 2, 2, 2}},
    {PB__F1_STATUS, "cars", "frontBrakeBias", NULL, {3, 3, 3, 3}},
    {PB__F1_STATUS, "cars", "pitLimiterStatus", NULL, {4, 4, 4, 4}},
    {PB__F1_STATUS, "cars", "fuelInTank", NULL, {5, 5, 5, 5}},
    {PB__F1_STATUS, "cars", "fuelCapacity", NULL, {9, 9, 9, 9}},
    {PB__F1_STATUS, "cars", "fuelRemainingLaps", NULL, {13, 13, 13, 13}},
    {PB__F1_STATUS, "cars", "maxRPM", NULL, {17, 17, 17, 17}},
    {PB__F1_STATUS, "cars", "idleRPM", NULL, {19, 19, 19, 19}},
    {PB__F1_STATUS, "cars", "maxGears", NULL, {21, 21, 21, 21}},
    {PB__F1_STATUS, "cars", "drsAllowed", NULL, {22, 22, 22, 22}},
    {PB__F1_STATUS, "cars", "drsActivationDistance", NULL, {23, 23, 23, 23}},
    {PB__F1_STATUS, "cars", "actualTyreCompound", NULL, {25, 25, 25, 25}},
    {PB__F1_STATUS, "cars", "visualTyreCompound", NULL, {26, 26, 26, 26}},
    {PB__F1_STATUS, "cars", "tyresAgeLaps", NULL, {27, 27, 27, 27}},
    {PB__F1_STATUS, "cars", "vehicleFiaFlags", NULL, {28, 28, 28, 28}},
    {PB__F1_STATUS, "cars", "enginePowerICE", NULL, {-1, 29, 29, 29}},
    {PB__F1_STATUS, "cars", "enginePowerMGUK", NULL, {-1, 33, 33, 33}},
    {PB__F1_STATUS, "cars", "ersStoreEnergy", NULL, {29, 37, 37, 37}},
    {PB__F1_STATUS, "cars", "ersDeployMode", NULL, {33, 41, 41, 41}},
    {PB__F1_STATUS, "cars", "ersHarvestedThisLapMGUK", NULL, {34, 42, 42, 42}},
    {PB__F1_STATUS, "cars", "ersHarvestedThisLapMGUH", NULL, {38, 46, 46, 46}},
    {PB__F1_STATUS, "cars", "ersDeployedThisLap", NULL, {42, 50, 50, 50}},
    {PB__F1_STATUS, "cars", "networkPaused", NULL, {46, 54, 54, 54}},
    {PB__F1_STATUS, "", "cars", NULL, {24, 29, 29, 29}},
    {PB__F1_FINAL, "cars", "position", NULL, {0, 0, 0, 0}},
    {PB__F1_FINAL, "cars", "numLaps", NULL, {1, 1, 1, 1}},
    {PB__F1_FINAL, "cars", "gridPosition", NULL, {2, 2, 2, 2}},
    {PB__F1_FINAL, "cars", "points", NULL, {3, 3, 3, 3}},
    {PB__F1_FINAL, "cars", "numPitStops", NULL, {4, 4, 4, 4}},
    {PB__F1_FINAL, "cars", "resultStatus", NULL, {5, 5, 5, 5}},
    {PB__F1_FINAL, "cars", "resultReason", NULL, {-1, -1, -1, 6}},
    {PB__F1_FINAL, "cars", "bestLapTimeInMS", "bestLapTime", {6, 6, 6, 7}},
    {PB__F1_FINAL, "cars", "totalRaceTime", NULL, {10, 10, 10, 11}},
    {PB__F1_FINAL, "cars", "penaltiesTime", NULL, {18, 18, 18, 19}},
    {PB__F1_FINAL, "cars", "numPenalties", NULL, {19, 19, 19, 20}},
    {PB__F1_FINAL, "cars", "numTyreStints", NULL, {20, 20, 20, 21}},
    {PB__F1_FINAL, "cars", "tyreStintsActual", NULL, {21, 21, 21, 22}},
    {PB__F1_FINAL, "cars", "tyreStintsVisual", NULL, {29, 29, 29, 30}},
    {PB__F1_FINAL, "cars", "tyreStintsEndLaps", NULL, {37, 37, 37, 38}},
    {PB__F1_FINAL, "", "numCars", NULL, {24, 29, 29, 29}},
    {PB__F1_FINAL, "", "cars", NULL, {25, 30, 30, 30}},
    {PB__F1_LOBBY, "cars", "aiControlled", NULL, {0, 0, 0, 0}},
    {PB__F1_LOBBY, "cars", "teamId", NULL, {1, 1, 1, 1}},
    {PB__F1_LOBBY, "cars", "nationality", NULL, {2, 2, 2, 2}},
    {PB__F1_LOBBY, "cars", "platform", NULL, {-1, 3, 3, 3}},
    {PB__F1_LOBBY, "cars", "name", NULL, {3, 4, 4, 4}},
    {PB__F1_LOBBY, "cars", "carNumber", NULL, {51, 52, 52, 36}},
    {PB__F1_LOBBY, "cars", "yourTelemetry", NULL, {-1, -1, 53, 37}},
    {PB__F1_LOBBY, "cars", "showOnlineNames", NULL, {-1, -1, 54, 38}},
    {PB__F1_LOBBY, "cars", "techLevel", NULL, {-1, -1, 55, 39}},
    {PB__F1_LOBBY, "cars", "readyStatus", NULL, {52, 53, 57, 41}},
    {PB__F1_LOBBY, "", "numPlayers", NULL, {24, 29, 29, 29}},
    {PB__F1_LOBBY, "", "cars", NULL, {25, 30, 30, 30}},
    {PB__F1_DAMAGE, "cars", "tyresWear", NULL, {0, 0, 0, 0}},
    {PB__F1_DAMAGE, "cars", "tyresDamage", NULL, {16, 16, 16, 16}},
    {PB__F1_DAMAGE, "cars", "brakesDamage", NULL, {20, 20, 20, 20}},
    {PB__F1_DAMAGE, "cars", "tyreBlisters", NULL, {-1, -1, -1, 24}},
    {PB__F1_DAMAGE, "cars", "frontLeftWingDamage", NULL, {24, 24, 24, 28}},
    {PB__F1_DAMAGE, "cars", "frontRightWingDamage", NULL, {25, 25, 25, 29}},
    {PB__F1_DAMAGE, "cars", "rearWingDamage", NULL, {26, 26, 26, 30}},
    {PB__F1_DAMAGE, "cars", "floorDamage", NULL, {27, 27, 27, 31}},
    {PB__F1_DAMAGE, "cars", "diffuserDamage", NULL, {28, 28, 28, 32}},
    {PB__F1_DAMAGE, "cars", "sidepodDamage", NULL, {29, 29, 29, 33}},
    {PB__F1_DAMAGE, "cars", "drsFault", NULL, {30, 30, 30, 34}},
    {PB__F1_DAMAGE, "cars", "ersFault", NULL, {31, 31, 31, 35}},
    {PB__F1_DAMAGE, "cars", "gearBoxDamage", NULL, {32, 32, 32, 36}},
    {PB__F1_DAMAGE, "cars", "engineDamage", NULL, {33, 33, 33, 37}},
    {PB__F1_DAMAGE, "cars", "engineMGUHWear", NULL, {34, 34, 34, 38}},
    {PB__F1_DAMAGE, "cars", "engineESWear", NULL, {35, 35, 35, 39}},
    {PB__F1_DAMAGE, "cars", "engineCEWear", NULL, {36, 36, 36, 40}},
    {PB__F1_DAMAGE, "cars", "engineICEWear", NULL, {37, 37, 37, 41}},
    {PB__F1_DAMAGE, "cars", "engineMGUKWear", NULL, {38, 38, 38, 42}},
    {PB__F1_DAMAGE, "cars", "engineTCWear", NULL, {39, 39, 39, 43}},
    {PB__F1_DAMAGE, "cars", "engineBlown", NULL, {40, 40, 40, 44}},
    {PB__F1_DAMAGE, "cars", "engineSeized", NULL, {41, 41, 41, 45}},
    {PB__F1_DAMAGE, "", "cars", NULL, {24, 29, 29, 29}},
    {PB__F1_HISTORY, "lapHistoryData", "lapTimeInMS", "lapTime", {0, 0, 0, 0}},
    {PB__F1_HISTORY, "lapHistoryData", "sector1TimeInMS", "sector1TimeMSPart", {4, 4, 4, 4}},
    {PB__F1_HISTORY, "lapHistoryData", "sector1TimeMinutes", "sector1TimeMinutesPart", {-1, 6, 6, 6}},
    {PB__F1_HISTORY, "lapHistoryData", "sector2TimeInMS", "sector2TimeMSPart", {6, 7, 7, 7}},
    {PB__F1_HISTORY, "lapHistoryData", "sector2TimeMinutes", "sector2TimeMinutesPart", {-1, 9, 9, 9}},
    {PB__F1_HISTORY, "lapHistoryData", "sector3TimeInMS", "sector3TimeMSPart", {8, 10, 10, 10}},
    {PB__F1_HISTORY, "lapHistoryData", "sector3TimeMinutes", "sector3TimeMinutesPart", {-1, 12, 12, 12}},
    {PB__F1_HISTORY, "lapHistoryData", "lapValidBitFlags", NULL, {10, 13, 13, 13}},
    {PB__F1_HISTORY, "tyreStintsHistoryData", "endLap", NULL, {0, 0, 0, 0}},
    {PB__F1_HISTORY, "tyreStintsHistoryData", "tyreActualCompound", NULL, {1, 1, 1, 1}},
    {PB__F1_HISTORY, "tyreStintsHistoryData", "tyreVisualCompound", NULL, {2, 2, 2, 2}},
    {PB__F1_HISTORY, "", "carIdx", NULL, {24, 29, 29, 29}},
    {PB__F1_HISTORY, "", "numLaps", NULL, {25, 30, 30, 30}},
    {PB__F1_HISTORY, "", "numTyreStints", NULL, {26, 31, 31, 31}},
    {PB__F1_HISTORY, "", "bestLapTimeLapNum", NULL, {27, 32, 32, 32}},
    {PB__F1_HISTORY, "", "bestSector1LapNum", NULL, {28, 33, 33, 33}},
    {PB__F1_HISTORY, "", "bestSector2LapNum", NULL, {29, 34, 34, 34}},
    {PB__F1_HISTORY, "", "bestSector3LapNum", NULL, {30, 35, 35, 35}},
    {PB__F1_HISTORY, "", "lapHistoryData", NULL, {31, 36, 36, 36}},
    {PB__F1_HISTORY, "", "tyreStintsHistoryData", NULL, {1131, 1436, 1436, 1436}},
    {PB__F1_TYRE_SETS, "tyreSetData", "actualTyreCompound", NULL, {-1, 0, 0, 0}},
    {PB__F1_TYRE_SETS, "tyreSetData", "visualTyreCompound", NULL, {-1, 1, 1, 1}},
    {PB__F1_TYRE_SETS, "tyreSetData", "wear", NULL, {-1, 2, 2, 2}},
    {PB__F1_TYRE_SETS, "tyreSetData", "available", NULL, {-1, 3, 3, 3}},
    {PB__F1_TYRE_SETS, "tyreSetData", "recommendedSession", NULL, {-1, 4, 4, 4}},
    {PB__F1_TYRE_SETS, "tyreSetData", "lifeSpan", NULL, {-1, 5, 5, 5}},
    {PB__F1_TYRE_SETS, "tyreSetData", "usableLife", NULL, {-1, 6, 6, 6}},
    {PB__F1_TYRE_SETS, "tyreSetData", "lapDeltaTime", NULL, {-1, 7, 7, 7}},
    {PB__F1_TYRE_SETS, "tyreSetData", "fitted", NULL, {-1, 9, 9, 9}},
    {PB__F1_TYRE_SETS, "", "carIdx", NULL, {-1, 29, 29, 29}},
    {PB__F1_TYRE_SETS, "", "tyreSetData", NULL, {-1, 30, 30, 30}},
    {PB__F1_TYRE_SETS, "", "fittedIdx", NULL, {-1, 230, 230, 230}},
    {PB__F1_MOTION_EX, "", "suspensionPosition", NULL, {-1, 29, 29, 29}},
    {PB__F1_MOTION_EX, "", "wheelLongForce", NULL, {-1, 141, 141, 141}},
    {PB__F1_MOTION_EX, "", "heightOfCOGAboveGround", NULL, {-1, 157, 157, 157}},
    {PB__F1_MOTION_EX, "", "localVelocityX", NULL, {-1, 161, 161, 161}},
    {PB__F1_MOTION_EX, "", "angularVelocityX", NULL, {-1, 173, 173, 173}},
    {PB__F1_MOTION_EX, "", "angularAccelerationX", NULL, {-1, 185, 185, 185}},
    {PB__F1_MOTION_EX, "", "frontWheelsAngle", NULL, {-1, 197, 197, 197}},
    {PB__F1_MOTION_EX, "", "wheelVertForce", NULL, {-1, 201, 201, 201}},
    {PB__F1_MOTION_EX, "", "frontAeroHeight", NULL, {-1, -1, 217, 217}},
    {PB__F1_MOTION_EX, "", "chassisYaw", NULL, {-1, -1, 233, 233}},
    {PB__F1_MOTION_EX, "", "chassisPitch", NULL, {-1, -1, -1, 237}},
    {PB__F1_MOTION_EX, "", "wheelCamber", NULL, {-1, -1, -1, 241}},
    {PB__F1_MOTION_EX, "", "wheelCamberGain", NULL, {-1, -1, -1, 257}},
    {PB__F1_TIME_TRIAL, "", "playerSessionBestDataSet", NULL, {-1, -1, 29, 29}},
    {PB__F1_TIME_TRIAL, "", "rivalDataSet", NULL, {-1, -1, 77, 77}},
    {PB__F1_LAP_POSITIONS, "", "numLaps", NULL, {-1, -1, -1, 29}},
    {PB__F1_LAP_POSITIONS, "", "lapStart", NULL, {-1, -1, -1, 30}},
    {PB__F1_LAP_POSITIONS, "", "positionForVehicleIdx", NULL, {-1, -1, -1, 31}},
};

static const pb__f1_field *find_published(const published *p, unsigned year, size_t *at)
{
    const pb__f1_field *list  = pb__f1_packet_fields(p->id), *f;
    size_t              start = FIRST_BYTE(year);
    if (p->array[0]) {
        f = pb__f1_find(list, year, p->array, at);
        if (!f) return NULL;
        list  = f->entry;
        start = 0;
    }
    f = pb__f1_find(list, year, p->name, at);
    if (!f && p->other) f = pb__f1_find(list, year, p->other, at);
    *at += start;
    return f;
}

PB_TEST(every_field_lies_where_it_is_published_to_lie)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (unsigned y = 0; y < 4; y++) {
            size_t              at   = 0;
            const pb__f1_field *f    = find_published(&places[i], 2022 + y, &at);
            bool                good = places[i].at[y] < 0 ? !f : f && (int)at == places[i].at[y];
            if (!good) print_error("%u %s %s\n", 2022 + y, places[i].array, places[i].name);
            PB_CHECK(good);
        }
}

/* ---- values out of synthetic datagrams, by offset ---- */

static char *print_of(const dgram *d)
{
    char          *text = NULL;
    size_t         len  = 0;
    pb_json_writer w;
    FILE          *to = open_memstream(&text, &len);
    pb_json_begin(&w, to, 0);
    PB_CHECK_EQ(pb_f1_udp_print((pb_span){(const char *)d->at, d->size}, &w, NULL), PB_OK);
    pb_json_end(&w);
    (void)fclose(to);
    return text;
}

static double number_in(pb_json at)
{
    double value = NAN;
    PB_CHECK_EQ(pb_json_f64(at, -1e300, 1e300, &value, NULL), PB_OK);
    return value;
}

/* One published place, written by offset alone and read by name. */
static void write_and_read(const published *p, unsigned y)
{
    size_t              at = 0, start = 0, n = 1;
    const pb__f1_field *f = find_published(p, 2022 + y, &at), *array = NULL;
    if (p->at[y] < 0 || f->type == PB__F1_TEXT || f->type == PB__F1_ENTRY) return;
    dgram d = make(2022 + y, p->id, 1);
    if (p->array[0]) {
        array = pb__f1_find(pb__f1_packet_fields(p->id), 2022 + y, p->array, &start);
        n     = array->count;
        start = FIRST_BYTE(2022 + y) + start + (n - 1) * (pb__f1_field_size(array, 2022 + y) / n);
    }
    put_at(d.at + start + (size_t)p->at[y], f->type, f->type == PB__F1_F32 ? 0.1f : 101);
    char        *text = print_of(&d);
    pb_json_doc *doc  = NULL;
    PB_CHECK_EQ(pb_json_parse(pb_span_of(text), "printed", &doc, NULL), PB_OK);
    pb_json value = pb_json_root(doc);
    if (array) value = pb_json_at(pb_json_get(value, p->array), n - 1);
    value = pb_json_get(value, f->name);
    if (f->count) value = pb_json_at(value, 0);
    PB_CHECK(number_in(value) == (f->type == PB__F1_F32 ? 0.1 : 101));
    pb_json_free(doc);
    free(text);
}

PB_TEST(a_value_put_at_its_published_offset_is_printed_under_its_name)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (unsigned y = 0; y < 4; y++) write_and_read(&places[i], y);
}

PB_TEST(numbers_are_printed_so_that_they_read_back_the_same)
{
    static const struct {
        float       value;
        const char *text;
    } rows[] = {{0.1f, "0.1"},
                {78.551003f, "78.551"},
                {-0.0f, "-0.0"},
                {1e-42f, "1e-42"},
                {3.4028235e38f, "3.4028235e+38"},
                {16777216.0f, "16777216"},
                {NAN, "null"},
                {INFINITY, "null"},
                {0.33333334f, "0.33333334"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        dgram d = make(2025, PB__F1_MOTION, 1);
        char  want[64];
        set(&d, "cars", 21, "roll", rows[i].value);
        (void)snprintf(want, sizeof want, "\"roll\":%s}]}\n", rows[i].text);
        char *text = print_of(&d);
        PB_CHECK_HAS(text, want);
        free(text);
    }
}

PB_TEST(a_session_id_keeps_all_its_bits)
{
    dgram d = make(2025, PB__F1_LAP_POSITIONS, 1);
    memset(d.at + 7, 0xff, 8);
    d.at[31 + 49 * 22 + 21] = 20;
    char *text              = print_of(&d);
    PB_CHECK_HAS(text, "\"format\":2025,\"packet\":\"lapPositions\",\"header\":{\"packetFormat\":2025,\"gameYear\":25");
    PB_CHECK_HAS(text, "\"sessionUID\":\"18446744073709551615\"");
    PB_CHECK_HAS(text, ",0,20]]}\n");
    free(text);
}

PB_TEST(a_name_is_printed_up_to_its_end_whatever_its_bytes)
{
    dgram d = race_people(2025, 1);
    set_name(&d, 0, "P\xc3\x89REZ\xff\"");
    char *text = print_of(&d);
    PB_CHECK_HAS(text, "\"name\":\"P\xc3\x89REZ\xef\xbf\xbd\\\"\"");
    free(text);
}

/* ---- events: every code with its union ---- */

typedef struct event_row {
    unsigned    format;
    const char *code;
    uint8_t     details[12];
    const char *want; /* NULL: no details */
} event_row;

static const event_row events[] = {
    {2018, "SSTA", {0}, NULL},
    {2019, "FTLP", {3, 0x1d, 0x1a, 0x9d, 0x42}, "{\"vehicleIdx\":3,\"lapTime\":78.551}"},
    {2020, "SPTP", {2, 0, 0, 0xa0, 0x43}, "{\"vehicleIdx\":2,\"speed\":320}"},
    {2021,
     "SPTP",
     {2, 0, 0, 0xa0, 0x43, 1, 0},
     "{\"vehicleIdx\":2,\"speed\":320,\"overallFastestInSession\":1,\"driverFastestInSession\":0}"},
    {2022,
     "SPTP",
     {2, 0, 0, 0xa0, 0x43, 0, 1, 5, 0, 0, 0xa2, 0x43},
     "{\"vehicleIdx\":2,\"speed\":320,\"isOverallFastestInSession\":0,\"isDriverFastestInSession\":1,"
     "\"fastestVehicleIdxInSession\":5,\"fastestSpeedInSession\":324}"},
    {2020,
     "PENA",
     {4, 7, 1, 255, 5, 12, 0},
     "{\"penaltyType\":4,\"infringementType\":7,\"vehicleIdx\":1,\"otherVehicleIdx\":255,\"time\":5,\"lapNum\":12,"
     "\"placesGained\":0}"},
    {2021, "BUTN", {0, 0, 0, 0x80}, "{\"buttonStatus\":2147483648}"},
    {2022, "FLBK", {10, 1, 0, 0, 0, 0, 0x20, 0x41}, "{\"flashbackFrameIdentifier\":266,\"flashbackSessionTime\":10}"},
    {2022, "STLG", {5}, "{\"numLights\":5}"},
    {2022, "DTSV", {5}, "{\"vehicleIdx\":5}"},
    {2022, "SGSV", {5}, "{\"vehicleIdx\":5}"},
    {2022, "TMPT", {5}, "{\"vehicleIdx\":5}"},
    {2022, "RCWN", {5}, "{\"vehicleIdx\":5}"},
    {2024, "RTMT", {5, 3}, "{\"vehicleIdx\":5}"},
    {2025, "RTMT", {5, 3}, "{\"vehicleIdx\":5,\"reason\":3}"},
    {2025, "DRSD", {1}, "{\"reason\":1}"},
    {2024, "DRSD", {1}, NULL},
    {2025, "SGSV", {5, 0, 0, 0x20, 0x41}, "{\"vehicleIdx\":5,\"stopTime\":10}"},
    {2023, "OVTK", {4, 9}, "{\"overtakingVehicleIdx\":4,\"beingOvertakenVehicleIdx\":9}"},
    {2024, "SCAR", {1, 2}, "{\"safetyCarType\":1,\"eventType\":2}"},
    {2025, "COLL", {1, 2}, "{\"vehicle1Idx\":1,\"vehicle2Idx\":2}"},
    {2025, "LGOT", {1}, NULL},
    {2025, "RDFL", {1}, NULL},
    {2025, "DRSE", {1}, NULL},
    {2025, "CHQF", {1}, NULL},
    {2025, "SEND", {1}, NULL},
    {2025, "WXYZ", {1}, NULL},
};

PB_TEST(every_event_code_shows_its_own_member_of_the_union)
{
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        const event_row *r = &events[i];
        dgram            d = race_event(r->format, 1, r->code);
        char             want[400];
        memcpy(d.at + d.header + 4, r->details, d.size - d.header - 4);
        char *text = print_of(&d);
        if (r->want)
            (void)snprintf(want, sizeof want, "\"eventStringCode\":\"%s\",\"eventDetails\":%s}\n", r->code, r->want);
        else
            (void)snprintf(want, sizeof want, "\"eventStringCode\":\"%s\"}\n", r->code);
        PB_CHECK_HAS(text, want);
        free(text);
    }
}

PB_TEST(what_is_not_known_is_refused_with_its_reason)
{
    dgram          d = make(2025, PB__F1_EVENT, 1);
    pb_error       error;
    pb_json_writer w;
    pb_json_begin(&w, stdout, 0);
    d.at[0] = 0xea; /* 2026 */
    PB_CHECK_EQ(pb_f1_udp_print((pb_span){(const char *)d.at, d.size}, &w, &error), PB_E_UNSUPPORTED);
    PB_CHECK_TEXT(error.text, "unknown format");
    d.at[0] = 0xe9;
    d.at[6] = 16;
    PB_CHECK_EQ(pb_f1_udp_print((pb_span){(const char *)d.at, d.size}, &w, &error), PB_E_UNSUPPORTED);
    PB_CHECK_TEXT(error.text, "unknown packet id");
    d.at[6] = PB__F1_EVENT;
    PB_CHECK_EQ(pb_f1_udp_print((pb_span){(const char *)d.at, d.size + 1}, &w, &error), PB_E_SYNTAX);
    PB_CHECK_TEXT(error.text, "longer than its packet");
    PB_CHECK_EQ(pb_f1_udp_print((pb_span){NULL, 0}, &w, &error), PB_E_SYNTAX);
    PB_CHECK_TEXT(error.text, "shorter than a header");
}

PB_TEST_MAIN(PB_RUN(every_packet_of_every_year_is_as_long_as_its_fields), PB_RUN(sizes_are_the_published_ones),
             PB_RUN(every_field_lies_where_it_is_published_to_lie),
             PB_RUN(a_value_put_at_its_published_offset_is_printed_under_its_name),
             PB_RUN(numbers_are_printed_so_that_they_read_back_the_same), PB_RUN(a_session_id_keeps_all_its_bits),
             PB_RUN(a_name_is_printed_up_to_its_end_whatever_its_bytes),
             PB_RUN(every_event_code_shows_its_own_member_of_the_union),
             PB_RUN(what_is_not_known_is_refused_with_its_reason))
