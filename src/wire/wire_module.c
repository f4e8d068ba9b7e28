/* wire: see include/pitboard/wire.h */
#include "pitboard/wire.h"
