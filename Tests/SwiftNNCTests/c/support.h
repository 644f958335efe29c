// Checks and shorthands for the tests of the C interface.
#ifndef SUPPORT_H
#define SUPPORT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/interface_tests.h"
#include "swiftnn.h"

/// Formats "file:line: what; last error: …".
const char *describe_failure(const char *file, int line, const char *what);

#define CHECK(condition)                                                                                              \
    do {                                                                                                              \
        if (!(condition)) return describe_failure(__FILE__, __LINE__, #condition);                                    \
    } while (0)
#define CHECK_OK(call) CHECK((call) == SNN_OK)
/// The call fails with `status` and a message that holds `part`.
#define CHECK_ERROR(call, status, part)                                                                               \
    do {                                                                                                              \
        CHECK((call) == (status));                                                                                    \
        CHECK(strstr(snn_error_message(), (part)) != NULL);                                                           \
    } while (0)

/// No function writes an output when it fails: an output is set to this before, and must still be so.
#define UNTOUCHED ((snn_tensor)(uintptr_t)0x5eed)

// Arguments of operators.
static inline snn_value of_tensor(snn_tensor tensor) { return (snn_value){.kind = SNN_TENSOR, .tensor = tensor}; }
static inline snn_value of_integer(int64_t value) { return (snn_value){.kind = SNN_INTEGER, .integer = value}; }
static inline snn_value of_real(double value) { return (snn_value){.kind = SNN_REAL, .real = value}; }
static inline snn_value of_boolean(bool value) { return (snn_value){.kind = SNN_BOOLEAN, .integer = value}; }
static inline snn_value of_dtype(snn_dtype value) { return (snn_value){.kind = SNN_DTYPE, .integer = value}; }
static inline snn_value of_string(const char *value) { return (snn_value){.kind = SNN_STRING, .string = value}; }
static inline snn_value of_none(void) { return (snn_value){.kind = SNN_NONE}; }
static inline snn_value of_integers(const int64_t *values, int32_t count) {
    return (snn_value){.kind = SNN_INTEGERS, .count = count, .integers = values};
}
static inline snn_value of_reals(const double *values, int32_t count) {
    return (snn_value){.kind = SNN_REALS, .count = count, .reals = values};
}
static inline snn_value of_tensors(const snn_tensor *values, int32_t count) {
    return (snn_value){.kind = SNN_TENSORS, .count = count, .tensors = values};
}

/// A float32 tensor of at most two dimensions; rows 0 makes a vector. NULL if it cannot be made.
snn_tensor float_tensor(int64_t rows, int64_t columns, const float *values);
snn_tensor integer_tensor(int64_t count, const int64_t *values);
/// The one result of an operator on one or two tensors, or NULL.
snn_tensor unary(snn_op op, snn_tensor input);
snn_tensor binary(snn_op op, snn_tensor input, snn_tensor other);
/// Whether a float32 tensor holds exactly these elements.
bool holds(snn_tensor tensor, int64_t count, const float *values);
/// Whether two tensors have the same shape, dtype and bits.
bool same_bits(snn_tensor a, snn_tensor b);
/// The one element as a double; NaN on an error.
double number(snn_tensor tensor);
void release_all(snn_tensor *tensors, int count);

// One list for each file.
extern const interface_test tensor_tests[], operator_tests[], autograd_tests[], module_tests[], file_tests[],
    garbage_tests[], graph_tests[];

#endif
