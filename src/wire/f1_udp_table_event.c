/* f1_udp_table_event: what the union behind an event code means. The union is 5 bytes
 * in 2019, 7 in 2020, 8 in 2021 and 12 from 2022 on; 2018 has none. What a code does
 * not use is left over from before. */
#include "f1_udp_table.h"

#include <string.h>

#define ONE PB__F1_ONE

static const pb__f1_field none[]    = {PB__F1_END};
static const pb__f1_field vehicle[] = {ONE("vehicleIdx", U8, 2019, 2025), PB__F1_END};
static const pb__f1_field fastest[] = {ONE("vehicleIdx", U8, 2019, 2025), ONE("lapTime", F32, 2019, 2025), PB__F1_END};
static const pb__f1_field retired[] = {ONE("vehicleIdx", U8, 2019, 2025), ONE("reason", U8, 2025, 2025), PB__F1_END};
static const pb__f1_field drs_off[] = {ONE("reason", U8, 2025, 2025), PB__F1_END};
static const pb__f1_field lights[]  = {ONE("numLights", U8, 2021, 2025), PB__F1_END};
static const pb__f1_field button[]  = {ONE("buttonStatus", U32, 2021, 2025), PB__F1_END};

static const pb__f1_field penalty[] = {
    ONE("penaltyType", U8, 2020, 2025),  ONE("infringementType", U8, 2020, 2025),
    ONE("vehicleIdx", U8, 2020, 2025),   ONE("otherVehicleIdx", U8, 2020, 2025),
    ONE("time", U8, 2020, 2025),         ONE("lapNum", U8, 2020, 2025),
    ONE("placesGained", U8, 2020, 2025), PB__F1_END,
};

static const pb__f1_field speed_trap[] = {
    ONE("vehicleIdx", U8, 2020, 2025),
    ONE("speed", F32, 2020, 2025),
    ONE("overallFastestInSession", U8, 2021, 2021),
    ONE("driverFastestInSession", U8, 2021, 2021),
    ONE("isOverallFastestInSession", U8, 2022, 2025),
    ONE("isDriverFastestInSession", U8, 2022, 2025),
    ONE("fastestVehicleIdxInSession", U8, 2022, 2025),
    ONE("fastestSpeedInSession", F32, 2022, 2025),
    PB__F1_END,
};

static const pb__f1_field stop_go[] = {ONE("vehicleIdx", U8, 2021, 2025), ONE("stopTime", F32, 2025, 2025), PB__F1_END};

static const pb__f1_field flashback[] = {ONE("flashbackFrameIdentifier", U32, 2021, 2025),
                                         ONE("flashbackSessionTime", F32, 2021, 2025), PB__F1_END};

static const pb__f1_field overtake[] = {ONE("overtakingVehicleIdx", U8, 2023, 2025),
                                        ONE("beingOvertakenVehicleIdx", U8, 2023, 2025), PB__F1_END};

static const pb__f1_field safety_car[] = {ONE("safetyCarType", U8, 2023, 2025), ONE("eventType", U8, 2023, 2025),
                                          PB__F1_END};

static const pb__f1_field collision[] = {ONE("vehicle1Idx", U8, 2023, 2025), ONE("vehicle2Idx", U8, 2023, 2025),
                                         PB__F1_END};

static const struct {
    char                code[5];
    const pb__f1_field *fields;
} codes[] = {
    {"FTLP", fastest},   {"RTMT", retired},    {"DRSD", drs_off},  {"TMPT", vehicle},    {"RCWN", vehicle},
    {"PENA", penalty},   {"SPTP", speed_trap}, {"STLG", lights},   {"DTSV", vehicle},    {"SGSV", stop_go},
    {"FLBK", flashback}, {"BUTN", button},     {"OVTK", overtake}, {"SCAR", safety_car}, {"COLL", collision},
};

const pb__f1_field *pb__f1_event_fields(unsigned format, const char code[4])
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (memcmp(codes[i].code, code, 4) == 0) return format >= 2019 ? codes[i].fields : none;
    return none;
}
