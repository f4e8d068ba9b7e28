/* lap_fixture: recorded races for tests, from text or from the shared data. */
#ifndef PB_LAP_FIXTURE_H
#define PB_LAP_FIXTURE_H

#include <dirent.h>

#include "pb_test.h"
#include "pitboard/codec.h"
#include "pitboard/wire.h"

#define PB_LAPS_DIR PB_SHARED_DIR "/data/armchair-strategist"
#define LAP_HEADER                                                                                                     \
    "Driver,DriverNumber,Team,LapNumber,LapTime_s,SessionTime_s,Position,Stint,Compound,CompoundName,TyreLife,"        \
    "FreshTyre,TrackStatus,PitInTime_s,PitOutTime_s,IsAccurate\n"

static inline void read_text(pb_race_log *log, const char *text)
{
    pb_error error = {0};
    pb_race_log_init(log);
    if (pb_wire_read_laps(pb_span_of(text), "2023_07_spanish.csv", log, &error) != PB_OK) fail_msg("%s", error.text);
}

static inline void read_file(pb_race_log *log, const char *path)
{
    pb_bytes bytes;
    pb_error error = {0};
    pb_race_log_init(log);
    if (pb_file_read(path, 0, &bytes, &error) != PB_OK) fail_msg("%s", error.text);
    if (pb_wire_read_laps((pb_span){bytes.at, bytes.len}, path, log, &error) != PB_OK) fail_msg("%s", error.text);
    pb_bytes_free(&bytes);
}

/* Calls each with every CSV of a folder of the lap data; returns how many. */
static inline int for_each_race(const char *folder, void (*each)(const pb_race_log *, void *), void *data)
{
    char path[4096];
    int  n = 0;
    snprintf(path, sizeof path, "%s/%s", PB_LAPS_DIR, folder);
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));) {
        pb_race_log log;
        if (!strstr(e->d_name, ".csv")) continue;
        snprintf(path, sizeof path, "%s/%s/%s", PB_LAPS_DIR, folder, e->d_name);
        read_file(&log, path);
        each(&log, data);
        pb_race_log_fini(&log);
        n++;
    }
    closedir(dir);
    return n;
}

static inline int car_index(const pb_race_log *log, const char *code)
{
    for (uint32_t c = 0; c < log->n_cars; c++)
        if (strcmp(log->cars[c].code, code) == 0) return (int)c;
    return -1;
}

#endif
