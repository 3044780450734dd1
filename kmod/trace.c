// SPDX-License-Identifier: GPL-2.0
/*
 * trace.c - makes the code of the events that trace.h declares, once in the module
 */
#define CREATE_TRACE_POINTS
#include "trace.h"
