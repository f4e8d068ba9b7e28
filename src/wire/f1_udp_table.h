/* f1_udp_table.h - what a datagram of the F1 game holds, field by field, for the
 * formats 2018 to 2025: one list a packet, every field with the formats that have
 * it. Offsets follow from the order: the wire is packed.
 *
 *     datagram:  header | fields ... | entry 0 | entry 1 | ... | fields
 *
 * Everything else of f1_udp*.c asks these tables, printing on every datagram,
 * the fast path once, at creation (f1_udp_layout.h). */
#ifndef PB_WIRE_F1_UDP_TABLE_H
#define PB_WIRE_F1_UDP_TABLE_H

#include "pitboard/base.h"

#define PB__F1_FIRST 2018
#define PB__F1_LAST 2025
#define PB__F1_YEARS (PB__F1_LAST - PB__F1_FIRST + 1)
#define PB__F1_SLOTS 22 /* of every per-car array; 20 in 2018 and 2019 */
#define PB__F1_DATAGRAM_MAX 1464

enum {
    PB__F1_MOTION,
    PB__F1_SESSION,
    PB__F1_LAP_DATA,
    PB__F1_EVENT,
    PB__F1_PARTICIPANTS,
    PB__F1_SETUPS,
    PB__F1_TELEMETRY,
    PB__F1_STATUS,
    PB__F1_FINAL,
    PB__F1_LOBBY,
    PB__F1_DAMAGE,
    PB__F1_HISTORY,
    PB__F1_TYRE_SETS,
    PB__F1_MOTION_EX,
    PB__F1_TIME_TRIAL,
    PB__F1_LAP_POSITIONS,
    PB__F1_PACKETS
};

typedef enum pb__f1_type {
    PB__F1_U8,
    PB__F1_I8,
    PB__F1_U16,
    PB__F1_I16,
    PB__F1_U32,
    PB__F1_U64,
    PB__F1_F32,
    PB__F1_F64,
    PB__F1_TEXT, /* count bytes, NUL-terminated when shorter */
    PB__F1_ENTRY /* a structure of its own: entry */
} pb__f1_type;

typedef struct pb__f1_field {
    const char                *name;  /* official, without m_; NULL ends a list; "" in an entry that is a bare array */
    uint8_t                    type;  /* pb__f1_type */
    uint16_t                   count; /* of an array; 0: one value */
    uint16_t                   from, to; /* formats that have it */
    const struct pb__f1_field *entry;
} pb__f1_field;

/* Lists of fields, each ended by a NULL name. */
#define PB__F1_ONE(name, type, from, to)                                                                               \
    {                                                                                                                  \
        name, PB__F1_##type, 0, from, to, NULL                                                                         \
    }
#define PB__F1_MANY(name, type, n, from, to)                                                                           \
    {                                                                                                                  \
        name, PB__F1_##type, n, from, to, NULL                                                                         \
    }
#define PB__F1_ENTRIES(name, n, entry, from, to)                                                                       \
    {                                                                                                                  \
        name, PB__F1_ENTRY, n, from, to, entry                                                                         \
    }
#define PB__F1_END                                                                                                     \
    {                                                                                                                  \
        NULL, 0, 0, 0, 0, NULL                                                                                         \
    }

extern const pb__f1_field pb__f1_header_fields[];
/* Per-car entries. */
extern const pb__f1_field pb__f1_motion_entry[], pb__f1_lap_entry[], pb__f1_participant_entry[];
extern const pb__f1_field pb__f1_setup_entry[], pb__f1_telemetry_entry[], pb__f1_status_entry[];
extern const pb__f1_field pb__f1_final_entry[], pb__f1_lobby_entry[], pb__f1_damage_entry[];

/* The fields behind the header; NULL for an id beyond the list. */
const pb__f1_field *pb__f1_packet_fields(unsigned id);
/* "lapData"; "?" beyond the list. */
const char *pb__f1_packet_name(unsigned id);
/* Bytes of the whole datagram as published; 0: this format has no such packet. */
size_t pb__f1_packet_size(unsigned format, unsigned id);
/* The member of the event union that a code uses in a format; an empty list for
 * codes without one and unknown codes. */
const pb__f1_field *pb__f1_event_fields(unsigned format, const char code[4]);

/* Bytes of a value of this type, of a list in a format, of one field in it. */
size_t             pb__f1_type_size(pb__f1_type type);
size_t             pb__f1_list_size(const pb__f1_field *list, unsigned format);
size_t             pb__f1_field_size(const pb__f1_field *field, unsigned format);
static inline bool pb__f1_has(const pb__f1_field *field, unsigned format)
{
    return format >= field->from && format <= field->to;
}
/* Where a field of a list begins in a format; NULL when it has none by that name. */
const pb__f1_field *pb__f1_find(const pb__f1_field *list, unsigned format, const char *name, size_t *at);

#endif
