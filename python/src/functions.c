// Functions that are no plain row of the operator table: creation from data, overloads, random state, gradients.
#include "internal.h"

// dtype, requires_grad and device of a function that makes a tensor.
typedef struct {
    bool has_dtype, requires_grad;
    snn_dtype dtype;
} Options;

static int parse_options(const char *function, PyObject *dtype, PyObject *requires_grad, PyObject *device, Options *options) {
    *options = (Options){0};
    if (parse_device(device, function) < 0) return -1;
    if (requires_grad && parse_boolean(requires_grad, function, "requires_grad", &options->requires_grad) < 0) return -1;
    if (!dtype || dtype == Py_None) return 0;
    options->has_dtype = true;
    return parse_dtype(dtype, function, "dtype", &options->dtype);
}

static PyObject *wrap_with(snn_tensor owned, bool requires_grad) {
    snn_status status = requires_grad ? snn_tensor_set_requires_grad(owned, true) : SNN_OK;
    if (status == SNN_OK) return tensor_wrap_result(owned);
    raise_status(status);
    snn_tensor_release(owned);
    return NULL;
}

// ---------------------------------------------------------------------------------------------------- from data

static PyObject *function_tensor(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"data", "dtype", "requires_grad", "device", "pin_memory", NULL};
    PyObject *objects[5];
    Options options;
    snn_tensor result;
    if (parse_arguments("tensor", names, 1, 1, args, count, keywords, objects) < 0 || parse_pin_memory(objects[4], "tensor") < 0 ||
        parse_options("tensor", objects[1], objects[2], objects[3], &options) < 0 ||
        tensor_from_object(objects[0], options.has_dtype ? &options.dtype : NULL, "tensor", &result) < 0)
        return NULL;
    return wrap_with(result, options.requires_grad);
}

static PyObject *in_dtype(PyObject *tensor, snn_dtype dtype) {
    if (!tensor || snn_tensor_dtype(tensor_handle(tensor)) == dtype) return tensor;
    snn_value arguments[2] = {tensor_value(tensor_handle(tensor)), dtype_value(dtype)};
    snn_tensor result;
    snn_status status = tensor_operator(SNN_OP_to_dtype, arguments, 2, &result);
    Py_DECREF(tensor);
    return status ? raise_status(status) : tensor_wrap_result(result);
}

static PyObject *function_as_tensor(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"data", "dtype", "device", NULL};
    PyObject *objects[3], *tensor = NULL;
    Options options;
    if (parse_arguments("as_tensor", names, 2, 1, args, count, keywords, objects) < 0 ||
        parse_options("as_tensor", objects[1], NULL, objects[2], &options) < 0)
        return NULL;
    snn_tensor result;
    if (tensor_check(objects[0])) {
        tensor = objects[0];
        Py_INCREF(tensor);
    } else if (PyObject_CheckBuffer(objects[0]) && !PyBytes_Check(objects[0]) && !numpy_scalar_check(objects[0])) {
        if (tensor_from_buffer(objects[0], "as_tensor", &result) < 0) return NULL;
        tensor = tensor_wrap_result(result);
    } else {
        if (tensor_from_object(objects[0], options.has_dtype ? &options.dtype : NULL, "as_tensor", &result) < 0) return NULL;
        return tensor_wrap_result(result);
    }
    return options.has_dtype ? in_dtype(tensor, options.dtype) : tensor;
}

static PyObject *function_from_numpy(PyObject *Py_UNUSED(module), PyObject *array) {
    if (!PyObject_CheckBuffer(array) || tensor_check(array))
        return PyErr_Format(PyExc_TypeError, "from_numpy(): expected a NumPy array (got %s)", short_type_name(array));
    snn_tensor result;
    return tensor_from_buffer(array, "from_numpy", &result) < 0 ? NULL : tensor_wrap_result(result);
}

// ---------------------------------------------------------------------------------------------------- overloads

static bool names(PyObject *keywords, const char *name) {
    for (Py_ssize_t i = 0; keywords && i < PyTuple_GET_SIZE(keywords); i++)
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(keywords, i), name) == 0) return true;
    return false;
}

// Calls an operator with a lower bound of 0 put before the argument at `position`.
static PyObject *call_from_zero(snn_op op, Py_ssize_t position, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    enum { MOST = 24 };
    PyObject *shifted[MOST + 1];
    Py_ssize_t total = count + (keywords ? PyTuple_GET_SIZE(keywords) : 0);
    if (total > MOST) return operator_call(op, args, count, keywords);  // which says that they are too many
    PyObject *zero = PyLong_FromLong(0);
    if (!zero) return NULL;
    for (Py_ssize_t i = 0; i < total; i++) shifted[i < position ? i : i + 1] = args[i];
    shifted[position] = zero;
    PyObject *result = operator_call(op, shifted, count + 1, keywords);
    Py_DECREF(zero);
    return result;
}

static PyObject *function_arange(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    // arange(end)
    bool from_zero = count == 1 ? !names(keywords, "end") : count == 0 && names(keywords, "end") && !names(keywords, "start");
    if (count == 0 && !names(keywords, "end")) return PyErr_Format(PyExc_TypeError, "arange() missing 1 required positional argument: 'end'");
    return from_zero ? call_from_zero(SNN_OP_arange, 0, args, count, keywords)
                     : operator_call(SNN_OP_arange, args, count, keywords);
}

// Whether the arguments from `first` on are (high, size) or (high), where (low, high, size) or (low, high) may stand.
static bool without_low(PyObject *keywords, Py_ssize_t given, bool sized) {
    if (names(keywords, "low")) return false;
    if (names(keywords, "high")) return given == 0;
    return given == (sized && !names(keywords, "size") ? 2 : 1);
}

static PyObject *function_randint(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    return without_low(keywords, count, true) ? call_from_zero(SNN_OP_randint, 0, args, count, keywords)
                                              : operator_call(SNN_OP_randint, args, count, keywords);
}

static PyObject *function_randint_like(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    return count > 0 && without_low(keywords, count - 1, false) ? call_from_zero(SNN_OP_randint_like, 1, args, count, keywords)
                                                                : operator_call(SNN_OP_randint_like, args, count, keywords);
}

// The answer of an operator whose result is one bool; takes the tensor.
static PyObject *answer(snn_status status, snn_tensor owned) {
    if (status) return raise_status(status);
    PyObject *result = tensor_item_object(owned);
    snn_tensor_release(owned);
    return result;
}

static PyObject *allclose(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"input", "other", "rtol", "atol", "equal_nan", NULL};
    static const char letters[] = "TTffb";
    PyObject *objects[6];
    int first = self != NULL;
    if (parse_arguments("allclose", names + first, 5 - first, 2 - first, args, count, keywords, objects + first) < 0) return NULL;
    if (self) objects[0] = self;
    ValueScratch scratch;
    scratch_init(&scratch);
    snn_value values[5];
    PyObject *object = NULL;
    for (int i = 0; i < 5; i++) {
        if (!objects[i]) values[i] = none_value();
        else if (parse_value(&scratch, letters[i], objects[i], "allclose", names[i], &values[i]) < 0) goto done;
    }
    snn_tensor close, all = NULL;
    snn_status status = tensor_operator(SNN_OP_isclose, values, 5, &close);
    if (!status) {
        snn_value argument = tensor_value(close);
        status = tensor_operator(SNN_OP_all, &argument, 1, &all);
        object = answer(status, all);
        snn_tensor_release(close);
    } else raise_status(status);
done:
    scratch_clear(&scratch);
    return object;
}

static PyObject *equal(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"input", "other", NULL};
    PyObject *objects[3];
    int first = self != NULL;
    if (parse_arguments("equal", names + first, 2 - first, 2 - first, args, count, keywords, objects + first) < 0) return NULL;
    if (self) objects[0] = self;
    snn_value values[2];
    for (int i = 0; i < 2; i++) {
        if (!tensor_check(objects[i])) return raise_argument_type("equal", names[i], "Tensor", objects[i]);
        values[i] = tensor_value(tensor_handle(objects[i]));
    }
    snn_tensor result = NULL;
    snn_status status = tensor_operator(SNN_OP_equal, values, 2, &result);
    return answer(status, result);
}

static PyObject *function_allclose(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    return allclose(NULL, args, count, keywords);
}
static PyObject *function_equal(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    return equal(NULL, args, count, keywords);
}

static PyObject *function_is_tensor(PyObject *Py_UNUSED(module), PyObject *object) { return PyBool_FromLong(tensor_check(object)); }
static PyObject *function_numel(PyObject *Py_UNUSED(module), PyObject *input) {
    if (!tensor_check(input)) return raise_argument_type("numel", "input", "Tensor", input);
    return PyLong_FromLongLong(tensor_element_count(tensor_handle(input)));
}

// ---------------------------------------------------------------------------------------------------- random state

static PyObject *function_manual_seed(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"seed", NULL};
    PyObject *seed;
    uint64_t bits;
    if (parse_arguments("manual_seed", names, 1, 1, args, count, keywords, &seed) < 0 || parse_seed(seed, "manual_seed", &bits) < 0)
        return NULL;
    snn_random_seed(bits);
    Py_INCREF(default_generator);
    return default_generator;
}

static PyObject *function_initial_seed(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    return PyLong_FromUnsignedLongLong(snn_random_initial_seed());
}

static PyObject *function_seed(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    uint64_t seed;
    if (random_seed(&seed) < 0) return NULL;
    snn_random_seed(seed);
    return PyLong_FromUnsignedLongLong(seed);
}

static PyObject *function_get_rng_state(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    snn_tensor state;
    snn_status status = snn_random_get_state(&state);
    return status ? raise_status(status) : tensor_wrap_result(state);
}

static PyObject *function_set_rng_state(PyObject *Py_UNUSED(module), PyObject *state) {
    if (!tensor_check(state)) return raise_argument_type("set_rng_state", "new_state", "Tensor", state);
    snn_status status = snn_random_set_state(tensor_handle(state));
    if (status) return raise_status(status);
    Py_RETURN_NONE;
}

// ---------------------------------------------------------------------------------------------------- gradients

static PyObject *function_is_grad_enabled(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    return PyBool_FromLong(snn_grad_is_enabled());
}

static PyObject *private_set_grad_enabled(PyObject *Py_UNUSED(module), PyObject *mode) {
    bool flag, before = snn_grad_is_enabled();
    if (parse_boolean(mode, "set_grad_enabled", "mode", &flag) < 0) return NULL;
    snn_grad_set_enabled(flag);
    return PyBool_FromLong(before);
}

static PyObject *private_set_training_mode(PyObject *Py_UNUSED(module), PyObject *mode) {
    const int32_t before = snn_training_mode();
    if (mode != Py_None && !PyBool_Check(mode)) {
        PyErr_Format(PyExc_TypeError, "expected a bool or None, not %s", Py_TYPE(mode)->tp_name);
        return NULL;
    }
    snn_training_set_mode(mode == Py_None ? 0 : mode == Py_True ? 1 : 2);
    return before ? PyBool_FromLong(before == 1) : Py_NewRef(Py_None);
}

// _grad(outputs, gradients or None, inputs, retain_graph, create_graph, allow_unused) -> list
static PyObject *private_grad(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"outputs", "grad_outputs", "inputs", "retain_graph", "create_graph", "allow_unused", NULL};
    PyObject *objects[6], *list = NULL;
    if (parse_arguments("grad", names, 6, 6, args, count, keywords, objects) < 0) return NULL;
    ValueScratch scratch;
    scratch_init(&scratch);
    snn_value outputs, inputs, flags[3];
    snn_tensor *gradients = NULL, *results = NULL;
    if (parse_value(&scratch, 'v', objects[0], "grad", "outputs", &outputs) < 0 ||
        parse_value(&scratch, 'v', objects[2], "grad", "inputs", &inputs) < 0)
        goto done;
    for (int i = 0; i < 3; i++)
        if (parse_value(&scratch, 'b', objects[3 + i], "grad", names[3 + i], &flags[i]) < 0) goto done;
    if (objects[1] != Py_None) {
        if (!PyTuple_Check(objects[1]) || PyTuple_GET_SIZE(objects[1]) != outputs.count) {
            PyErr_Format(PyExc_RuntimeError, "grad(): got %d outputs, but grad_outputs is no tuple of as many entries", outputs.count);
            goto done;
        }
        gradients = PyMem_Calloc((size_t)outputs.count + 1, sizeof *gradients);
        if (!gradients) {
            PyErr_NoMemory();
            goto done;
        }
        for (int32_t i = 0; i < outputs.count; i++) {
            PyObject *gradient = PyTuple_GET_ITEM(objects[1], i);
            if (gradient == Py_None) continue;
            if (!tensor_check(gradient)) {
                raise_argument_type("grad", "grad_outputs", "tuple of Tensors or None", gradient);
                goto done;
            }
            gradients[i] = tensor_handle(gradient);
        }
    }
    results = PyMem_Calloc((size_t)inputs.count + 1, sizeof *results);
    if (!results) {
        PyErr_NoMemory();
        goto done;
    }
    snn_status status;
    Py_BEGIN_ALLOW_THREADS
    status = snn_autograd_grad(outputs.tensors, gradients, outputs.count, inputs.tensors, inputs.count, flags[0].integer != 0,
                               flags[1].integer != 0, flags[2].integer != 0, results);
    Py_END_ALLOW_THREADS
    if (status) {
        raise_status(status);
        goto done;
    }
    list = PyList_New(inputs.count);
    for (int32_t i = 0; i < inputs.count; i++) {
        if (!list) {
            if (results[i]) snn_tensor_release(results[i]);
            continue;
        }
        PyObject *item = Py_None;
        if (results[i]) item = tensor_wrap(results[i]);
        else Py_INCREF(item);
        if (item) PyList_SET_ITEM(list, i, item);
        else Py_CLEAR(list);
    }
done:
    PyMem_Free(gradients);
    PyMem_Free(results);
    scratch_clear(&scratch);
    return list;
}

static PyObject *function_get_default_dtype(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    return dtype_object(snn_default_dtype());
}
static PyObject *function_set_default_dtype(PyObject *Py_UNUSED(module), PyObject *object) {
    snn_dtype dtype;
    if (parse_dtype(object, "set_default_dtype", "d", &dtype) < 0) return NULL;
    snn_status status = snn_set_default_dtype(dtype);
    if (status) return raise_status(status);
    Py_RETURN_NONE;
}

// ---------------------------------------------------------------------------------------------------- copies

static PyObject *private_tensor_bytes(PyObject *Py_UNUSED(module), PyObject *tensor) {
    if (!tensor_check(tensor)) return raise_argument_type("_tensor_bytes", "tensor", "Tensor", tensor);
    snn_tensor_view view;
    snn_tensor_get_view(tensor_handle(tensor), &view);
    if (!view.is_initialized) return PyErr_Format(PyExc_RuntimeError, "the shape of this parameter is not known before the first input");
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)view.element_count * dtype_size(view.dtype));
    snn_status status = bytes && view.element_count > 0 ? snn_tensor_read(tensor_handle(tensor), PyBytes_AS_STRING(bytes)) : SNN_OK;
    if (status) {
        Py_CLEAR(bytes);
        raise_status(status);
    }
    return bytes;
}

// A leaf of class `type` with the memory of `tensor`; takes the tensor.
static PyObject *wrap_leaf(PyObject *type, snn_tensor owned, PyObject *requires_grad) {
    bool flag;
    if (!PyType_Check(type) || !PyType_IsSubtype((PyTypeObject *)type, Tensor_Type)) {
        PyErr_SetString(PyExc_TypeError, "the class of a tensor must be Tensor or a subclass");
        goto failed;
    }
    if (parse_boolean(requires_grad, "tensor", "requires_grad", &flag) < 0) goto failed;
    snn_status status = snn_tensor_set_requires_grad(owned, flag);
    if (!status && PyType_IsSubtype((PyTypeObject *)type, Parameter_Type)) status = snn_tensor_set_parameter(owned, true);
    if (!status) return tensor_wrap_as((PyTypeObject *)type, owned);
    raise_status(status);
failed:
    snn_tensor_release(owned);
    return NULL;
}

// _as_leaf(type, tensor, requires_grad): on the same memory
static PyObject *private_as_leaf(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    if (count != 3) return PyErr_Format(PyExc_TypeError, "_as_leaf() takes 3 arguments but %zd were given", count);
    if (!tensor_check(args[1])) return raise_argument_type("_as_leaf", "tensor", "Tensor", args[1]);
    snn_value argument = tensor_value(tensor_handle(args[1]));
    snn_tensor result;
    snn_status status = tensor_operator(SNN_OP_detach, &argument, 1, &result);
    return status ? raise_status(status) : wrap_leaf(args[0], result, args[2]);
}

// _rebuild_tensor(type, dtype, sizes, bytes, requires_grad): what a pickle holds
static PyObject *private_rebuild_tensor(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    if (count != 5) return PyErr_Format(PyExc_TypeError, "_rebuild_tensor() takes 5 arguments but %zd were given", count);
    snn_dtype dtype;
    if (parse_dtype(args[1], "_rebuild_tensor", "dtype", &dtype) < 0) return NULL;
    ValueScratch scratch;
    scratch_init(&scratch);
    Py_buffer view = {0};
    PyObject *object = NULL;
    snn_value sizes;
    if (parse_value(&scratch, 's', args[2], "_rebuild_tensor", "sizes", &sizes) < 0 ||
        PyObject_GetBuffer(args[3], &view, PyBUF_SIMPLE) < 0)
        goto done;
    // A pickle comes from outside: the sizes must be those of the memory.
    int64_t bytes = (int64_t)dtype_size(dtype);
    bool fits = sizes.count <= SNN_MAX_RANK;
    for (int32_t i = 0; fits && i < sizes.count; i++)
        fits = sizes.integers[i] >= 0 && !__builtin_mul_overflow(bytes, sizes.integers[i], &bytes);
    if (!fits || bytes != view.len) {
        PyErr_Format(PyExc_ValueError, "_rebuild_tensor(): %zd bytes do not fit the sizes of a %s tensor", view.len, dtype_name(dtype));
        goto done;
    }
    static const int64_t nothing;
    snn_tensor result;
    snn_status status = snn_tensor_create(view.len ? view.buf : &nothing, dtype, sizes.count, sizes.integers, &result);
    object = status ? raise_status(status) : wrap_leaf(args[0], result, args[4]);
done:
    if (view.obj) PyBuffer_Release(&view);
    scratch_clear(&scratch);
    return object;
}

// ---------------------------------------------------------------------------------------------------- memory

static PyObject *private_memory_statistics(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    snn_memory_statistics statistics;
    snn_memory_get_statistics(&statistics);
    return Py_BuildValue("{s:L,s:L,s:L}", "live_bytes", (long long)statistics.live_bytes, "peak_bytes",
                         (long long)statistics.peak_bytes, "cached_bytes", (long long)statistics.cached_bytes);
}
static PyObject *private_memory_reset_peak(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    snn_memory_reset_peak();
    Py_RETURN_NONE;
}
static PyObject *private_memory_empty_cache(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    snn_memory_empty_cache();
    Py_RETURN_NONE;
}

static PyMethodDef function_table[] = {
    {"tensor", KEYWORD_METHOD(function_tensor),
     "tensor(data, *, dtype=None, requires_grad=False, device=None, pin_memory=False)\n--\n\nA tensor with a copy of data: nested sequences, numbers, a Tensor, "
     "or anything with the buffer protocol, such as a NumPy array."},
    {"as_tensor", KEYWORD_METHOD(function_as_tensor),
     "as_tensor(data, dtype=None, *, device=None)\n--\n\nThe tensor itself, a tensor on the memory of an array, or a copy of other data."},
    {"from_numpy", function_from_numpy, METH_O,
     "from_numpy(ndarray, /)\n--\n\nA tensor on the memory of a NumPy array. It is read-only where the array is."},
    {"arange", KEYWORD_METHOD(function_arange),
     "arange(start=0, end=None, step=1, *, dtype=None, requires_grad=False, device=None, layout=None, pin_memory=None, out=None)\n--\n\nstart, start + step, ... up to, without, end. "
     "arange(end) starts at 0. Integers give int64."},
    {"randint", KEYWORD_METHOD(function_randint),
     "randint(low=0, high=None, size=None, *, dtype=None, requires_grad=False, generator=None, device=None, layout=None, "
     "pin_memory=None, out=None)\n--\n\nIntegers uniform on [low, high). "
     "randint(high, size) starts at 0."},
    {"randint_like", KEYWORD_METHOD(function_randint_like),
     "randint_like(input, low=0, high=None, *, dtype=None, requires_grad=False, generator=None, device=None, layout=None, "
     "pin_memory=None, memory_format=None)\n--\n\nIntegers uniform on [low, high) in the shape and dtype of input. "
     "randint_like(input, high) starts at 0."},
    {"allclose", KEYWORD_METHOD(function_allclose),
     "allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False)\n--\n\nWhether |input - other| <= atol + rtol * |other| everywhere."},
    {"equal", KEYWORD_METHOD(function_equal), "equal(input, other)\n--\n\nWhether the shapes and all elements are equal."},
    {"is_tensor", function_is_tensor, METH_O, "is_tensor(obj, /)\n--\n\nWhether obj is a Tensor."},
    {"numel", function_numel, METH_O, "numel(input, /)\n--\n\nThe number of elements."},
    {"manual_seed", KEYWORD_METHOD(function_manual_seed), "manual_seed(seed)\n--\n\nStarts the random numbers anew; returns the default generator."},
    {"initial_seed", function_initial_seed, METH_NOARGS, "initial_seed()\n--\n\nThe seed that the random numbers started with."},
    {"seed", function_seed, METH_NOARGS, "seed()\n--\n\nStarts the random numbers at a seed of the system's choice, and returns it."},
    {"get_rng_state", function_get_rng_state, METH_NOARGS, "get_rng_state()\n--\n\nThe state of the random numbers, as a uint8 tensor."},
    {"set_rng_state", function_set_rng_state, METH_O, "set_rng_state(new_state, /)\n--\n\nGoes on from what get_rng_state() returned."},
    {"get_default_dtype", function_get_default_dtype, METH_NOARGS,
     "get_default_dtype()\n--\n\nThe dtype of tensors made from Python's floats, and of quotients of integers."},
    {"set_default_dtype", function_set_default_dtype, METH_O,
     "set_default_dtype(d, /)\n--\n\nMakes a floating-point dtype the one of tensors made from Python's floats, for the whole process."},
    {"is_grad_enabled", function_is_grad_enabled, METH_NOARGS,
     "is_grad_enabled()\n--\n\nWhether operators on this thread record for the backward pass."},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef private_function_table[] = {
    {"_set_training_mode", private_set_training_mode, METH_O,
     "_set_training_mode(mode, /)\n--\n\nWhether all blocks behave as in training; None for each as it is set itself. Returns the mode before."},
    {"_set_grad_enabled", private_set_grad_enabled, METH_O, "_set_grad_enabled(mode, /)\n--\n\nReturns the mode before."},
    {"_grad", KEYWORD_METHOD(private_grad), "_grad(outputs, grad_outputs, inputs, retain_graph, create_graph, allow_unused)\n--\n\n"},
    {"_tensor_bytes", private_tensor_bytes, METH_O, "_tensor_bytes(tensor, /)\n--\n\nThe elements in row-major order."},
    {"_as_leaf", (PyCFunction)(void (*)(void))private_as_leaf, METH_FASTCALL, "_as_leaf(type, tensor, requires_grad, /)\n--\n\n"},
    {"_rebuild_tensor", (PyCFunction)(void (*)(void))private_rebuild_tensor, METH_FASTCALL,
     "_rebuild_tensor(type, dtype, sizes, data, requires_grad, /)\n--\n\nWhat a pickled tensor is made of."},
    {"_memory_statistics", private_memory_statistics, METH_NOARGS, "_memory_statistics()\n--\n\n"},
    {"_memory_reset_peak", private_memory_reset_peak, METH_NOARGS, "_memory_reset_peak()\n--\n\n"},
    {"_memory_empty_cache", private_memory_empty_cache, METH_NOARGS, "_memory_empty_cache()\n--\n\n"},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef comparison_methods[] = {
    {"allclose", KEYWORD_METHOD(allclose),
     "allclose($self, other, rtol=1e-05, atol=1e-08, equal_nan=False)\n--\n\nWhether |self - other| <= atol + rtol * |other| everywhere."},
    {"equal", KEYWORD_METHOD(equal), "equal($self, other)\n--\n\nWhether the shapes and all elements are equal."},
    {NULL, NULL, 0, NULL},
};

int functions_init(PyObject *module) {
    PyObject *public = PyObject_GetAttrString(module, "functions"), *name = PyUnicode_FromString("swiftnn");
    int status = public && name ? 0 : -1;
    for (PyMethodDef *row = function_table; status == 0 && row->ml_name; row++) {
        PyObject *function = PyCFunction_NewEx(row, NULL, name);
        status = function ? PyDict_SetItemString(public, row->ml_name, function) : -1;
        Py_XDECREF(function);
    }
    for (PyMethodDef *row = comparison_methods; status == 0 && row->ml_name; row++) {
        PyObject *method = PyDescr_NewMethod(Tensor_Type, row);
        status = method ? PyObject_SetAttrString((PyObject *)Tensor_Type, row->ml_name, method) : -1;
        Py_XDECREF(method);
    }
    if (status == 0) status = PyModule_AddFunctions(module, private_function_table);
    Py_XDECREF(public);
    Py_XDECREF(name);
    return status;
}
