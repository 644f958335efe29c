// The Tensor and Parameter types: life and death of the objects that stand for tensors in Python.
//
// A tensor has at most one object: the library keeps its address (snn_tensor_set_foreign) as long as it lives, so that
// `p.grad is p.grad`. The object owns one count of the tensor, the tensor owns none of the object: no cycle.
//
// An object without attributes of its own refers to nothing that could refer back, so the cyclic collector need not
// know it; it is tracked from the moment it gets a __dict__. Dead objects wait in a free list, which also keeps
// short-lived results from starting collections.
#include "internal.h"

PyTypeObject *Tensor_Type, *Parameter_Type;

enum { FREE_LIST_CAPACITY = 128 };
static TensorObject *free_list[FREE_LIST_CAPACITY];
static int free_count;

static PyObject *wrap_new_exact(PyTypeObject *type, snn_tensor owned) {
    TensorObject *self;
    if (type == Tensor_Type && free_count > 0) {
        self = free_list[--free_count];
        (void)PyObject_Init((PyObject *)self, type);
    } else {
        self = PyObject_GC_New(TensorObject, type);
        if (!self) {
            snn_tensor_release(owned);
            return NULL;
        }
    }
    self->handle = owned;
    self->dict = NULL;
    self->weakrefs = NULL;
    self->work = -1;
    snn_tensor_set_foreign(owned, self);
    return (PyObject *)self;
}

PyObject *tensor_wrap_as(PyTypeObject *type, snn_tensor owned) {
    if (type == Tensor_Type || type == Parameter_Type) return wrap_new_exact(type, owned);
    TensorObject *self = (TensorObject *)type->tp_alloc(type, 0);
    if (!self) {
        snn_tensor_release(owned);
        return NULL;
    }
    self->handle = owned;
    self->work = -1;
    snn_tensor_set_foreign(owned, self);
    return (PyObject *)self;
}

// The object that the tensor has, or NULL. One whose count is zero is being destroyed and cannot be given out again.
static inline PyObject *existing_object(snn_tensor tensor) {
    PyObject *object = snn_tensor_get_foreign(tensor);
    return object && Py_REFCNT(object) > 0 ? object : NULL;
}

PyObject *tensor_wrap_result(snn_tensor owned) {
    PyObject *object = existing_object(owned);
    if (!object) return wrap_new_exact(Tensor_Type, owned);
    Py_INCREF(object);
    snn_tensor_release(owned);
    return object;
}

PyObject *tensor_wrap(snn_tensor owned) {
    PyObject *object = existing_object(owned);
    if (object) {
        Py_INCREF(object);
        snn_tensor_release(owned);
        return object;
    }
    snn_tensor_view view;
    snn_tensor_get_view(owned, &view);
    return wrap_new_exact(view.is_parameter ? Parameter_Type : Tensor_Type, owned);
}

int64_t tensor_element_count(snn_tensor tensor) {
    snn_tensor_view view;
    snn_tensor_get_view(tensor, &view);
    return view.element_count;
}

snn_status tensor_operator(snn_op op, const snn_value *arguments, int32_t count, snn_tensor *result) {
    return snn_op_call(op, arguments, count, result, 1, NULL);
}

static void tensor_dealloc(PyObject *object) {
    TensorObject *self = (TensorObject *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    snn_tensor handle = self->handle;
    // Before anything below can run Python code, which must not find an object that is going.
    if (handle && snn_tensor_get_foreign(handle) == self) snn_tensor_set_foreign(handle, NULL);
    if (self->weakrefs) PyObject_ClearWeakRefs(object);
    Py_CLEAR(self->dict);
    self->handle = NULL;
    if (type == Tensor_Type && free_count < FREE_LIST_CAPACITY) free_list[free_count++] = self;
    else PyObject_GC_Del(object);
    Py_DECREF(type);
    if (handle) snn_tensor_release(handle);
}

typedef struct {
    visitproc visit;
    void *arg;
    int status;
} Visit;

static void visit_payload(void *payload, void *context) {
    Visit *visit = context;
    if (visit->status == 0) visit->status = visit->visit(payload, visit->arg);
}

static int tensor_traverse(PyObject *object, visitproc visit, void *arg) {
    Py_VISIT(((TensorObject *)object)->dict);
    Py_VISIT(Py_TYPE(object));
    // Hooks on a leaf and the context of a function: Python's objects in the library's hands.
    Visit payloads = {visit, arg, 0};
    snn_tensor_visit_payloads(((TensorObject *)object)->handle, visit_payload, &payloads);
    return payloads.status;
}

static int tensor_clear(PyObject *object) {
    Py_CLEAR(((TensorObject *)object)->dict);
    return 0;
}

void tensor_track(PyObject *object) {
    if (!PyObject_GC_IsTracked(object)) PyObject_GC_Track(object);
}

static void track_if_needed(PyObject *object) {
    if (((TensorObject *)object)->dict) tensor_track(object);
}

static int tensor_setattr(PyObject *object, PyObject *name, PyObject *value) {
    int status = PyObject_GenericSetAttr(object, name, value);
    track_if_needed(object);
    return status;
}

PyObject *tensor_get_dict(PyObject *object, void *closure) {
    PyObject *dict = PyObject_GenericGetDict(object, closure);
    track_if_needed(object);
    return dict;
}

int tensor_set_dict(PyObject *object, PyObject *value, void *closure) {
    int status = PyObject_GenericSetDict(object, value, closure);
    track_if_needed(object);
    return status;
}

// ---------------------------------------------------------------------------------------------------- constructors

// Tensor(2, 3): unset memory of that shape. Tensor(data): float32, with a copy of the data. Tensor(): no elements.
PyObject *tensor_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    // A subclass may define __init__ with keywords of its own; only the types themselves are strict.
    if (keywords && PyDict_GET_SIZE(keywords) > 0 && type == Tensor_Type) {
        PyErr_SetString(PyExc_TypeError, "Tensor() takes no keyword arguments; see swiftnn.tensor()");
        return NULL;
    }
    snn_tensor handle;
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    PyObject *first = count > 0 ? PyTuple_GET_ITEM(args, 0) : NULL;
    if (count == 1 && !PyLong_Check(first) && !Py_IS_TYPE(first, Size_Type)) {
        if (tensor_check(first)) {  // shares the memory
            snn_value argument = tensor_value(tensor_handle(first));
            snn_status status = tensor_operator(SNN_OP_detach, &argument, 1, &handle);
            if (status) return raise_status(status);
        } else {
            snn_dtype dtype = snn_default_dtype();
            if (tensor_from_object(first, &dtype, "Tensor", &handle) < 0) return NULL;
        }
    } else {
        PyObject *sizes = count == 1 && Py_IS_TYPE(first, Size_Type) ? first : args;
        ValueScratch scratch;
        scratch_init(&scratch);
        snn_value arguments[1];
        int64_t nothing = 0;
        snn_status status = SNN_OK;
        int parsed = count > 0 ? parse_value(&scratch, 's', sizes, "Tensor", "size", arguments) : 0;
        if (count == 0) arguments[0] = (snn_value){.kind = SNN_INTEGERS, .count = 1, .integers = &nothing};
        if (parsed == 0) status = tensor_operator(SNN_OP_empty, arguments, 1, &handle);
        scratch_clear(&scratch);
        if (parsed < 0) return NULL;
        if (status) return raise_status(status);
    }
    return tensor_wrap_as(type, handle);
}

PyObject *parameter_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    static char *names[] = {"data", "requires_grad", NULL};
    PyObject *data = NULL, *requires_grad = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|OO:Parameter", names, &data, &requires_grad)) return NULL;
    bool flag = true;
    if (requires_grad && parse_boolean(requires_grad, "Parameter", "requires_grad", &flag) < 0) return NULL;
    snn_tensor handle;
    snn_status status;
    if (data && data != Py_None) {
        if (!tensor_check(data)) return raise_argument_type("Parameter", "data", "Tensor", data);
        snn_value argument = tensor_value(tensor_handle(data));
        status = tensor_operator(SNN_OP_detach, &argument, 1, &handle);
    } else {
        int64_t nothing = 0;
        snn_value size = {.kind = SNN_INTEGERS, .count = 1, .integers = &nothing};
        status = tensor_operator(SNN_OP_empty, &size, 1, &handle);
    }
    if (status) return raise_status(status);
    status = snn_tensor_set_requires_grad(handle, flag);
    if (!status) status = snn_tensor_set_parameter(handle, true);
    if (status) {
        raise_status(status);
        snn_tensor_release(handle);
        return NULL;
    }
    return tensor_wrap_as(type, handle);
}

// ---------------------------------------------------------------------------------------------------- types

static PyMemberDef tensor_members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(TensorObject, dict), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(TensorObject, weakrefs), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static const PyType_Slot life_slots[] = {
    {Py_tp_doc, "Tensor(*size)\n--\n\nAn array of elements of one dtype that remembers how it was computed, for gradients. "
                "Made by swiftnn.tensor(), swiftnn.zeros() and other functions."},
    {Py_tp_new, tensor_new},
    {Py_tp_dealloc, tensor_dealloc},
    {Py_tp_traverse, tensor_traverse},
    {Py_tp_clear, tensor_clear},
    {Py_tp_setattro, tensor_setattr},
    {Py_tp_members, tensor_members},
    {Py_tp_getset, tensor_attributes},
    {Py_tp_methods, tensor_methods},
    {0, NULL},
};

static PyType_Slot parameter_slots[] = {
    {Py_tp_doc, "Parameter(data=None, requires_grad=True)\n--\n\nA tensor that a module registers as a parameter when it is "
                "assigned as an attribute. Shares the memory of data."},
    {Py_tp_new, parameter_new},
    {Py_tp_dealloc, tensor_dealloc},
    {Py_tp_traverse, tensor_traverse},
    {Py_tp_clear, tensor_clear},
    {0, NULL},
};

static const unsigned int type_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC;

static int add_descriptor(PyTypeObject *type, const char *name, PyObject *descriptor) {
    if (!descriptor) return -1;
    int status = PyObject_SetAttrString((PyObject *)type, name, descriptor);
    Py_DECREF(descriptor);
    return status;
}

int tensor_type_init(PyObject *module) {
    PyType_Slot slots[96];
    const PyType_Slot *const groups[] = {life_slots, number_slots, protocol_slots, index_slots};
    int count = 0;
    for (size_t group = 0; group < sizeof groups / sizeof *groups; group++)
        for (const PyType_Slot *slot = groups[group]; slot->slot; slot++) slots[count++] = *slot;
    slots[count++] = (PyType_Slot){Py_bf_getbuffer, (void *)tensor_get_buffer};
    slots[count++] = (PyType_Slot){Py_bf_releasebuffer, (void *)tensor_release_buffer};
    slots[count] = (PyType_Slot){0, NULL};
    PyType_Spec spec = {"swiftnn.Tensor", sizeof(TensorObject), 0, type_flags, slots};
    Tensor_Type = (PyTypeObject *)PyType_FromSpec(&spec);
    if (!Tensor_Type) return -1;

    PyType_Spec parameter_spec = {"swiftnn.nn.Parameter", sizeof(TensorObject), 0, type_flags, parameter_slots};
    Parameter_Type = (PyTypeObject *)PyType_FromSpecWithBases(&parameter_spec, (PyObject *)Tensor_Type);
    if (!Parameter_Type) return -1;

    for (PyMethodDef *method = conversion_methods; method->ml_name; method++)
        if (add_descriptor(Tensor_Type, method->ml_name, PyDescr_NewMethod(Tensor_Type, method)) < 0) return -1;
    // NumPy's scalars and arrays leave the operators to us, as they do for PyTorch.
    if (add_descriptor(Tensor_Type, "__array_priority__", PyLong_FromLong(1000)) < 0) return -1;
    if (PyModule_AddObjectRef(module, "Tensor", (PyObject *)Tensor_Type) < 0 ||
        PyModule_AddObjectRef(module, "Parameter", (PyObject *)Parameter_Type) < 0)
        return -1;
    return 0;
}
