/* num: see include/pitboard/num.h */
#include "pitboard/num.h"
