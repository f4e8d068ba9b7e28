/* kernel_scalar.c - the trial kernel for one instruction set. */
#include "model.h"

#include "lanes_scalar.h"

#define KERNEL(name) name##_scalar
#include "kernel.h"
