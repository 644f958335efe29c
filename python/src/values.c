// Python objects as snn_values and back.
#include "internal.h"

void scratch_clear(ValueScratch *scratch) {
    for (int32_t i = 0; i < scratch->owned_count; i++) snn_tensor_release(scratch->owned[i]);
    for (int32_t i = 0; i < scratch->kept_count; i++) Py_DECREF(scratch->kept[i]);
    for (int32_t i = 0; i < scratch->block_count; i++) PyMem_Free(scratch->blocks[i]);
    scratch_init(scratch);
}

// Room for `count` elements that lives as long as the scratch.
static void *scratch_block(ValueScratch *scratch, Py_ssize_t count, size_t size) {
    if (scratch->block_count == (int32_t)(sizeof scratch->blocks / sizeof *scratch->blocks)) {
        PyErr_SetString(PyExc_RuntimeError, "too many list arguments");
        return NULL;
    }
    void *block = PyMem_Calloc((size_t)(count ? count : 1), size);
    if (!block) return PyErr_NoMemory();
    return scratch->blocks[scratch->block_count++] = block;
}

static int scratch_own(ValueScratch *scratch, snn_tensor owned) {
    if (scratch->owned_count == (int32_t)(sizeof scratch->owned / sizeof *scratch->owned)) {
        snn_tensor_release(owned);
        PyErr_SetString(PyExc_RuntimeError, "too many number arguments");
        return -1;
    }
    scratch->owned[scratch->owned_count++] = owned;
    return 0;
}

// ---------------------------------------------------------------------------------------------------- numbers

// Whether `object` is an instance of a type of NumPy's, which is looked up in `*type` once NumPy is imported.
static bool numpy_check(PyObject *object, PyObject **type, const char *name) {
    if (!*type) {
        PyObject *modules = PyImport_GetModuleDict();
        PyObject *numpy = modules ? PyDict_GetItemString(modules, "numpy") : NULL;
        *type = numpy ? PyObject_GetAttrString(numpy, name) : NULL;
        if (!*type) {  // not imported, or not yet entirely: then there is no such object
            PyErr_Clear();
            return false;
        }
    }
    int result = PyObject_IsInstance(object, *type);
    if (result < 0) PyErr_Clear();
    return result > 0;
}

bool numpy_scalar_check(PyObject *object) {
    static PyObject *generic;
    return numpy_check(object, &generic, "generic");
}

bool numpy_array_check(PyObject *object) {
    static PyObject *array;
    return numpy_check(object, &array, "ndarray");
}

int numpy_scalar_dtype(PyObject *object, snn_dtype *result) {
    if (!numpy_scalar_check(object)) return 0;
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_FULL_RO) < 0) {
        PyErr_Clear();
        return 0;
    }
    char code = view.format && view.format[0] && !view.format[1] ? view.format[0] : 0;
    Py_ssize_t size = view.itemsize;
    PyBuffer_Release(&view);
    if (code == '?') *result = SNN_BOOL;
    else if (code == 'f' || code == 'd') *result = code == 'f' ? SNN_FLOAT32 : SNN_FLOAT64;
    else if (code == 'e') *result = SNN_FLOAT16;
    else if (code && strchr("bhilq", code))
        *result = size == 1 ? SNN_INT8 : size == 2 ? SNN_INT16 : size == 4 ? SNN_INT32 : SNN_INT64;
    else if (code == 'B') *result = SNN_UINT8;
    else return 0;
    return 1;
}

// The Python number behind a NumPy scalar: what its item() gives. 1, 0 when it is no real number, -1.
static int numpy_scalar_number(PyObject *object, PyObject **result) {
    if (!numpy_scalar_check(object)) return 0;
    PyObject *item = PyObject_CallMethod(object, "item", NULL);
    if (!item) return -1;
    if (PyFloat_Check(item) || PyLong_Check(item)) {
        *result = item;
        return 1;
    }
    Py_DECREF(item);
    return 0;
}

static int long_to_int64(PyObject *object, const char *function, const char *argument, int64_t *result) {
    int overflow;
    long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow) {
        PyErr_Format(PyExc_OverflowError, "%s(): argument '%s' does not fit in 64 bits", function, argument);
        return -1;
    }
    if (value == -1 && PyErr_Occurred()) return -1;
    *result = value;
    return 0;
}

int parse_integer(PyObject *object, const char *function, const char *argument, int64_t *result) {
    if (PyLong_Check(object)) return long_to_int64(object, function, argument, result);
    if (!PyIndex_Check(object)) {
        raise_argument_type(function, argument, "int", object);
        return -1;
    }
    PyObject *number = PyNumber_Index(object);
    if (!number) {
        // A Tensor has __index__, though a given one may not convert: say so in terms of the argument.
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            raise_argument_type(function, argument, "int", object);
        }
        return -1;
    }
    int status = long_to_int64(number, function, argument, result);
    Py_DECREF(number);
    return status;
}

int parse_real(PyObject *object, const char *function, const char *argument, double *result) {
    if (PyFloat_Check(object)) {
        *result = PyFloat_AS_DOUBLE(object);
        return 0;
    }
    PyNumberMethods *methods = Py_TYPE(object)->tp_as_number;
    if (PyLong_Check(object) || (methods && (methods->nb_float || methods->nb_index))) {
        double value = PyFloat_AsDouble(object);
        if (value == -1.0 && PyErr_Occurred()) return -1;
        *result = value;
        return 0;
    }
    raise_argument_type(function, argument, "float", object);
    return -1;
}

int parse_boolean(PyObject *object, const char *function, const char *argument, bool *result) {
    if (PyBool_Check(object)) {
        *result = object == Py_True;
        return 0;
    }
    snn_dtype dtype;
    if (numpy_scalar_dtype(object, &dtype) && dtype == SNN_BOOL) {
        int truth = PyObject_IsTrue(object);
        if (truth < 0) return -1;
        *result = truth;
        return 0;
    }
    raise_argument_type(function, argument, "bool", object);
    return -1;
}

int tensor_from_number(PyObject *object, snn_tensor *result) {
    if (PyFloat_Check(object)) *result = snn_tensor_from_real(PyFloat_AS_DOUBLE(object));
    else if (PyBool_Check(object)) *result = snn_tensor_from_boolean(object == Py_True);
    else if (PyLong_Check(object)) {
        int overflow;
        long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
        if (overflow) {
            PyErr_SetString(PyExc_OverflowError, "int too big to be an element of a tensor (64 bits)");
            return -1;
        }
        if (value == -1 && PyErr_Occurred()) return -1;
        *result = snn_tensor_from_integer(value);
    } else {
        PyObject *number = NULL;
        int found = numpy_scalar_number(object, &number);
        if (found <= 0) return found;
        found = tensor_from_number(number, result);
        Py_DECREF(number);
        return found;
    }
    if (!*result) {
        PyErr_NoMemory();
        return -1;
    }
    return 1;
}

// A number (`letter` n) as a plain value; a tensor of one element counts as one.
static int parse_number(PyObject *object, const char *function, const char *argument, snn_value *value) {
    PyObject *number = NULL;
    int found = 1;
    if (PyFloat_Check(object) || PyLong_Check(object)) {
        number = object;
        Py_INCREF(number);
    } else if (tensor_check(object)) {
        number = tensor_item_object(tensor_handle(object));
        if (!number) return -1;
    } else {
        found = numpy_scalar_number(object, &number);
        if (found < 0) return -1;
    }
    if (!found) {
        raise_argument_type(function, argument, "Number", object);
        return -1;
    }
    int status = 0;
    if (PyFloat_Check(number)) *value = (snn_value){.kind = SNN_REAL, .real = PyFloat_AS_DOUBLE(number)};
    else if (PyBool_Check(number)) *value = boolean_value(number == Py_True);
    else {
        *value = integer_value(0);
        status = long_to_int64(number, function, argument, &value->integer);
    }
    Py_DECREF(number);
    return status;
}

// ---------------------------------------------------------------------------------------------------- lists

// Into `function`'s list argument; `items` is a list or tuple that may change while __index__ runs.
static int parse_integers(ValueScratch *scratch, PyObject *items, const char *function, const char *argument,
                          snn_value *value) {
    PyObject *tuple = PySequence_Tuple(items);
    if (!tuple) return -1;
    int status = -1;
    Py_ssize_t count = PyTuple_GET_SIZE(tuple);
    int64_t *integers = scratch->integers;
    if (count > SNN_MAX_RANK || scratch->integers_used) {
        if (count > INT32_MAX) {
            PyErr_Format(PyExc_ValueError, "%s(): argument '%s' is too long", function, argument);
            goto done;
        }
        integers = scratch_block(scratch, count, sizeof *integers);
        if (!integers) goto done;
    } else scratch->integers_used = true;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = PyTuple_GET_ITEM(tuple, i);
        if (!PyIndex_Check(item)) {
            PyErr_Format(PyExc_TypeError, "%s(): argument '%s' must be tuple of ints, but found element of type %s at pos %zd",
                         function, argument, short_type_name(item), i);
            goto done;
        }
        if (parse_integer(item, function, argument, &integers[i]) < 0) goto done;
    }
    *value = (snn_value){.kind = SNN_INTEGERS, .count = (int32_t)count, .integers = integers};
    status = 0;
done:
    Py_DECREF(tuple);
    return status;
}

static int parse_reals(ValueScratch *scratch, PyObject *items, const char *function, const char *argument,
                       snn_value *value) {
    if (!PyList_Check(items) && !PyTuple_Check(items)) {
        raise_argument_type(function, argument, "tuple of floats", items);
        return -1;
    }
    PyObject *tuple = PySequence_Tuple(items);
    if (!tuple) return -1;
    int status = -1;
    Py_ssize_t count = PyTuple_GET_SIZE(tuple);
    double *reals = count <= INT32_MAX ? scratch_block(scratch, count, sizeof *reals) : (double *)PyErr_NoMemory();
    if (!reals) goto done;
    for (Py_ssize_t i = 0; i < count; i++)
        if (parse_real(PyTuple_GET_ITEM(tuple, i), function, argument, &reals[i]) < 0) goto done;
    *value = (snn_value){.kind = SNN_REALS, .count = (int32_t)count, .reals = reals};
    status = 0;
done:
    Py_DECREF(tuple);
    return status;
}

static int parse_tensors(ValueScratch *scratch, PyObject *items, const char *function, const char *argument,
                         snn_value *value) {
    if (!PyList_Check(items) && !PyTuple_Check(items)) {
        raise_argument_type(function, argument, "tuple of Tensors", items);
        return -1;
    }
    if (scratch->kept_count == (int32_t)(sizeof scratch->kept / sizeof *scratch->kept)) {
        PyErr_SetString(PyExc_RuntimeError, "too many list arguments");
        return -1;
    }
    PyObject *tuple = PySequence_Tuple(items);  // a list could change while the GIL is away
    if (!tuple) return -1;
    scratch->kept[scratch->kept_count++] = tuple;
    Py_ssize_t count = PyTuple_GET_SIZE(tuple);
    snn_tensor *tensors = count <= INT32_MAX ? scratch_block(scratch, count, sizeof *tensors) : (snn_tensor *)PyErr_NoMemory();
    if (!tensors) return -1;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = PyTuple_GET_ITEM(tuple, i);
        if (!tensor_check(item)) {
            PyErr_Format(PyExc_TypeError, "%s(): expected Tensor as element %zd in argument '%s', but got %s", function, i,
                         argument, short_type_name(item));
            return -1;
        }
        tensors[i] = tensor_handle(item);
    }
    *value = (snn_value){.kind = SNN_TENSORS, .count = (int32_t)count, .tensors = tensors};
    return 0;
}

static int parse_string(PyObject *object, const char *function, const char *argument, snn_value *value) {
    Py_ssize_t length;
    const char *string = PyUnicode_AsUTF8AndSize(object, &length);
    if (!string) return -1;
    if ((size_t)length != strlen(string)) {
        PyErr_Format(PyExc_ValueError, "%s(): argument '%s' has an embedded null character", function, argument);
        return -1;
    }
    *value = (snn_value){.kind = SNN_STRING, .count = 0, .string = string};
    return 0;
}

static int parse_any_list(ValueScratch *scratch, PyObject *object, const char *function, const char *argument,
                          snn_value *value) {
    PyObject *first = PySequence_Size(object) > 0 ? PySequence_GetItem(object, 0) : NULL;
    if (!first && PyErr_Occurred()) return -1;
    char letter = !first ? 's' : tensor_check(first) ? 'v' : PyFloat_Check(first) ? 'x' : 's';
    Py_XDECREF(first);
    // [1, 0.5] is a list of numbers too.
    for (Py_ssize_t i = 0; letter == 's' && i < PySequence_Size(object); i++) {
        PyObject *item = PySequence_GetItem(object, i);
        if (!item) return -1;
        if (PyFloat_Check(item)) letter = 'x';
        Py_DECREF(item);
    }
    return letter == 'v' ? parse_tensors(scratch, object, function, argument, value)
         : letter == 'x' ? parse_reals(scratch, object, function, argument, value)
                         : parse_integers(scratch, object, function, argument, value);
}

// Whatever fits: for attributes and constructor arguments, whose type the library checks.
static int parse_any(ValueScratch *scratch, PyObject *object, const char *function, const char *argument,
                     snn_value *value) {
    if (PyBool_Check(object)) *value = boolean_value(object == Py_True);
    else if (tensor_check(object)) *value = tensor_value(tensor_handle(object));
    else if (PyUnicode_Check(object)) return parse_string(object, function, argument, value);
    else if (Py_IS_TYPE(object, DType_Type)) {
        snn_dtype dtype;
        if (parse_dtype(object, function, argument, &dtype) < 0) return -1;
        *value = dtype_value(dtype);
    } else if (PyList_Check(object) || PyTuple_Check(object)) return parse_any_list(scratch, object, function, argument, value);
    else if (PyFloat_Check(object)) *value = (snn_value){.kind = SNN_REAL, .real = PyFloat_AS_DOUBLE(object)};
    else if (PyIndex_Check(object)) {
        *value = integer_value(0);
        return parse_integer(object, function, argument, &value->integer);
    } else {
        *value = (snn_value){.kind = SNN_REAL};
        return parse_real(object, function, argument, &value->real);
    }
    return 0;
}

// ---------------------------------------------------------------------------------------------------- one argument

int parse_value(ValueScratch *scratch, char letter, PyObject *object, const char *function, const char *argument,
                snn_value *value) {
    if (object == Py_None) {
        if (strchr("oIdSNyaBFXuGl", letter)) {
            *value = none_value();
            return 0;
        }
    }
    switch (letter) {
    case 't':
    case 'u':
        if (tensor_check(object)) {
            *value = tensor_value(tensor_handle(object));
            return 0;
        } else {
            snn_tensor number;
            int found = tensor_from_number(object, &number);
            if (found < 0) return -1;
            if (!found) break;
            *value = tensor_value(number);
            return scratch_own(scratch, number);
        }
    case 'T':
    case 'o':
        if (!tensor_check(object)) break;
        *value = tensor_value(tensor_handle(object));
        return 0;
    case 'i':
    case 'I':
        *value = integer_value(0);
        return parse_integer(object, function, argument, &value->integer);
    case 'l':
        if (PyErr_WarnFormat(PyExc_UserWarning, 1, "%s(): argument '%s' is deprecated, please use reduction instead", function, argument) < 0)
            return -1;
        // fallthrough
    case 'b':
    case 'B': {
        bool flag;
        if (parse_boolean(object, function, argument, &flag) < 0) return -1;
        *value = boolean_value(flag);
        return 0;
    }
    case 'f':
    case 'F':
        *value = (snn_value){.kind = SNN_REAL};
        return parse_real(object, function, argument, &value->real);
    case 'n':
    case 'N': return parse_number(object, function, argument, value);
    case 'S':
        if (!PyUnicode_Check(object)) {
            raise_argument_type(function, argument, "str", object);
            return -1;
        }
        return parse_string(object, function, argument, value);
    case 'd':
        // No dimension; std and var have another use for it.
        if (PyBool_Check(object)) {
            *value = boolean_value(object == Py_True);
            return 0;
        }
        // fallthrough
    case 's':
        if (PyTuple_Check(object) || PyList_Check(object)) return parse_integers(scratch, object, function, argument, value);
        if (!PyIndex_Check(object)) {
            raise_argument_type(function, argument, letter == 'd' ? "int or tuple of ints" : "tuple of ints", object);
            return -1;
        }
        *value = integer_value(0);
        if (parse_integer(object, function, argument, &value->integer) < 0) return -1;
        if (letter == 's') {
            int64_t *sizes = scratch->integers_used ? scratch_block(scratch, 1, sizeof *sizes) : scratch->integers;
            if (!sizes) return -1;
            scratch->integers_used = true;
            sizes[0] = value->integer;
            *value = (snn_value){.kind = SNN_INTEGERS, .count = 1, .integers = sizes};
        }
        return 0;
    case 'y': {
        snn_dtype dtype;
        if (parse_dtype(object, function, argument, &dtype) < 0) return -1;
        *value = dtype_value(dtype);
        return 0;
    }
    case 'G':
        if (!Py_IS_TYPE(object, Generator_Type)) {
            raise_argument_type(function, argument, "swiftnn.Generator", object);
            return -1;
        }
        *value = (snn_value){.kind = SNN_GENERATOR, .generator = generator_handle(object)};
        return 0;
    case 'v': return parse_tensors(scratch, object, function, argument, value);
    case 'x':
    case 'X': return parse_reals(scratch, object, function, argument, value);
    case 'a': return parse_any(scratch, object, function, argument, value);
    default: PyErr_Format(PyExc_SystemError, "%s(): unknown schema letter '%c'", function, letter); return -1;
    }
    raise_argument_type(function, argument, letter == 't' || letter == 'u' ? "Tensor or Number" : "Tensor", object);
    return -1;
}

PyObject *value_to_object(const snn_value *value) {
    PyObject *result = NULL;
    switch (value->kind) {
    case SNN_NONE:
    case SNN_GENERATOR: Py_RETURN_NONE;
    case SNN_TENSOR:
        if (!value->tensor) Py_RETURN_NONE;
        snn_tensor_retain(value->tensor);
        return tensor_wrap(value->tensor);
    case SNN_INTEGER: return PyLong_FromLongLong(value->integer);
    case SNN_REAL: return PyFloat_FromDouble(value->real);
    case SNN_BOOLEAN: return PyBool_FromLong(value->integer != 0);
    case SNN_DTYPE: return dtype_object((snn_dtype)value->integer);
    case SNN_STRING: return PyUnicode_DecodeUTF8(value->string, (Py_ssize_t)strlen(value->string), "replace");
    case SNN_INTEGERS:
    case SNN_REALS:
    case SNN_TENSORS: break;
    }
    result = PyTuple_New(value->count);
    for (int32_t i = 0; result && i < value->count; i++) {
        PyObject *item = NULL;
        if (value->kind == SNN_INTEGERS) item = PyLong_FromLongLong(value->integers[i]);
        else if (value->kind == SNN_REALS) item = PyFloat_FromDouble(value->reals[i]);
        else {
            snn_tensor_retain(value->tensors[i]);
            item = tensor_wrap(value->tensors[i]);
        }
        if (!item) Py_CLEAR(result);
        else PyTuple_SET_ITEM(result, i, item);
    }
    return result;
}
