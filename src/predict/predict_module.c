/* predict: see include/pitboard/predict.h */
#include "pitboard/predict.h"
