/* narrate: see include/pitboard/narrate.h */
#include "pitboard/narrate.h"
