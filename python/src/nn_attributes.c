// `module.name`, `module.name = value` and `del module.name`.
#include "nn_module.h"

// The place of `name` among the attributes of a built-in block, or -1. Names in code are interned, as are the kind's.
static int32_t native_attribute(ModuleObject *module, PyObject *name) {
    if (!module->kind) return -1;
    for (int32_t index = 0; index < module->kind->attribute_count; index++)
        if (module->kind->attribute_names[index] == name) return index;
    for (int32_t index = 0; index < module->kind->attribute_count; index++)
        if (PyUnicode_Compare(module->kind->attribute_names[index], name) == 0) return index;
    return -1;
}

bool module_ready(ModuleObject *module) {
    if (module->modules) return true;
    PyObject *dict = module->dict;
    if (!dict || !PyDict_GetItemString(dict, "_parameters") || !PyDict_GetItemString(dict, "_modules")) return false;
    PyObject *done = module_call_method(module, "_wake", NULL, NULL);
    Py_XDECREF(done);
    return done && module->modules;
}

PyObject *module_getattro(PyObject *self, PyObject *name) {
    ModuleObject *module = (ModuleObject *)self;
    if (!PyUnicode_Check(name) || _PyType_Lookup(Py_TYPE(self), name)) return PyObject_GenericGetAttr(self, name);
    if (!module_ready(module) && PyErr_Occurred()) return NULL;
    PyObject *places[] = {module->dict, module->parameters, module->buffers, module->modules};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        PyObject *value = places[i] ? PyDict_GetItemWithError(places[i], name) : NULL;
        if (value) return Py_NewRef(value);
        if (PyErr_Occurred()) return NULL;
    }
    const int32_t index = native_attribute(module, name);
    if (index >= 0) {
        snn_attribute attribute;
        const snn_status status = snn_module_get_attribute(module->handle, index, &attribute);
        return status == SNN_OK ? value_to_object(&attribute.value) : raise_status(status);
    }
    PyErr_Format(PyExc_AttributeError, "'%s' object has no attribute '%U'", type_name(self), name);
    return NULL;
}

// ---------------------------------------------------------------------------------------------------- writing

// 1 if `name` was there and is gone, 0 if it was not there.
static int remove_key(PyObject *dict, PyObject *name) {
    if (!dict) return 0;
    const int found = PyDict_Contains(dict, name);
    if (found <= 0) return found;
    return PyDict_DelItem(dict, name) < 0 ? -1 : 1;
}

static int forget_non_persistent(ModuleObject *module, PyObject *name) {
    PyObject *set = module->dict ? PyDict_GetItemString(module->dict, "_non_persistent_buffers_set") : NULL;
    return set && PySet_Check(set) && PySet_Discard(set, name) < 0 ? -1 : 0;
}

// Registers a parameter or a child: under this name nothing else may stand.
static int register_value(ModuleObject *module, PyObject *registry, PyObject *name, PyObject *value) {
    PyObject *others[] = {module->dict, module->parameters, module->buffers, module->modules};
    if (forget_non_persistent(module, name) < 0) return -1;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i] != registry && remove_key(others[i], name) < 0) return -1;
    PyObject *hooks = module_global_hooks[registry == module->modules ? GLOBAL_MODULE_HOOKS : GLOBAL_PARAMETER_HOOKS];
    PyObject *chosen =
        has_entries(hooks) ? module_call_method(module, "_run_registration_hooks", name, value) : Py_NewRef(value);
    const int stored = chosen ? PyDict_SetItem(registry, name, chosen) : -1;
    Py_XDECREF(chosen);
    if (stored < 0) return -1;
    // Gluon's `params=`: what is registered later takes the shared parameters as well.
    if (!module->dict || !PyDict_GetItemString(module->dict, "_shared")) return 0;
    PyObject *done = module_call_method(
        module, registry == module->modules ? "_share_child" : "_share_parameter", name, NULL);
    Py_XDECREF(done);
    return done ? 0 : -1;
}

// PyTorch's checks of a new parameter's name. What the type has under it would hide the parameter.
static int check_parameter_name(ModuleObject *module, PyObject *name) {
    const int known = PyDict_Contains(module->parameters, name);
    if (known) return known < 0 ? -1 : 0;
    const Py_ssize_t length = PyUnicode_GET_LENGTH(name);
    const Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, length, 1);
    if (length > 0 && dot == -1 && !_PyType_Lookup(Py_TYPE(module), name)) return 0;
    PyObject *done = module_call_method(module, "_check_parameter_name", name, NULL);
    Py_XDECREF(done);
    return done ? 0 : -1;
}

// Whether `value` is an nn.Buffer: a tensor that is marked so.
static bool is_buffer(PyObject *value) {
    if (!tensor_check(value)) return false;
    PyObject *dict = ((TensorObject *)value)->dict;
    return dict && PyDict_GetItemString(dict, "_is_buffer") == Py_True;
}

static int assign_buffer(ModuleObject *module, PyObject *name, PyObject *value) {
    PyObject *done = module_call_method(module, "_assign_buffer", name, value);
    Py_XDECREF(done);
    return done ? 0 : -1;
}

static int raise_too_early(const char *what) {
    PyErr_Format(PyExc_AttributeError, "cannot assign %s before Module.__init__() call", what);
    return -1;
}

static int raise_wrong_kind(PyObject *name, PyObject *value, const char *what, const char *expected) {
    PyErr_Format(PyExc_TypeError, "cannot assign '%s' as %s '%U' (%s or None expected)", type_name(value), what, name,
                 expected);
    return -1;
}

static int set_native_attribute(ModuleObject *module, int32_t index, PyObject *value) {
    const char *name = PyUnicode_AsUTF8(module->kind->attribute_names[index]);
    ValueScratch scratch;
    snn_value converted;
    int result = -1;
    scratch_init(&scratch);
    if (name && parse_value(&scratch, 'a', value, type_name(module), name, &converted) == 0) {
        modules_begin_writing();
        const snn_status status = snn_module_set_attribute(module->handle, name, &converted);
        modules_end_writing();
        if (status == SNN_OK)
            result = 0;
        else if (status == SNN_ERROR_KEY)  // one that is fixed when the block is made
            PyErr_SetString(PyExc_AttributeError, snn_error_message());
        else
            raise_status(status);
    }
    scratch_clear(&scratch);
    return result;
}

static int delete_attribute(ModuleObject *module, PyObject *name) {
    PyObject *places[] = {module->parameters, module->buffers, module->modules};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const int removed = remove_key(places[i], name);
        if (removed < 0) return -1;
        if (removed) return places[i] == module->buffers ? forget_non_persistent(module, name) : 0;
    }
    return PyObject_GenericSetAttr((PyObject *)module, name, NULL);
}

int module_setattro(PyObject *self, PyObject *name, PyObject *value) {
    ModuleObject *module = (ModuleObject *)self;
    if (!PyUnicode_Check(name)) return PyObject_GenericSetAttr(self, name, value);
    if (!module_ready(module) && PyErr_Occurred()) return -1;
    if (!value) return delete_attribute(module, name);
    if (PyObject_TypeCheck(value, Parameter_Type)) {
        if (!module->parameters) return raise_too_early("parameters");
        return check_parameter_name(module, name) < 0 ? -1 : register_value(module, module->parameters, name, value);
    }
    if (module->parameters) {
        int found = PyDict_Contains(module->parameters, name);
        if (found < 0) return -1;
        if (found)
            return value == Py_None ? PyDict_SetItem(module->parameters, name, value)
                                    : raise_wrong_kind(name, value, "parameter", "nn.Parameter");
    }
    if (module_check(value))
        return module->modules ? register_value(module, module->modules, name, value) : raise_too_early("module");
    if (module->modules) {
        int found = PyDict_Contains(module->modules, name);
        if (found < 0) return -1;
        if (found)
            return value == Py_None ? PyDict_SetItem(module->modules, name, value)
                                    : raise_wrong_kind(name, value, "child module", "nn.Module");
        if (is_buffer(value)) return assign_buffer(module, name, value);
        found = PyDict_Contains(module->buffers, name);
        if (found < 0) return -1;
        if (found && has_entries(module_global_hooks[GLOBAL_BUFFER_HOOKS]) && tensor_check(value))
            return assign_buffer(module, name, value);
        if (found)
            return value == Py_None || tensor_check(value) ? PyDict_SetItem(module->buffers, name, value)
                                                           : raise_wrong_kind(name, value, "buffer", "Tensor");
    }
    const int32_t index = native_attribute(module, name);
    if (index >= 0 && !_PyType_Lookup(Py_TYPE(self), name)) return set_native_attribute(module, index, value);
    return PyObject_GenericSetAttr(self, name, value);
}
