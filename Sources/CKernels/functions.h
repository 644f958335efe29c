// The part of the kernels' tables that functions.c fills.
#ifndef SWIFTNN_CKERNELS_FUNCTIONS_H
#define SWIFTNN_CKERNELS_FUNCTIONS_H

#include "internal.h"

/// The loop of an elementary or special function; NULL if it is none, or has none for `dtype`.
ck_unary_loop ck_unary_function(ck_unary op, ck_dtype dtype);
ck_binary_loop ck_binary_function(ck_binary op, ck_dtype dtype);

#endif
