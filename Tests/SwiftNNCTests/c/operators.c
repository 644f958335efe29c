// Operators by their numbers: arguments, results, defaults, errors, in place, random numbers.
#include "support.h"

#include <math.h>

static const char *test_elementwise(void) {
    snn_tensor x = float_tensor(2, 2, (float[]){1, 2, 3, 4}), row = float_tensor(0, 2, (float[]){10, 20});
    snn_tensor y = binary(SNN_OP_add, x, row);
    CHECK(holds(y, 4, (float[]){11, 22, 13, 24}));
    snn_tensor_release(y);
    // input + alpha * other
    snn_value arguments[] = {of_tensor(x), of_tensor(row), of_integer(2)};
    int32_t count = -1;
    CHECK_OK(snn_op_call(SNN_OP_add, arguments, 3, &y, 1, &count));
    CHECK(count == 1 && holds(y, 4, (float[]){21, 42, 23, 44}));
    snn_tensor_release(y);
    // An argument of kind SNN_NONE takes the default.
    arguments[2] = of_none();
    CHECK_OK(snn_op_call(SNN_OP_add, arguments, 3, &y, 1, NULL));
    CHECK(holds(y, 4, (float[]){11, 22, 13, 24}));
    snn_tensor tensors[] = {x, row, y};
    release_all(tensors, 3);
    return NULL;
}

static const char *test_products(void) {
    snn_tensor a = float_tensor(2, 3, (float[]){1, 2, 3, 4, 5, 6}), b = float_tensor(3, 1, (float[]){1, 10, 100});
    snn_tensor c = binary(SNN_OP_matmul, a, b), d = binary(SNN_OP_mm, a, b);
    CHECK(holds(c, 2, (float[]){321, 654}) && holds(d, 2, (float[]){321, 654}));
    snn_tensor weight = float_tensor(1, 3, (float[]){1, 10, 100}), bias = float_tensor(0, 1, (float[]){1000});
    snn_value arguments[] = {of_tensor(a), of_tensor(weight), of_tensor(bias)};
    snn_tensor y = NULL;
    CHECK_OK(snn_op_call(SNN_OP_linear, arguments, 3, &y, 1, NULL));
    CHECK(holds(y, 2, (float[]){1321, 1654}));
    snn_tensor tensors[] = {a, b, c, d, weight, bias, y};
    release_all(tensors, 7);
    return NULL;
}

static const char *test_reductions(void) {
    snn_tensor x = float_tensor(2, 3, (float[]){1, 5, 3, 6, 2, 4}), results[2] = {NULL, NULL};
    snn_tensor total = unary(SNN_OP_sum, x);
    CHECK(number(total) == 21);
    snn_tensor_release(total);
    snn_value along[] = {of_tensor(x), of_integer(-1), of_boolean(true)};
    CHECK_OK(snn_op_call(SNN_OP_sum, along, 3, results, 2, NULL));
    CHECK(snn_tensor_rank(results[0]) == 2 && holds(results[0], 2, (float[]){9, 12}));
    snn_tensor_release(results[0]);
    snn_value both[] = {of_tensor(x), of_integers((int64_t[]){0, 1}, 2), of_boolean(false), of_dtype(SNN_FLOAT64)};
    CHECK_OK(snn_op_call(SNN_OP_sum, both, 4, results, 2, NULL));
    CHECK(snn_tensor_dtype(results[0]) == SNN_FLOAT64 && number(results[0]) == 21);
    snn_tensor_release(results[0]);
    // Two results.
    int32_t count = 0;
    CHECK_OK(snn_op_call(SNN_OP_max, along, 2, results, 2, &count));
    CHECK(count == 2 && holds(results[0], 2, (float[]){5, 6}));
    int64_t indices[2];
    CHECK(snn_tensor_dtype(results[1]) == SNN_INT64);
    CHECK_OK(snn_tensor_read(results[1], indices));
    CHECK(indices[0] == 1 && indices[1] == 0);
    release_all(results, 2);
    snn_tensor_release(x);
    return NULL;
}

static const char *test_lists_and_strings(void) {
    snn_tensor a = float_tensor(1, 2, (float[]){1, 2}), b = float_tensor(1, 2, (float[]){3, 5}), y = NULL;
    snn_value cat[] = {of_tensors((snn_tensor[]){a, b, a}, 3), of_integer(0)};
    CHECK_OK(snn_op_call(SNN_OP_cat, cat, 2, &y, 1, NULL));
    CHECK(holds(y, 6, (float[]){1, 2, 3, 5, 1, 2}));
    snn_tensor_release(y);
    snn_value loss[] = {of_tensor(a), of_tensor(b), of_none(), of_none(), of_string("sum")};
    CHECK_OK(snn_op_call(SNN_OP_mse_loss, loss, 5, &y, 1, NULL));
    CHECK(number(y) == 13);
    snn_tensor_release(y);
    snn_value zeros[] = {of_integers((int64_t[]){2, 3}, 2), of_dtype(SNN_INT16), of_boolean(false)};
    CHECK_OK(snn_op_call(SNN_OP_zeros, zeros, 3, &y, 1, NULL));
    CHECK(snn_tensor_dtype(y) == SNN_INT16 && snn_tensor_rank(y) == 2);
    snn_tensor tensors[] = {a, b, y};
    release_all(tensors, 3);
    return NULL;
}

static const char *test_inplace(void) {
    snn_tensor x = float_tensor(0, 3, (float[]){1, 4, 9}), ones = float_tensor(0, 3, (float[]){1, 1, 1});
    snn_tensor_view before, after;
    snn_tensor_get_view(x, &before);
    snn_value add[] = {of_tensor(x), of_tensor(ones), of_real(3)};
    CHECK_OK(snn_inplace_call(SNN_INPLACE_add, add, 3));
    CHECK(holds(x, 3, (float[]){4, 7, 12}));
    snn_tensor_get_view(x, &after);
    CHECK(after.data == before.data && after.version > before.version);
    // The result must fit the tensor that it is written to.
    snn_tensor wide = float_tensor(2, 3, (float[]){1, 1, 1, 1, 1, 1});
    add[1] = of_tensor(wide);
    CHECK_ERROR(snn_inplace_call(SNN_INPLACE_add, add, 3), SNN_ERROR_RUNTIME, "[2, 3]");
    CHECK(holds(x, 3, (float[]){4, 7, 12}));
    snn_tensor tensors[] = {x, ones, wide};
    release_all(tensors, 3);
    return NULL;
}

static const char *test_in_place_by_the_general_mechanism(void) {
    snn_tensor x = float_tensor(0, 3, (float[]){-2, 0, 5});
    snn_value sign[] = {of_tensor(x)};
    CHECK_OK(snn_op_call_in_place(SNN_OP_sign, sign, 1));
    CHECK(holds(x, 3, (float[]){-1, 0, 1}));
    // An error is the operator's, under the name that it has in place; nothing is written.
    CHECK_ERROR(snn_op_call_in_place(SNN_OP_sum, sign, 1), SNN_ERROR_RUNTIME, "sum_");
    CHECK(holds(x, 3, (float[]){-1, 0, 1}));
    // Under the backward pass the result's history becomes the tensor's.
    snn_tensor leaf = float_tensor(0, 3, (float[]){1, 2, 3}), twice = NULL, grad = NULL;
    CHECK_OK(snn_tensor_set_requires_grad(leaf, true));
    twice = binary(SNN_OP_add, leaf, leaf);
    snn_value eq[] = {of_tensor(twice)};
    CHECK_OK(snn_op_call_in_place(SNN_OP_sign, eq, 1));
    snn_tensor total = unary(SNN_OP_sum, twice);
    CHECK(number(total) == 3);
    CHECK_OK(snn_tensor_backward(total, NULL, false, false));
    CHECK_OK(snn_tensor_get_grad(leaf, &grad));
    CHECK(holds(grad, 3, (float[]){0, 0, 0}));
    snn_tensor tensors[] = {x, leaf, twice, total, grad};
    release_all(tensors, 5);
    return NULL;
}

static const char *test_results_into_given_tensors(void) {
    snn_tensor x = float_tensor(2, 2, (float[]){1, 4, 2, 3}), empty = float_tensor(0, 0, NULL);
    snn_tensor same = float_tensor(2, 2, (float[]){0, 0, 0, 0}), whole = integer_tensor(4, (int64_t[]){0, 0, 0, 0});
    snn_value two[] = {of_tensor(x), of_tensor(x)};
    CHECK_OK(snn_op_call_out(SNN_OP_add, two, 2, &same, 1));
    CHECK(holds(same, 4, (float[]){2, 8, 4, 6}));
    CHECK_OK(snn_op_call_out(SNN_OP_add, two, 2, &empty, 1));
    CHECK(snn_tensor_rank(empty) == 2 && holds(empty, 4, (float[]){2, 8, 4, 6}));
    CHECK_ERROR(snn_op_call_out(SNN_OP_add, two, 2, &whole, 1), SNN_ERROR_RUNTIME, "int64");
    CHECK_ERROR(snn_op_call_out(SNN_OP_add, two, 2, &empty, 0), SNN_ERROR_TYPE, "out=");
    CHECK(snn_op_call_out(SNN_OP_add, two, 2, NULL, 1) != SNN_OK);
    snn_tensor tensors[] = {x, empty, same, whole};
    release_all(tensors, 4);
    return NULL;
}

static const char *test_lists_of_results(void) {
    snn_tensor x = float_tensor(0, 4, (float[]){1, 2, 3, 4}), *list = (snn_tensor *)UNTOUCHED;
    snn_value arguments[] = {of_tensor(x), of_integer(2), of_integer(0)};
    int32_t count = -1;
    CHECK_ERROR(snn_op_call_list(SNN_OP_chunk, arguments, 1, &list, &count), SNN_ERROR_TYPE, "chunk");
    CHECK(list == (snn_tensor *)UNTOUCHED && count == -1);
    CHECK_OK(snn_op_call_list(SNN_OP_chunk, arguments, 3, &list, &count));
    CHECK(count == 2 && holds(list[0], 2, (float[]){1, 2}) && holds(list[1], 2, (float[]){3, 4}));
    release_all(list, count);
    snn_list_release(list);
    snn_list_release(NULL);
    CHECK(snn_op_call_list(SNN_OP_chunk, arguments, 3, NULL, &count) != SNN_OK);
    snn_tensor_release(x);
    return NULL;
}

static const char *test_optimizer_step(void) {
    snn_tensor p = float_tensor(0, 2, (float[]){1, 2}), g = float_tensor(0, 2, (float[]){1, -1});
    snn_tensor buffer = float_tensor(0, 2, (float[]){7, 7});
    CHECK_OK(snn_tensor_set_requires_grad(p, true));
    CHECK_OK(snn_tensor_set_grad(p, g));
    // The factor of the gradients, lr, weight_decay, momentum, dampening, Nesterov's or not.
    double settings[] = {1, 0.5, 0, 0, 0, 0}, heavy[] = {1, 0.5, 0, 0.9, 0, 0};
    snn_value arguments[] = {of_string("SGD"), of_tensors(&p, 1), of_tensors(NULL, 0), of_reals(settings, 6),
                             of_boolean(false)};
    int32_t count = -1;
    snn_tensor result = UNTOUCHED;
    CHECK_OK(snn_op_call(SNN_OP_optimizer_step, arguments, 5, &result, 1, &count));
    CHECK(count == 0 && result == UNTOUCHED);
    CHECK(holds(p, 2, (float[]){0.5f, 2.5f}));
    snn_value with_momentum[] = {of_string("SGD"), of_tensors(&p, 1), of_tensors(&buffer, 1), of_reals(heavy, 6),
                                 of_boolean(true)};
    CHECK_OK(snn_op_call(SNN_OP_optimizer_step, with_momentum, 5, NULL, 0, NULL));
    CHECK(holds(p, 2, (float[]){0, 3}) && holds(buffer, 2, (float[]){1, -1}));
    with_momentum[0] = of_string("Newton");
    CHECK_ERROR(snn_op_call(SNN_OP_optimizer_step, with_momentum, 5, NULL, 0, NULL), SNN_ERROR_VALUE, "Newton");
    snn_tensor tensors[] = {p, g, buffer};
    release_all(tensors, 3);
    return NULL;
}

static const char *test_operator_errors(void) {
    snn_tensor a = float_tensor(2, 3, (float[]){1, 2, 3, 4, 5, 6}), y = UNTOUCHED;
    int32_t count = -7;
    snn_value two[] = {of_tensor(a), of_tensor(a)};
    CHECK_ERROR(snn_op_call(SNN_OP_mm, two, 2, &y, 1, &count), SNN_ERROR_RUNTIME, "[2, 3]");
    CHECK(strncmp(snn_error_message(), "mm", 2) == 0);
    CHECK_ERROR(snn_op_call(SNN_OP_matmul, two, 2, &y, 1, &count), SNN_ERROR_RUNTIME, "matmul");
    snn_tensor b = float_tensor(3, 2, (float[]){1, 2, 3, 4, 5, 6});
    two[1] = of_tensor(b);
    CHECK_ERROR(snn_op_call(SNN_OP_add, two, 2, &y, 1, &count), SNN_ERROR_RUNTIME, "[3, 2]");
    two[1] = of_string("b");
    CHECK_ERROR(snn_op_call(SNN_OP_mm, two, 2, &y, 1, &count), SNN_ERROR_TYPE, "mm");
    CHECK(snn_op_call(SNN_OP_mm, two, 1, &y, 1, &count) != SNN_OK);
    two[1] = of_integer(2);
    CHECK_ERROR(snn_op_call(SNN_OP_sum, two, 2, &y, 1, &count), SNN_ERROR_INDEX, "2");
    snn_value loss[] = {of_tensor(a), of_tensor(a), of_none(), of_none(), of_string("median")};
    CHECK_ERROR(snn_op_call(SNN_OP_mse_loss, loss, 5, &y, 1, &count), SNN_ERROR_VALUE, "median");
    snn_value dropout[] = {of_tensor(a), of_real(1.5), of_boolean(true)};
    CHECK_ERROR(snn_op_call(SNN_OP_dropout, dropout, 3, &y, 1, &count), SNN_ERROR_VALUE, "1.5");
    snn_value zeros[] = {of_integers((int64_t[]){2, -1}, 2)};
    CHECK(snn_op_call(SNN_OP_zeros, zeros, 1, &y, 1, &count) != SNN_OK);
    zeros[0] = of_integers((int64_t[]){INT64_MAX, 4}, 2);
    CHECK(snn_op_call(SNN_OP_zeros, zeros, 1, &y, 1, &count) != SNN_OK);
    CHECK(y == UNTOUCHED && count == -7);
    snn_tensor tensors[] = {a, b};
    release_all(tensors, 2);
    return NULL;
}

// Every operator with arguments that it does not expect: a status each time, and no crash.
static const char *test_operators_survive_any_arguments(void) {
    enum { LENGTH = 5 };
    snn_tensor real = float_tensor(2, 3, (float[]){1, NAN, 3, -INFINITY, 5, 6});
    snn_tensor index = integer_tensor(2, (int64_t[]){INT64_MAX, -3});
    snn_tensor yes = snn_tensor_from_boolean(true);
    snn_tensor list[] = {real, index, yes};
    const int64_t sizes[] = {-1, INT64_MIN, 2};
    const double reals[] = {NAN, 1e308};
    const snn_value choices[] = {
        of_none(),           of_tensor(real),          of_tensor(index),      of_tensor(yes),    of_integer(-3),
        of_integer(INT64_MAX), of_integer(INT64_MIN),  of_real(NAN),          of_real(-1e300),   of_boolean(true),
        of_dtype(SNN_BOOL),  of_integers(sizes, 3),    of_integers(NULL, 0),  of_tensors(list, 3), of_tensors(NULL, 0),
        of_string(""),       of_reals(reals, 2),
    };
    const int choice_count = sizeof choices / sizeof choices[0];
    uint32_t state = 1;
    for (int op = 0; op < SNN_OP_COUNT + SNN_INPLACE_detach + 1; op++) {
        for (int attempt = 0; attempt < 400; attempt++) {
            snn_value arguments[LENGTH];
            // First the same choice everywhere, then mixtures that begin, as most operators do, with a tensor.
            for (int i = 0; i < LENGTH; i++) {
                state = state * 1664525u + 1013904223u;
                arguments[i] = choices[attempt < choice_count ? attempt : (int)((state >> 8) % (uint32_t)choice_count)];
            }
            if (attempt >= choice_count) arguments[0] = choices[attempt % 4];
            int32_t count = (int32_t)((state >> 4) % (LENGTH + 1)), written = 0;
            snn_tensor results[4] = {NULL, NULL, NULL, NULL};
            snn_status status;
            if (op < SNN_OP_COUNT && attempt % 8 == 7) {
                status = attempt % 16 == 7 ? snn_op_call_in_place((snn_op)op, arguments, count)
                                           : snn_op_call_out((snn_op)op, arguments, count, list, attempt % 3);
            } else if (op < SNN_OP_COUNT) status = snn_op_call((snn_op)op, arguments, count, results, 4, &written);
            else status = snn_inplace_call((snn_inplace_op)(op - SNN_OP_COUNT), arguments, count);
            if (status == SNN_OK) release_all(results, written);
            else CHECK(snn_error_message()[0] != '\0' && results[0] == NULL);
        }
    }
    release_all(list, 3);
    return NULL;
}

static const char *test_random_numbers(void) {
    snn_random_seed(42);
    CHECK(snn_random_initial_seed() == 42);
    snn_value shape[] = {of_integers((int64_t[]){5}, 1)};
    snn_tensor state = NULL, a = NULL, b = NULL, c = NULL;
    CHECK_OK(snn_op_call(SNN_OP_rand, shape, 1, &a, 1, NULL));
    CHECK_OK(snn_random_get_state(&state));
    CHECK(snn_tensor_dtype(state) == SNN_UINT8);
    CHECK_OK(snn_op_call(SNN_OP_randn, shape, 1, &b, 1, NULL));
    CHECK_OK(snn_random_set_state(state));
    CHECK_OK(snn_op_call(SNN_OP_randn, shape, 1, &c, 1, NULL));
    CHECK(same_bits(b, c));
    // PyTorch's numbers for this seed.
    CHECK(holds(a, 5, (float[]){0x1.c3b8ccp-1f, 0x1.d47b66p-1f, 0x1.880d7p-2f, 0x1.eb2a1cp-1f, 0x1.8fd1a8p-2f}));
    snn_tensor_release(c);
    snn_random_seed(42);
    CHECK_OK(snn_op_call(SNN_OP_rand, shape, 1, &c, 1, NULL));
    CHECK(same_bits(a, c));
    CHECK(snn_random_set_state(a) != SNN_OK);
    snn_tensor tensors[] = {state, a, b, c};
    release_all(tensors, 4);
    return NULL;
}

const interface_test operator_tests[] = {
    {"elementwise operators", test_elementwise, false},
    {"matrix products", test_products, false},
    {"reductions", test_reductions, false},
    {"lists, strings and dtypes as arguments", test_lists_and_strings, false},
    {"operators in place", test_inplace, false},
    {"operators in place by the general mechanism", test_in_place_by_the_general_mechanism, false},
    {"results into given tensors", test_results_into_given_tensors, false},
    {"lists of results", test_lists_of_results, false},
    {"a step of an optimiser", test_optimizer_step, false},
    {"errors of operators", test_operator_errors, false},
    {"operators survive any arguments", test_operators_survive_any_arguments, true},
    {"random numbers", test_random_numbers, true},
    {NULL, NULL, false},
};
