/* f1_udp_names: what the numbers of the wire stand for. */
#include <string.h>

#include "f1_udp_state.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

const char *pb__f1_circuit(int track_id)
{
    static const char *const ids[] = {
        "melbourne",
        "le_castellet",
        "shanghai",
        "bahrain",
        "barcelona",
        "monaco",
        "montreal",
        "silverstone",
        "hockenheim",
        "budapest",
        "spa",
        "monza",
        "singapore",
        "suzuka",
        "yas_marina",
        "austin",
        "sao_paulo",
        "spielberg",
        "sochi",
        "mexico_city",
        "baku",
        "Sakhir short",
        "Silverstone short",
        "Texas short",
        "Suzuka short",
        "hanoi",
        "zandvoort",
        "imola",
        "portimao",
        "jeddah",
        "miami",
        "las_vegas",
        "lusail",
    };
    if (track_id == 39) return "Silverstone reverse";
    if (track_id == 40) return "Austria reverse";
    if (track_id == 41) return "Zandvoort reverse";
    return track_id >= 0 && track_id < (int)COUNT(ids) ? ids[track_id] : "";
}

const char *pb__f1_team(unsigned format, unsigned team_id)
{
    static const char *const teams[] = {"Mercedes", "Ferrari", "Red Bull", "Williams", "Aston Martin",
                                        "Alpine",   "",        "Haas",     "McLaren",  ""};
    switch (team_id) {
    case 4:
        return format >= 2021 ? teams[4] : format >= 2019 ? "Racing Point" : "Force India";
    case 5:
        return format >= 2021 ? teams[5] : "Renault";
    case 6:
        return format >= 2024 ? "RB" : format >= 2020 ? "AlphaTauri" : "Toro Rosso";
    case 9:
        return format >= 2024 ? "Sauber" : format >= 2019 ? "Alfa Romeo" : "Sauber";
    default:
        return team_id < COUNT(teams) ? teams[team_id] : "";
    }
}

const char *pb__f1_driver_code(unsigned driver_id)
{
    static const struct {
        uint8_t id;
        char    code[4];
    } drivers[] = {
        {0, "SAI"},   {2, "RIC"},   {3, "ALO"},   {7, "HAM"},   {9, "VER"},   {10, "HUL"},  {11, "MAG"},
        {14, "PER"},  {15, "BOT"},  {17, "OCO"},  {19, "STR"},  {50, "RUS"},  {54, "NOR"},  {58, "LEC"},
        {59, "GAS"},  {62, "ALB"},  {80, "ZHO"},  {94, "TSU"},  {112, "PIA"}, {113, "LAW"}, {132, "SAR"},
        {136, "DOO"}, {147, "BEA"}, {149, "HAD"}, {161, "BOR"}, {162, "COL"}, {165, "ANT"},
    };
    for (size_t i = 0; i < COUNT(drivers); i++)
        if (drivers[i].id == driver_id) return drivers[i].code;
    return "";
}

/* 2018 has one list, of its seven slicks; later years a visual one beside the actual. */
pb_compound pb__f1_compound(unsigned format, unsigned visual)
{
    static const uint8_t of_2018[] = {
        PB_COMPOUND_HYPERSOFT, PB_COMPOUND_ULTRASOFT, PB_COMPOUND_SUPERSOFT,    PB_COMPOUND_SOFT, PB_COMPOUND_MEDIUM,
        PB_COMPOUND_HARD,      PB_COMPOUND_SUPERHARD, PB_COMPOUND_INTERMEDIATE, PB_COMPOUND_WET,
    };
    static const uint8_t later[] = {
        [7] = PB_COMPOUND_INTERMEDIATE, [8] = PB_COMPOUND_WET,     [10] = PB_COMPOUND_WET,
        [11] = PB_COMPOUND_SUPERSOFT,   [12] = PB_COMPOUND_SOFT,   [13] = PB_COMPOUND_MEDIUM,
        [14] = PB_COMPOUND_HARD,        [15] = PB_COMPOUND_WET,    [16] = PB_COMPOUND_SOFT,
        [17] = PB_COMPOUND_MEDIUM,      [18] = PB_COMPOUND_HARD,   [19] = PB_COMPOUND_SUPERSOFT,
        [20] = PB_COMPOUND_SOFT,        [21] = PB_COMPOUND_MEDIUM, [22] = PB_COMPOUND_HARD,
    };
    const uint8_t *list = format == 2018 ? of_2018 : later;
    size_t         n    = format == 2018 ? COUNT(of_2018) : COUNT(later);
    return visual < n ? (pb_compound)list[visual] : PB_COMPOUND_UNKNOWN;
}

/* Through 2020 a time trial is 12, in 2021 to 2023 13 after a third race, from 2024 on 18. */
pb_session_type pb__f1_session_type(unsigned format, unsigned type)
{
    unsigned race = format >= 2024 ? 15 : 10, last_race = format >= 2021 ? race + 2 : race + 1;
    if (type == 0 || type > last_race + 1) return PB_SESSION_UNKNOWN;
    if (type == last_race + 1) return PB_SESSION_TIME_TRIAL;
    if (type >= race) return PB_SESSION_RACE;
    if (type >= 10) return PB_SESSION_SPRINT_QUALIFYING;
    return type >= 5 ? PB_SESSION_QUALIFYING : PB_SESSION_PRACTICE;
}

const char *pb__f1_infringement(unsigned type)
{
    static const char *const names[] = {
        "blocking by slow driving",
        "blocking by wrong-way driving",
        "reversing off the start line",
        "big collision",
        "small collision",
        "collision, failed to hand back the position",
        "collision, failed to hand back positions",
        "corner cutting, gained time",
        "corner cutting, overtook one",
        "corner cutting, overtook several",
        "crossed the pit exit lane",
        "ignoring blue flags",
        "ignoring yellow flags",
        "ignoring a drive-through",
        "too many drive-throughs",
        "drive-through reminder, within n laps",
        "drive-through reminder, this lap",
        "pit lane speeding",
        "parked too long",
        "ignoring tyre regulations",
        "too many penalties",
        "multiple warnings",
        "approaching disqualification",
        "tyre regulations, select single",
        "tyre regulations, select multiple",
        "lap invalid, corner cutting",
        "lap invalid, ran wide",
        "ran wide, minor time gained",
        "ran wide, significant time gained",
        "ran wide, extreme time gained",
        "lap invalid, wall riding",
        "lap invalid, flashback",
        "lap invalid, reset to track",
        "blocking the pit lane",
        "jump start",
        "hit the safety car",
        "illegal overtake under the safety car",
        "safety car pace exceeded",
        "virtual safety car pace exceeded",
        "formation lap too slow",
        "formation lap parking",
        "retired, mechanical failure",
        "retired, terminal damage",
        "too far behind the safety car",
        "black flag timer",
        "unserved stop-go",
        "unserved drive-through",
        "engine component change",
        "gearbox change",
        "parc ferme change",
        "league grid penalty",
        "retry penalty",
        "illegal time gain",
        "mandatory pit stop",
        "attribute assigned",
    };
    return type < COUNT(names) ? names[type] : "";
}

const char *pb__f1_penalty_name(unsigned type)
{
    static const char *const names[] = {
        "drive-through",
        "stop-go",
        "grid penalty",
        "penalty reminder",
        "time penalty",
        "warning",
        "disqualified",
        "removed from the formation lap",
        "parked too long",
        "tyre regulations",
        "this lap invalid",
        "this and the next lap invalid",
        "this lap invalid",
        "this and the next lap invalid",
        "this and the previous lap invalid",
        "this and the previous lap invalid",
        "retired",
        "black flag timer",
    };
    return type < COUNT(names) ? names[type] : "";
}

pb_penalty pb__f1_penalty(unsigned type)
{
    switch (type) {
    case 0:
        return PB_PENALTY_DRIVE_THROUGH;
    case 1:
        return PB_PENALTY_STOP_GO;
    case 2:
        return PB_PENALTY_GRID;
    case 4:
        return PB_PENALTY_TIME;
    case 5:
        return PB_PENALTY_WARNING;
    case 6:
        return PB_PENALTY_DISQUALIFIED;
    case 7:
    case 9:
        return PB_PENALTY_OTHER;
    default:
        return PB_PENALTY_NONE;
    }
}

bool pb__f1_is_race(const pb_f1_udp *u)
{
    pb_session_type type = pb__f1_session_type(u->s.format, u->s.type);
    return type == PB_SESSION_RACE || type == PB_SESSION_SPRINT;
}
