/* kernel_avx512.c - the trial kernel for one instruction set. */
#include "model.h"

#include "lanes_avx512.h"

#define KERNEL(name) name##_avx512
#include "kernel.h"
