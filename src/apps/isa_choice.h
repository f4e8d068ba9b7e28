/* isa_choice.h - which kernel: --isa, else PITBOARD_ISA, else the best there is. */
#ifndef PB_APPS_ISA_CHOICE_H
#define PB_APPS_ISA_CHOICE_H

#include "pitboard/num.h"

/* option may be NULL. PB_E_USAGE for a name that is none; PB_E_UNSUPPORTED when
 * this machine has not got it. *out is never PB_ISA_AUTO. */
pb_status pb__isa_choose(const char *option, pb_isa *out, pb_error *error);

#endif
