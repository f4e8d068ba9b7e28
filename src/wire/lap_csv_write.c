/* lap_csv_write: a recorded race as a lap CSV in seconds form. */
#include <stdio.h>
#include <stdlib.h>

#include "pitboard/codec.h"
#include "pitboard/wire.h"

static void put_ms(FILE *to, int32_t ms)
{
    if (ms == PB_MS_NONE)
        fputc(',', to);
    else
        fprintf(to, ",%d.%03d", ms / 1000, ms % 1000);
}

/* Empty when it is `none`. */
static void put_whole(FILE *to, int value, int none)
{
    if (value == none)
        fputc(',', to);
    else
        fprintf(to, ",%d", value);
}

static void put_status(FILE *to, const pb_lap *lap)
{
    fputc(',', to);
    fputs(lap->status_order, to);
    for (int digit = 0; digit < 8; digit++)
        if (!lap->status_order[0] && lap->status & 1 << digit) fputc('0' + digit, to);
}

static void put_lap(FILE *to, const pb_log_car *car, const pb_lap *lap)
{
    pb_csv_put(to, car->code);
    put_whole(to, car->number, 0);
    fputc(',', to);
    pb_csv_put(to, car->team);
    put_whole(to, car->grid, 0);
    put_whole(to, lap->number, 0);
    put_ms(to, lap->time_ms);
    put_ms(to, lap->session_ms);
    put_whole(to, lap->position, 0);
    put_whole(to, lap->stint, 0);
    fputc(',', to);
    pb_csv_put(to, lap->odd_compound[0] ? lap->odd_compound : pb_compound_name((pb_compound)lap->compound));
    fputc(',', to);
    pb_csv_put(to, lap->compound_name);
    put_whole(to, lap->tyre_age_laps, -1);
    put_whole(to, lap->fresh, -1);
    put_status(to, lap);
    put_ms(to, lap->pit_in_ms);
    put_ms(to, lap->pit_out_ms);
    put_whole(to, lap->accurate, -1);
    put_ms(to, lap->start_ms);
    for (int i = 0; i < 3; i++) put_ms(to, lap->sector_ms[i]);
    fprintf(to, ",%d,%d\n", lap->deleted, lap->generated);
}

pb_status pb_wire_write_laps(const pb_race_log *log, const char *path, pb_error *error)
{
    char  *text = NULL;
    size_t len  = 0;
    FILE  *to   = open_memstream(&text, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    fputs(
        "Driver,DriverNumber,Team,GridPosition,LapNumber,LapTime_s,SessionTime_s,Position,Stint,Compound,CompoundName,"
        "TyreLife,FreshTyre,TrackStatus,PitInTime_s,PitOutTime_s,IsAccurate,LapStartTime_s,Sector1_s,Sector2_s,Sector3_"
        "s,Deleted,"
        "FastF1Generated\n",
        to);
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) put_lap(to, &log->cars[c], &log->cars[c].laps[i]);
    bool      failed = ferror(to);
    pb_status status = fclose(to) != 0 || failed ? pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path)
                                                 : pb_file_write(path, (pb_span){text, len}, error);
    free(text);
    return status;
}
