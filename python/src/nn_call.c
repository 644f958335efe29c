// Calling a module: from Python (`net(x)`), and from inside a container of Swift.
#include "nn_module.h"

PyObject *module_global_hooks[GLOBAL_HOOKS_COUNT];

static PyObject *raise_not_initialized(ModuleObject *module) {
    if (PyErr_Occurred()) return NULL;
    PyErr_Format(PyExc_AttributeError, "cannot call %s before Module.__init__() call", type_name(module));
    return NULL;
}

// ---------------------------------------------------------------------------------------------------- built-in blocks

// The forward in Swift of a module that is refreshed.
static PyObject *run_native(ModuleObject *module, snn_tensor input, const KeptAlive *kept) {
    snn_tensor output = NULL;
    snn_status status;
    if (kept->count == 0 && tensor_element_count(input) >= LONG_WORK) {
        const snn_module handle = module->handle;
        Py_BEGIN_ALLOW_THREADS
        modules_begin_reading();
        status = snn_module_forward(handle, input, &output);
        modules_end_reading();
        Py_END_ALLOW_THREADS
    } else {
        status = snn_module_forward(module->handle, input, &output);
    }
    if (status == SNN_OK) return tensor_wrap_result(output);
    return status == SNN_ERROR_FOREIGN && PyErr_Occurred() ? NULL : raise_status(status);
}

static PyObject *native_forward(ModuleObject *module, snn_tensor input) {
    KeptAlive kept;
    kept_init(&kept);
    PyObject *result = module_refresh(module, &kept, 0) == 0 ? run_native(module, input, &kept) : NULL;
    kept_clear(&kept);
    return result;
}

// A sequence of built-in blocks is one call of Swift. With a block among them that Python has to call, each is called from
// here: what goes from one to the next may be anything then.
static PyObject *sequence_forward(ModuleObject *module, PyObject *input) {
    KeptAlive kept;
    kept_init(&kept);
    PyObject *result = NULL, *children = NULL;
    if (module_refresh(module, &kept, 0) < 0) goto done;
    if (kept.count == 0 && PyDict_GET_SIZE(module->modules) == 0) {
        result = Py_NewRef(input);
    } else if (kept.count == 0) {
        if (!tensor_check(input)) raise_argument_type(type_name(module), "input", "Tensor", input);
        else result = run_native(module, tensor_handle(input), &kept);
    } else if ((children = PyDict_Values(module->modules))) {
        PyObject *value = Py_NewRef(input);
        for (Py_ssize_t i = 0; value && i < PyList_GET_SIZE(children); i++)
            Py_SETREF(value, PyObject_CallOneArg(PyList_GET_ITEM(children, i), value));
        result = value;
    }
done:
    Py_XDECREF(children);
    kept_clear(&kept);
    return result;
}

static bool all_slots_initialized(ModuleObject *module) {
    for (int32_t index = 0; index < module->kind->slot_count; index++) {
        if (!module->given[index]) continue;
        snn_tensor_view view;
        snn_tensor_get_view(module->given[index], &view);
        if (!view.is_initialized) return false;
    }
    return true;
}

int module_end_lazy(ModuleObject *module) {
    if (!all_slots_initialized(module)) return 0;
    module->lazy = false;
    if (module_update_kind(module) < 0) return -1;
    PyObject *done = module_call_method(module, "_materialized", NULL, NULL);
    Py_XDECREF(done);
    return done ? 0 : -1;
}

// The first call of a block with lazy parameters. Swift gives them their shapes, and values by the block's own scheme,
// in a forward; initialisers that the user has named come after it, and so the output is computed again.
static PyObject *first_forward(ModuleObject *module, snn_tensor input) {
    KeptAlive kept;
    kept_init(&kept);
    const int refreshed = module_refresh(module, &kept, 0);
    kept_clear(&kept);
    if (refreshed < 0) return NULL;
    if (all_slots_initialized(module)) {
        Py_CLEAR(module->deferred);
    } else if (module->deferred) {
        const bool recording = snn_grad_is_enabled();
        snn_tensor output = NULL;
        snn_grad_set_enabled(false);
        // As in use: this call draws no random numbers, and is no step of running statistics.
        snn_module_set_training(module->handle, false);
        const snn_status status = snn_module_forward(module->handle, input, &output);
        snn_module_set_training(module->handle, module->training);
        snn_grad_set_enabled(recording);
        if (status != SNN_OK) return raise_status(status);
        snn_tensor_release(output);
        PyObject *done = module_call_method(module, "_initialize_deferred", NULL, NULL);
        if (!done) return NULL;
        Py_DECREF(done);
    }
    PyObject *result = native_forward(module, input);
    if (result && module_end_lazy(module) < 0) Py_CLEAR(result);
    return result;
}

PyObject *module_forward(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    ModuleObject *module = (ModuleObject *)self;
    if (!module->modules) return raise_not_initialized(module);
    if (!module->kind) {
        PyErr_Format(PyExc_NotImplementedError, "Module [%s] is missing the required \"forward\" function",
                     type_name(self));
        return NULL;
    }
    // Of the blocks with a row of their own, those calls that are like any other go the short way.
    if (module->kind->row && (count != 1 || (keywords && PyTuple_GET_SIZE(keywords) > 0) ||
                              !snn_module_is_plain(module->handle)))
        return block_forward(module, args, count, keywords);
    PyObject *input = count == 1 ? args[0] : NULL;
    if (keywords && PyTuple_GET_SIZE(keywords) > 0) {
        PyObject *name = PyTuple_GET_ITEM(keywords, 0);
        if (PyTuple_GET_SIZE(keywords) > 1 || PyUnicode_CompareWithASCIIString(name, "input") != 0) {
            PyErr_Format(PyExc_TypeError, "%s.forward() got an unexpected keyword argument %R", type_name(self),
                         PyTuple_GET_ITEM(keywords, PyTuple_GET_SIZE(keywords) - 1));
            return NULL;
        }
        if (count == 0) input = args[0];
        else count++;
    }
    if (!input || count > 1) {
        PyErr_Format(PyExc_TypeError, "%s.forward() takes one argument, 'input', but %zd were given", type_name(self),
                     count);
        return NULL;
    }
    if (!tensor_check(input) && !module->kind->is_sequence)
        return raise_argument_type(type_name(self), "input", "Tensor", input);
    if (Py_EnterRecursiveCall(" while calling a module")) return NULL;
    Py_INCREF(self);
    PyObject *result = module->kind->is_sequence ? sequence_forward(module, input)
                       : (module->lazy ? first_forward : native_forward)(module, tensor_handle(input));
    Py_DECREF(self);
    Py_LeaveRecursiveCall();
    return result;
}

// ---------------------------------------------------------------------------------------------------- blocks of Python

// `function(first, args…)`, where args may have a free place before them.
static PyObject *call_with_self(PyObject *function, PyObject *self, PyObject *const *args, size_t nargsf,
                                PyObject *keywords) {
    const Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (nargsf & PY_VECTORCALL_ARGUMENTS_OFFSET) {
        PyObject **shifted = (PyObject **)args - 1;
        PyObject *saved = shifted[0];
        shifted[0] = self;
        PyObject *result = PyObject_Vectorcall(function, shifted, (size_t)count + 1, keywords);
        shifted[0] = saved;
        return result;
    }
    const Py_ssize_t total = count + (keywords ? PyTuple_GET_SIZE(keywords) : 0);
    PyObject *small[8];
    PyObject **copy = total < 8 ? small : PyMem_New(PyObject *, (size_t)total + 1);
    if (!copy) return PyErr_NoMemory();
    copy[0] = self;
    if (total > 0) memcpy(copy + 1, args, (size_t)total * sizeof *args);
    PyObject *result = PyObject_Vectorcall(function, copy, (size_t)count + 1, keywords);
    if (copy != small) PyMem_Free(copy);
    return result;
}

// Without the bound method that an ordinary `self.forward(…)` would make.
static PyObject *python_forward(ModuleObject *module, PyObject *const *args, size_t nargsf, PyObject *keywords) {
    static PyObject *forward;
    if (!forward && !(forward = PyUnicode_InternFromString("forward"))) return NULL;
    PyObject *self = (PyObject *)module, *function = NULL, *result;
    if (module->dict) {
        function = Py_XNewRef(PyDict_GetItemWithError(module->dict, forward));
        if (!function && PyErr_Occurred()) return NULL;
    }
    if (Py_EnterRecursiveCall(" while calling a module")) {
        Py_XDECREF(function);
        return NULL;
    }
    Py_INCREF(self);
    if (!function) {
        function = Py_XNewRef(_PyType_Lookup(Py_TYPE(self), forward));
        if (function && PyType_HasFeature(Py_TYPE(function), Py_TPFLAGS_METHOD_DESCRIPTOR)) {
            result = call_with_self(function, self, args, nargsf, keywords);
            goto done;
        }
        Py_XDECREF(function);
        function = PyObject_GetAttr(self, forward);  // a static method, a callable object, a property
    }
    result = function ? PyObject_Vectorcall(function, args, nargsf, keywords) : NULL;
done:
    Py_XDECREF(function);
    Py_DECREF(self);
    Py_LeaveRecursiveCall();
    return result;
}

static PyObject *call_forward(ModuleObject *module, PyObject *const *args, size_t nargsf, PyObject *keywords) {
    if (module->kind && !module_overrides_forward(module))
        return module_forward((PyObject *)module, args, PyVectorcall_NARGS(nargsf), keywords);
    return python_forward(module, args, nargsf, keywords);
}

PyObject *module_call_forward(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    return call_forward((ModuleObject *)self, args, (size_t)count, keywords);
}

PyObject *module_vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *keywords) {
    ModuleObject *module = (ModuleObject *)callable;
    if (!module_ready(module)) return raise_not_initialized(module);
    if (!module_has_hooks(module)) return call_forward(module, args, nargsf, keywords);
    PyObject *function = PyObject_GetAttrString(callable, "_call_with_hooks");
    if (!function) return NULL;
    PyObject *result = PyObject_Vectorcall(function, args, nargsf, keywords);
    Py_DECREF(function);
    return result;
}

// ---------------------------------------------------------------------------------------------------- from Swift

// The results of a block of Python: a tensor, or a tuple of tensors and None.
static int take_results(PyObject *module, PyObject *output, snn_tensor *results, int32_t capacity, int32_t *count) {
    const bool single = !PyTuple_Check(output);
    const Py_ssize_t given = single ? 1 : PyTuple_GET_SIZE(output);
    if (given > capacity) {
        PyErr_Format(PyExc_TypeError, "forward of %s returned %zd results, at most %d are expected", type_name(module), given,
                     (int)capacity);
        return -1;
    }
    for (Py_ssize_t i = 0; i < given; i++) {
        PyObject *item = single ? output : PyTuple_GET_ITEM(output, i);
        if (!tensor_check(item) && (single || item != Py_None)) {
            PyErr_Format(PyExc_TypeError, "forward of %s returned %s, a Tensor is expected", type_name(module),
                         type_name(item));
            return -1;
        }
    }
    for (Py_ssize_t i = 0; i < given; i++) {
        PyObject *item = single ? output : PyTuple_GET_ITEM(output, i);
        results[i] = item == Py_None ? NULL : tensor_handle(item);
        if (results[i]) snn_tensor_retain(results[i]);
    }
    *count = (int32_t)given;
    return 0;
}

snn_status module_callback(void *payload, const snn_value *arguments, int32_t count, snn_tensor *results,
                           int32_t capacity, int32_t *result_count) {
    enum { MOST = 16 };
    const PyGILState_STATE state = PyGILState_Ensure();
    PyObject *module = Py_NewRef((PyObject *)payload), *args[MOST + 1] = {NULL}, *output = NULL;
    bool complete = count <= MOST;
    if (!complete) PyErr_Format(PyExc_TypeError, "%s: more than %d arguments", type_name(module), MOST);
    for (int32_t i = 0; complete && i < count; i++) complete = (args[i + 1] = value_to_object(&arguments[i])) != NULL;
    if (complete)
        output = PyObject_Vectorcall(module, args + 1, (size_t)count | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    for (int32_t i = 0; i < MOST; i++) Py_XDECREF(args[i + 1]);
    const bool taken = output && take_results(module, output, results, capacity, result_count) == 0;
    Py_XDECREF(output);
    Py_DECREF(module);
    PyGILState_Release(state);
    return taken ? SNN_OK : SNN_ERROR_FOREIGN;
}
