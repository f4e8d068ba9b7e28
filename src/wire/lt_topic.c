/* lt_topic: names of topics. */
#include "lt_topic.h"

#include <string.h>

static const struct {
    const char *name, *file;
    size_t      len; /* of name */
} topics[PB__LT_T_N] = {
#define PB__LT_TOPIC_NAME(name, file) [PB__LT_T_##name] = {#name, file, sizeof #name - 1},
    PB__LT_TOPIC_LIST(PB__LT_TOPIC_NAME)
#undef PB__LT_TOPIC_NAME
};

bool pb__lt_topic_packed(pb_span name)
{
    return name.len > 2 && memcmp(name.at + name.len - 2, ".z", 2) == 0;
}

pb__lt_topic pb__lt_topic_of(pb_span name)
{
    if (pb__lt_topic_packed(name)) name.len -= 2;
    unsigned t = 0;
    while (t < PB__LT_T_N && (name.len != topics[t].len || memcmp(name.at, topics[t].name, name.len) != 0)) t++;
    return (pb__lt_topic)t;
}

pb__lt_topic pb__lt_topic_of_file(const char *name)
{
    const char *dot  = strrchr(name, '.');
    pb_span     stem = {name, dot ? (size_t)(dot - name) : 0};
    unsigned    t    = 0;
    if (!dot || (strcmp(dot, ".jsonStream") != 0 && strcmp(dot, ".raw") != 0)) return PB__LT_T_N;
    if (pb__lt_topic_of(stem) != PB__LT_T_N) return pb__lt_topic_of(stem);
    while (t < PB__LT_T_N && !pb_span_equal_text(stem, topics[t].file)) t++;
    return (pb__lt_topic)t;
}

const char *pb__lt_topic_name(pb__lt_topic topic)
{
    return (unsigned)topic < PB__LT_T_N ? topics[topic].name : "?";
}
