/* lt_tree: what the topics of live timing say now. Inside wire only.
 *
 * One tree a topic; a message is a patch to it. Every value knows the numbers of
 * the messages that made it, sent it last and changed it last, so that whoever
 * tells what a message meant can look at the state instead of at the patch:
 *
 *     message 7  {"Lines":{"44":{"InPit":true}}}
 *
 *     Lines           sent 7
 *       44            sent 7
 *         InPit       sent 7, changed 7     was false since message 2
 *         Position    sent 5, changed 3
 *
 * All memory comes from one arena at the start and is bounded: values, members of
 * an object, length of a list, length of a text. What does not fit is left out and
 * said in tree->why. */
#ifndef PB_WIRE_LT_TREE_H
#define PB_WIRE_LT_TREE_H

#include "lt_slab.h"
#include "lt_value.h"

#define PB__LT_NODES_MAX (1u << 16)
#define PB__LT_SLAB_BYTES (8u << 20)
#define PB__LT_INDEX_MAX 10000
#define PB__LT_KEYS_MAX 512 /* members of an object that is kept */
#define PB__LT_KEY_MAX 128  /* bytes */
#define PB__LT_TEXT_MAX 4096

/* Keys that are asked for; the others are kept by their text. */
// clang-format off
#define PB__LT_WORD_LIST(X)                                                                                      \
    X(AirTemp) X(BestLapTime) X(BestLapTimes) X(BestSectors) X(Captures) X(Category) X(Circuit) X(Compound)      \
    X(CurrentLap) X(Duration) X(Extrapolating) X(FL) X(Flag) X(FullName) X(Gap) X(GapToLeader) X(GmtOffset)      \
    X(GridPos) X(Humidity) X(I1) X(I2) X(InPit) X(Interval) X(IntervalToPositionAhead) X(IsOut) X(Key) X(Lap)    \
    X(LapPosition) X(LastLapTime) X(Lines) X(Meeting) X(Message) X(Messages) X(Mode) X(Name) X(New) X(Number)    \
    X(NumberOfLaps) X(NumberOfPitStops) X(Path) X(PitLaneTime) X(PitOut) X(PitStop) X(PitStopTime) X(PitTimes)   \
    X(Position) X(Pressure) X(QualifyingPart) X(RacingNumber) X(Rainfall) X(Remaining) X(Retired) X(ST) X(Scope) \
    X(Sector) X(Sectors) X(Segments) X(Series) X(SessionPart) X(SessionStatus) X(ShortName) X(Speeds)            \
    X(StartDate) X(StartLaps) X(Stats) X(Status) X(StatusSeries) X(Stints) X(Stopped) X(TeamName)                \
    X(TimeDiffToFastest) X(TimeDiffToPositionAhead) X(TimeDifftoPositionAhead) X(Timestamp) X(Tla) X(TotalLaps)  \
    X(TrackStatus) X(TrackTemp) X(Type) X(Tyres) X(TyresNotChanged) X(Utc) X(Value) X(WindDirection)             \
    X(WindSpeed)
// clang-format on

typedef enum pb__lt_word {
    PB__LT_W_NONE = 0,
#define PB__LT_WORD_ENUM(name) PB__LT_W_##name,
    PB__LT_WORD_LIST(PB__LT_WORD_ENUM)
#undef PB__LT_WORD_ENUM
        PB__LT_W_N
} pb__lt_word;

pb__lt_word pb__lt_word_of(pb_span key); /* PB__LT_W_NONE when it is not in the list */
const char *pb__lt_word_text(pb__lt_word word);

typedef struct pb__lt_node {
    const char *key; /* of a member of an object */
    union {
        char                *text;
        struct pb__lt_node **kids; /* of a list: NULL where nothing was sent yet */
        int64_t              whole;
        double               real;
        struct pb__lt_node  *spare;
    };
    uint32_t len;  /* bytes of text, or members */
    uint32_t room; /* bytes behind text or kids; 0 none */
    uint32_t born, sent, changed;
    uint16_t key_len;
    uint8_t  kind; /* pb__lt_kind */
    uint8_t  word; /* pb__lt_word */
} pb__lt_node;

typedef struct pb__lt_tree {
    pb__lt_node *nodes, *spare;
    uint32_t     used; /* nodes ever taken */
    pb__lt_slab  slab;
    uint32_t     now;      /* number of the message that is being merged */
    bool         by_index; /* objects with whole keys for Stints and the like become lists */
    const char  *why;      /* what was left out of it first; NULL nothing */
    pb__lt_node  gone;     /* stands for a deleted member while a list is being closed */
} pb__lt_tree;

pb_status pb__lt_tree_init(pb__lt_tree *tree, pb_arena *arena);
void      pb__lt_tree_clear(pb__lt_tree *tree);

/* A null that nobody holds yet; NULL when the tree is full. */
pb__lt_node *pb__lt_node_new(pb__lt_tree *tree);
/* Gives a node and all below back; NULL is nothing. */
void pb__lt_node_drop(pb__lt_tree *tree, pb__lt_node *node);
/* Turns it into an empty value of the kind. */
void pb__lt_node_turn(pb__lt_tree *tree, pb__lt_node *node, pb__lt_kind kind);
/* Member by key, made when it is not there. NULL when it cannot be. */
pb__lt_node *pb__lt_node_key(pb__lt_tree *tree, pb__lt_node *object, pb_span key);
pb__lt_node *pb__lt_node_index(pb__lt_tree *tree, pb__lt_node *list, uint32_t i);
/* Takes a member off; its place is closed. */
void pb__lt_node_remove(pb__lt_tree *tree, pb__lt_node *of, uint32_t i);
bool pb__lt_node_set_text(pb__lt_tree *tree, pb__lt_node *node, pb_span text);

/* Brings a patch into *root (NULL before the first) by the rules of lt_merge.c.
 * replace: the patch is a key frame. */
void pb__lt_merge(pb__lt_tree *tree, pb__lt_node **root, const pb__lt_value *patch, bool replace);

/* ---- looking; every one takes NULL for "not there" ---- */
pb__lt_node       *pb__lt_find(const pb__lt_node *object, pb_span key, uint32_t *at);
const pb__lt_node *pb__lt_get(const pb__lt_node *object, pb__lt_word word);
pb_span            pb__lt_text(const pb__lt_node *node); /* empty for anything else */
/* A whole number, also as a text; false for anything else. */
bool pb__lt_whole(const pb__lt_node *node, int64_t lo, int64_t hi, int64_t *out);
bool pb__lt_number(const pb__lt_node *node, double *out);
/* true, "true", 1, "1" and so on; false for anything that is neither. */
bool pb__lt_truth(const pb__lt_node *node, bool *out);
/* Name of member i as a whole number: its key, or its place in a list. */
bool pb__lt_name_whole(const pb__lt_node *of, uint32_t i, int64_t lo, int64_t hi, int64_t *out);

#endif
