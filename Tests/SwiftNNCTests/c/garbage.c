// What no caller should pass: numbers that are none of an enumeration's, and NULL where something is needed.
#include "support.h"

static const char *test_unknown_enumerators(void) {
    snn_tensor x = float_tensor(0, 2, (float[]){1, 2}), result = UNTOUCHED;
    snn_value argument = of_tensor(x);
    const int64_t numbers[] = {SNN_OP_COUNT, 9999, -1, INT32_MAX};
    for (int i = 0; i < 4; i++) {
        CHECK_ERROR(snn_op_call((snn_op)numbers[i], &argument, 1, &result, 1, NULL), SNN_ERROR_VALUE, "operator");
        CHECK_ERROR(snn_inplace_call((snn_inplace_op)numbers[i], &argument, 1), SNN_ERROR_VALUE, "operator");
        CHECK(strlen(snn_op_name((snn_op)numbers[i])) > 0 && strlen(snn_inplace_name((snn_inplace_op)numbers[i])) > 0);
        CHECK_ERROR(snn_tensor_create(NULL, (snn_dtype)numbers[i], 0, NULL, &result), SNN_ERROR_VALUE, "dtype");
        snn_index index = {.kind = (snn_index_kind)numbers[i]};
        CHECK_ERROR(snn_tensor_get_index(x, &index, 1, &result), SNN_ERROR_VALUE, "index");
        snn_value odd = {.kind = (snn_value_kind)numbers[i]};
        snn_value pair[] = {argument, odd};
        CHECK_ERROR(snn_op_call(SNN_OP_add, pair, 2, &result, 1, NULL), SNN_ERROR_TYPE, "add");
        snn_value typed[] = {argument, {.kind = SNN_DTYPE, .integer = numbers[i]}};
        CHECK(snn_op_call(SNN_OP_to_dtype, typed, 2, &result, 1, NULL) != SNN_OK);
        snn_attribute attribute = {"p", odd};
        snn_module module = NULL;
        CHECK(snn_module_create("Dropout", &attribute, 1, &module) != SNN_OK && module == NULL);
    }
    CHECK(result == UNTOUCHED);
    snn_tensor_release(x);
    return NULL;
}

static const char *test_missing_places(void) {
    snn_tensor x = float_tensor(0, 2, (float[]){1, 2});
    CHECK_ERROR(snn_tensor_create(NULL, SNN_FLOAT32, 0, NULL, NULL), SNN_ERROR_VALUE, "NULL");
    CHECK_ERROR(snn_tensor_create(NULL, SNN_FLOAT32, 2, NULL, &x), SNN_ERROR_VALUE, "NULL");
    CHECK_ERROR(snn_tensor_create(NULL, SNN_FLOAT32, -1, NULL, &x), SNN_ERROR_VALUE, "negative");
    CHECK_ERROR(snn_tensor_get_index(x, NULL, 0, NULL), SNN_ERROR_VALUE, "NULL");
    CHECK_ERROR(snn_tensor_get_index(x, NULL, 3, &x), SNN_ERROR_VALUE, "NULL");
    CHECK_ERROR(snn_tensor_get_grad(x, NULL), SNN_ERROR_VALUE, "NULL");
    CHECK_ERROR(snn_autograd_grad(NULL, NULL, 1, NULL, 1, false, false, false, NULL), SNN_ERROR_VALUE, "NULL");
    CHECK_ERROR(snn_random_get_state(NULL), SNN_ERROR_VALUE, "NULL");
    CHECK_ERROR(snn_module_create("ReLU", NULL, 0, NULL), SNN_ERROR_VALUE, "NULL");
    CHECK_ERROR(snn_module_create("ReLU", NULL, 2, NULL), SNN_ERROR_VALUE, "NULL");
    snn_module module = NULL;
    CHECK_OK(snn_module_create("Sequential", NULL, 0, &module));
    CHECK_ERROR(snn_module_forward(module, x, NULL), SNN_ERROR_VALUE, "NULL");
    CHECK_ERROR(snn_module_set_children(module, NULL, NULL, 2), SNN_ERROR_VALUE, "NULL");
    CHECK_ERROR(snn_module_set_children(module, NULL, NULL, -1), SNN_ERROR_VALUE, "negative");
    snn_value settings[] = {of_string("SGD"), of_tensors(&x, 1), of_tensors(NULL, 0), of_reals(NULL, 6)};
    CHECK_ERROR(snn_op_call(SNN_OP_optimizer_step, settings, 4, NULL, 0, NULL), SNN_ERROR_VALUE, "NULL");
    snn_value none[] = {of_tensors(NULL, 3)};
    CHECK_ERROR(snn_op_call(SNN_OP_cat, none, 1, &x, 1, NULL), SNN_ERROR_VALUE, "NULL");
    snn_module_release(module);
    snn_tensor_release(x);
    return NULL;
}

static const char *test_a_container_in_itself(void) {
    snn_module module = NULL;
    const char *name = "0";
    CHECK_OK(snn_module_create("Sequential", NULL, 0, &module));
    CHECK_OK(snn_module_set_children(module, &name, &module, 1));
    snn_tensor x = float_tensor(0, 2, (float[]){1, 2}), y = UNTOUCHED;
    CHECK_ERROR(snn_module_forward(module, x, &y), SNN_ERROR_RUNTIME, "contains itself");
    CHECK(y == UNTOUCHED);
    // Opens the circle again, which would never be freed.
    CHECK_OK(snn_module_set_children(module, NULL, NULL, 0));
    snn_module_release(module);
    snn_tensor_release(x);
    return NULL;
}

const interface_test garbage_tests[] = {
    {"numbers of no enumeration", test_unknown_enumerators, false},
    {"NULL where something is needed", test_missing_places, false},
    {"a container in itself", test_a_container_in_itself, false},
    {NULL, NULL, false},
};
