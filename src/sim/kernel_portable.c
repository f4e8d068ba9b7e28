/* kernel_portable.c - the trial kernel for one instruction set. */
#include "model.h"

#include "lanes_portable.h"

#define KERNEL(name) name##_portable
#include "kernel.h"
