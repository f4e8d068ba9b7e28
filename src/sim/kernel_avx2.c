/* kernel_avx2.c - the trial kernel for one instruction set. */
#include "model.h"

#include "lanes_avx2.h"

#define KERNEL(name) name##_avx2
#include "kernel.h"
