// Attributes of Tensor.
#include "internal.h"

static snn_tensor_view view_of(PyObject *self) {
    snn_tensor_view view;
    snn_tensor_get_view(tensor_handle(self), &view);
    return view;
}

static PyObject *get_shape(PyObject *self, void *Py_UNUSED(closure)) {
    snn_tensor_view view = view_of(self);
    return size_object(view.sizes, view.rank);
}
static PyObject *get_dtype(PyObject *self, void *Py_UNUSED(closure)) {
    return dtype_object(snn_tensor_dtype(tensor_handle(self)));
}
static PyObject *get_device(PyObject *Py_UNUSED(self), void *Py_UNUSED(closure)) {
    Py_INCREF(cpu_device);
    return cpu_device;
}
static PyObject *get_ndim(PyObject *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLong(snn_tensor_rank(tensor_handle(self)));
}
static PyObject *get_itemsize(PyObject *self, void *Py_UNUSED(closure)) {
    return PyLong_FromSsize_t(dtype_size(snn_tensor_dtype(tensor_handle(self))));
}
static PyObject *get_nbytes(PyObject *self, void *Py_UNUSED(closure)) {
    snn_tensor_view view = view_of(self);
    return PyLong_FromLongLong(view.element_count * dtype_size(view.dtype));
}
static PyObject *get_is_leaf(PyObject *self, void *Py_UNUSED(closure)) { return PyBool_FromLong(view_of(self).is_leaf); }
static PyObject *get_version(PyObject *self, void *Py_UNUSED(closure)) {
    if (snn_tensor_is_inference(tensor_handle(self))) {
        PyErr_SetString(PyExc_RuntimeError, "Inference tensors do not track version counter.");
        return NULL;
    }
    return PyLong_FromLongLong(view_of(self).version);
}
static PyObject *get_retains_grad(PyObject *self, void *Py_UNUSED(closure)) {
    return PyBool_FromLong(snn_tensor_retains_grad(tensor_handle(self)));
}
static PyObject *get_base(PyObject *self, void *Py_UNUSED(closure)) {
    snn_tensor base = NULL;
    snn_status status = snn_tensor_get_base(tensor_handle(self), &base);
    if (status) return raise_status(status);
    if (!base) Py_RETURN_NONE;
    return tensor_wrap(base);
}
static PyObject *get_is_initialized(PyObject *self, void *Py_UNUSED(closure)) {
    return PyBool_FromLong(view_of(self).is_initialized);
}

static PyObject *get_requires_grad(PyObject *self, void *Py_UNUSED(closure)) {
    return PyBool_FromLong(snn_tensor_requires_grad(tensor_handle(self)));
}
static int no_delete(const char *name) {
    PyErr_Format(PyExc_AttributeError, "cannot delete attribute '%s' of a Tensor", name);
    return -1;
}
static int set_requires_grad(PyObject *self, PyObject *value, void *Py_UNUSED(closure)) {
    if (!value) return no_delete("requires_grad");
    if (!PyBool_Check(value)) {
        PyErr_Format(PyExc_RuntimeError, "requires_grad must be a bool, not %s", short_type_name(value));
        return -1;
    }
    snn_status status = snn_tensor_set_requires_grad(tensor_handle(self), value == Py_True);
    if (status) raise_status(status);
    return status ? -1 : 0;
}

static PyObject *get_grad(PyObject *self, void *Py_UNUSED(closure)) {
    snn_tensor grad = NULL;
    snn_status status = snn_tensor_get_grad(tensor_handle(self), &grad);
    if (status) return raise_status(status);
    if (grad) return tensor_wrap(grad);
    if (!view_of(self).is_leaf && !snn_tensor_retains_grad(tensor_handle(self)) &&
        PyErr_WarnEx(PyExc_UserWarning,
                     "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be "
                     "populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf "
                     "Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure "
                     "you access the leaf Tensor instead.", 1) < 0)
        return NULL;
    Py_RETURN_NONE;
}
static int set_grad(PyObject *self, PyObject *value, void *Py_UNUSED(closure)) {
    if (value && value != Py_None && !tensor_check(value)) {
        PyErr_Format(PyExc_TypeError, "assigned grad expected to be a Tensor or None but got grad of type %s", short_type_name(value));
        return -1;
    }
    snn_status status = snn_tensor_set_grad(tensor_handle(self), value && value != Py_None ? tensor_handle(value) : NULL);
    if (status) raise_status(status);
    return status ? -1 : 0;
}

static PyObject *get_data(PyObject *self, void *Py_UNUSED(closure)) {
    snn_tensor result;
    snn_status status = snn_tensor_untracked(tensor_handle(self), &result);
    return status ? raise_status(status) : tensor_wrap_result(result);
}
static int set_data(PyObject *self, PyObject *value, void *Py_UNUSED(closure)) {
    if (!value) return no_delete("data");
    if (!tensor_check(value)) {
        PyErr_Format(PyExc_TypeError, "Variable data has to be a tensor, but got %s", short_type_name(value));
        return -1;
    }
    snn_status status = snn_tensor_set_data(tensor_handle(self), tensor_handle(value));
    ((TensorObject *)self)->work = -1;
    if (status) raise_status(status);
    return status ? -1 : 0;
}

static PyObject *get_transpose(PyObject *self, void *Py_UNUSED(closure)) {
    int32_t rank = snn_tensor_rank(tensor_handle(self));
    int64_t dims[SNN_MAX_RANK];
    for (int32_t i = 0; i < rank; i++) dims[i] = rank - 1 - i;
    snn_value arguments[2] = {tensor_value(tensor_handle(self)), {.kind = SNN_INTEGERS, .count = rank, .integers = dims}};
    snn_tensor result;
    snn_status status = rank <= 2 ? tensor_operator(SNN_OP_t, arguments, 1, &result)
                                  : tensor_operator(SNN_OP_permute, arguments, 2, &result);
    return status ? raise_status(status) : tensor_wrap_result(result);
}
static PyObject *matrix_transpose(PyObject *self, const char *name, bool batches) {
    int32_t rank = snn_tensor_rank(tensor_handle(self));
    if (rank == 1 || (rank > 2 && !batches))
        return PyErr_Format(PyExc_RuntimeError, "tensor.%s is only supported on %s. Got %d-D tensor.%s", name,
                            batches ? "matrices or batches of matrices" : "matrices (2-D tensors)", rank,
                            rank > 2 ? " For batches of matrices, consider using tensor.mH" : "");
    snn_value arguments[3] = {tensor_value(tensor_handle(self)), integer_value(rank ? -2 : -1), integer_value(-1)};
    snn_tensor result;
    snn_status status = tensor_operator(SNN_OP_transpose, arguments, 3, &result);
    return status ? raise_status(status) : tensor_wrap_result(result);
}
static PyObject *get_mT(PyObject *self, void *Py_UNUSED(closure)) { return matrix_transpose(self, "mT", true); }
static PyObject *get_mH(PyObject *self, void *Py_UNUSED(closure)) { return matrix_transpose(self, "mH", true); }
static PyObject *get_H(PyObject *self, void *Py_UNUSED(closure)) { return matrix_transpose(self, "H", false); }
static PyObject *get_layout(PyObject *Py_UNUSED(self), void *Py_UNUSED(closure)) {
    Py_INCREF(strided_layout);
    return strided_layout;
}

PyGetSetDef tensor_attributes[] = {
    {"shape", get_shape, NULL, "The sizes of the dimensions, as a Size.", NULL},
    {"dtype", get_dtype, NULL, "The type of the elements.", NULL},
    {"device", get_device, NULL, "device('cpu').", NULL},
    {"ndim", get_ndim, NULL, "The number of dimensions.", NULL},
    {"itemsize", get_itemsize, NULL, "The bytes of one element.", NULL},
    {"nbytes", get_nbytes, NULL, "The bytes of all elements.", NULL},
    {"requires_grad", get_requires_grad, set_requires_grad, "Whether operators record this tensor for the backward pass.", NULL},
    {"is_leaf", get_is_leaf, NULL, "Whether no recorded operator made the tensor.", NULL},
    {"grad", get_grad, set_grad, "The gradient that backward() has accumulated, or None.", NULL},
    {"grad_fn", tensor_get_grad_fn, NULL, "The operator that made the tensor, or None for a leaf.", NULL},
    {"output_nr", tensor_get_output_nr, NULL, "Which result of its grad_fn the tensor is.", NULL},
    {"retains_grad", get_retains_grad, NULL, "Whether backward() leaves the gradient of this tensor, which is no leaf, in grad.", NULL},
    {"_base", get_base, NULL, "The tensor that a view shows a part of, or None.", NULL},
    {"data", get_data, set_data, "The same memory without the history. Assigning replaces the memory, shape and dtype.", NULL},
    {"T", get_transpose, NULL, "With the dimensions reversed.", NULL},
    {"mT", get_mT, NULL, "With the last two dimensions exchanged.", NULL},
    {"H", get_H, NULL, "A matrix with its two dimensions exchanged.", NULL},
    {"mH", get_mH, NULL, "With the last two dimensions exchanged.", NULL},
    {"layout", get_layout, NULL, "swiftnn.strided.", NULL},
    {"_version", get_version, NULL, "How often the memory has been written to in place.", NULL},
    {"__dict__", tensor_get_dict, tensor_set_dict, NULL, NULL},
    {"_is_initialized", get_is_initialized, NULL, "False for a parameter whose shape waits for the first input.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
