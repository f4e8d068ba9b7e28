/* calendar.h - days of the Gregorian calendar, for the readers of times. Inside wire only. */
#ifndef PB_WIRE_CALENDAR_H
#define PB_WIRE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

/* The month has this day; of any year. */
bool pb__date_is_real(int32_t year, int32_t month, int32_t day);
/* Days from 1970-01-01 to a date that is real, year 1 or later. */
int64_t pb__days_of(int32_t year, int32_t month, int32_t day);

#endif
