// Built-in and foreign blocks, parameters, attributes.
#include "support.h"

#include <math.h>

static snn_module linear(int64_t inputs, int64_t outputs) {
    snn_attribute arguments[] = {{"in_features", of_integer(inputs)}, {"out_features", of_integer(outputs)}};
    snn_module result = NULL;
    return snn_module_create("Linear", arguments, 2, &result) == SNN_OK ? result : NULL;
}

static snn_module plain(const char *type) {
    snn_module result = NULL;
    return snn_module_create(type, NULL, 0, &result) == SNN_OK ? result : NULL;
}

// Sets the parameters of a Linear(2, 2) to a known matrix.
static bool set_known(snn_module module) {
    snn_tensor weight = float_tensor(2, 2, (float[]){1, 2, 3, 4}), bias = float_tensor(0, 2, (float[]){10, 20});
    bool set = snn_module_set_parameter(module, 0, weight) == SNN_OK && snn_module_set_parameter(module, 1, bias) == SNN_OK;
    snn_tensor tensors[] = {weight, bias};
    release_all(tensors, 2);
    return set;
}

static const char *test_linear(void) {
    snn_module module = linear(3, 2);
    CHECK(module != NULL);
    CHECK(strcmp(snn_module_type(module), "Linear") == 0);
    CHECK(strcmp(snn_module_describe(module), "in_features=3, out_features=2, bias=True") == 0);
    CHECK(snn_module_parameter_count(module) == 2 && snn_module_child_count(module) == 0);
    const char *names[] = {"weight", "bias"};
    for (int32_t i = 0; i < 2; i++) {
        const char *name = NULL;
        bool is_buffer = true;
        snn_tensor parameter = NULL;
        CHECK_OK(snn_module_get_parameter(module, i, &name, &is_buffer, &parameter));
        CHECK(strcmp(name, names[i]) == 0 && !is_buffer);
        snn_tensor_view view;
        snn_tensor_get_view(parameter, &view);
        CHECK(view.is_parameter && view.requires_grad && view.sizes[0] == 2 && view.rank == 2 - i);
        CHECK(snn_module_peek_parameter(module, i) == parameter);
        snn_tensor_release(parameter);
    }
    bool found = false;
    for (int32_t i = 0; i < snn_module_attribute_count(module); i++) {
        snn_attribute attribute;
        CHECK_OK(snn_module_get_attribute(module, i, &attribute));
        if (strcmp(attribute.name, "in_features") == 0)
            found = attribute.value.kind == SNN_INTEGER && attribute.value.integer == 3;
    }
    CHECK(found);
    snn_tensor x = float_tensor(4, 3, (float[12]){0}), y = NULL;
    CHECK_OK(snn_module_forward(module, x, &y));
    snn_tensor_view view;
    snn_tensor_get_view(y, &view);
    CHECK(view.rank == 2 && view.sizes[0] == 4 && view.sizes[1] == 2 && view.requires_grad);
    snn_tensor tensors[] = {x, y};
    release_all(tensors, 2);
    snn_module_release(module);
    return NULL;
}

static const char *test_parameters_are_shared(void) {
    snn_module first = linear(2, 2), second = linear(2, 2);
    CHECK(set_known(first));
    snn_tensor weight = NULL, x = float_tensor(1, 2, (float[]){1, 1}), y = NULL;
    const char *name = NULL;
    bool is_buffer = false;
    CHECK_OK(snn_module_get_parameter(first, 0, &name, &is_buffer, &weight));
    CHECK_OK(snn_module_set_parameter(second, 0, weight));
    CHECK(snn_module_peek_parameter(second, 0) == weight);
    // A slot may be empty: no bias.
    CHECK_OK(snn_module_set_parameter(second, 1, NULL));
    CHECK(snn_module_peek_parameter(second, 1) == NULL);
    CHECK_OK(snn_module_forward(second, x, &y));
    CHECK(holds(y, 2, (float[]){3, 7}));
    snn_tensor_release(y);
    CHECK_OK(snn_module_forward(first, x, &y));
    CHECK(holds(y, 2, (float[]){13, 27}));
    snn_tensor tensors[] = {weight, x, y};
    release_all(tensors, 3);
    snn_module_release(first);
    snn_module_release(second);
    return NULL;
}

static const char *test_sequential(void) {
    snn_module net = plain("Sequential"), parts[] = {linear(2, 2), plain("ReLU"), linear(2, 2)};
    CHECK(set_known(parts[0]) && set_known(parts[2]));
    const char *names[] = {"0", "1", "2"};
    CHECK_OK(snn_module_set_children(net, names, parts, 3));
    CHECK(snn_module_child_count(net) == 3);
    for (int32_t i = 0; i < 3; i++) {
        const char *name = NULL;
        snn_module child = NULL;
        CHECK_OK(snn_module_get_child(net, i, &name, &child));
        CHECK(strcmp(name, names[i]) == 0 && child == parts[i]);
        snn_module_release(child);
        snn_module_release(parts[i]);
    }
    snn_tensor x = float_tensor(1, 2, (float[]){1, -6}), y = NULL;
    CHECK_OK(snn_module_forward(net, x, &y));
    // 1 - 12 + 10 -> 0; 3 - 24 + 20 -> 0
    CHECK(holds(y, 2, (float[]){10, 20}));
    CHECK(snn_module_is_training(net));
    snn_module_set_training(net, false);
    CHECK(!snn_module_is_training(net));
    snn_tensor tensors[] = {x, y};
    release_all(tensors, 2);
    snn_module_release(net);
    return NULL;
}

static const char *test_module_misuse(void) {
    snn_module module = (snn_module)UNTOUCHED;
    CHECK_ERROR(snn_module_create("Linnear", NULL, 0, &module), SNN_ERROR_KEY, "Linnear");
    CHECK_ERROR(snn_module_create("Linear", NULL, 0, &module), SNN_ERROR_TYPE, "in_features");
    snn_attribute arguments[] = {{"in_features", of_integer(2)}, {"out_features", of_integer(-2)}, {"colour", of_none()}};
    CHECK(snn_module_create("Linear", arguments, 2, &module) != SNN_OK);
    arguments[1].value = of_string("two");
    CHECK_ERROR(snn_module_create("Linear", arguments, 2, &module), SNN_ERROR_TYPE, "out_features");
    arguments[1].value = of_integer(2);
    CHECK_ERROR(snn_module_create("Linear", arguments, 3, &module), SNN_ERROR_TYPE, "colour");
    CHECK(module == (snn_module)UNTOUCHED);

    module = linear(2, 2);
    const char *name = NULL;
    bool is_buffer = false;
    snn_tensor parameter = UNTOUCHED;
    CHECK(snn_module_get_parameter(module, 2, &name, &is_buffer, &parameter) != SNN_OK);
    CHECK(snn_module_get_parameter(module, -1, &name, &is_buffer, &parameter) != SNN_OK);
    CHECK(snn_module_set_parameter(module, 7, NULL) != SNN_OK);
    CHECK(snn_module_peek_parameter(module, 7) == NULL);
    snn_module child = (snn_module)UNTOUCHED;
    CHECK(snn_module_get_child(module, 0, &name, &child) != SNN_OK);
    snn_attribute attribute;
    CHECK(snn_module_get_attribute(module, 1000, &attribute) != SNN_OK);
    snn_value value = of_integer(1);
    CHECK(snn_module_set_attribute(module, "colour", &value) != SNN_OK);
    snn_tensor x = float_tensor(1, 3, (float[]){1, 2, 3});
    CHECK_ERROR(snn_module_forward(module, x, &parameter), SNN_ERROR_RUNTIME, "[1, 3]");
    CHECK(parameter == UNTOUCHED && child == (snn_module)UNTOUCHED);
    snn_tensor_release(x);
    snn_module_release(module);
    return NULL;
}

typedef struct {
    int calls;
    bool fails;
} Doubler;

static snn_status double_input(void *payload, const snn_value *arguments, int32_t count, snn_tensor *results,
                               int32_t capacity, int32_t *result_count) {
    Doubler *self = payload;
    self->calls++;
    if (self->fails || count != 1 || capacity < 1 || arguments[0].kind != SNN_TENSOR) return SNN_ERROR_FOREIGN;
    results[0] = binary(SNN_OP_add, arguments[0].tensor, arguments[0].tensor);
    *result_count = 1;
    return results[0] ? SNN_OK : SNN_ERROR_FOREIGN;
}

// A block whose row in swiftnn_blocks.def has other arguments and results than one tensor.
static const char *test_calls_with_several_arguments(void) {
    snn_attribute arguments[] = {{"embed_dim", of_integer(4)}, {"num_heads", of_integer(2)}};
    snn_module attention = NULL;
    CHECK_OK(snn_module_create("MultiheadAttention", arguments, 2, &attention));
    CHECK(!snn_module_is_plain(attention) && snn_module_is_container(attention) && !snn_module_is_sequence(attention));
    snn_tensor x = float_tensor(2, 4, (float[]){1, 2, 3, 4, 5, 6, 7, 8}), results[2] = {NULL, NULL};
    snn_value values[] = {of_tensor(x), of_tensor(x), of_tensor(x), of_none(), of_boolean(false)};
    int32_t count = 0;
    CHECK_OK(snn_module_call(attention, SNN_BLOCK_MultiheadAttention, values, 5, results, 2, &count));
    CHECK(count == 2 && results[0] && !results[1]);
    snn_tensor_release(results[0]);
    CHECK(snn_module_call(attention, SNN_BLOCK_MultiheadAttention, values, 2, results, 2, &count) == SNN_ERROR_TYPE);
    CHECK(snn_module_call(attention, SNN_BLOCK_MultiheadAttention, values, 5, results, 1, &count) == SNN_ERROR_VALUE);
    CHECK(snn_module_call(attention, (snn_block)10000, values, 5, results, 2, &count) == SNN_ERROR_VALUE);
    CHECK(snn_module_call(NULL, SNN_BLOCK_MultiheadAttention, values, 5, results, 2, &count) == SNN_ERROR_VALUE);
    snn_module other = plain("Identity");
    CHECK(snn_module_call(other, SNN_BLOCK_MultiheadAttention, values, 5, results, 2, &count) == SNN_ERROR_TYPE);
    snn_module_release(other);
    snn_module_release(attention);
    snn_tensor_release(x);
    return NULL;
}

static const char *test_foreign_blocks(void) {
    Doubler doubler = {0, false};
    snn_module net = plain("Sequential"), parts[] = {NULL, plain("Identity")};
    CHECK_OK(snn_module_create_foreign("Doubler", double_input, &doubler, &parts[0]));
    CHECK(strcmp(snn_module_type(parts[0]), "Doubler") == 0);
    CHECK_OK(snn_module_set_children(net, (const char *[]){"double", "rest"}, parts, 2));
    snn_tensor x = float_tensor(0, 2, (float[]){1, 2}), y = NULL, grad = NULL;
    CHECK_OK(snn_tensor_set_requires_grad(x, true));
    CHECK_OK(snn_module_forward(net, x, &y));
    CHECK(doubler.calls == 1 && holds(y, 2, (float[]){2, 4}));
    // Gradients flow through a foreign block.
    snn_tensor total = unary(SNN_OP_sum, y);
    CHECK_OK(snn_tensor_backward(total, NULL, false, false));
    CHECK_OK(snn_tensor_get_grad(x, &grad));
    CHECK(holds(grad, 2, (float[]){2, 2}));
    snn_tensor tensors[] = {y, total, grad};
    release_all(tensors, 3);
    // A built-in block's forward replaced, and given back.
    snn_module_override_forward(parts[1], double_input, &doubler);
    CHECK_OK(snn_module_forward(net, x, &y));
    CHECK(doubler.calls == 3 && holds(y, 2, (float[]){4, 8}));
    snn_tensor_release(y);
    snn_module_override_forward(parts[1], NULL, NULL);
    CHECK_OK(snn_module_forward(net, x, &y));
    CHECK(holds(y, 2, (float[]){2, 4}));
    snn_tensor_release(y);
    // A callback's failure is passed on.
    y = UNTOUCHED;
    doubler.fails = true;
    CHECK(snn_module_forward(net, x, &y) == SNN_ERROR_FOREIGN);
    doubler.fails = false;
    // Detached: an error, not a call to a payload that is gone.
    int calls = doubler.calls;
    snn_module_detach(parts[0]);
    CHECK(snn_module_forward(net, x, &y) != SNN_OK);
    CHECK(y == UNTOUCHED && doubler.calls == calls);
    snn_tensor_release(x);
    snn_module_release(parts[0]);
    snn_module_release(parts[1]);
    snn_module_release(net);
    return NULL;
}

static const char *test_reset_parameters(void) {
    snn_random_seed(7);
    snn_module first = linear(5, 3);
    snn_module second = linear(5, 3);
    CHECK(!same_bits(snn_module_peek_parameter(first, 0), snn_module_peek_parameter(second, 0)));
    snn_random_seed(7);
    CHECK_OK(snn_module_reset_parameters(second));
    CHECK(same_bits(snn_module_peek_parameter(first, 0), snn_module_peek_parameter(second, 0)));
    CHECK(same_bits(snn_module_peek_parameter(first, 1), snn_module_peek_parameter(second, 1)));
    snn_module_release(first);
    snn_module_release(second);
    return NULL;
}

static const char *test_deferred_parameters(void) {
    snn_attribute arguments[] = {{"out_features", of_integer(4)}};
    snn_module module = NULL;
    CHECK_OK(snn_module_create("LazyLinear", arguments, 1, &module));
    snn_tensor_view view;
    snn_tensor_get_view(snn_module_peek_parameter(module, 0), &view);
    CHECK(!view.is_initialized);
    snn_tensor x = float_tensor(1, 3, (float[]){1, 2, 3}), y = NULL;
    CHECK_OK(snn_module_forward(module, x, &y));
    snn_tensor_get_view(snn_module_peek_parameter(module, 0), &view);
    CHECK(view.is_initialized && view.sizes[0] == 4 && view.sizes[1] == 3);
    snn_tensor tensors[] = {x, y};
    release_all(tensors, 2);
    snn_module_release(module);
    return NULL;
}

const interface_test module_tests[] = {
    {"a linear layer", test_linear, false},
    {"parameters are shared", test_parameters_are_shared, false},
    {"a sequential", test_sequential, false},
    {"misuse of modules", test_module_misuse, false},
    {"foreign blocks", test_foreign_blocks, false},
    {"calls with several arguments", test_calls_with_several_arguments, false},
    {"parameters drawn anew", test_reset_parameters, true},
    {"parameters whose shape waits", test_deferred_parameters, false},
    {NULL, NULL, false},
};
