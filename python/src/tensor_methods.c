// Methods of Tensor that are no operators: questions, numbers, gradients, conversion of the dtype.
#include "autograd.h"

static snn_tensor_view view_of(PyObject *self) {
    snn_tensor_view view;
    snn_tensor_get_view(tensor_handle(self), &view);
    return view;
}

// The entry of `dim`, which may count from the end, or all of them.
static PyObject *entries(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords, bool strides) {
    static const char *const names[] = {"dim", NULL};
    const char *function = strides ? "stride" : "size";
    PyObject *objects[1];
    if (parse_arguments(function, names, 1, 0, args, count, keywords, objects) < 0) return NULL;
    snn_tensor_view view = view_of(self);
    if (!objects[0] || objects[0] == Py_None) {
        if (!strides) return size_object(view.sizes, view.rank);
        snn_value value = {.kind = SNN_INTEGERS, .count = view.rank, .integers = view.strides};
        return value_to_object(&value);
    }
    int64_t dim;
    if (parse_integer(objects[0], function, "dim", &dim) < 0) return NULL;
    if (dim < -(int64_t)view.rank || dim >= view.rank)
        return view.rank == 0
            ? PyErr_Format(PyExc_IndexError, "%s(): dimension %lld given, but the tensor has no dimensions", function, (long long)dim)
            : PyErr_Format(PyExc_IndexError, "%s(): dimension out of range (expected to be in range of [%d, %d], but got %lld)", function,
                           -view.rank, view.rank - 1, (long long)dim);
    if (dim < 0) dim += view.rank;
    return PyLong_FromLongLong(strides ? view.strides[dim] : view.sizes[dim]);
}
static PyObject *method_size(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    return entries(self, args, count, keywords, false);
}
static PyObject *method_stride(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    return entries(self, args, count, keywords, true);
}
static PyObject *method_dim(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    return PyLong_FromLong(snn_tensor_rank(tensor_handle(self)));
}
static PyObject *method_numel(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    return PyLong_FromLongLong(tensor_element_count(tensor_handle(self)));
}
static PyObject *method_storage_offset(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    return PyLong_FromLongLong(view_of(self).storage_offset);
}
static PyObject *method_is_contiguous(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"memory_format", NULL};
    PyObject *objects[1];
    if (parse_arguments("is_contiguous", names, 0, 0, args, count, keywords, objects) < 0 ||
        parse_memory_format(objects[0], "is_contiguous", false) < 0)
        return NULL;
    return PyBool_FromLong(view_of(self).is_contiguous);
}
static PyObject *method_is_floating_point(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    snn_dtype dtype = snn_tensor_dtype(tensor_handle(self));
    return PyBool_FromLong(dtype_is_floating(dtype));
}
static PyObject *method_element_size(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    return PyLong_FromSsize_t(dtype_size(snn_tensor_dtype(tensor_handle(self))));
}
static PyObject *method_data_ptr(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    return PyLong_FromVoidPtr(view_of(self).data);
}
static PyObject *method_item(PyObject *self, PyObject *Py_UNUSED(ignored)) { return tensor_item_object(tensor_handle(self)); }

static PyObject *method_format(PyObject *self, PyObject *spec) {
    if (!PyUnicode_Check(spec)) return raise_argument_type("__format__", "format_spec", "str", spec);
    bool plain = PyUnicode_GET_LENGTH(spec) == 0;
    if (snn_tensor_rank(tensor_handle(self)) != 0) {
        if (plain) return PyObject_Str(self);
        return PyErr_Format(PyExc_TypeError, "unsupported format string passed to %s.__format__", short_type_name(self));
    }
    PyObject *item = tensor_item_object(tensor_handle(self));
    PyObject *text = item ? PyObject_Format(item, spec) : NULL;
    Py_XDECREF(item);
    return text;
}

// ---------------------------------------------------------------------------------------------------- gradients

static PyObject *method_backward(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"gradient", "retain_graph", "create_graph", "inputs", NULL};
    PyObject *objects[4];
    if (parse_arguments("backward", names, 4, 0, args, count, keywords, objects) < 0) return NULL;
    bool create = false;
    if (objects[2] && parse_boolean(objects[2], "backward", "create_graph", &create) < 0) return NULL;
    bool retain = create;
    if (objects[1] && objects[1] != Py_None && parse_boolean(objects[1], "backward", "retain_graph", &retain) < 0) return NULL;
    snn_tensor gradient = NULL;
    if (objects[0] && objects[0] != Py_None) {
        if (!tensor_check(objects[0])) return raise_argument_type("backward", "gradient", "Tensor or None", objects[0]);
        gradient = tensor_handle(objects[0]);
    }
    snn_tensor tensor = tensor_handle(self);
    ValueScratch scratch;
    scratch_init(&scratch);
    snn_value inputs = {.kind = SNN_NONE};
    snn_tensor only;
    if (objects[3] && objects[3] != Py_None) {
        if (tensor_check(objects[3])) {
            only = tensor_handle(objects[3]);
            inputs = (snn_value){.kind = SNN_TENSORS, .count = 1, .tensors = &only};
        } else if (parse_value(&scratch, 'v', objects[3], "backward", "inputs", &inputs) < 0) {
            scratch_clear(&scratch);
            return NULL;
        }
    }
    static const snn_tensor nothing;
    snn_status status;
    // How long it takes, the tensor does not tell.
    Py_BEGIN_ALLOW_THREADS
    status = inputs.kind == SNN_NONE
        ? snn_tensor_backward(tensor, gradient, retain, create)
        : snn_autograd_backward(&tensor, &gradient, 1, inputs.count ? inputs.tensors : &nothing, inputs.count, retain, create);
    Py_END_ALLOW_THREADS
    scratch_clear(&scratch);
    if (status) return raise_status(status);
    Py_RETURN_NONE;
}

static PyObject *method_requires_grad_(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"requires_grad", NULL};
    PyObject *objects[1];
    bool flag = true;
    if (parse_arguments("requires_grad_", names, 1, 0, args, count, keywords, objects) < 0) return NULL;
    if (objects[0] && parse_boolean(objects[0], "requires_grad_", "requires_grad", &flag) < 0) return NULL;
    snn_status status = snn_tensor_set_requires_grad(tensor_handle(self), flag);
    if (status) return raise_status(status);
    Py_INCREF(self);
    return self;
}

static PyObject *method_retain_grad(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    snn_status status = snn_tensor_retain_grad(tensor_handle(self));
    if (status) return raise_status(status);
    Py_RETURN_NONE;
}

static PyObject *method_is_view(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    snn_tensor base = NULL;
    snn_status status = snn_tensor_get_base(tensor_handle(self), &base);
    if (status) return raise_status(status);
    if (base) snn_tensor_release(base);
    return PyBool_FromLong(base != NULL);
}

static PyObject *method_is_inference(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    return PyBool_FromLong(snn_tensor_is_inference(tensor_handle(self)));
}

// ---------------------------------------------------------------------------------------------------- dtype

static PyObject *convert(PyObject *self, snn_dtype dtype, bool copy) {
    if (snn_tensor_dtype(tensor_handle(self)) == dtype && !copy) {
        Py_INCREF(self);
        return self;
    }
    bool same = snn_tensor_dtype(tensor_handle(self)) == dtype;
    snn_value arguments[2] = {tensor_value(tensor_handle(self)), dtype_value(dtype)};
    snn_tensor result;
    snn_status status;
    int64_t work = tensor_work(self);
    BEGIN_WORK(work)
    status = same ? tensor_operator(SNN_OP_clone, arguments, 1, &result) : tensor_operator(SNN_OP_to_dtype, arguments, 2, &result);
    END_WORK
    return status ? raise_status(status) : tensor_wrap_result(result);
}

#define CONVERSION(name, dtype)                                                                                       \
    static PyObject *method_##name(PyObject *self, PyObject *Py_UNUSED(ignored)) { return convert(self, dtype, false); }
CONVERSION(float, SNN_FLOAT32)
CONVERSION(double, SNN_FLOAT64)
CONVERSION(half, SNN_FLOAT16)
CONVERSION(bfloat16, SNN_BFLOAT16)
CONVERSION(long, SNN_INT64)
CONVERSION(int, SNN_INT32)
CONVERSION(short, SNN_INT16)
CONVERSION(char, SNN_INT8)
CONVERSION(byte, SNN_UINT8)
CONVERSION(bool, SNN_BOOL)

static PyObject *method_cpu(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    Py_INCREF(self);
    return self;
}

static bool is_dtype(PyObject *object) {
    return Py_IS_TYPE(object, DType_Type) || object == (PyObject *)&PyFloat_Type || object == (PyObject *)&PyLong_Type ||
           object == (PyObject *)&PyBool_Type;
}

// to(dtype), to(device, dtype), to(other)
static PyObject *method_to(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const by_dtype[] = {"dtype", "non_blocking", "copy", "device", NULL};
    static const char *const by_device[] = {"device", "dtype", "non_blocking", "copy", NULL};
    static const char *const by_other[] = {"other", "non_blocking", "copy", NULL};
    PyObject *objects[4] = {NULL}, *dtype_argument = NULL, *device = NULL, *copy_argument, *non_blocking;
    snn_dtype dtype = snn_tensor_dtype(tensor_handle(self));
    bool other = count > 0 && tensor_check(args[0]);
    for (Py_ssize_t i = 0; keywords && i < PyTuple_GET_SIZE(keywords); i++)
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(keywords, i), "other") == 0) other = true;
    if (other) {
        if (parse_arguments("to", by_other, 3, 1, args, count, keywords, objects) < 0) return NULL;
        if (!tensor_check(objects[0])) return raise_argument_type("to", "other", "Tensor", objects[0]);
        dtype = snn_tensor_dtype(tensor_handle(objects[0]));
        non_blocking = objects[1];
        copy_argument = objects[2];
    } else if (count > 0 && is_dtype(args[0])) {
        if (parse_arguments("to", by_dtype, 3, 1, args, count, keywords, objects) < 0) return NULL;
        dtype_argument = objects[0];
        non_blocking = objects[1];
        copy_argument = objects[2];
        device = objects[3];
    } else {
        if (parse_arguments("to", by_device, 4, 0, args, count, keywords, objects) < 0) return NULL;
        device = objects[0];
        dtype_argument = objects[1];
        non_blocking = objects[2];
        copy_argument = objects[3];
        if (!device && !dtype_argument && !copy_argument) {
            PyErr_SetString(PyExc_TypeError, "to() needs a dtype, a device or another Tensor");
            return NULL;
        }
    }
    bool copy = false, unused;
    if (parse_device(device, "to") < 0) return NULL;
    if (dtype_argument && dtype_argument != Py_None && parse_dtype(dtype_argument, "to", "dtype", &dtype) < 0) return NULL;
    if (non_blocking && parse_boolean(non_blocking, "to", "non_blocking", &unused) < 0) return NULL;
    if (copy_argument && parse_boolean(copy_argument, "to", "copy", &copy) < 0) return NULL;
    return convert(self, dtype, copy);
}

static PyObject *method_type(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"dtype", NULL};
    static const char *const type_names[] = {
        [SNN_FLOAT32] = "Float", [SNN_FLOAT64] = "Double", [SNN_INT64] = "Long", [SNN_INT32] = "Int",
        [SNN_INT16] = "Short",   [SNN_INT8] = "Char",      [SNN_UINT8] = "Byte", [SNN_BOOL] = "Bool",
        [SNN_FLOAT16] = "Half",  [SNN_BFLOAT16] = "BFloat16",
    };
    PyObject *objects[1];
    snn_dtype dtype = snn_tensor_dtype(tensor_handle(self));
    if (parse_arguments("type", names, 1, 0, args, count, keywords, objects) < 0) return NULL;
    if (!objects[0] || objects[0] == Py_None) return PyUnicode_FromFormat("swiftnn.%sTensor", type_names[dtype]);
    if (parse_dtype(objects[0], "type", "dtype", &dtype) < 0) return NULL;
    return convert(self, dtype, false);
}

PyMethodDef tensor_methods[] = {
    {"size", KEYWORD_METHOD(method_size), "size($self, dim=None)\n--\n\nThe shape, or the size of one dimension."},
    {"stride", KEYWORD_METHOD(method_stride),
     "stride($self, dim=None)\n--\n\nHow many elements lie between neighbours along each dimension, or along one."},
    {"dim", method_dim, METH_NOARGS, "dim($self)\n--\n\nThe number of dimensions."},
    {"ndimension", method_dim, METH_NOARGS, "ndimension($self)\n--\n\nThe number of dimensions."},
    {"numel", method_numel, METH_NOARGS, "numel($self)\n--\n\nThe number of elements."},
    {"nelement", method_numel, METH_NOARGS, "nelement($self)\n--\n\nThe number of elements."},
    {"storage_offset", method_storage_offset, METH_NOARGS,
     "storage_offset($self)\n--\n\nHow many elements of the memory come before the first of this tensor."},
    {"is_contiguous", KEYWORD_METHOD(method_is_contiguous),
     "is_contiguous($self, *, memory_format=None)\n--\n\nWhether the elements lie in row-major order without gaps."},
    {"is_floating_point", method_is_floating_point, METH_NOARGS,
     "is_floating_point($self)\n--\n\nWhether the elements are floating-point numbers."},
    {"element_size", method_element_size, METH_NOARGS, "element_size($self)\n--\n\nThe bytes of one element."},
    {"data_ptr", method_data_ptr, METH_NOARGS, "data_ptr($self)\n--\n\nThe address of the first element."},
    {"item", method_item, METH_NOARGS, "item($self)\n--\n\nThe one element as a Python number."},
    {"__format__", method_format, METH_O, "__format__($self, format_spec, /)\n--\n\nA tensor without dimensions as its number."},
    {"backward", KEYWORD_METHOD(method_backward),
     "backward($self, gradient=None, retain_graph=None, create_graph=False, inputs=None)\n--\n\nAdds the gradients of this tensor to those "
     "of the leaves that it depends on, or of inputs alone. gradient may be left out for a tensor of one element."},
    {"register_hook", tensor_register_hook, METH_O,
     "register_hook($self, hook, /)\n--\n\nCalls hook(grad) with each gradient of this tensor; it may return another in its place. Returns a "
     "handle that takes the hook off again."},
    {"register_post_accumulate_grad_hook", tensor_register_accumulation_hook, METH_O,
     "register_post_accumulate_grad_hook($self, hook, /)\n--\n\nCalls hook(tensor) each time that backward() has added to the gradient of this "
     "leaf. Returns a handle that takes the hook off again."},
    {"_is_view", method_is_view, METH_NOARGS, "_is_view($self)\n--\n\nWhether the tensor shows a part of another and shares its history."},
    {"is_inference", method_is_inference, METH_NOARGS, "is_inference($self)\n--\n\nWhether the tensor was made in inference mode."},
    {"requires_grad_", KEYWORD_METHOD(method_requires_grad_),
     "requires_grad_($self, requires_grad=True)\n--\n\nSets requires_grad and returns the tensor."},
    {"retain_grad", method_retain_grad, METH_NOARGS,
     "retain_grad($self)\n--\n\nKeeps the gradient of a tensor that is not a leaf."},
    {"to", KEYWORD_METHOD(method_to),
     "to($self, *args, dtype=None, device=None, non_blocking=False, copy=False)\n--\n\nThe tensor with the dtype given, or that of another "
     "tensor; itself if it has it already and copy is not set."},
    {"type", KEYWORD_METHOD(method_type), "type($self, dtype=None)\n--\n\nThe name of the tensor's type, or the tensor with the dtype."},
    {"float", method_float, METH_NOARGS, "float($self)\n--\n\nAs float32."},
    {"double", method_double, METH_NOARGS, "double($self)\n--\n\nAs float64."},
    {"long", method_long, METH_NOARGS, "long($self)\n--\n\nAs int64."},
    {"int", method_int, METH_NOARGS, "int($self)\n--\n\nAs int32."},
    {"short", method_short, METH_NOARGS, "short($self)\n--\n\nAs int16."},
    {"char", method_char, METH_NOARGS, "char($self)\n--\n\nAs int8."},
    {"byte", method_byte, METH_NOARGS, "byte($self)\n--\n\nAs uint8."},
    {"bool", method_bool, METH_NOARGS, "bool($self)\n--\n\nAs bool: whether an element is not zero."},
    {"half", method_half, METH_NOARGS, "half($self)\n--\n\nAs float16."},
    {"bfloat16", method_bfloat16, METH_NOARGS, "bfloat16($self)\n--\n\nAs bfloat16."},
    {"cpu", method_cpu, METH_NOARGS, "cpu($self)\n--\n\nThe tensor itself."},
    {NULL, NULL, 0, NULL},
};
