/* race: see include/pitboard/race.h */
#include "pitboard/race.h"
