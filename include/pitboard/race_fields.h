/* pitboard/race_fields.h - every field of a race file as data: its key, where it
 * lives in pb_race_spec, what it may hold and what it means.
 *
 * One table serves the reader, the writer, the range check and the JSON Schema,
 * so the four cannot disagree. To add a field: add it to race_spec.h and one row
 * to src/race/spec_fields.c.
 *
 *     record "race"  ---- field "pit" (OBJECT) ----> record "pit"
 *                    +--- field "cars" (OBJECT, array) -> record "car" -> ...
 *
 * Floor 2. Uses base. */
#ifndef PITBOARD_RACE_FIELDS_H
#define PITBOARD_RACE_FIELDS_H

#include "pitboard/race_spec.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum pb_field_kind {
    PB_FIELD_F64,
    PB_FIELD_U8,
    PB_FIELD_U16,
    PB_FIELD_I16,
    PB_FIELD_I32,
    PB_FIELD_BOOL,
    PB_FIELD_TEXT,         /* char[text_cap] */
    PB_FIELD_ENUM,         /* an int-sized enum; words[value], NULL where a value is not used */
    PB_FIELD_COMPOUND,     /* uint8_t index, a compound's name in the file */
    PB_FIELD_COMPOUND_SET, /* uint16_t bits, an array of names in the file */
    PB_FIELD_EFFECTS,      /* uint32_t bits, an object of booleans in the file */
    PB_FIELD_OBJECT        /* a nested record */
} pb_field_kind;

typedef struct pb_record pb_record;

/* One key. Arrays have array_max > 0; their length in the file is the count kept
 * at count_at, or exactly array_max when there is no count. */
typedef struct pb_field {
    const char        *key;
    const char        *doc;
    pb_field_kind      kind;
    bool               required;
    bool               elide;    /* not written while all bytes are zero */
    bool               carry_on; /* a shorter array goes on with its last step */
    size_t             offset;
    double             lo, hi; /* numbers: allowed range, ends included */
    size_t             text_cap;
    const char *const *words;
    int                n_words;
    const pb_record   *record;
    size_t             array_min, array_max;
    size_t             array_first; /* element that the file's first entry goes to: 1 for laps */
    size_t             stride;
    size_t             count_at;   /* offset of the count, when count_size > 0 */
    size_t             count_size; /* 1 or 2 bytes */
} pb_field;

/* One struct. */
struct pb_record {
    const char     *name;
    const char     *doc;
    const pb_field *fields;
    size_t          n_fields;
    size_t          size;
    void (*init)(void *record); /* defaults of one array element; NULL: zeros */
};

/* The root, pb_race_spec. Static; everything else hangs below it. */
const pb_record *pb_race_record(void);

/* Elements this array field holds in this record; 1 for a field that is no array. */
size_t pb_field_count(const pb_field *field, const void *record);
void   pb_field_set_count(const pb_field *field, void *record, size_t n);
/* Element i (0 is the file's first) of this field. */
const void *pb_field_at(const pb_field *field, const void *record, size_t i);
void       *pb_field_at_mut(const pb_field *field, void *record, size_t i);

/* True for the kinds that hold one number. */
bool pb_field_is_number(const pb_field *field);
bool pb_field_is_integer(const pb_field *field);
/* One number, at an element from pb_field_at; the kind must hold one. */
double pb_field_number(const pb_field *field, const void *element);
void   pb_field_set_number(const pb_field *field, void *element, double value);

/* PB_OK when value lies in the field's range; else PB_E_RANGE and a message that
 * names the pointer, the value, the range, and a likely mistake of the unit. */
pb_status pb_field_check(const pb_field *field, const char *pointer, double value, pb_error *error);

/* Checks every number below a record against its range. pointer is the record's
 * own: "" for the root. */
pb_status pb_record_check(const pb_record *record, const void *at, const char *pointer, pb_error *error);

/* Keys and what they mean, of the effects; NULL past the last. Bit i. */
const char *pb_effect_key(int bit);
const char *pb_effect_text(int bit);
#define PB_EFFECTS_N 26

#ifdef __cplusplus
}
#endif
#endif
