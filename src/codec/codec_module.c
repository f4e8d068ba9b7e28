/* codec: see include/pitboard/codec.h */
#include "pitboard/codec.h"
