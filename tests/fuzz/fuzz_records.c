/* Every table of every source (the first line says which): anything in, no crash; what is accepted keeps its promises.
 * The path names a race in all ways there are, so that no form is refused for want of one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/wire_records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char names[][200] = {
    "circuitId,circuitRef,name,lat,lng\n4,catalunya,Barcelona,41.57,2.26\n",
    "driverId,driverRef,number,code,forename,surname\n1,hamilton,44,HAM,Lewis,Hamilton\n",
    "constructorId,constructorRef,name\n1,mclaren,McLaren\n",
    "statusId,status\n1,Finished\n",
    "raceId,year,round,circuitId,name\n1098,2023,7,4,Spanish Grand Prix\n",
};

static pb_ergast_ids *ids_of_names(void)
{
    pb_ergast_ids *ids = NULL;
    pb_records     records;
    if (pb_ergast_ids_create(&ids, NULL) != PB_OK) abort();
    pb_records_init(&records);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (pb_wire_read_records(pb_span_of(names[i]), "names", ids, &records, NULL) != PB_OK) abort();
    pb_records_fini(&records);
    return ids;
}

static void check_rows(const pb_records *r)
{
    PB_ASSERT(r->n_accepted > 0 && r->n_rows == r->n_accepted + r->quarantined.n);
    for (uint32_t i = 0; i < r->quarantined.n; i++) PB_ASSERT(r->quarantined.at[i].reason[0] != '\0');
    for (uint32_t i = 0; i < r->laps.n; i++) {
        const pb_lap_record *lap = &r->laps.at[i];
        PB_ASSERT(lap->lap.number >= 1 && lap->lap.number <= PB_LAPS_MAX);
        PB_ASSERT(lap->lap.time_ms == PB_MS_NONE || lap->lap.time_ms > 0);
        PB_ASSERT(lap->driver[0] || lap->number > 0);
    }
    for (uint32_t i = 0; i < r->weather.n; i++) PB_ASSERT(r->weather.at[i].rain >= -1 && r->weather.at[i].rain <= 1);
    for (uint32_t i = 0; i < r->control.n; i++) PB_ASSERT(r->control.at[i].message[0] != '\0');
    for (uint32_t i = 0; i < r->stints.n; i++) PB_ASSERT(r->stints.at[i].compound < PB_COMPOUND_N);
    for (uint32_t i = 0; i < r->results.n; i++)
        PB_ASSERT(isnan(r->results.at[i].points) || r->results.at[i].points <= 100);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_span        text = {(const char *)data, size};
    pb_ergast_ids *ids  = ids_of_names();
    pb_records     records;
    pb_error       error = {0};
    (void)pb_wire_form_of(text);
    pb_records_init(&records);
    if (pb_wire_read_records(text, "2023_07_spanish/barber/Race_1/file", ids, &records, &error) == PB_OK)
        check_rows(&records);
    else
        PB_ASSERT(records.n_rows == 0 && records.quarantined.n == 0 && error.text[0] != '\0');
    pb_records_fini(&records);
    pb_ergast_ids_destroy(ids);
    return 0;
}
