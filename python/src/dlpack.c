// Memory shared by way of DLPack, in both directions: the structures of dlpack.h, versions 0 and 1, and the capsules
// that carry them. And frombuffer(), which takes plain bytes.
#include "internal.h"

#include <pthread.h>

typedef struct {
    int32_t type, id;
} DLDevice;
typedef struct {
    uint8_t code, bits;
    uint16_t lanes;
} DLDataType;
typedef struct {
    void *data;
    DLDevice device;
    int32_t ndim;
    DLDataType dtype;
    int64_t *shape, *strides;
    uint64_t byte_offset;
} DLTensor;
typedef struct DLManagedTensor {
    DLTensor tensor;
    void *context;
    void (*deleter)(struct DLManagedTensor *self);
} DLManagedTensor;
typedef struct DLManagedTensorVersioned {
    uint32_t major, minor;
    void *context;
    void (*deleter)(struct DLManagedTensorVersioned *self);
    uint64_t flags;
    DLTensor tensor;
} DLManagedTensorVersioned;

enum { DL_CPU = 1, DL_INT = 0, DL_UINT = 1, DL_FLOAT = 2, DL_BFLOAT = 4, DL_BOOL = 6 };
enum { DL_READ_ONLY = 1, DL_COPIED = 2 };
static const char plain_name[] = "dltensor", versioned_name[] = "dltensor_versioned";
static const char used_plain_name[] = "used_dltensor", used_versioned_name[] = "used_dltensor_versioned";

static const DLDataType dl_types[] = {
    [SNN_FLOAT32] = {DL_FLOAT, 32, 1}, [SNN_FLOAT64] = {DL_FLOAT, 64, 1}, [SNN_INT64] = {DL_INT, 64, 1},
    [SNN_INT32] = {DL_INT, 32, 1},     [SNN_INT16] = {DL_INT, 16, 1},     [SNN_INT8] = {DL_INT, 8, 1},
    [SNN_UINT8] = {DL_UINT, 8, 1},     [SNN_BOOL] = {DL_BOOL, 8, 1},      [SNN_FLOAT16] = {DL_FLOAT, 16, 1},
    [SNN_BFLOAT16] = {DL_BFLOAT, 16, 1},
};
enum { DL_TYPES = sizeof dl_types / sizeof *dl_types };

// ---------------------------------------------------------------------------------------------------- export

// What a managed tensor of ours keeps; its deleter runs on any thread, with or without the GIL: the library needs none.
typedef struct {
    snn_tensor tensor;
    int64_t shape[SNN_MAX_RANK], strides[SNN_MAX_RANK];
    union {
        DLManagedTensor plain;
        DLManagedTensorVersioned versioned;
    } managed;
} Lent;

static void lent_free(Lent *lent) {
    snn_tensor_release(lent->tensor);
    PyMem_RawFree(lent);
}
static void delete_plain(DLManagedTensor *self) { lent_free(self->context); }
static void delete_versioned(DLManagedTensorVersioned *self) { lent_free(self->context); }

// A capsule that nobody has taken still owns its tensor.
static void capsule_destroy(PyObject *capsule) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyCapsule_IsValid(capsule, versioned_name)) {
        DLManagedTensorVersioned *managed = PyCapsule_GetPointer(capsule, versioned_name);
        if (managed && managed->deleter) managed->deleter(managed);
    } else if (PyCapsule_IsValid(capsule, plain_name)) {
        DLManagedTensor *managed = PyCapsule_GetPointer(capsule, plain_name);
        if (managed && managed->deleter) managed->deleter(managed);
    }
    PyErr_Restore(type, value, traceback);
}

static PyObject *make_capsule(snn_tensor tensor, bool versioned, bool copied) {
    Lent *lent = PyMem_RawCalloc(1, sizeof *lent);
    if (!lent) return PyErr_NoMemory();
    snn_value argument = tensor_value(tensor);
    snn_status status = tensor_operator(copied ? SNN_OP_clone : SNN_OP_detach, &argument, 1, &lent->tensor);
    if (status) {
        PyMem_RawFree(lent);
        return raise_status(status);
    }
    snn_tensor_view view;
    snn_tensor_get_view(lent->tensor, &view);
    DLTensor *shown = versioned ? &lent->managed.versioned.tensor : &lent->managed.plain.tensor;
    *shown = (DLTensor){.data = view.data, .device = {DL_CPU, 0}, .ndim = view.rank, .dtype = dl_types[view.dtype],
                        .shape = lent->shape, .strides = lent->strides};
    for (int32_t i = 0; i < view.rank; i++) {
        lent->shape[i] = view.sizes[i];
        // A stride that is never used: some consumers check it all the same.
        lent->strides[i] = view.sizes[i] < 2 ? 1 : view.strides[i];
    }
    void *managed;
    if (versioned) {
        DLManagedTensorVersioned *self = managed = &lent->managed.versioned;
        self->major = 1;
        self->context = lent;
        self->deleter = delete_versioned;
        self->flags = (view.is_writable ? 0 : DL_READ_ONLY) | (copied ? DL_COPIED : 0);
    } else {
        DLManagedTensor *self = managed = &lent->managed.plain;
        self->context = lent;
        self->deleter = delete_plain;
    }
    PyObject *capsule = PyCapsule_New(managed, versioned ? versioned_name : plain_name, capsule_destroy);
    if (!capsule) lent_free(lent);
    return capsule;
}

// None, (1, 0) or an enumerator and 0: 0, else -1 with BufferError.
static int check_dl_device(PyObject *device, const char *function) {
    if (!device || device == Py_None) return 0;
    int64_t type, id;
    if (!PyTuple_Check(device) || PyTuple_GET_SIZE(device) != 2) {
        raise_argument_type(function, "dl_device", "tuple of two ints", device);
        return -1;
    }
    if (parse_integer(PyTuple_GET_ITEM(device, 0), function, "dl_device", &type) < 0 ||
        parse_integer(PyTuple_GET_ITEM(device, 1), function, "dl_device", &id) < 0)
        return -1;
    if (type == DL_CPU && id == 0) return 0;
    PyErr_Format(PyExc_BufferError, "%s(): device (%lld, %lld) is not offered; the memory is on (1, 0), the CPU", function,
                 (long long)type, (long long)id);
    return -1;
}

static PyObject *tensor_dlpack(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"stream", "max_version", "dl_device", "copy", NULL};
    PyObject *objects[4];
    if (parse_arguments("__dlpack__", names, 0, 0, args, count, keywords, objects) < 0) return NULL;
    if (objects[0] && objects[0] != Py_None) {
        int64_t stream;
        if (parse_integer(objects[0], "__dlpack__", "stream", &stream) < 0) return NULL;
        if (stream != -1) return PyErr_Format(PyExc_BufferError, "__dlpack__(): stream must be None on the CPU, not %R", objects[0]);
    }
    bool versioned = false, copied = false;
    if (objects[1] && objects[1] != Py_None) {
        int64_t major;
        PyObject *first = PyTuple_Check(objects[1]) && PyTuple_GET_SIZE(objects[1]) == 2 ? PyTuple_GET_ITEM(objects[1], 0) : NULL;
        if (!first) return raise_argument_type("__dlpack__", "max_version", "tuple of two ints", objects[1]);
        if (parse_integer(first, "__dlpack__", "max_version", &major) < 0) return NULL;
        versioned = major >= 1;
    }
    if (check_dl_device(objects[2], "__dlpack__") < 0) return NULL;
    if (objects[3] && objects[3] != Py_None && parse_boolean(objects[3], "__dlpack__", "copy", &copied) < 0) return NULL;
    snn_tensor_view view;
    snn_tensor_get_view(tensor_handle(self), &view);
    if (!view.is_initialized)
        return PyErr_Format(PyExc_BufferError, "__dlpack__(): the shape of this parameter is not known before the first input");
    if (view.requires_grad) {
        PyErr_SetString(PyExc_BufferError, "Can't export tensors that require gradient, use tensor.detach()");
        return NULL;
    }
    if (!versioned && !view.is_writable && !copied) {
        PyErr_SetString(PyExc_BufferError, "__dlpack__(): read-only memory can only be exported to a consumer of version 1; use clone()");
        return NULL;
    }
    return make_capsule(tensor_handle(self), versioned, copied);
}

static PyObject *tensor_dlpack_device(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(ignored)) {
    return Py_BuildValue("ii", DL_CPU, 0);
}

// ---------------------------------------------------------------------------------------------------- loans

// What a tensor of ours lies on. The library gives it back on any thread, possibly without the GIL; what the owner does then
// may need it, so that is left to the interpreter.
typedef struct Borrowed {
    void (*end)(struct Borrowed *borrowed);
    void *managed;     // of DLPack
    Py_buffer view;    // of a buffer
    struct Borrowed *next;
} Borrowed;

static Borrowed *returned;
static pthread_mutex_t returned_lock = PTHREAD_MUTEX_INITIALIZER;

static void end_borrowed(Borrowed *borrowed) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    borrowed->end(borrowed);
    PyMem_RawFree(borrowed);
    PyErr_Restore(type, value, traceback);
}
static void end_plain(Borrowed *borrowed) {
    DLManagedTensor *managed = borrowed->managed;
    if (managed->deleter) managed->deleter(managed);
}
static void end_versioned(Borrowed *borrowed) {
    DLManagedTensorVersioned *managed = borrowed->managed;
    if (managed->deleter) managed->deleter(managed);
}
static void end_buffer(Borrowed *borrowed) { PyBuffer_Release(&borrowed->view); }

static int end_returned(void *Py_UNUSED(unused)) {
    pthread_mutex_lock(&returned_lock);
    Borrowed *borrowed = returned;
    returned = NULL;
    pthread_mutex_unlock(&returned_lock);
    while (borrowed) {
        Borrowed *next = borrowed->next;
        end_borrowed(borrowed);
        borrowed = next;
    }
    return 0;
}

static void give_back(void *payload) {
    Borrowed *borrowed = payload;
    if (!Py_IsInitialized()) return;  // at the end of the process there is nobody to give it to
    if (PyGILState_Check()) {
        end_borrowed(borrowed);
        return;
    }
    pthread_mutex_lock(&returned_lock);
    borrowed->next = returned;
    returned = borrowed;
    pthread_mutex_unlock(&returned_lock);
    (void)Py_AddPendingCall(end_returned, NULL);
}

// ---------------------------------------------------------------------------------------------------- import

static int dtype_of(DLDataType type, snn_dtype *result) {
    for (int i = 0; i < DL_TYPES; i++)
        if (dl_types[i].code == type.code && dl_types[i].bits == type.bits && type.lanes == 1) {
            *result = (snn_dtype)i;
            return 0;
        }
    PyErr_Format(PyExc_BufferError, "from_dlpack(): elements of code %d with %d bits and %d lanes are not offered", type.code,
                 type.bits, type.lanes);
    return -1;
}

// Over the memory of a managed tensor, which `borrowed` gives back in the end, whatever the outcome.
static int over_managed(const DLTensor *shown, bool writable, Borrowed *borrowed, snn_tensor *result) {
    snn_dtype dtype;
    int64_t sizes[SNN_MAX_RANK], strides[SNN_MAX_RANK], count = 1, step = 1;
    static int64_t nothing;
    if (shown->device.type != DL_CPU) {
        PyErr_Format(PyExc_BufferError, "from_dlpack(): memory on a device of type %d is not offered; expected the CPU", shown->device.type);
        goto failed;
    }
    if (dtype_of(shown->dtype, &dtype) < 0) goto failed;
    if (shown->ndim < 0 || shown->ndim > SNN_MAX_RANK || (shown->ndim > 0 && !shown->shape)) {
        PyErr_Format(PyExc_BufferError, "from_dlpack(): %d dimensions; a tensor has at most %d", shown->ndim, SNN_MAX_RANK);
        goto failed;
    }
    for (int32_t i = shown->ndim - 1; i >= 0; i--) {
        sizes[i] = shown->shape[i];
        if (sizes[i] < 0 || __builtin_mul_overflow(count, sizes[i], &count)) {
            PyErr_Format(PyExc_BufferError, "from_dlpack(): a size of %lld is not offered", (long long)sizes[i]);
            goto failed;
        }
    }
    for (int32_t i = shown->ndim - 1; i >= 0; i--) {
        strides[i] = shown->strides && count > 0 && sizes[i] > 1 ? shown->strides[i] : step;
        if (strides[i] < 0) {
            PyErr_SetString(PyExc_BufferError, "from_dlpack(): negative strides are not offered; make a copy");
            goto failed;
        }
        step *= sizes[i] > 0 ? sizes[i] : 1;
    }
    if (count > 0 && !shown->data) {
        PyErr_SetString(PyExc_BufferError, "from_dlpack(): the memory is NULL");
        goto failed;
    }
    void *data = count > 0 ? (char *)shown->data + shown->byte_offset : (void *)&nothing;
    snn_status status = snn_tensor_borrow(data, dtype, shown->ndim, sizes, strides, writable, borrowed, give_back, result);
    if (status == SNN_OK) return 0;
    raise_status(status);
failed:
    end_borrowed(borrowed);
    return -1;
}

static int from_capsule(PyObject *capsule, snn_tensor *result) {
    bool versioned = PyCapsule_IsValid(capsule, versioned_name);
    if (!versioned && !PyCapsule_IsValid(capsule, plain_name)) {
        PyErr_SetString(PyExc_RuntimeError, "from_dlpack(): received an invalid capsule; a capsule can be consumed only once");
        return -1;
    }
    void *managed = PyCapsule_GetPointer(capsule, versioned ? versioned_name : plain_name);
    if (!managed) return -1;
    // The layout of another major version is not known, but for where its deleter stands.
    if (versioned && ((DLManagedTensorVersioned *)managed)->major != 1) {
        PyErr_Format(PyExc_BufferError, "from_dlpack(): version %u of DLPack is not offered",
                     (unsigned)((DLManagedTensorVersioned *)managed)->major);
        return -1;
    }
    Borrowed *borrowed = PyMem_RawCalloc(1, sizeof *borrowed);
    if (!borrowed) {
        PyErr_NoMemory();
        return -1;
    }
    borrowed->managed = managed;
    borrowed->end = versioned ? end_versioned : end_plain;
    if (PyCapsule_SetName(capsule, versioned ? used_versioned_name : used_plain_name) < 0) {
        PyMem_RawFree(borrowed);
        return -1;
    }
    if (returned) end_returned(NULL);
    if (!versioned) return over_managed(&((DLManagedTensor *)managed)->tensor, true, borrowed, result);
    DLManagedTensorVersioned *self = managed;
    return over_managed(&self->tensor, !(self->flags & DL_READ_ONLY), borrowed, result);
}

// The capsule that an object exports; first as a consumer of version 1, then as one who knows no versions.
static PyObject *export_of(PyObject *object, PyObject *copy) {
    PyObject *method = PyObject_GetAttrString(object, "__dlpack__");
    if (!method) return NULL;
    PyObject *nothing = PyTuple_New(0);
    PyObject *words = Py_BuildValue("{s:(ii),s:O}", "max_version", 1, 0, "copy", copy);
    PyObject *capsule = nothing && words ? PyObject_Call(method, nothing, words) : NULL;
    if (!capsule && PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_TypeError) && copy != Py_True) {
        PyErr_Clear();
        capsule = PyObject_CallNoArgs(method);
    }
    Py_XDECREF(words);
    Py_XDECREF(nothing);
    Py_DECREF(method);
    return capsule;
}

static PyObject *function_from_dlpack(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"ext_tensor", "device", "copy", NULL};
    PyObject *objects[3];
    bool copied;
    if (parse_arguments("from_dlpack", names, 1, 1, args, count, keywords, objects) < 0 || parse_device(objects[1], "from_dlpack") < 0)
        return NULL;
    PyObject *copy = objects[2] ? objects[2] : Py_None, *object = objects[0];
    if (copy != Py_None && parse_boolean(copy, "from_dlpack", "copy", &copied) < 0) return NULL;
    PyObject *capsule;
    if (PyCapsule_CheckExact(object)) {
        if (copy == Py_True) return PyErr_Format(PyExc_ValueError, "from_dlpack(): copy=True is not offered for a capsule; use clone()");
        capsule = object;
        Py_INCREF(capsule);
    } else {
        if (!PyObject_HasAttrString(object, "__dlpack__"))
            return PyErr_Format(PyExc_RuntimeError, "from_dlpack(): expected an object with __dlpack__ or a DLPack capsule, not %s",
                                short_type_name(object));
        capsule = export_of(object, copy);
    }
    if (!capsule) return NULL;
    snn_tensor result;
    int status = -1;
    if (PyCapsule_CheckExact(capsule)) status = from_capsule(capsule, &result);
    else raise_argument_type("from_dlpack", "ext_tensor", "an object whose __dlpack__ returns a capsule", object);
    Py_DECREF(capsule);
    return status < 0 ? NULL : tensor_wrap_result(result);
}

static PyObject *function_to_dlpack(PyObject *Py_UNUSED(module), PyObject *tensor) {
    if (!tensor_check(tensor)) return raise_argument_type("to_dlpack", "tensor", "Tensor", tensor);
    return tensor_dlpack(tensor, NULL, 0, NULL);
}

// ---------------------------------------------------------------------------------------------------- bytes

static PyObject *function_frombuffer(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t arg_count, PyObject *keywords) {
    static const char *const names[] = {"buffer", "dtype", "count", "offset", "requires_grad", NULL};
    PyObject *objects[5];
    snn_dtype dtype;
    int64_t count = -1, offset = 0;
    bool requires_grad = false;
    if (parse_arguments("frombuffer", names, 1, 1, args, arg_count, keywords, objects) < 0) return NULL;
    if (!objects[1]) return PyErr_Format(PyExc_TypeError, "frombuffer() missing 1 required keyword-only argument: 'dtype'");
    if (parse_dtype(objects[1], "frombuffer", "dtype", &dtype) < 0 ||
        (objects[2] && parse_integer(objects[2], "frombuffer", "count", &count) < 0) ||
        (objects[3] && parse_integer(objects[3], "frombuffer", "offset", &offset) < 0) ||
        (objects[4] && parse_boolean(objects[4], "frombuffer", "requires_grad", &requires_grad) < 0))
        return NULL;
    if (!PyObject_CheckBuffer(objects[0])) {
        PyErr_SetString(PyExc_ValueError, "frombuffer(): object does not implement Python buffer protocol.");
        return NULL;
    }
    if (returned) end_returned(NULL);
    Borrowed *borrowed = PyMem_RawCalloc(1, sizeof *borrowed);
    if (!borrowed) return PyErr_NoMemory();
    bool writable = PyObject_GetBuffer(objects[0], &borrowed->view, PyBUF_WRITABLE) == 0;
    if (!writable) {
        PyErr_Clear();
        if (PyObject_GetBuffer(objects[0], &borrowed->view, PyBUF_SIMPLE) < 0) {
            PyMem_RawFree(borrowed);
            return NULL;
        }
    }
    borrowed->end = end_buffer;
    int64_t length = borrowed->view.len, size = dtype_size(dtype);
    if (length == 0 || count == 0) {
        PyErr_Format(PyExc_ValueError, "frombuffer(): both buffer length (%lld) and count (%lld) must not be 0", (long long)length, (long long)count);
        goto failed;
    }
    if (offset < 0 || offset >= length) {
        PyErr_Format(PyExc_ValueError, "frombuffer(): offset (%lld bytes) must be non-negative and no greater than buffer length (%lld bytes) minus 1",
                     (long long)offset, (long long)length);
        goto failed;
    }
    if (count < 0) {
        if ((length - offset) % size != 0) {
            PyErr_Format(PyExc_ValueError, "frombuffer(): buffer length (%lld bytes) after offset (%lld bytes) must be a multiple of element size (%lld)",
                         (long long)length, (long long)offset, (long long)size);
            goto failed;
        }
        count = (length - offset) / size;
    } else if (count > (length - offset) / size) {
        PyErr_Format(PyExc_ValueError, "frombuffer(): requested buffer length (%lld * %lld bytes) after offset (%lld bytes) must not be greater than "
                                       "actual buffer length (%lld bytes)", (long long)count, (long long)size, (long long)offset, (long long)length);
        goto failed;
    }
    snn_tensor result;
    static const int64_t one = 1;
    snn_status status = snn_tensor_borrow((char *)borrowed->view.buf + offset, dtype, 1, &count, &one, writable, borrowed, give_back, &result);
    if (status) {
        raise_status(status);
        goto failed;
    }
    status = requires_grad ? snn_tensor_set_requires_grad(result, true) : SNN_OK;
    if (status == SNN_OK) return tensor_wrap_result(result);
    raise_status(status);
    snn_tensor_release(result);
    return NULL;
failed:
    end_borrowed(borrowed);
    return NULL;
}

// ---------------------------------------------------------------------------------------------------- tables

static PyMethodDef functions[] = {
    {"from_dlpack", KEYWORD_METHOD(function_from_dlpack),
     "from_dlpack(ext_tensor, *, device=None, copy=None)\n--\n\nA tensor on the memory of an object with __dlpack__, or of a DLPack capsule."},
    {"to_dlpack", function_to_dlpack, METH_O, "to_dlpack(tensor, /)\n--\n\nA DLPack capsule on the memory of a tensor."},
    {"frombuffer", KEYWORD_METHOD(function_frombuffer),
     "frombuffer(buffer, *, dtype, count=-1, offset=0, requires_grad=False)\n--\n\nA tensor on the bytes of an object with the buffer protocol."},
    {NULL, NULL, 0, NULL},
};
static PyMethodDef methods[] = {
    {"__dlpack__", KEYWORD_METHOD(tensor_dlpack),
     "__dlpack__($self, *, stream=None, max_version=None, dl_device=None, copy=None)\n--\n\nA DLPack capsule on the tensor's memory."},
    {"__dlpack_device__", tensor_dlpack_device, METH_NOARGS, "__dlpack_device__($self)\n--\n\n(1, 0): the CPU."},
    {NULL, NULL, 0, NULL},
};

int dlpack_init(PyObject *module) {
    PyObject *public = PyObject_GetAttrString(module, "functions"), *name = PyUnicode_FromString("swiftnn");
    int status = public && name ? 0 : -1;
    for (PyMethodDef *row = functions; status == 0 && row->ml_name; row++) {
        PyObject *function = PyCFunction_NewEx(row, NULL, name);
        status = function ? PyDict_SetItemString(public, row->ml_name, function) : -1;
        Py_XDECREF(function);
    }
    for (PyMethodDef *row = methods; status == 0 && row->ml_name; row++) {
        PyObject *method = PyDescr_NewMethod(Tensor_Type, row);
        status = method ? PyObject_SetAttrString((PyObject *)Tensor_Type, row->ml_name, method) : -1;
        Py_XDECREF(method);
    }
    Py_XDECREF(public);
    Py_XDECREF(name);
    return status;
}
