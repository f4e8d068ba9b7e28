#include "penalty.h"

#include <ctype.h>
#include <string.h>

/* The whole number that ends right before `end`, skipping one blank. */
static bool number_before(const char *begin, const char *end, int64_t *out)
{
    while (end > begin && end[-1] == ' ') end--;
    const char *from = end;
    while (from > begin && isdigit((unsigned char)from[-1])) from--;
    return pb_span_to_i64((pb_span){from, (size_t)(end - from)}, out);
}

static bool number_after(const char *at, int64_t *out)
{
    size_t n = 0;
    while (*at == ' ') at++;
    while (isdigit((unsigned char)at[n])) n++;
    return pb_span_to_i64((pb_span){at, n}, out);
}

bool pb__penalty_read(const char *message, pb__penalty *out)
{
    static const char words[] = " SECOND TIME PENALTY FOR CAR";
    const char       *at      = strstr(message, words);
    int64_t           seconds, number;
    if (!at || !number_before(message, at, &seconds) || !number_after(at + sizeof words - 1, &number)) return false;
    if (seconds < 1 || seconds > 60 || number < 1 || number > 999) return false;
    *out = (pb__penalty){
        .car_number = (int16_t)number, .seconds = (uint8_t)seconds, .served = strstr(message, "SERVED") != NULL};
    return true;
}

/* It went through the lane at the end of a lap in (after, before). */
static bool visited(const pb_log_car *car, uint32_t after, uint32_t before)
{
    for (uint32_t i = 0; i < car->n_laps; i++)
        if (car->laps[i].pit_in_ms != PB_MS_NONE && car->laps[i].number > after && car->laps[i].number < before)
            return true;
    return false;
}

double pb__penalty_pending_s(const pb_history_race *race, uint32_t car, uint32_t in_lap)
{
    const pb_log_car *who = &race->log->cars[car];
    double            sum = 0;
    for (uint32_t i = 0; i < race->n_control; i++) {
        const pb_control_row *row = &race->control[i];
        pb__penalty           penalty;
        if (row->lap < 1 || (uint32_t)row->lap >= in_lap || !pb__penalty_read(row->message, &penalty)) continue;
        if (penalty.car_number != who->number || penalty.served) continue;
        if (!visited(who, (uint32_t)row->lap, in_lap)) sum += penalty.seconds;
    }
    return sum;
}
