/* base: see include/pitboard/base.h */
#include "pitboard/base.h"
