// swiftnn.Generator: a source of random numbers.
#include "internal.h"

typedef struct {
    PyObject_HEAD
    snn_generator handle;
} GeneratorObject;

PyTypeObject *Generator_Type;

snn_generator generator_handle(PyObject *object) { return ((GeneratorObject *)object)->handle; }

static PyObject *wrap(PyTypeObject *type, snn_generator owned) {
    GeneratorObject *self = owned ? (GeneratorObject *)type->tp_alloc(type, 0) : NULL;
    if (self) self->handle = owned;
    else if (owned) snn_generator_release(owned);
    else PyErr_NoMemory();
    return (PyObject *)self;
}

// The seed that PyTorch's new generators have.
static const uint64_t first_seed = 67280421310721u;

static PyObject *generator_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    static char *names[] = {"device", NULL};
    PyObject *device = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|O:Generator", names, &device)) return NULL;
    if (parse_device(device, "Generator") < 0) return NULL;
    return wrap(type, snn_generator_create(first_seed));
}

static void generator_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    snn_generator_release(generator_handle(self));
    type->tp_free(self);
    Py_DECREF(type);
}

int parse_seed(PyObject *seed, const char *function, uint64_t *result) {
    if (!PyIndex_Check(seed)) {
        raise_argument_type(function, "seed", "int", seed);
        return -1;
    }
    PyObject *number = PyNumber_Index(seed);
    if (!number) return -1;
    int overflow;
    long long value = PyLong_AsLongLongAndOverflow(number, &overflow);
    *result = (uint64_t)value;  // a negative seed means 2^64 more, as in PyTorch
    if (overflow > 0) {
        *result = PyLong_AsUnsignedLongLong(number);
        if (*result != (uint64_t)-1 || !PyErr_Occurred()) overflow = 0;
    }
    Py_DECREF(number);
    if (overflow) {
        PyErr_Clear();
        PyErr_Format(PyExc_OverflowError, "%s(): argument 'seed' must be from -2**63 to 2**64 - 1", function);
        return -1;
    }
    return PyErr_Occurred() ? -1 : 0;
}

int random_seed(uint64_t *result) {
    PyObject *os = PyImport_ImportModule("os");
    PyObject *bytes = os ? PyObject_CallMethod(os, "urandom", "i", (int)sizeof *result) : NULL;
    Py_XDECREF(os);
    if (!bytes) return -1;
    *result = 0;
    if (PyBytes_Check(bytes) && PyBytes_GET_SIZE(bytes) == sizeof *result) memcpy(result, PyBytes_AS_STRING(bytes), sizeof *result);
    Py_DECREF(bytes);
    return 0;
}

static PyObject *generator_manual_seed(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"seed", NULL};
    PyObject *objects[1];
    uint64_t seed;
    if (parse_arguments("manual_seed", names, 1, 1, args, count, keywords, objects) < 0 ||
        parse_seed(objects[0], "manual_seed", &seed) < 0)
        return NULL;
    snn_status status = snn_generator_seed(generator_handle(self), seed);
    if (status) return raise_status(status);
    Py_INCREF(self);
    return self;
}
static PyObject *generator_seed(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    uint64_t seed;
    if (random_seed(&seed) < 0) return NULL;
    snn_status status = snn_generator_seed(generator_handle(self), seed);
    return status ? raise_status(status) : PyLong_FromUnsignedLongLong(seed);
}
static PyObject *generator_initial_seed(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    uint64_t seed;
    snn_status status = snn_generator_initial_seed(generator_handle(self), &seed);
    return status ? raise_status(status) : PyLong_FromUnsignedLongLong(seed);
}
static PyObject *generator_get_state(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    snn_tensor state;
    snn_status status = snn_generator_get_state(generator_handle(self), &state);
    return status ? raise_status(status) : tensor_wrap_result(state);
}
static PyObject *set_state(PyObject *self, PyObject *state) {
    if (!tensor_check(state)) return raise_argument_type("set_state", "new_state", "Tensor", state);
    snn_status status = snn_generator_set_state(generator_handle(self), tensor_handle(state));
    if (status) return raise_status(status);
    Py_INCREF(self);
    return self;
}
static PyObject *generator_set_state(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"new_state", NULL};
    PyObject *objects[1];
    if (parse_arguments("set_state", names, 1, 1, args, count, keywords, objects) < 0) return NULL;
    return set_state(self, objects[0]);
}
static PyObject *generator_clone_state(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    PyObject *copy = wrap(Generator_Type, snn_generator_create(first_seed));
    PyObject *state = copy ? generator_get_state(self, NULL) : NULL;
    PyObject *same = state ? set_state(copy, state) : NULL;
    Py_XDECREF(state);
    if (!same) Py_CLEAR(copy);
    else Py_DECREF(same);
    return copy;
}
static PyObject *rebuild_arguments(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    PyObject *state = generator_get_state(self, NULL);
    return state ? Py_BuildValue("O()N", Py_TYPE(self), state) : NULL;
}
static PyObject *generator_setstate(PyObject *self, PyObject *state) {
    PyObject *same = set_state(self, state);
    if (!same) return NULL;
    Py_DECREF(same);
    Py_RETURN_NONE;
}
static PyObject *generator_device(PyObject *Py_UNUSED(self), void *Py_UNUSED(closure)) {
    Py_INCREF(cpu_device);
    return cpu_device;
}

static PyMethodDef generator_methods[] = {
    {"manual_seed", KEYWORD_METHOD(generator_manual_seed), "manual_seed($self, seed)\n--\n\nStarts the numbers of a seed; returns the generator."},
    {"seed", generator_seed, METH_NOARGS, "seed($self)\n--\n\nStarts at a seed of the system's choice, and returns it."},
    {"initial_seed", generator_initial_seed, METH_NOARGS, "initial_seed($self)\n--\n\nThe seed given last."},
    {"get_state", generator_get_state, METH_NOARGS, "get_state($self)\n--\n\nThe state, as a uint8 tensor."},
    {"set_state", KEYWORD_METHOD(generator_set_state), "set_state($self, new_state)\n--\n\nGoes on from what get_state() returned."},
    {"clone_state", generator_clone_state, METH_NOARGS, "clone_state($self)\n--\n\nA new generator in the same state."},
    {"__reduce__", rebuild_arguments, METH_NOARGS, NULL},
    {"__setstate__", generator_setstate, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
static PyGetSetDef generator_attributes[] = {
    {"device", generator_device, NULL, "device('cpu').", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
static PyType_Slot generator_slots[] = {
    {Py_tp_doc, "Generator(device='cpu')\n--\n\nA source of random numbers: for the same seed those of PyTorch's CPU generator."},
    {Py_tp_new, generator_new},
    {Py_tp_dealloc, generator_dealloc},
    {Py_tp_methods, generator_methods},
    {Py_tp_getset, generator_attributes},
    {0, NULL},
};
static PyType_Spec generator_spec = {
    "swiftnn.Generator", sizeof(GeneratorObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, generator_slots,
};

PyObject *default_generator;

int generator_init(PyObject *module) {
    Generator_Type = (PyTypeObject *)PyType_FromSpec(&generator_spec);
    default_generator = Generator_Type ? wrap(Generator_Type, snn_generator_default()) : NULL;
    if (!default_generator || PyModule_AddObjectRef(module, "Generator", (PyObject *)Generator_Type) < 0) return -1;
    return PyModule_AddObjectRef(module, "default_generator", default_generator);
}
