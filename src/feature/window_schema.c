/* window_schema: names of the features of a window, names of the windows. */
#include "pitboard/feature_window.h"

static const pb_feature window_features[] = {
#define FEATURE(name, what) {#name, what},
    PB_WINDOW_FEATURES(FEATURE)
#undef FEATURE
};

static const pb_feature_schema window_schema = {"window-1", window_features, PB_WINDOW_FEATURES_N};

const pb_feature_schema *pb_window_schema(void)
{
    return &window_schema;
}

const char *pb_window_kind_name(pb_window_kind kind)
{
    static const char *const names[PB_WINDOW_N] = {"sector", "5s", "lap"};
    return (int)kind >= 0 && kind < PB_WINDOW_N ? names[kind] : "?";
}
