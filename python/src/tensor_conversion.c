// Nested sequences, numbers and arrays as tensors, and tensors as lists and NumPy arrays.
#include "internal.h"

#include <math.h>

// ---------------------------------------------------------------------------------------------------- nested data

typedef struct {
    const char *function;
    int rank;
    int64_t sizes[SNN_MAX_RANK];
    bool has_dtype;
    snn_dtype dtype;
    char *next;  // where the next element goes
} Nested;

enum { BAD = 0, LEAF, SEQUENCE };

static int classify(PyObject *object) {
    if (PyFloat_CheckExact(object) || PyLong_Check(object)) return LEAF;
    if (PyList_Check(object) || PyTuple_Check(object)) return SEQUENCE;
    if (PyUnicode_Check(object) || PyBytes_Check(object)) return BAD;
    if (tensor_check(object)) return LEAF;  // whatever its rank, as in PyTorch
    if (numpy_scalar_check(object)) return LEAF;
    if (PyObject_CheckBuffer(object)) {
        Py_buffer view;
        if (PyObject_GetBuffer(object, &view, PyBUF_FULL_RO) == 0) {
            int kind = view.ndim == 0 ? LEAF : SEQUENCE;
            PyBuffer_Release(&view);
            return kind;
        }
        PyErr_Clear();
    }
    if (PySequence_Check(object)) return SEQUENCE;
    PyNumberMethods *methods = Py_TYPE(object)->tp_as_number;
    return !PyComplex_Check(object) && methods && (methods->nb_index || methods->nb_float) ? LEAF : BAD;
}

// The Python number that a leaf stands for.
static PyObject *leaf_number(PyObject *object) {
    if (PyFloat_Check(object) || PyLong_Check(object)) {
        Py_INCREF(object);
        return object;
    }
    if (tensor_check(object)) return tensor_only_element(object);
    if (PyObject_CheckBuffer(object)) return PyObject_CallMethod(object, "item", NULL);
    return PyIndex_Check(object) ? PyNumber_Index(object) : PyNumber_Float(object);
}

static int raise_bad_element(const Nested *nested, PyObject *object) {
    PyErr_Format(PyExc_TypeError, "%s(): '%s' cannot be an element of a tensor", nested->function, short_type_name(object));
    return -1;
}

static snn_dtype promote(snn_dtype a, snn_dtype b) {
    // By rank of kind: bool, uint8 and the signed integers, floating point.
    static const int order[] = {[SNN_BOOL] = 0, [SNN_UINT8] = 1, [SNN_INT8] = 2, [SNN_INT16] = 3,
                                [SNN_INT32] = 4, [SNN_INT64] = 5, [SNN_FLOAT16] = 6, [SNN_BFLOAT16] = 6,
                                [SNN_FLOAT32] = 7, [SNN_FLOAT64] = 8};
    if ((a == SNN_UINT8 && b == SNN_INT8) || (a == SNN_INT8 && b == SNN_UINT8)) return SNN_INT16;
    if (a != b && order[a] == order[b]) return SNN_FLOAT32;
    return order[a] > order[b] ? a : b;
}

static int leaf_dtype(PyObject *object, snn_dtype *dtype) {
    if (PyFloat_CheckExact(object)) *dtype = snn_default_dtype();
    else if (PyBool_Check(object)) *dtype = SNN_BOOL;
    else if (PyLong_Check(object)) *dtype = SNN_INT64;
    else if (tensor_check(object)) *dtype = snn_tensor_dtype(tensor_handle(object));
    else if (numpy_scalar_dtype(object, dtype)) return 0;
    else {
        PyObject *number = leaf_number(object);
        if (!number) return -1;
        if (PyBool_Check(number)) *dtype = SNN_BOOL;
        else *dtype = PyLong_Check(number) ? SNN_INT64 : snn_default_dtype();
        Py_DECREF(number);
    }
    return 0;
}

// The shape, by the first element of each level.
static int measure(Nested *nested, PyObject *data) {
    PyObject *current = data;
    Py_INCREF(current);
    int kind;
    while ((kind = classify(current)) == SEQUENCE) {
        if (nested->rank == SNN_MAX_RANK) {
            PyErr_Format(PyExc_ValueError, "%s(): too many dimensions; a tensor has at most %d", nested->function, SNN_MAX_RANK);
            goto failed;
        }
        Py_ssize_t size = PySequence_Size(current);
        if (size < 0) goto failed;
        nested->sizes[nested->rank++] = size;
        if (size == 0) break;
        PyObject *first = PySequence_GetItem(current, 0);
        Py_DECREF(current);
        if (!first) return -1;
        current = first;
    }
    if (kind == BAD) {
        raise_bad_element(nested, current);
        goto failed;
    }
    Py_DECREF(current);
    return 0;
failed:
    Py_DECREF(current);
    return -1;
}

static int store(const Nested *nested, PyObject *object, void *element) {
    if (PyFloat_CheckExact(object) && nested->dtype == SNN_FLOAT32) {
        *(float *)element = (float)PyFloat_AS_DOUBLE(object);
        return 0;
    }
    PyObject *number = leaf_number(object);
    if (!number) return -1;
    int status = -1;
    if (nested->dtype == SNN_FLOAT32 || nested->dtype == SNN_FLOAT64) {
        double value = PyFloat_AsDouble(number);
        if (value == -1.0 && PyErr_Occurred()) goto done;
        if (nested->dtype == SNN_FLOAT32) *(float *)element = (float)value;
        else *(double *)element = value;
        status = 0;
    } else if (nested->dtype == SNN_BOOL) {
        int truth = PyObject_IsTrue(number);
        if (truth < 0) goto done;
        *(uint8_t *)element = (uint8_t)truth;
        status = 0;
    } else {
        PyObject *whole = PyNumber_Long(number);  // an error for infinities and NaN
        if (!whole) goto done;
        int overflow;
        long long value = PyLong_AsLongLongAndOverflow(whole, &overflow);
        Py_DECREF(whole);
        if (value == -1 && !overflow && PyErr_Occurred()) goto done;
        bool fits = !overflow;
        switch (nested->dtype) {
        case SNN_INT64: *(int64_t *)element = value; break;
        case SNN_INT32: fits = fits && value >= INT32_MIN && value <= INT32_MAX; *(int32_t *)element = (int32_t)value; break;
        case SNN_INT16: fits = fits && value >= INT16_MIN && value <= INT16_MAX; *(int16_t *)element = (int16_t)value; break;
        case SNN_INT8: fits = fits && value >= INT8_MIN && value <= INT8_MAX; *(int8_t *)element = (int8_t)value; break;
        default:  // uint8: -1 means 255, as in C and in PyTorch
            fits = fits && value >= -255 && value <= 255;
            *(uint8_t *)element = (uint8_t)value;
        }
        if (fits) status = 0;
        else PyErr_Format(PyExc_OverflowError, "%s(): value %R does not fit in %s", nested->function, number, dtype_name(nested->dtype));
    }
done:
    Py_DECREF(number);
    return status;
}

// Visits the elements of a level: finds the common dtype (`next` NULL), or writes them.
static int visit(Nested *nested, PyObject *object, int level) {
    int kind = classify(object);
    if (kind == BAD) return raise_bad_element(nested, object);
    if (level == nested->rank) {
        if (kind == SEQUENCE) {
            PyErr_Format(PyExc_ValueError, "%s(): expected a number at dim %d (got a sequence)", nested->function, level);
            return -1;
        }
        if (nested->next) {
            int status = store(nested, object, nested->next);
            nested->next += dtype_size(nested->dtype);
            return status;
        }
        snn_dtype dtype;
        if (leaf_dtype(object, &dtype) < 0) return -1;
        nested->dtype = nested->has_dtype ? promote(nested->dtype, dtype) : dtype;
        nested->has_dtype = true;
        return 0;
    }
    if (kind != SEQUENCE) {
        PyErr_Format(PyExc_ValueError, "%s(): expected sequence of length %lld at dim %d (got '%s')", nested->function,
                     (long long)nested->sizes[level], level, short_type_name(object));
        return -1;
    }
    PyObject *items = PySequence_Tuple(object);  // a list may change while numbers convert themselves
    if (!items) return -1;
    int status = 0;
    if (PyTuple_GET_SIZE(items) != nested->sizes[level]) {
        PyErr_Format(PyExc_ValueError, "expected sequence of length %lld at dim %d (got %zd)", (long long)nested->sizes[level],
                     level, PyTuple_GET_SIZE(items));
        status = -1;
    }
    for (Py_ssize_t i = 0; status == 0 && i < PyTuple_GET_SIZE(items); i++)
        status = visit(nested, PyTuple_GET_ITEM(items, i), level + 1);
    Py_DECREF(items);
    return status;
}

// Gives `*tensor` the dtype; takes and gives one count.
static int convert(snn_tensor *tensor, snn_dtype dtype) {
    if (snn_tensor_dtype(*tensor) == dtype) return 0;
    snn_value arguments[2] = {tensor_value(*tensor), dtype_value(dtype)};
    snn_tensor converted;
    snn_status status = tensor_operator(SNN_OP_to_dtype, arguments, 2, &converted);
    snn_tensor_release(*tensor);
    if (!status) {
        *tensor = converted;
        return 0;
    }
    raise_status(status);
    return -1;
}

static int tensor_from_nested(PyObject *data, const snn_dtype *dtype, const char *function, snn_tensor *result) {
    Nested nested = {.function = function, .dtype = snn_default_dtype()};
    if (measure(&nested, data) < 0) return -1;
    if (!dtype && visit(&nested, data, 0) < 0) return -1;
    if (dtype) nested.dtype = *dtype;
    // The 16-bit floating types are made of float32, as PyTorch does.
    snn_dtype wanted = nested.dtype;
    if (wanted == SNN_FLOAT16 || wanted == SNN_BFLOAT16) nested.dtype = SNN_FLOAT32;
    size_t bytes = (size_t)dtype_size(nested.dtype);
    for (int i = 0; i < nested.rank; i++)
        if (__builtin_mul_overflow(bytes, (size_t)nested.sizes[i], &bytes) || bytes > PTRDIFF_MAX) {
            PyErr_NoMemory();
            return -1;
        }
    char *memory = PyMem_Malloc(bytes ? bytes : 8);
    if (!memory) {
        PyErr_NoMemory();
        return -1;
    }
    nested.next = memory;
    int status = visit(&nested, data, 0);
    if (status == 0) {
        snn_status created = snn_tensor_create(memory, nested.dtype, nested.rank, nested.sizes, result);
        if (created) {
            raise_status(created);
            status = -1;
        }
    }
    PyMem_Free(memory);
    return status == 0 ? convert(result, wanted) : status;
}

int tensor_from_object(PyObject *data, const snn_dtype *dtype, const char *function, snn_tensor *result) {
    if (tensor_check(data)) {
        snn_value argument = tensor_value(tensor_handle(data));
        snn_tensor detached;
        snn_status status = tensor_operator(SNN_OP_detach, &argument, 1, &detached);
        if (!status) {
            argument = tensor_value(detached);
            status = tensor_operator(SNN_OP_clone, &argument, 1, result);
            snn_tensor_release(detached);
        }
        if (status) {
            raise_status(status);
            return -1;
        }
        return dtype ? convert(result, *dtype) : 0;
    }
    if (PyObject_CheckBuffer(data) && !PyBytes_Check(data)) {
        if (tensor_copy_buffer(data, function, result) < 0) return -1;
        return dtype ? convert(result, *dtype) : 0;
    }
    return tensor_from_nested(data, dtype, function, result);
}

// ---------------------------------------------------------------------------------------------------- to Python

static double half_value(uint16_t bits) {
    const int exponent = bits >> 10 & 31, digits = bits & 1023;
    const double size = exponent == 31 ? (digits ? Py_NAN : Py_HUGE_VAL)
                                       : ldexp(exponent ? digits + 1024 : digits, (exponent ? exponent : 1) - 25);
    return bits & 0x8000 ? -size : size;
}

PyObject *element_object(const void *element, snn_dtype dtype) {
    switch (dtype) {
    case SNN_FLOAT32: return PyFloat_FromDouble(*(const float *)element);
    case SNN_FLOAT64: return PyFloat_FromDouble(*(const double *)element);
    case SNN_INT64: return PyLong_FromLongLong(*(const int64_t *)element);
    case SNN_INT32: return PyLong_FromLong(*(const int32_t *)element);
    case SNN_INT16: return PyLong_FromLong(*(const int16_t *)element);
    case SNN_INT8: return PyLong_FromLong(*(const int8_t *)element);
    case SNN_UINT8: return PyLong_FromLong(*(const uint8_t *)element);
    case SNN_BOOL: return PyBool_FromLong(*(const uint8_t *)element);
    case SNN_FLOAT16: return PyFloat_FromDouble(half_value(*(const uint16_t *)element));
    case SNN_BFLOAT16: {
        const uint32_t bits = (uint32_t)*(const uint16_t *)element << 16;
        float value;
        memcpy(&value, &bits, sizeof value);
        return PyFloat_FromDouble(value);
    }
    }
    PyErr_SetString(PyExc_SystemError, "unknown dtype");
    return NULL;
}

static PyObject *nested_list(const snn_tensor_view *view, int level, const char **next) {
    if (level == view->rank) {
        PyObject *item = element_object(*next, view->dtype);
        *next += dtype_size(view->dtype);
        return item;
    }
    PyObject *list = PyList_New((Py_ssize_t)view->sizes[level]);
    for (int64_t i = 0; list && i < view->sizes[level]; i++) {
        PyObject *item = nested_list(view, level + 1, next);
        if (!item) Py_CLEAR(list);
        else PyList_SET_ITEM(list, (Py_ssize_t)i, item);
    }
    return list;
}

static PyObject *tensor_tolist(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    snn_tensor_view view;
    snn_tensor_get_view(tensor_handle(self), &view);
    if (!view.is_initialized) {
        PyErr_SetString(PyExc_RuntimeError, "tolist(): the shape of this parameter is not known before the first input");
        return NULL;
    }
    char *memory = PyMem_Malloc((size_t)view.element_count * (size_t)dtype_size(view.dtype) + 8);
    if (!memory) return PyErr_NoMemory();
    snn_status status = snn_tensor_read(tensor_handle(self), memory);
    const char *next = memory;
    PyObject *result = status ? raise_status(status) : nested_list(&view, 0, &next);
    PyMem_Free(memory);
    return result;
}

static PyObject *import_numpy(void) {
    static PyObject *numpy;
    if (!numpy) {
        numpy = PyImport_ImportModule("numpy");
        if (!numpy && PyErr_ExceptionMatches(PyExc_ModuleNotFoundError)) {
            PyErr_Clear();
            PyErr_SetString(PyExc_ImportError, "numpy(): NumPy is not installed; try: pip install numpy");
        }
    }
    return numpy;
}

static PyObject *to_numpy(PyObject *self, bool force) {
    bool requires_grad = snn_tensor_requires_grad(tensor_handle(self));
    if (requires_grad && !force) {
        PyErr_SetString(PyExc_RuntimeError,
                        "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.");
        return NULL;
    }
    if (snn_tensor_dtype(tensor_handle(self)) == SNN_BFLOAT16) {
        PyErr_SetString(PyExc_TypeError, "Got unsupported ScalarType BFloat16");
        return NULL;
    }
    PyObject *numpy = import_numpy();
    if (!numpy) return NULL;
    snn_value argument = tensor_value(tensor_handle(self));
    snn_tensor detached;
    snn_status status = tensor_operator(SNN_OP_detach, &argument, 1, &detached);
    if (status) return raise_status(status);
    PyObject *plain = tensor_wrap_result(detached);
    // Through a memoryview, so that an error says what is wrong instead of making NumPy try other ways.
    PyObject *memory = plain ? PyMemoryView_FromObject(plain) : NULL;
    if (!memory && plain && PyErr_ExceptionMatches(PyExc_BufferError)) {
        PyErr_Clear();
        PyErr_SetString(PyExc_RuntimeError, "numpy(): the shape of this parameter is not known before the first input");
    }
    PyObject *array = memory ? PyObject_CallMethod(numpy, "asarray", "O", memory) : NULL;
    Py_XDECREF(memory);
    Py_XDECREF(plain);
    return array;
}

static PyObject *tensor_numpy(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"force", NULL};
    PyObject *objects[1];
    bool force = false;
    if (parse_arguments("numpy", names, 0, 0, args, count, keywords, objects) < 0) return NULL;
    if (objects[0] && parse_boolean(objects[0], "numpy", "force", &force) < 0) return NULL;
    return to_numpy(self, force);
}

static PyObject *tensor_array(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"dtype", "copy", NULL};
    PyObject *objects[2];
    if (parse_arguments("__array__", names, 2, 0, args, count, keywords, objects) < 0) return NULL;
    PyObject *array = to_numpy(self, false);
    if (array && objects[0] && objects[0] != Py_None) {
        PyObject *converted = PyObject_CallMethod(import_numpy(), "asarray", "OO", array, objects[0]);
        if (converted && converted != array && objects[1] == Py_False) {
            Py_CLEAR(converted);
            PyErr_SetString(PyExc_ValueError, "__array__(): this dtype cannot be had without a copy");
        }
        Py_DECREF(array);
        array = converted;
    }
    if (array && objects[1] == Py_True) {
        PyObject *copy = PyObject_CallMethod(array, "copy", NULL);
        Py_DECREF(array);
        array = copy;
    }
    return array;
}

PyMethodDef conversion_methods[] = {
    {"tolist", tensor_tolist, METH_NOARGS, "tolist($self)\n--\n\nThe elements as nested lists of numbers, or one number."},
    {"numpy", KEYWORD_METHOD(tensor_numpy),
     "numpy($self, *, force=False)\n--\n\nA NumPy array on the same memory. An error for a tensor that requires grad, unless force is set."},
    {"__array__", KEYWORD_METHOD(tensor_array), "__array__($self, dtype=None, copy=None)\n--\n\nThe conversion that NumPy asks for."},
    {NULL, NULL, 0, NULL},
};
