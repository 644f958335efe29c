// What creation functions take beside sizes and dtype: layout, memory_format, pin_memory, generator. There is one
// layout and one format; a wish for another is an error that names it.
#include "internal.h"

// ---------------------------------------------------------------------------------------------------- names

typedef struct {
    PyObject_HEAD
    const char *name;
} NameObject;

static PyTypeObject *Layout_Type, *Format_Type;

static PyObject *name_repr(PyObject *self) { return PyUnicode_FromFormat("swiftnn.%s", ((NameObject *)self)->name); }
// Pickled as the name of a global: unpickling gives the singleton.
static PyObject *name_reduce(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    return PyUnicode_FromString(((NameObject *)self)->name);
}
static void name_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}
static PyMethodDef name_methods[] = {
    {"__reduce__", name_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot layout_slots[] = {
    {Py_tp_doc, "How a tensor's elements are kept: swiftnn.strided."},
    {Py_tp_repr, name_repr}, {Py_tp_dealloc, name_dealloc}, {Py_tp_methods, name_methods}, {0, NULL},
};
static PyType_Slot format_slots[] = {
    {Py_tp_doc, "The order of a new tensor's dimensions in memory: swiftnn.contiguous_format."},
    {Py_tp_repr, name_repr}, {Py_tp_dealloc, name_dealloc}, {Py_tp_methods, name_methods}, {0, NULL},
};
enum { NAME_FLAGS = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE };
static PyType_Spec layout_spec = {"swiftnn.layout", sizeof(NameObject), 0, NAME_FLAGS, layout_slots};
static PyType_Spec format_spec = {"swiftnn.memory_format", sizeof(NameObject), 0, NAME_FLAGS, format_slots};

PyObject *strided_layout;
static PyObject *contiguous_format, *preserve_format;

int parse_layout(PyObject *object, const char *function) {
    if (!object || object == Py_None || object == strided_layout) return 0;
    if (Py_IS_TYPE(object, Layout_Type))
        PyErr_Format(PyExc_NotImplementedError, "%s(): layout=%R is not offered; there is swiftnn.strided", function, object);
    else raise_argument_type(function, "layout", "swiftnn.layout", object);
    return -1;
}

int parse_memory_format(PyObject *object, const char *function, bool may_preserve) {
    if (!object || object == Py_None || object == contiguous_format || (may_preserve && object == preserve_format)) return 0;
    if (Py_IS_TYPE(object, Format_Type))
        PyErr_Format(object == preserve_format ? PyExc_RuntimeError : PyExc_NotImplementedError,
                     "%s(): memory_format=%R is not offered; there is swiftnn.contiguous_format", function, object);
    else raise_argument_type(function, "memory_format", "swiftnn.memory_format", object);
    return -1;
}

bool is_memory_format(PyObject *object) { return Py_IS_TYPE(object, Format_Type); }

int parse_pin_memory(PyObject *object, const char *function) {
    bool flag = false;
    if (!object || object == Py_None) return 0;
    if (parse_boolean(object, function, "pin_memory", &flag) < 0) return -1;
    if (!flag) return 0;
    PyErr_Format(PyExc_RuntimeError, "%s(): pin_memory=True is not offered; there is no accelerator that it would be for", function);
    return -1;
}

int options_init(PyObject *module) {
    static const struct {
        const char *name;
        PyTypeObject **type;
        PyObject **place;
    } names[] = {
        {"strided", &Layout_Type, &strided_layout},
        {"sparse_coo", &Layout_Type, NULL},
        {"contiguous_format", &Format_Type, &contiguous_format},
        {"preserve_format", &Format_Type, &preserve_format},
        {"channels_last", &Format_Type, NULL},
        {"channels_last_3d", &Format_Type, NULL},
    };
    Layout_Type = (PyTypeObject *)PyType_FromSpec(&layout_spec);
    Format_Type = (PyTypeObject *)PyType_FromSpec(&format_spec);
    PyObject *table = PyDict_New();  // name → object, for the package to show
    if (!Layout_Type || !Format_Type || !table || PyDict_SetItemString(table, "layout", (PyObject *)Layout_Type) < 0 ||
        PyDict_SetItemString(table, "memory_format", (PyObject *)Format_Type) < 0)
        return -1;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        NameObject *object = (NameObject *)(*names[i].type)->tp_alloc(*names[i].type, 0);
        if (!object) return -1;
        object->name = names[i].name;
        if (names[i].place) *names[i].place = (PyObject *)object;
        if (PyDict_SetItemString(table, names[i].name, (PyObject *)object) < 0) return -1;
    }
    int status = PyModule_AddObjectRef(module, "options", table);
    Py_DECREF(table);
    return status;
}
