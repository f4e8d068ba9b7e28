/* The names and sentences of the status codes. */
#include "pitboard/base.h"

const char *pb_status_name(pb_status status)
{
    switch (status) {
#define PB_STATUS_NAME(name, code, text)                                                                               \
    case PB_##name:                                                                                                    \
        return "PB_" #name;
        PB_STATUS_LIST(PB_STATUS_NAME)
#undef PB_STATUS_NAME
    }
    return "PB_E_?";
}

const char *pb_status_text(pb_status status)
{
    switch (status) {
#define PB_STATUS_TEXT(name, code, text)                                                                               \
    case PB_##name:                                                                                                    \
        return text;
        PB_STATUS_LIST(PB_STATUS_TEXT)
#undef PB_STATUS_TEXT
    }
    return "an error without a name";
}
