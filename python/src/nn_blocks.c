// The built-in blocks with other arguments than one tensor, or other results: those of swiftnn_blocks.def.
#include "nn_module.h"

#define SNN_BLOCK(name, schema, signature) {#name, "", schema, signature, "", BLOCK, SNN_BLOCK_##name, NULL, NULL, 0, 0, 0, NULL, 0, {{0}}},
static Row rows[] = {
#include "swiftnn_blocks.def"
};

int blocks_init(void) {
    for (int i = 0; i < SNN_BLOCK_COUNT; i++)
        if (row_parse_signature(&rows[i]) < 0) return -1;
    return 0;
}

const Row *block_row(const char *type) {
    for (int i = 0; i < SNN_BLOCK_COUNT; i++)
        if (strcmp(rows[i].name, type) == 0) return &rows[i];
    return NULL;
}

static PyObject *call_block(ModuleObject *module, const snn_value *values, int count, const KeptAlive *kept) {
    enum { MOST_RESULTS = 8 };
    snn_tensor results[MOST_RESULTS];
    int32_t result_count = 0;
    snn_status status;
    int64_t work = 0;
    for (int i = 0; i < count; i++)
        if (values[i].kind == SNN_TENSOR) work += tensor_element_count(values[i].tensor);
    const snn_module handle = module->handle;
    const snn_block block = (snn_block)module->kind->row->code;
    if (kept->count == 0 && work >= LONG_WORK) {
        Py_BEGIN_ALLOW_THREADS
        modules_begin_reading();
        status = snn_module_call(handle, block, values, count, results, MOST_RESULTS, &result_count);
        modules_end_reading();
        Py_END_ALLOW_THREADS
    } else {
        status = snn_module_call(handle, block, values, count, results, MOST_RESULTS, &result_count);
    }
    if (status != SNN_OK) return status == SNN_ERROR_FOREIGN && PyErr_Occurred() ? NULL : raise_status(status);
    if (!module->kind->row->results && result_count == 1) return tensor_wrap_result(results[0]);
    return row_wrap_results(NULL, results, result_count);
}

PyObject *block_forward(ModuleObject *module, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    const Row *row = module->kind->row;
    PyObject *objects[MAX_PARAMETERS], *result = NULL;
    Py_ssize_t rest;
    if (row_bind(row, NULL, args, count, keywords, objects, &rest) < 0) return NULL;
    if (Py_EnterRecursiveCall(" while calling a module")) return NULL;
    Py_INCREF(module);
    ValueScratch scratch;
    KeptAlive kept;
    scratch_init(&scratch);
    kept_init(&kept);
    snn_value values[MAX_PARAMETERS];
    // The arguments first: a conversion may run code of the user's, after which the module has to be looked at.
    for (int i = 0; i < row->count; i++) {
        const Parameter *parameter = &row->parameters[i];
        values[i] = none_value();
        if (objects[i] &&
            parse_value(&scratch, parameter->letter, objects[i], row->label, parameter->text, &values[i]) < 0)
            goto done;
    }
    if (module_refresh(module, &kept, 0) == 0) result = call_block(module, values, row->count, &kept);
    if (result && module->lazy && module_end_lazy(module) < 0) Py_CLEAR(result);
done:
    kept_clear(&kept);
    scratch_clear(&scratch);
    Py_DECREF(module);
    Py_LeaveRecursiveCall();
    return result;
}
