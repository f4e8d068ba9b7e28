/* race_json.h - what the reader, the writer and the schema of a race file share. */
#ifndef PB__RACE_JSON_H
#define PB__RACE_JSON_H

#define PB__RACE_FORMAT "pitboard-race-1"

#endif
