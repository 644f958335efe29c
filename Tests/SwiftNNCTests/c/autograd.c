// Gradients: accumulation, options, errors, threads, long chains.
#include "support.h"

#include <pthread.h>

static snn_tensor leaf(int64_t count, const float *values) {
    snn_tensor x = float_tensor(0, count, values);
    if (x && snn_tensor_set_requires_grad(x, true) != SNN_OK) return NULL;
    return x;
}

// sum(x * x)
static snn_tensor sum_of_squares(snn_tensor x) {
    snn_tensor square = binary(SNN_OP_mul, x, x);
    if (!square) return NULL;
    snn_tensor result = unary(SNN_OP_sum, square);
    snn_tensor_release(square);
    return result;
}

static const char *test_backward(void) {
    snn_tensor x = leaf(3, (float[]){1, 2, 3}), grad = UNTOUCHED;
    CHECK(snn_tensor_requires_grad(x) && snn_tensor_grad_fn(x) == NULL);
    CHECK_OK(snn_tensor_get_grad(x, &grad));
    CHECK(grad == NULL);
    snn_tensor y = sum_of_squares(x);
    CHECK(strcmp(snn_tensor_grad_fn(y), "SumBackward0") == 0);
    CHECK_OK(snn_tensor_backward(y, NULL, true, false));
    CHECK_OK(snn_tensor_get_grad(x, &grad));
    CHECK(holds(grad, 3, (float[]){2, 4, 6}));
    snn_tensor_release(grad);
    // Gradients accumulate; a graph that was not retained is gone.
    CHECK_OK(snn_tensor_backward(y, NULL, false, false));
    CHECK_OK(snn_tensor_get_grad(x, &grad));
    CHECK(holds(grad, 3, (float[]){4, 8, 12}));
    snn_tensor_release(grad);
    CHECK_ERROR(snn_tensor_backward(y, NULL, false, false), SNN_ERROR_RUNTIME, "backward");
    CHECK_OK(snn_tensor_set_grad(x, NULL));
    CHECK_OK(snn_tensor_get_grad(x, &grad));
    CHECK(grad == NULL);
    snn_tensor tensors[] = {x, y};
    release_all(tensors, 2);
    return NULL;
}

static const char *test_backward_with_gradient(void) {
    snn_tensor x = leaf(2, (float[]){3, 5}), y = binary(SNN_OP_mul, x, x), seed = float_tensor(0, 2, (float[]){1, 10});
    CHECK_ERROR(snn_tensor_backward(y, NULL, false, false), SNN_ERROR_RUNTIME, "[2]");
    snn_tensor wrong = float_tensor(0, 3, (float[]){1, 1, 1}), grad = NULL;
    CHECK(snn_tensor_backward(y, wrong, false, false) != SNN_OK);
    CHECK_OK(snn_tensor_retain_grad(y));
    CHECK_OK(snn_tensor_backward(y, seed, false, false));
    CHECK_OK(snn_tensor_get_grad(x, &grad));
    CHECK(holds(grad, 2, (float[]){6, 100}));
    snn_tensor_release(grad);
    CHECK_OK(snn_tensor_get_grad(y, &grad));
    CHECK(holds(grad, 2, (float[]){1, 10}));
    CHECK(snn_tensor_set_grad(x, wrong) != SNN_OK);
    snn_tensor tensors[] = {x, y, seed, wrong, grad};
    release_all(tensors, 5);
    return NULL;
}

static const char *test_autograd_grad(void) {
    snn_tensor x = leaf(2, (float[]){1, 2}), unused = leaf(1, (float[]){1}), y = sum_of_squares(x);
    snn_tensor inputs[] = {x, unused}, grads[] = {UNTOUCHED, UNTOUCHED}, grad = NULL;
    CHECK(snn_autograd_grad(&y, NULL, 1, inputs, 2, true, false, false, grads) != SNN_OK);
    CHECK(grads[0] == UNTOUCHED && grads[1] == UNTOUCHED);
    CHECK_OK(snn_autograd_grad(&y, NULL, 1, inputs, 2, true, true, true, grads));
    CHECK(holds(grads[0], 2, (float[]){2, 4}) && grads[1] == NULL);
    CHECK_OK(snn_tensor_get_grad(x, &grad));
    CHECK(grad == NULL);
    // The gradient of the gradient.
    snn_tensor total = unary(SNN_OP_sum, grads[0]), second = NULL;
    CHECK_OK(snn_autograd_grad(&total, NULL, 1, &x, 1, false, false, false, &second));
    CHECK(holds(second, 2, (float[]){2, 2}));
    snn_tensor tensors[] = {x, unused, y, grads[0], total, second};
    release_all(tensors, 6);
    return NULL;
}

static const char *test_grad_mode(void) {
    snn_tensor x = leaf(2, (float[]){1, 2});
    CHECK(snn_grad_is_enabled());
    snn_grad_set_enabled(false);
    snn_tensor y = sum_of_squares(x);
    bool recorded = snn_tensor_requires_grad(y);
    snn_grad_set_enabled(true);
    CHECK(!recorded);
    CHECK(snn_tensor_backward(y, NULL, false, false) != SNN_OK);
    snn_tensor detached = unary(SNN_OP_detach, x);
    CHECK(!snn_tensor_requires_grad(detached));
    snn_tensor tensors[] = {x, y, detached};
    release_all(tensors, 3);
    return NULL;
}

static const char *test_overwritten_values(void) {
    snn_tensor x = leaf(2, (float[]){1, 2});
    snn_value zero[] = {of_tensor(x)};
    // A leaf that requires a gradient cannot be written to.
    CHECK(snn_inplace_call(SNN_INPLACE_zero, zero, 1) != SNN_OK);
    snn_tensor h = unary(SNN_OP_exp, x), y = sum_of_squares(h);
    zero[0] = of_tensor(h);
    CHECK_OK(snn_inplace_call(SNN_INPLACE_zero, zero, 1));
    CHECK_ERROR(snn_tensor_backward(y, NULL, false, false), SNN_ERROR_RUNTIME, "version");
    snn_tensor tensors[] = {x, h, y};
    release_all(tensors, 3);
    return NULL;
}

static const char *test_misuse(void) {
    snn_tensor integers = integer_tensor(2, (int64_t[]){1, 2});
    CHECK(snn_tensor_set_requires_grad(integers, true) != SNN_OK);
    CHECK(snn_tensor_backward(integers, NULL, false, false) != SNN_OK);
    snn_tensor x = leaf(2, (float[]){1, 2}), y = sum_of_squares(x);
    CHECK(snn_tensor_set_requires_grad(y, false) != SNN_OK);
    CHECK(snn_tensor_set_data(x, integers) != SNN_OK);
    snn_tensor other = float_tensor(0, 3, (float[]){7, 8, 9});
    CHECK_OK(snn_tensor_set_data(x, other));
    CHECK(holds(x, 3, (float[]){7, 8, 9}));
    CHECK_OK(snn_tensor_set_parameter(x, true));
    snn_tensor_view view;
    snn_tensor_get_view(x, &view);
    CHECK(view.is_parameter && view.requires_grad && view.is_leaf);
    snn_tensor tensors[] = {integers, x, y, other};
    release_all(tensors, 4);
    return NULL;
}

// Longer than any recursion could go, with the stack that threads have.
enum { CHAIN = 200000, THREADS = 4 };

static void *run_chain(void *payload) {
    *(const char **)payload = "not finished";
    snn_tensor x = leaf(1, (float[]){1}), y = x, grad = NULL;
    snn_tensor_retain(y);
    for (int i = 0; i < CHAIN; i++) {
        snn_tensor next = binary(SNN_OP_add, y, x);
        snn_tensor_release(y);
        if (!next) return NULL;
        y = next;
    }
    snn_status status = snn_tensor_backward(y, NULL, false, false);
    if (status == SNN_OK) status = snn_tensor_get_grad(x, &grad);
    if (status == SNN_OK && holds(grad, 1, (float[]){CHAIN + 1})) *(const char **)payload = NULL;
    snn_tensor tensors[] = {x, y, grad};
    release_all(tensors, 3);
    return NULL;
}

static const char *test_threads_and_long_chains(void) {
    pthread_t threads[THREADS];
    const char *outcomes[THREADS];
    pthread_attr_t attributes;
    CHECK(pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, 256 * 1024) == 0);
    for (int i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], &attributes, run_chain, &outcomes[i]) == 0);
    for (int i = 0; i < THREADS; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    pthread_attr_destroy(&attributes);
    for (int i = 0; i < THREADS; i++) CHECK(outcomes[i] == NULL);
    return NULL;
}

const interface_test autograd_tests[] = {
    {"backward", test_backward, false},
    {"backward with a gradient", test_backward_with_gradient, false},
    {"gradients of outputs with regard to inputs", test_autograd_grad, false},
    {"grad mode and detach", test_grad_mode, false},
    {"overwritten values", test_overwritten_values, false},
    {"misuse of autograd", test_misuse, false},
    {"long chains in several threads", test_threads_and_long_chains, false},
    {NULL, NULL, false},
};
