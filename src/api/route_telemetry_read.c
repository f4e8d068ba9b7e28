/* route_telemetry_read: the rows of GET /telemetry. */
#include "telemetry_read.h"

#define V1 "/api/v1/telemetry"

static const char id_help[]  = "id: a recording of the list, or a session";
static const char car_help[] = "id: a recording of the list, or a session; car: its key, 88";

static const pb_route rows[] = {
    {.method  = PB_GET,
     .path    = V1,
     .id      = "listTelemetry",
     .tag     = "telemetry",
     .summary = "Recordings that have telemetry, newest first",
     .details = "What feeds left in the store and what was imported. A recording of a session is its team's, also when "
                "the session is over; the others are those of the team that runs the server. At most 500.",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_LIST,
     .run     = pb__run_recordings,
     .answer  = "TelemetryRecording"},
    {.method        = PB_GET,
     .path          = V1 "/{id}",
     .id            = "getTelemetry",
     .tag           = "telemetry",
     .summary       = "One recording: its cars, where it came from, what was refused",
     .role          = PB_ROLE_VIEWER,
     .run           = pb__run_recording,
     .answer        = "TelemetryDetail",
     .param_help    = id_help,
     .param_example = "live"},
    {.method  = PB_GET,
     .path    = V1 "/{id}/laps",
     .id      = "listTelemetryLaps",
     .tag     = "telemetry",
     .summary = "Laps of each car, found in its points",
     .details = "A lap ends where the lap distance falls back to the line (docs/formats/gr-cup.md); without one, where "
                "the counter of the logger says. The lap that is being driven is not among them. car=88 leaves one car "
                "and reads its points only.",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_LIST | PB_ROUTE_WORK,
     .run     = pb__run_telemetry_laps,
     .answer  = "TelemetryLap",
     .param_help    = id_help,
     .param_example = "live"},
    {.method        = PB_GET,
     .path          = V1 "/{id}/cars/{car}",
     .id            = "getTelemetryCar",
     .tag           = "telemetry",
     .summary       = "Health of a car's telemetry: channels, rate, holes, bursts, glitches of its lap counter",
     .role          = PB_ROLE_VIEWER,
     .flags         = PB_ROUTE_WORK,
     .run           = pb__run_telemetry_car,
     .answer        = "TelemetryCar",
     .param_help    = car_help,
     .param_example = "live"},
    {.method        = PB_GET,
     .path          = V1 "/{id}/windows",
     .id            = "listTelemetryWindows",
     .tag           = "telemetry",
     .summary       = "Features of windows of telemetry (docs/features.md)",
     .details       = "Of laps; kind=5s and kind=sector need car=.",
     .role          = PB_ROLE_VIEWER,
     .flags         = PB_ROUTE_LIST,
     .run           = pb__run_windows,
     .answer        = "TelemetryWindow",
     .query         = {{"kind", "{\"enum\":[\"lap\",\"5s\",\"sector\"],\"default\":\"lap\"}", "which windows"}},
     .param_help    = id_help,
     .param_example = "live"},
    {.method  = PB_GET,
     .path    = V1 "/{id}/traces",
     .id      = "getTelemetryTraces",
     .tag     = "telemetry",
     .summary = "Channels of laps along the distance, on one grid",
     .details =
         "laps=88:5,88:6 names at most 20, car:lap; the best lap of each is car:best. All have the same places 0, "
         "step_m, 2 step_m ..., so that they can be laid over each other and the difference of elapsed_ms is the "
         "time won or lost. A place holds the mean of the samples that fall to it, else what lies between the two "
         "around it; null where the next sample is 200 m away or more.",
     .role          = PB_ROLE_VIEWER,
     .flags         = PB_ROUTE_WORK,
     .run           = pb__run_traces,
     .answer        = "TelemetryTraces",
     .query         = {{"laps", "{\"type\":\"string\",\"minLength\":3,\"maxLength\":400}", "car:lap,car:lap; needed"},
                       {"channels", "{\"type\":\"string\",\"minLength\":1,\"maxLength\":400}",
                        "names, speed_kmh,rpm; left out: all that there are"},
                       {"step_m", "{\"type\":\"number\",\"minimum\":0.1,\"maximum\":1000}",
                        "metres between two places, grows until there are no more than points"},
                       {"points", "{\"type\":\"integer\",\"minimum\":2,\"maximum\":5000,\"default\":1000}",
                        "most places of a lap"}},
     .param_help    = id_help,
     .param_example = "live"},
};

pb_route_table pb_routes_telemetry_table(pb_recordings *telemetry)
{
    return (pb_route_table){.rows = rows, .n = sizeof rows / sizeof *rows, .context = telemetry};
}
