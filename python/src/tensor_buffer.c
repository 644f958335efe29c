// Memory shared with NumPy and others through the buffer protocol, in both directions, without a copy.
#include "internal.h"

#include <pthread.h>

// ---------------------------------------------------------------------------------------------------- from a buffer

// A buffer that a tensor lies on. The library gives it back on any thread, possibly without the GIL and with locks of
// its own held: waiting for the GIL there could deadlock. Such buffers go to a list that the interpreter empties.
typedef struct Loan {
    Py_buffer view;
    struct Loan *next;
} Loan;

static Loan *returned;
static pthread_mutex_t returned_lock = PTHREAD_MUTEX_INITIALIZER;

static void end_loan(Loan *loan) {
    PyObject *type, *value, *traceback;  // this may run while an error is on its way
    PyErr_Fetch(&type, &value, &traceback);
    PyBuffer_Release(&loan->view);
    PyMem_RawFree(loan);
    PyErr_Restore(type, value, traceback);
}

static int end_returned_loans(void *Py_UNUSED(unused)) {
    pthread_mutex_lock(&returned_lock);
    Loan *loan = returned;
    returned = NULL;
    pthread_mutex_unlock(&returned_lock);
    while (loan) {
        Loan *next = loan->next;
        end_loan(loan);
        loan = next;
    }
    return 0;
}

static void return_loan(void *payload) {
    Loan *loan = payload;
    if (!Py_IsInitialized()) return;  // at the end of the process there is nobody to give it to
    if (PyGILState_Check()) {
        end_loan(loan);
        return;
    }
    pthread_mutex_lock(&returned_lock);
    loan->next = returned;
    returned = loan;
    pthread_mutex_unlock(&returned_lock);
    // A full queue is no loss: the next loan that is made or returned empties the list.
    (void)Py_AddPendingCall(end_returned_loans, NULL);
}

static PyObject *raise_buffer_dtype(PyObject *object, const Py_buffer *view, const char *function) {
    PyObject *dtype = PyObject_GetAttrString(object, "dtype");
    if (!dtype) PyErr_Clear();
    if (dtype) PyErr_Format(PyExc_TypeError,
                            "%s(): the elements are %S; offered are float64, float32, float16, int64, int32, int16, int8, uint8 and bool",
                            function, dtype);
    else PyErr_Format(PyExc_TypeError,
                      "%s(): the elements have the format '%s'; offered are float64, float32, float16, int64, int32, int16, int8, uint8 and bool",
                      function, view && view->format ? view->format : "B");
    Py_XDECREF(dtype);
    return NULL;
}

static int buffer_dtype(PyObject *object, const Py_buffer *view, const char *function, snn_dtype *dtype) {
    const char *format = view->format ? view->format : "B";
    const uint16_t one = 1;
    bool little = *(const uint8_t *)&one == 1;
    if (*format == (little ? '>' : '<') || (*format == '!' && little)) {
        if (view->itemsize == 1) format++;
        else {
            PyErr_Format(PyExc_ValueError, "%s(): the elements are not in the byte order of this machine; convert them, as with "
                                           "array.astype(array.dtype.newbyteorder('='))", function);
            return -1;
        }
    } else if (strchr("@=<>!", *format) && *format) format++;
    Py_ssize_t size = view->itemsize;
    if (*format && !format[1]) {
        if (*format == '?' && size == 1) *dtype = SNN_BOOL;
        else if (*format == 'f' && size == 4) *dtype = SNN_FLOAT32;
        else if (*format == 'd' && size == 8) *dtype = SNN_FLOAT64;
        else if (*format == 'e' && size == 2) *dtype = SNN_FLOAT16;
        else if (*format == 'B' && size == 1) *dtype = SNN_UINT8;
        else if (strchr("bhilqn", *format) && (size == 1 || size == 2 || size == 4 || size == 8))
            *dtype = size == 1 ? SNN_INT8 : size == 2 ? SNN_INT16 : size == 4 ? SNN_INT32 : SNN_INT64;
        else goto unknown;
        return 0;
    }
unknown:
    raise_buffer_dtype(object, view, function);
    return -1;
}

// The view with its dtype; the caller releases it.
static int get_buffer(PyObject *object, const char *function, Py_buffer *view, snn_dtype *dtype) {
    if (PyObject_GetBuffer(object, view, PyBUF_STRIDED_RO | PyBUF_FORMAT) < 0) {
        if (tensor_check(object)) return -1;
        // NumPy says here, at length, which of its types it cannot describe.
        PyErr_Clear();
        raise_buffer_dtype(object, NULL, function);
        return -1;
    }
    if (buffer_dtype(object, view, function, dtype) < 0) goto failed;
    if (view->ndim > SNN_MAX_RANK) {
        PyErr_Format(PyExc_ValueError, "%s(): %d dimensions; a tensor has at most %d", function, view->ndim, SNN_MAX_RANK);
        goto failed;
    }
    return 0;
failed:
    PyBuffer_Release(view);
    return -1;
}

int tensor_from_buffer(PyObject *object, const char *function, snn_tensor *result) {
    if (returned) end_returned_loans(NULL);
    Loan *loan = PyMem_RawCalloc(1, sizeof *loan);
    if (!loan) {
        PyErr_NoMemory();
        return -1;
    }
    snn_dtype dtype;
    if (get_buffer(object, function, &loan->view, &dtype) < 0) {
        PyMem_RawFree(loan);
        return -1;
    }
    const Py_buffer *view = &loan->view;
    int64_t sizes[SNN_MAX_RANK], strides[SNN_MAX_RANK], count = 1;
    for (int i = 0; i < view->ndim; i++) count *= sizes[i] = view->shape ? view->shape[i] : view->len / view->itemsize;
    int64_t contiguous = 1;
    for (int i = view->ndim - 1; i >= 0; i--) {
        Py_ssize_t stride = view->strides ? view->strides[i] : (Py_ssize_t)contiguous * view->itemsize;
        contiguous *= sizes[i];
        // The stride of a dimension of one element, or in an array of none, is never used.
        if (count == 0 || sizes[i] <= 1) stride = view->itemsize;
        if (stride < 0) {
            PyErr_Format(PyExc_ValueError, "%s(): negative strides are not offered; make a copy, as with array.copy()", function);
            goto failed;
        }
        if (stride % view->itemsize != 0) {
            PyErr_Format(PyExc_ValueError, "%s(): strides have to be whole elements: %zd bytes for elements of %zd; make a copy, "
                                           "as with array.copy()", function, stride, view->itemsize);
            goto failed;
        }
        strides[i] = stride / view->itemsize;
    }
    if (count > 0 && (uintptr_t)view->buf % (uintptr_t)view->itemsize != 0) {
        PyErr_Format(PyExc_ValueError, "%s(): the memory is not aligned to its elements of %zd bytes; make a copy, as with "
                                       "array.copy()", function, view->itemsize);
        goto failed;
    }
    snn_status status = snn_tensor_borrow(view->buf, dtype, view->ndim, sizes, strides, !view->readonly, loan, return_loan, result);
    if (status == SNN_OK) return 0;
    raise_status(status);
failed:
    end_loan(loan);
    return -1;
}

int tensor_copy_buffer(PyObject *object, const char *function, snn_tensor *result) {
    Py_buffer view;
    snn_dtype dtype;
    if (get_buffer(object, function, &view, &dtype) < 0) return -1;
    int64_t sizes[SNN_MAX_RANK];
    for (int i = 0; i < view.ndim; i++) sizes[i] = view.shape ? view.shape[i] : view.len / view.itemsize;
    void *copy = NULL;
    int status = -1;
    if (!PyBuffer_IsContiguous(&view, 'C') || (uintptr_t)view.buf % (uintptr_t)view.itemsize != 0) {
        copy = PyMem_Malloc(view.len ? (size_t)view.len : 1);
        if (!copy) {
            PyErr_NoMemory();
            goto done;
        }
        if (PyBuffer_ToContiguous(copy, &view, view.len, 'C') < 0) goto done;
    }
    static const int64_t nothing;
    const void *data = copy ? copy : view.len ? view.buf : &nothing;
    snn_status created = snn_tensor_create(data, dtype, view.ndim, sizes, result);
    if (created) raise_status(created);
    else status = 0;
done:
    PyMem_Free(copy);
    PyBuffer_Release(&view);
    return status;
}

// ---------------------------------------------------------------------------------------------------- to a buffer

typedef struct {
    snn_tensor tensor;  // of its own: `x.data = y` must not pull the memory from under the view
    Py_ssize_t shape[SNN_MAX_RANK], strides[SNN_MAX_RANK];
} Export;

static const char *const formats[] = {
    [SNN_FLOAT32] = "f", [SNN_FLOAT64] = "d", [SNN_INT64] = sizeof(long) == 8 ? "l" : "q", [SNN_INT32] = "i",
    [SNN_INT16] = "h",   [SNN_INT8] = "b",    [SNN_UINT8] = "B",                           [SNN_BOOL] = "?",
    [SNN_FLOAT16] = "e", [SNN_BFLOAT16] = NULL,  // which the protocol does not know
};

int tensor_get_buffer(PyObject *self, Py_buffer *view, int flags) {
    view->obj = NULL;
    snn_tensor_view info;
    snn_tensor_get_view(tensor_handle(self), &info);
    if (info.requires_grad) {
        PyErr_SetString(PyExc_BufferError, "a Tensor that requires grad does not share its memory; use tensor.detach()");
        return -1;
    }
    if (!info.is_initialized) {
        PyErr_SetString(PyExc_BufferError, "the shape of this parameter is not known before the first input");
        return -1;
    }
    if (!formats[info.dtype]) {
        PyErr_Format(PyExc_BufferError, "the buffer protocol has no format for %s; use tensor.float()", dtype_name(info.dtype));
        return -1;
    }
    if ((flags & PyBUF_WRITABLE) && !info.is_writable) {
        PyErr_SetString(PyExc_BufferError, "the memory of this Tensor is read-only");
        return -1;
    }
    Export *export = PyMem_Malloc(sizeof *export);
    if (!export) {
        PyErr_NoMemory();
        return -1;
    }
    snn_value argument = tensor_value(tensor_handle(self));
    snn_status status = tensor_operator(SNN_OP_detach, &argument, 1, &export->tensor);
    if (status) {
        PyMem_Free(export);
        raise_status(status);
        return -1;
    }
    static int64_t nothing;  // an address for the views of no elements
    Py_ssize_t size = dtype_size(info.dtype);
    *view = (Py_buffer){
        .buf = info.data ? info.data : &nothing,
        .len = (Py_ssize_t)info.element_count * size,
        .itemsize = size,
        .readonly = !info.is_writable,
        .ndim = info.rank,
        .format = (char *)formats[info.dtype],
        .shape = export->shape,
        .strides = export->strides,
        .internal = export,
    };
    for (int i = 0; i < info.rank; i++) {
        export->shape[i] = (Py_ssize_t)info.sizes[i];
        export->strides[i] = (Py_ssize_t)info.strides[i] * size;
    }
    bool c_order = PyBuffer_IsContiguous(view, 'C'), f_order = PyBuffer_IsContiguous(view, 'F');
    if (((flags & PyBUF_C_CONTIGUOUS) == PyBUF_C_CONTIGUOUS && !c_order) ||
        ((flags & PyBUF_F_CONTIGUOUS) == PyBUF_F_CONTIGUOUS && !f_order) ||
        ((flags & PyBUF_ANY_CONTIGUOUS) == PyBUF_ANY_CONTIGUOUS && !c_order && !f_order) ||
        ((flags & PyBUF_STRIDES) != PyBUF_STRIDES && !c_order)) {
        snn_tensor_release(export->tensor);
        PyMem_Free(export);
        view->obj = NULL;
        PyErr_SetString(PyExc_BufferError, "this Tensor is not contiguous; use tensor.contiguous()");
        return -1;
    }
    if (!(flags & PyBUF_FORMAT)) view->format = NULL;
    if ((flags & PyBUF_STRIDES) != PyBUF_STRIDES) view->strides = NULL;
    if (!(flags & PyBUF_ND)) view->shape = NULL;
    Py_INCREF(self);
    view->obj = self;
    return 0;
}

void tensor_release_buffer(PyObject *Py_UNUSED(self), Py_buffer *view) {
    Export *export = view->internal;
    snn_tensor_release(export->tensor);
    PyMem_Free(export);
}
