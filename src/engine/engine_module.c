/* engine: see include/pitboard/engine.h */
#include "pitboard/engine.h"
