// Hooks, nodes, functions of the caller's, hooks on saved values, anomaly and inference mode; what is given back when.
#include "support.h"

static snn_tensor leaf(int64_t count, const float *values) {
    snn_tensor x = float_tensor(0, count, values);
    if (x && snn_tensor_set_requires_grad(x, true) != SNN_OK) return NULL;
    return x;
}

static bool gradient_is(snn_tensor tensor, int64_t count, const float *values) {
    snn_tensor gradient = NULL;
    if (snn_tensor_get_grad(tensor, &gradient) != SNN_OK || !gradient) return false;
    bool equal = holds(gradient, count, values);
    snn_tensor_release(gradient);
    return equal;
}

static snn_status backward_of_sum(snn_tensor tensor) {
    snn_tensor total = unary(SNN_OP_sum, tensor);
    if (!total) return SNN_ERROR_RUNTIME;
    snn_status status = snn_tensor_backward(total, NULL, true, false);
    snn_tensor_release(total);
    return status;
}

// A payload that counts.
typedef struct {
    int calls, released;
    bool fails;
} Counter;

static void release(void *payload) { ((Counter *)payload)->released++; }

static snn_status twice(void *payload, snn_tensor gradient, snn_tensor *result) {
    Counter *counter = payload;
    counter->calls++;
    if (counter->fails) return SNN_ERROR_FOREIGN;
    *result = binary(SNN_OP_add, gradient, gradient);
    return *result ? SNN_OK : SNN_ERROR_FOREIGN;
}

static snn_status look(void *payload, snn_tensor leaf, snn_tensor *result) {
    (void)leaf, (void)result;
    ((Counter *)payload)->calls++;
    return SNN_OK;
}

static const char *test_hooks(void) {
    snn_tensor x = leaf(2, (float[]){1, 2}), y = binary(SNN_OP_mul, x, x);
    Counter on_y = {0}, on_x = {0}, after = {0};
    snn_hook hook = NULL, second = NULL, third = NULL;
    CHECK_OK(snn_tensor_add_hook(y, twice, &on_y, release, &hook));
    CHECK_OK(snn_tensor_add_hook(x, twice, &on_x, release, &second));
    CHECK_OK(snn_tensor_add_accumulation_hook(x, look, &after, release, &third));
    CHECK_OK(backward_of_sum(y));
    CHECK(gradient_is(x, 2, (float[]){8, 16}) && on_y.calls == 1 && on_x.calls == 1 && after.calls == 1);
    on_y.fails = true;
    CHECK(backward_of_sum(y) == SNN_ERROR_FOREIGN);
    snn_hook_remove(hook);
    snn_hook_remove(hook);
    CHECK(on_y.released == 1 && on_x.released == 0);
    snn_hook_release(hook), snn_hook_release(second), snn_hook_release(third);
    CHECK_OK(backward_of_sum(y));
    CHECK(on_y.calls == 2 && on_x.calls == 2 && after.calls == 2);
    snn_tensor_release(x), snn_tensor_release(y);
    CHECK(on_x.released == 1 && after.released == 1);
    // Where the hook cannot be added, its payload is given back at once.
    snn_tensor plain = float_tensor(0, 1, (float[]){1});
    Counter refused = {0};
    CHECK_ERROR(snn_tensor_add_hook(plain, twice, &refused, release, &hook), SNN_ERROR_RUNTIME, "doesn't require gradient");
    CHECK_ERROR(snn_tensor_add_hook(plain, NULL, &refused, release, &hook), SNN_ERROR_VALUE, "NULL");
    CHECK(refused.released == 2);
    snn_tensor_release(plain);
    return NULL;
}

static snn_status watch(void *payload, const snn_tensor *inputs, int32_t input_count, const snn_tensor *outputs,
                        int32_t output_count, snn_tensor *results) {
    Counter *counter = payload;
    counter->calls += 100 * input_count + output_count;
    if (inputs && input_count && inputs[0]) results[0] = binary(SNN_OP_add, inputs[0], inputs[0]);
    (void)outputs;
    return SNN_OK;
}

static const char *test_nodes(void) {
    snn_tensor x = leaf(2, (float[]){1, 2}), w = leaf(2, (float[]){3, 4}), y = binary(SNN_OP_mul, x, w);
    snn_node node = NULL, next = NULL;
    snn_tensor variable = NULL;
    int32_t number = -1;
    CHECK_OK(snn_tensor_get_node(y, &node, &number));
    CHECK(number == 0 && strcmp(snn_node_name(node), "MulBackward0") == 0 && snn_node_input_count(node) == 2);
    CHECK_OK(snn_node_get_input(node, 1, &next, &number, &variable));
    CHECK(next == NULL && variable == w);
    snn_tensor_release(variable);
    CHECK_ERROR(snn_node_get_input(node, 5, &next, &number, &variable), SNN_ERROR_INDEX, "5");
    Counter before = {0}, after = {0};
    snn_hook first = NULL, second = NULL;
    CHECK_OK(snn_node_add_hook(node, true, watch, &before, release, &first));
    CHECK_OK(snn_node_add_hook(node, false, watch, &after, release, &second));
    CHECK_OK(backward_of_sum(y));
    CHECK(before.calls == 1 && after.calls == 201 && gradient_is(x, 2, (float[]){6, 8}) && gradient_is(w, 2, (float[]){1, 2}));
    snn_hook_remove(first), snn_hook_release(first), snn_hook_release(second);
    CHECK_OK(snn_tensor_get_node(x, &next, &number));
    CHECK(next == NULL);
    snn_tensor_release(y);
    snn_node_release(node);
    CHECK(before.released == 1 && after.released == 1);
    snn_tensor_release(x), snn_tensor_release(w);
    return NULL;
}

// x -> 3 x; the gradient is that of 3 x, or wrong.
static snn_status triple(void *payload, const snn_tensor *gradients, int32_t count, snn_tensor *results, int32_t result_count) {
    Counter *counter = payload;
    counter->calls++;
    if (counter->fails || count != 1 || result_count != 2) return SNN_ERROR_FOREIGN;
    snn_value arguments[] = {of_tensor(gradients[0]), of_real(3)};
    snn_tensor three = snn_tensor_from_real(3);
    arguments[1] = of_tensor(three);
    snn_status status = snn_op_call(SNN_OP_mul, arguments, 2, &results[0], 1, NULL);
    snn_tensor_release(three);
    return status;
}

static const char *test_functions(void) {
    snn_tensor x = leaf(2, (float[]){1, 2}), inputs[] = {x, NULL};
    Counter counter = {0};
    snn_node node = NULL;
    CHECK_OK(snn_node_create("TripleBackward", inputs, 2, triple, &counter, release, &node));
    snn_tensor value = float_tensor(0, 2, (float[]){3, 6}), saved[] = {x, NULL, value}, result = NULL, kept[3] = {0};
    snn_output_kind kind = SNN_OUTPUT_MADE;
    CHECK_OK(snn_node_attach(node, &value, &kind, 1, saved, 3, true, &result));
    CHECK(strcmp(snn_tensor_grad_fn(result), "TripleBackward") == 0);
    CHECK_OK(backward_of_sum(result));
    CHECK(gradient_is(x, 2, (float[]){3, 3}) && counter.calls == 1 && snn_node_needs_input(node, 0) && !snn_node_needs_input(node, 1) &&
          !snn_node_needs_input(node, 9));
    int32_t count = 0;
    CHECK_OK(snn_node_get_saved(node, kept, 3, &count));
    CHECK(count == 3 && kept[0] == x && kept[1] == NULL && holds(kept[2], 2, (float[]){3, 6}));
    snn_tensor_release(kept[0]), snn_tensor_release(kept[2]);
    counter.fails = true;
    CHECK(backward_of_sum(result) == SNN_ERROR_FOREIGN);
    CHECK_ERROR(snn_node_attach(node, NULL, &kind, 1, NULL, 0, true, &result), SNN_ERROR_VALUE, "NULL");
    snn_output_kind odd = (snn_output_kind)77;
    CHECK_ERROR(snn_node_attach(node, &value, &odd, 1, NULL, 0, true, &result), SNN_ERROR_VALUE, "77");
    snn_node other = NULL;
    snn_tensor y = binary(SNN_OP_add, x, x);
    CHECK_OK(snn_tensor_get_node(y, &other, NULL));
    CHECK_ERROR(snn_node_get_saved(other, kept, 3, &count), SNN_ERROR_TYPE, "caller");
    CHECK_ERROR(snn_node_create("F", inputs, 2, NULL, &counter, NULL, &node), SNN_ERROR_VALUE, "NULL");
    snn_node_release(other), snn_tensor_release(y);
    snn_tensor_release(result), snn_tensor_release(value);
    CHECK(counter.released == 0);
    snn_node_release(node);
    CHECK(counter.released == 1);
    snn_tensor_release(x);
    return NULL;
}

static snn_status pack(void *payload, snn_tensor tensor, void **packed) {
    Counter *counter = payload;
    counter->calls++;
    snn_tensor_retain(tensor);
    *packed = tensor;
    return counter->fails ? SNN_ERROR_FOREIGN : SNN_OK;
}
static snn_status unpack(void *payload, void *packed, snn_tensor *result) {
    ((Counter *)payload)->calls += 10;
    snn_tensor_retain(packed);
    *result = packed;
    return SNN_OK;
}
static void release_packed(void *packed) { snn_tensor_release(packed); }

static const char *test_saved_values(void) {
    Counter counter = {0};
    snn_saved_hooks hooks = {pack, unpack, release_packed, &counter, release};
    snn_tensor x = leaf(2, (float[]){1, 2});
    CHECK_OK(snn_saved_hooks_push(&hooks));
    snn_tensor y = binary(SNN_OP_mul, x, x);
    snn_saved_hooks_pop();
    snn_saved_hooks_pop();
    CHECK(counter.calls == 2);
    CHECK_OK(backward_of_sum(y));
    CHECK(counter.calls == 22 && gradient_is(x, 2, (float[]){2, 4}) && counter.released == 0);
    snn_tensor_release(y);
    CHECK(counter.released == 1);
    CHECK_ERROR(snn_saved_hooks_push(NULL), SNN_ERROR_VALUE, "NULL");
    hooks.pack = NULL;
    CHECK_ERROR(snn_saved_hooks_push(&hooks), SNN_ERROR_VALUE, "NULL");
    snn_tensor_release(x);
    return NULL;
}

static const char *test_modes_and_views(void) {
    snn_tensor x = leaf(2, (float[]){1, 2}), y = binary(SNN_OP_add, x, x), view = NULL, base = NULL, data = NULL;
    snn_index index = {.kind = SNN_INDEX_INTEGER, .start = 1};
    CHECK_OK(snn_tensor_get_index(y, &index, 1, &view));
    CHECK_OK(snn_tensor_get_base(view, &base));
    CHECK(base == y);
    snn_tensor_release(base);
    CHECK_OK(snn_tensor_get_base(y, &base));
    CHECK(base == NULL);
    CHECK_OK(snn_tensor_untracked(y, &data));
    CHECK(!snn_tensor_requires_grad(data) && !snn_tensor_is_inference(data) && !snn_tensor_retains_grad(y));
    snn_inference_set_enabled(true);
    snn_tensor z = binary(SNN_OP_add, x, x);
    snn_inference_set_enabled(false);
    CHECK(z && snn_tensor_is_inference(z) && !snn_tensor_requires_grad(z) && !snn_inference_is_enabled());
    snn_tensor total = unary(SNN_OP_sum, y);
    CHECK_OK(snn_autograd_backward(&total, NULL, 1, &x, 1, true, false));
    CHECK(gradient_is(x, 2, (float[]){2, 2}) && !snn_pass_is_limited());
    CHECK_ERROR(snn_autograd_backward(&total, NULL, 1, &x, 0, true, false), SNN_ERROR_RUNTIME, "empty");
    CHECK_ERROR(snn_autograd_backward(NULL, NULL, 1, NULL, 0, true, false), SNN_ERROR_VALUE, "NULL");
    snn_tensor all[] = {x, y, view, data, z, total};
    release_all(all, 6);
    return NULL;
}

static const char *test_missing_handles(void) {
    snn_hook_remove(NULL), snn_hook_release(NULL), snn_node_retain(NULL), snn_node_release(NULL);
    snn_node node = NULL;
    int32_t number;
    CHECK_ERROR(snn_tensor_get_node(NULL, &node, &number), SNN_ERROR_VALUE, "NULL");
    CHECK(snn_node_name(NULL) == NULL && snn_node_input_count(NULL) == 0 && !snn_node_needs_input(NULL, 0));
    snn_tensor tensor;
    CHECK_ERROR(snn_node_get_input(NULL, 0, &node, &number, &tensor), SNN_ERROR_VALUE, "NULL");
    CHECK_ERROR(snn_tensor_untracked(NULL, &tensor), SNN_ERROR_VALUE, "NULL");
    CHECK_ERROR(snn_tensor_get_base(NULL, &tensor), SNN_ERROR_VALUE, "NULL");
    CHECK_ERROR(snn_node_create(NULL, NULL, 0, NULL, NULL, NULL, &node), SNN_ERROR_VALUE, "NULL");
    CHECK_ERROR(snn_node_get_saved(NULL, &tensor, 1, &number), SNN_ERROR_VALUE, "NULL");
    return NULL;
}

const interface_test graph_tests[] = {
    {"hooks on tensors", test_hooks, false},
    {"nodes and hooks on them", test_nodes, false},
    {"functions of the caller's", test_functions, false},
    {"hooks on saved values", test_saved_values, false},
    {"inference mode, views and limited passes", test_modes_and_views, false},
    {"graphs without handles", test_missing_handles, false},
    {NULL, NULL, false},
};
