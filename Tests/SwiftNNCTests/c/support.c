#include "support.h"

#include <math.h>

const char *describe_failure(const char *file, int line, const char *what) {
    static _Thread_local char text[1024];
    const char *name = strrchr(file, '/');
    const char *error = snn_error_message();
    snprintf(text, sizeof text, "%s:%d: %s; last error: %s", name ? name + 1 : file, line, what, error ? error : "none");
    return text;
}

snn_tensor float_tensor(int64_t rows, int64_t columns, const float *values) {
    int64_t sizes[] = {rows, columns};
    snn_tensor result = NULL;
    bool vector = rows == 0;
    snn_status status = snn_tensor_create(values, SNN_FLOAT32, vector ? 1 : 2, vector ? sizes + 1 : sizes, &result);
    return status == SNN_OK ? result : NULL;
}

snn_tensor integer_tensor(int64_t count, const int64_t *values) {
    snn_tensor result = NULL;
    return snn_tensor_create(values, SNN_INT64, 1, &count, &result) == SNN_OK ? result : NULL;
}

snn_tensor unary(snn_op op, snn_tensor input) {
    snn_value arguments[] = {of_tensor(input)};
    snn_tensor result = NULL;
    return snn_op_call(op, arguments, 1, &result, 1, NULL) == SNN_OK ? result : NULL;
}

snn_tensor binary(snn_op op, snn_tensor input, snn_tensor other) {
    snn_value arguments[] = {of_tensor(input), of_tensor(other)};
    snn_tensor result = NULL;
    return snn_op_call(op, arguments, 2, &result, 1, NULL) == SNN_OK ? result : NULL;
}

bool holds(snn_tensor tensor, int64_t count, const float *values) {
    if (!tensor) return false;
    snn_tensor_view view;
    snn_tensor_get_view(tensor, &view);
    if (view.dtype != SNN_FLOAT32 || view.element_count != count) return false;
    float *elements = malloc((size_t)(count > 0 ? count : 1) * sizeof *elements);
    bool same = elements && snn_tensor_read(tensor, elements) == SNN_OK;
    for (int64_t i = 0; same && i < count; i++) same = elements[i] == values[i];
    free(elements);
    return same;
}

bool same_bits(snn_tensor a, snn_tensor b) {
    if (!a || !b) return false;
    snn_tensor_view left, right;
    snn_tensor_get_view(a, &left);
    snn_tensor_get_view(b, &right);
    if (left.dtype != right.dtype || left.rank != right.rank) return false;
    if (memcmp(left.sizes, right.sizes, (size_t)left.rank * sizeof left.sizes[0]) != 0) return false;
    size_t bytes = (size_t)left.element_count * 8;  // of the widest dtype
    char *first = calloc(2, bytes + 1), *second = first + bytes + 1;
    bool same = first && snn_tensor_read(a, first) == SNN_OK && snn_tensor_read(b, second) == SNN_OK &&
                memcmp(first, second, bytes) == 0;
    free(first);
    return same;
}

double number(snn_tensor tensor) {
    double real = NAN;
    int64_t integer = 0;
    if (!tensor || snn_tensor_item(tensor, &real, &integer) != SNN_OK) return NAN;
    snn_dtype dtype = snn_tensor_dtype(tensor);
    return dtype == SNN_FLOAT32 || dtype == SNN_FLOAT64 || dtype == SNN_FLOAT16 || dtype == SNN_BFLOAT16 ? real : (double)integer;
}

void release_all(snn_tensor *tensors, int count) {
    for (int i = 0; i < count; i++)
        if (tensors[i]) snn_tensor_release(tensors[i]);
}

static const interface_test *const lists[] = {tensor_tests, operator_tests, autograd_tests, module_tests, file_tests, garbage_tests, graph_tests};

const interface_test *interface_test_at(int index) {
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const interface_test *test = lists[i]; test->name; test++)
            if (index-- == 0) return test;
    return NULL;
}

int interface_test_count(void) {
    int count = 0;
    while (interface_test_at(count)) count++;
    return count;
}
