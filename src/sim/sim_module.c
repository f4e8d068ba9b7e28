/* sim: see include/pitboard/sim.h */
#include "pitboard/sim.h"
