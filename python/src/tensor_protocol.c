// Tensor as a container, in a hash table and as text.
#include "internal.h"

static PyObject *tensor_repr(PyObject *self) {
    const char *text = snn_tensor_describe(tensor_handle(self), "tensor");
    if (!text) return raise_status(SNN_ERROR_RUNTIME);
    return PyUnicode_FromString(text);
}

// By identity: `==` compares elements.
static Py_hash_t tensor_hash(PyObject *self) {
    size_t address = (size_t)self;
    Py_hash_t hash = (Py_hash_t)((address >> 4) | (address << (8 * sizeof address - 4)));
    return hash == -1 ? -2 : hash;
}

static Py_ssize_t tensor_length(PyObject *self) {
    snn_tensor_view view;
    snn_tensor_get_view(tensor_handle(self), &view);
    if (view.rank == 0) {
        PyErr_SetString(PyExc_TypeError, "len() of a 0-d tensor");
        return -1;
    }
    if (view.sizes[0] < 0) {
        PyErr_SetString(PyExc_RuntimeError, "len(): the shape of this parameter is not known before the first input");
        return -1;
    }
    return (Py_ssize_t)view.sizes[0];
}

// For iteration, which ends at IndexError.
static PyObject *tensor_sequence_item(PyObject *self, Py_ssize_t i) {
    Py_ssize_t length = tensor_length(self);
    if (length < 0) return NULL;
    if (i < 0 || i >= length)
        return PyErr_Format(PyExc_IndexError, "index %zd is out of bounds for dimension 0 with size %zd", i, length);
    snn_index index = {.kind = SNN_INDEX_INTEGER, .start = i};
    snn_tensor result;
    snn_status status = snn_tensor_get_index(tensor_handle(self), &index, 1, &result);
    return status ? raise_status(status) : tensor_wrap_result(result);
}

static PyObject *tensor_iterate(PyObject *self) {
    if (snn_tensor_rank(tensor_handle(self)) == 0) {
        PyErr_SetString(PyExc_TypeError, "iteration over a 0-d tensor");
        return NULL;
    }
    return PySeqIter_New(self);
}

static int tensor_contains(PyObject *self, PyObject *value) {
    snn_value arguments[2] = {tensor_value(tensor_handle(self))};
    ValueScratch scratch;
    scratch_init(&scratch);
    snn_tensor equal = NULL, any = NULL;
    int result = -1;
    int64_t found = 0;
    double unused;
    if (parse_value(&scratch, 't', value, "__contains__", "element", &arguments[1]) < 0) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            PyErr_Format(PyExc_RuntimeError, "Tensor.__contains__ only supports Tensor or scalar, but you passed in a %R.",
                         (PyObject *)Py_TYPE(value));
        }
        goto done;
    }
    snn_status status = tensor_operator(SNN_OP_eq, arguments, 2, &equal);
    if (!status) {
        snn_value argument = tensor_value(equal);
        status = tensor_operator(SNN_OP_any, &argument, 1, &any);
    }
    if (!status) status = snn_tensor_item(any, &unused, &found);
    if (status) raise_status(status);
    else result = found != 0;
done:
    if (equal) snn_tensor_release(equal);
    if (any) snn_tensor_release(any);
    scratch_clear(&scratch);
    return result;
}

const PyType_Slot protocol_slots[] = {
    {Py_tp_repr, tensor_repr},
    {Py_tp_hash, tensor_hash},
    {Py_tp_iter, tensor_iterate},
    {Py_mp_length, tensor_length},
    {Py_sq_length, tensor_length},
    {Py_sq_item, tensor_sequence_item},
    {Py_sq_contains, tensor_contains},
    {0, NULL},
};
