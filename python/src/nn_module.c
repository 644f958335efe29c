// The type _C.ModuleBase, of which swiftnn.nn.Module is the subclass.
#include "nn_module.h"

#include <structmember.h>

PyTypeObject *ModuleBase_Type;

static PyObject *module_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords)) {
    ModuleObject *module = (ModuleObject *)type->tp_alloc(type, 0);
    if (!module) return NULL;
    module->vectorcall = module_vectorcall;
    module->training = true;
    return (PyObject *)module;
}

static int module_initialize(PyObject *self, PyObject *args, PyObject *keywords) {
    ModuleObject *module = (ModuleObject *)self;
    if (PyTuple_GET_SIZE(args) > 0 || (keywords && PyDict_GET_SIZE(keywords) > 0)) {
        PyErr_SetString(PyExc_TypeError, "ModuleBase takes no arguments");
        return -1;
    }
    PyObject *fresh[] = {PyDict_New(), PyDict_New(), PyDict_New()};
    if (!fresh[0] || !fresh[1] || !fresh[2]) {
        for (int i = 0; i < 3; i++) Py_XDECREF(fresh[i]);
        return -1;
    }
    Py_XSETREF(module->parameters, fresh[0]);
    Py_XSETREF(module->buffers, fresh[1]);
    Py_XSETREF(module->modules, fresh[2]);
    Py_CLEAR(module->pre_hooks);
    Py_CLEAR(module->hooks);
    Py_CLEAR(module->backward_hooks);
    Py_CLEAR(module->backward_pre_hooks);
    Py_CLEAR(module->deferred);
    return 0;
}

static int module_traverse(PyObject *self, visitproc visit, void *arg) {
    ModuleObject *module = (ModuleObject *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(module->dict);
    Py_VISIT(module->parameters);
    Py_VISIT(module->buffers);
    Py_VISIT(module->modules);
    Py_VISIT(module->pre_hooks);
    Py_VISIT(module->hooks);
    Py_VISIT(module->backward_hooks);
    Py_VISIT(module->backward_pre_hooks);
    Py_VISIT(module->deferred);
    return 0;
}

static int module_clear(PyObject *self) {
    ModuleObject *module = (ModuleObject *)self;
    Py_CLEAR(module->dict);
    Py_CLEAR(module->parameters);
    Py_CLEAR(module->buffers);
    Py_CLEAR(module->modules);
    Py_CLEAR(module->pre_hooks);
    Py_CLEAR(module->hooks);
    Py_CLEAR(module->backward_hooks);
    Py_CLEAR(module->backward_pre_hooks);
    Py_CLEAR(module->deferred);
    return 0;
}

static void module_dealloc(PyObject *self) {
    ModuleObject *module = (ModuleObject *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (module->weakrefs) PyObject_ClearWeakRefs(self);
    if (module->handle) {
        // A container in Swift may outlive this object; it must not call back into it.
        if (!module->kind || module->overridden) {
            modules_begin_writing();
            snn_module_detach(module->handle);
            modules_end_writing();
        }
        snn_module_release(module->handle);
        module->handle = NULL;
    }
    module_clear(self);
    for (int32_t i = 0; i < module->child_count; i++) Py_DECREF(module->children[i].name);
    PyMem_Free(module->children);
    PyMem_Free(module->given);
    type->tp_free(self);
    Py_DECREF(type);
}

// ---------------------------------------------------------------------------------------------------- fields

// The dicts can be replaced as a whole, as PyTorch allows.
static PyObject *get_registry(PyObject *self, void *offset) {
    PyObject **dict = (PyObject **)((char *)self + (size_t)offset);
    if (module_ready((ModuleObject *)self) && *dict) return Py_NewRef(*dict);
    if (!PyErr_Occurred())
        PyErr_Format(PyExc_AttributeError, "%s: Module.__init__() was not called", type_name(self));
    return NULL;
}

static int set_registry(PyObject *self, PyObject *value, void *offset) {
    if (!value || !PyDict_Check(value)) {
        PyErr_Format(PyExc_TypeError, "%s: a dict is expected, not %s", type_name(self),
                     value ? type_name(value) : "nothing");
        return -1;
    }
    PyObject **field = (PyObject **)((char *)self + (size_t)offset);
    Py_INCREF(value);
    Py_XSETREF(*field, value);
    return 0;
}

// Those that are None while they are not needed.
static PyObject *get_optional(PyObject *self, void *offset) {
    PyObject *dict = *(PyObject **)((char *)self + (size_t)offset);
    return Py_NewRef(dict ? dict : Py_None);
}

// Hooks: most blocks never have any, so the dict is made when somebody asks for it.
static PyObject *get_hooks(PyObject *self, void *offset) {
    PyObject **dict = (PyObject **)((char *)self + (size_t)offset);
    if (!*dict && !(*dict = PyODict_New())) return NULL;
    return Py_NewRef(*dict);
}

// Those that there are, by name.
static PyObject *get_own_hooks(PyObject *self, void *Py_UNUSED(closure)) {
    const ModuleObject *module = (ModuleObject *)self;
    static const char *const names[] = {"_forward_pre_hooks", "_forward_hooks", "_backward_hooks", "_backward_pre_hooks"};
    PyObject *dicts[] = {module->pre_hooks, module->hooks, module->backward_hooks, module->backward_pre_hooks};
    PyObject *result = PyDict_New();
    for (size_t i = 0; result && i < sizeof names / sizeof *names; i++)
        if (has_entries(dicts[i]) && PyDict_SetItemString(result, names[i], dicts[i]) < 0) Py_CLEAR(result);
    return result;
}

static int set_optional(PyObject *self, PyObject *value, void *offset) {
    if (value && value != Py_None) return set_registry(self, value, offset);
    PyObject **field = (PyObject **)((char *)self + (size_t)offset);
    Py_CLEAR(*field);
    return 0;
}

static PyObject *get_training(PyObject *self, void *Py_UNUSED(closure)) {
    const ModuleObject *module = (ModuleObject *)self;
    const int32_t mode = snn_training_mode();
    if (mode) return PyBool_FromLong(mode == 1);
    return PyBool_FromLong(module->handle ? snn_module_is_training(module->handle) : module->training);
}

static int set_training(PyObject *self, PyObject *value, void *Py_UNUSED(closure)) {
    ModuleObject *module = (ModuleObject *)self;
    const int training = value ? PyObject_IsTrue(value) : -1;
    if (training < 0) {
        if (!value) PyErr_SetString(PyExc_AttributeError, "training cannot be deleted");
        return -1;
    }
    module->training = training;
    if (module->handle) {
        modules_begin_writing();
        snn_module_set_training(module->handle, training);
        modules_end_writing();
    }
    return 0;
}

static PyObject *get_ready(PyObject *self, void *Py_UNUSED(closure)) {
    const bool ready = module_ready((ModuleObject *)self);
    return PyErr_Occurred() ? NULL : PyBool_FromLong(ready);
}

static PyObject *get_native_type(PyObject *self, void *Py_UNUSED(closure)) {
    const ModuleObject *module = (ModuleObject *)self;
    return Py_NewRef(module->kind ? module->kind->type_name : Py_None);
}

static PyObject *get_native_slots(PyObject *self, void *Py_UNUSED(closure)) {
    const ModuleObject *module = (ModuleObject *)self;
    const int32_t count = module->kind ? module->kind->slot_count : 0;
    PyObject *names = PyTuple_New(count);
    for (int32_t i = 0; names && i < count; i++) PyTuple_SET_ITEM(names, i, Py_NewRef(module->kind->slot_names[i]));
    return names;
}

static PyObject *get_overrides_forward(PyObject *self, void *Py_UNUSED(closure)) {
    return PyBool_FromLong(module_is_customized((ModuleObject *)self));
}

#define FIELD(name) (void *)offsetof(ModuleObject, name)

static PyGetSetDef module_fields[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {"_parameters", get_registry, set_registry, "The parameters by name.", FIELD(parameters)},
    {"_buffers", get_registry, set_registry, "The buffers by name.", FIELD(buffers)},
    {"_modules", get_registry, set_registry, "The children by name.", FIELD(modules)},
    {"_forward_pre_hooks", get_hooks, set_optional, NULL, FIELD(pre_hooks)},
    {"_forward_hooks", get_hooks, set_optional, NULL, FIELD(hooks)},
    {"_backward_hooks", get_hooks, set_optional, NULL, FIELD(backward_hooks)},
    {"_backward_pre_hooks", get_hooks, set_optional, NULL, FIELD(backward_pre_hooks)},
    {"_own_hooks", get_own_hooks, NULL, "The dicts of hooks that have entries, by name.", NULL},
    {"_deferred", get_optional, set_optional, "Initialisers that wait for the shape of their parameter.",
     FIELD(deferred)},
    {"training", get_training, set_training, "Whether the block is in training mode.", NULL},
    {"_ready", get_ready, NULL, "Whether Module.__init__ has run.", NULL},
    {"_native_type", get_native_type, NULL, "The name of a built-in block's type, else None.", NULL},
    {"_native_slots", get_native_slots, NULL, "The names of a built-in block's parameters and buffers.", NULL},
    {"_overrides_forward", get_overrides_forward, NULL, "Whether forward is the user's own.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef module_members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(ModuleObject, dict), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(ModuleObject, weakrefs), READONLY, NULL},
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(ModuleObject, vectorcall), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot module_slots[] = {
    {Py_tp_doc, "What swiftnn.nn.Module does in C: calls, attributes, and the handle to the block in Swift."},
    {Py_tp_new, module_new},
    {Py_tp_init, module_initialize},
    {Py_tp_dealloc, module_dealloc},
    {Py_tp_traverse, module_traverse},
    {Py_tp_clear, module_clear},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_getattro, module_getattro},
    {Py_tp_setattro, module_setattro},
    {Py_tp_methods, module_native_methods},
    {Py_tp_getset, module_fields},
    {Py_tp_members, module_members},
    {0, NULL},
};

static PyType_Spec module_spec = {
    .name = "swiftnn._C.ModuleBase",
    .basicsize = sizeof(ModuleObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .slots = module_slots,
};

int nn_module_init(PyObject *extension) {
    if (blocks_init() < 0) return -1;
    ModuleBase_Type = (PyTypeObject *)PyType_FromSpec(&module_spec);
    if (!ModuleBase_Type || PyModule_AddFunctions(extension, module_file_functions) < 0) return -1;
    return PyModule_AddObjectRef(extension, "ModuleBase", (PyObject *)ModuleBase_Type);
}
