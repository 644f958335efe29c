// The small types around Tensor: dtype, device and Size.
#include "internal.h"

typedef struct {
    PyObject_HEAD
    snn_dtype dtype;
} DTypeObject;

enum { DTYPE_COUNT = 10 };
static const struct {
    const char *name, *other_name;
    Py_ssize_t size;
    bool floating;
} dtypes[DTYPE_COUNT] = {
    [SNN_FLOAT32] = {"float32", "float", 4, true}, [SNN_FLOAT64] = {"float64", "double", 8, true},
    [SNN_INT64] = {"int64", "long", 8, false},     [SNN_INT32] = {"int32", "int", 4, false},
    [SNN_INT16] = {"int16", "short", 2, false},    [SNN_INT8] = {"int8", NULL, 1, false},
    [SNN_UINT8] = {"uint8", NULL, 1, false},       [SNN_BOOL] = {"bool", NULL, 1, false},
    [SNN_FLOAT16] = {"float16", "half", 2, true},  [SNN_BFLOAT16] = {"bfloat16", NULL, 2, true},
};
static PyObject *dtype_objects[DTYPE_COUNT];

PyTypeObject *DType_Type, *Device_Type, *Size_Type;
PyObject *cpu_device;

Py_ssize_t dtype_size(snn_dtype dtype) { return dtypes[dtype].size; }
const char *dtype_name(snn_dtype dtype) { return dtypes[dtype].name; }
bool dtype_is_floating(snn_dtype dtype) { return dtypes[dtype].floating; }

PyObject *dtype_object(snn_dtype dtype) {
    PyObject *object = dtype_objects[dtype];
    Py_INCREF(object);
    return object;
}

int parse_dtype(PyObject *object, const char *function, const char *argument, snn_dtype *result) {
    if (Py_IS_TYPE(object, DType_Type)) *result = ((DTypeObject *)object)->dtype;
    else if (object == (PyObject *)&PyFloat_Type) *result = SNN_FLOAT64;
    else if (object == (PyObject *)&PyLong_Type) *result = SNN_INT64;
    else if (object == (PyObject *)&PyBool_Type) *result = SNN_BOOL;
    else {
        raise_argument_type(function, argument, "swiftnn.dtype", object);
        return -1;
    }
    return 0;
}

static PyObject *dtype_repr(PyObject *self) {
    return PyUnicode_FromFormat("swiftnn.%s", dtypes[((DTypeObject *)self)->dtype].name);
}
// Pickled as the name of a global: unpickling gives the singleton.
static PyObject *dtype_reduce(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    return PyUnicode_FromString(dtypes[((DTypeObject *)self)->dtype].name);
}
static PyObject *dtype_is_floating_point(PyObject *self, void *Py_UNUSED(closure)) {
    return PyBool_FromLong(dtypes[((DTypeObject *)self)->dtype].floating);
}
static PyObject *dtype_is_complex(PyObject *Py_UNUSED(self), void *Py_UNUSED(closure)) { Py_RETURN_FALSE; }
static PyObject *dtype_is_signed(PyObject *self, void *Py_UNUSED(closure)) {
    snn_dtype dtype = ((DTypeObject *)self)->dtype;
    return PyBool_FromLong(dtype != SNN_UINT8 && dtype != SNN_BOOL);
}
static PyObject *dtype_itemsize(PyObject *self, void *Py_UNUSED(closure)) {
    return PyLong_FromSsize_t(dtypes[((DTypeObject *)self)->dtype].size);
}
static void plain_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyGetSetDef dtype_attributes[] = {
    {"is_floating_point", dtype_is_floating_point, NULL, "Whether the elements are floating-point numbers.", NULL},
    {"is_complex", dtype_is_complex, NULL, "False: complex numbers are not offered.", NULL},
    {"is_signed", dtype_is_signed, NULL, "Whether the elements can be negative.", NULL},
    {"itemsize", dtype_itemsize, NULL, "The bytes of one element.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
static PyMethodDef dtype_methods[] = {
    {"__reduce__", dtype_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot dtype_slots[] = {
    {Py_tp_doc, "The type of a tensor's elements, such as swiftnn.float32."},
    {Py_tp_repr, dtype_repr},
    {Py_tp_dealloc, plain_dealloc},
    {Py_tp_getset, dtype_attributes},
    {Py_tp_methods, dtype_methods},
    {0, NULL},
};
static PyType_Spec dtype_spec = {
    "swiftnn.dtype", sizeof(DTypeObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, dtype_slots,
};

// ---------------------------------------------------------------------------------------------------- device

typedef struct { PyObject_HEAD } DeviceObject;

int parse_device(PyObject *object, const char *function) {
    if (object == NULL || object == Py_None || Py_IS_TYPE(object, Device_Type)) return 0;
    if (!PyUnicode_Check(object)) {
        raise_argument_type(function, "device", "swiftnn.device or str", object);
        return -1;
    }
    if (PyUnicode_CompareWithASCIIString(object, "cpu") == 0 || PyUnicode_CompareWithASCIIString(object, "cpu:0") == 0)
        return 0;
    PyErr_Format(PyExc_RuntimeError, "%s(): device %R is not offered; swiftnn computes on 'cpu'", function, object);
    return -1;
}

static PyObject *device_new(PyTypeObject *Py_UNUSED(type), PyObject *args, PyObject *keywords) {
    static char *names[] = {"type", "index", NULL};
    PyObject *type = NULL, *index = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|O:device", names, &type, &index)) return NULL;
    if (type == Py_None) return raise_argument_type("device", "type", "str", type);
    if (parse_device(type, "device") < 0) return NULL;
    if (index && index != Py_None) {
        int64_t number;
        if (parse_integer(index, "device", "index", &number) < 0) return NULL;
        if (number != 0) return PyErr_Format(PyExc_RuntimeError, "device(): 'cpu' has index 0 only, not %lld", (long long)number);
    }
    Py_INCREF(cpu_device);
    return cpu_device;
}
static PyObject *device_repr(PyObject *Py_UNUSED(self)) { return PyUnicode_FromString("device(type='cpu')"); }
static PyObject *device_str(PyObject *Py_UNUSED(self)) { return PyUnicode_FromString("cpu"); }
static PyObject *device_type(PyObject *Py_UNUSED(self), void *Py_UNUSED(closure)) { return PyUnicode_FromString("cpu"); }
static PyObject *device_index(PyObject *Py_UNUSED(self), void *Py_UNUSED(closure)) { Py_RETURN_NONE; }
static PyObject *device_reduce(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    return Py_BuildValue("O(s)", Py_TYPE(self), "cpu");
}
static PyGetSetDef device_attributes[] = {
    {"type", device_type, NULL, "The kind of device: 'cpu'.", NULL},
    {"index", device_index, NULL, "None: there is one CPU device.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
static PyMethodDef device_methods[] = {
    {"__reduce__", device_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot device_slots[] = {
    {Py_tp_doc, "device(type)\n--\n\nWhere a tensor's memory is. There is one device: device('cpu')."},
    {Py_tp_new, device_new},
    {Py_tp_repr, device_repr},
    {Py_tp_str, device_str},
    {Py_tp_dealloc, plain_dealloc},
    {Py_tp_getset, device_attributes},
    {Py_tp_methods, device_methods},
    {0, NULL},
};
static PyType_Spec device_spec = {
    "swiftnn.device", sizeof(DeviceObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, device_slots,
};

// ---------------------------------------------------------------------------------------------------- Size

PyObject *size_object(const int64_t *sizes, int32_t rank) {
    PyObject *result = Size_Type->tp_alloc(Size_Type, rank);
    if (!result) return NULL;
    for (int32_t i = 0; i < rank; i++) {
        PyObject *size = PyLong_FromLongLong(sizes[i]);
        if (!size) {
            Py_DECREF(result);
            return NULL;
        }
        PyTuple_SET_ITEM(result, i, size);
    }
    return result;
}

// A tuple as a Size; takes the tuple.
static PyObject *size_from_tuple(PyObject *tuple) {
    if (!tuple || !PyTuple_CheckExact(tuple)) return tuple;
    PyObject *result = PyObject_CallOneArg((PyObject *)Size_Type, tuple);
    Py_DECREF(tuple);
    return result;
}
static PyObject *size_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    PyObject *result = PyTuple_Type.tp_new(type, args, keywords);
    for (Py_ssize_t i = 0; result && i < PyTuple_GET_SIZE(result); i++) {
        PyObject *item = PyTuple_GET_ITEM(result, i);
        if (PyLong_Check(item)) continue;
        PyObject *number = PyIndex_Check(item) ? PyNumber_Index(item) : NULL;
        if (number) {
            PyTuple_SET_ITEM(result, i, number);
            Py_DECREF(item);
            continue;
        }
        if (!PyErr_Occurred())
            PyErr_Format(PyExc_TypeError, "Size() takes an iterable of int, but item %zd is %s", i, Py_TYPE(item)->tp_name);
        Py_CLEAR(result);
    }
    return result;
}
static PyObject *size_repr(PyObject *self) {
    PyObject *list = PySequence_List(self);
    PyObject *result = list ? PyUnicode_FromFormat("swiftnn.Size(%R)", list) : NULL;
    Py_XDECREF(list);
    return result;
}
static PyObject *size_subscript(PyObject *self, PyObject *index) {
    return size_from_tuple(PyTuple_Type.tp_as_mapping->mp_subscript(self, index));
}
static PyObject *size_concat(PyObject *self, PyObject *other) {
    return size_from_tuple(PyTuple_Type.tp_as_sequence->sq_concat(self, other));
}
static PyObject *size_repeat(PyObject *self, Py_ssize_t count) {
    return size_from_tuple(PyTuple_Type.tp_as_sequence->sq_repeat(self, count));
}
static PyObject *size_numel(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    PyObject *product = PyLong_FromLong(1);
    for (Py_ssize_t i = 0; product && i < PyTuple_GET_SIZE(self); i++) {
        PyObject *next = PyNumber_Multiply(product, PyTuple_GET_ITEM(self, i));
        Py_DECREF(product);
        product = next;
    }
    return product;
}
static PyMethodDef size_methods[] = {
    {"numel", size_numel, METH_NOARGS, "numel($self)\n--\n\nThe product of the sizes."},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot size_slots[] = {
    {Py_tp_doc, "Size(iterable=())\n--\n\nThe sizes of a tensor's dimensions, a tuple."},
    {Py_tp_new, size_new},
    {Py_tp_repr, size_repr},
    {Py_mp_subscript, size_subscript},
    {Py_sq_concat, size_concat},
    {Py_sq_repeat, size_repeat},
    {Py_tp_methods, size_methods},
    {0, NULL},
};
static PyType_Spec size_spec = {"swiftnn.Size", 0, 0, Py_TPFLAGS_DEFAULT, size_slots};

// ---------------------------------------------------------------------------------------------------- module

int dtype_init(PyObject *module) {
    DType_Type = (PyTypeObject *)PyType_FromSpec(&dtype_spec);
    Device_Type = (PyTypeObject *)PyType_FromSpec(&device_spec);
    Size_Type = (PyTypeObject *)PyType_FromSpecWithBases(&size_spec, (PyObject *)&PyTuple_Type);
    if (!DType_Type || !Device_Type || !Size_Type) return -1;
    cpu_device = Device_Type->tp_alloc(Device_Type, 0);
    if (!cpu_device || PyModule_AddObjectRef(module, "device", (PyObject *)Device_Type) < 0 ||
        PyModule_AddObjectRef(module, "_cpu", cpu_device) < 0 ||
        PyModule_AddObjectRef(module, "dtype", (PyObject *)DType_Type) < 0 ||
        PyModule_AddObjectRef(module, "Size", (PyObject *)Size_Type) < 0)
        return -1;

    PyObject *names = PyDict_New();  // name → dtype, for the package to show
    if (!names) return -1;
    for (int i = 0; i < DTYPE_COUNT; i++) {
        DTypeObject *object = (DTypeObject *)DType_Type->tp_alloc(DType_Type, 0);
        if (!object) goto failed;
        object->dtype = (snn_dtype)i;
        dtype_objects[i] = (PyObject *)object;
        if (PyDict_SetItemString(names, dtypes[i].name, (PyObject *)object) < 0) goto failed;
        if (dtypes[i].other_name && PyDict_SetItemString(names, dtypes[i].other_name, (PyObject *)object) < 0) goto failed;
    }
    int status = PyModule_AddObjectRef(module, "dtypes", names);
    Py_DECREF(names);
    return status;
failed:
    Py_DECREF(names);
    return -1;
}
