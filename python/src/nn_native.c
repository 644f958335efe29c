// The built-in blocks: making one, its attributes, trees of blocks in files.
#include "nn_module.h"

PyObject *module_call_method(ModuleObject *module, const char *name, PyObject *first, PyObject *second) {
    PyObject *method = PyObject_GetAttrString((PyObject *)module, name);
    if (!method) return NULL;
    PyObject *args[] = {NULL, first, second};
    const size_t count = first ? second ? 2 : 1 : 0;
    PyObject *result = PyObject_Vectorcall(method, args + 1, count | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_DECREF(method);
    return result;
}

// ---------------------------------------------------------------------------------------------------- kinds

static NativeKind *kinds;

static void free_kind(NativeKind *kind) {
    for (int32_t i = 0; kind->attribute_names && i < kind->attribute_count; i++) Py_XDECREF(kind->attribute_names[i]);
    for (int32_t i = 0; kind->slot_names && i < kind->slot_count; i++) Py_XDECREF(kind->slot_names[i]);
    PyMem_Free(kind->attribute_names);
    PyMem_Free(kind->slot_names);
    PyMem_Free(kind->slot_is_buffer);
    Py_XDECREF(kind->type_name);
    PyMem_Free(kind);
}

static int fill_kind(NativeKind *kind, snn_module handle) {
    kind->is_container = snn_module_is_container(handle);
    kind->is_sequence = snn_module_is_sequence(handle);
    kind->row = block_row(snn_module_type(handle));
    kind->attribute_count = snn_module_attribute_count(handle);
    kind->slot_count = snn_module_parameter_count(handle);
    kind->type_name = PyUnicode_InternFromString(snn_module_type(handle));
    kind->attribute_names = PyMem_Calloc((size_t)kind->attribute_count + 1, sizeof(PyObject *));
    kind->slot_names = PyMem_Calloc((size_t)kind->slot_count + 1, sizeof(PyObject *));
    kind->slot_is_buffer = PyMem_Calloc((size_t)kind->slot_count + 1, sizeof(bool));
    if (!kind->attribute_names || !kind->slot_names || !kind->slot_is_buffer) {
        PyErr_NoMemory();
        return -1;
    }
    if (!kind->type_name) return -1;
    for (int32_t i = 0; i < kind->attribute_count; i++) {
        snn_attribute attribute;
        const snn_status status = snn_module_get_attribute(handle, i, &attribute);
        if (status != SNN_OK) {
            raise_status(status);
            return -1;
        }
        if (!(kind->attribute_names[i] = PyUnicode_InternFromString(attribute.name))) return -1;
        if (attribute.value.kind == SNN_TENSOR) snn_tensor_release(attribute.value.tensor);
    }
    for (int32_t i = 0; i < kind->slot_count; i++) {
        const char *name;
        const snn_status status = snn_module_get_parameter(handle, i, &name, &kind->slot_is_buffer[i], NULL);
        if (status != SNN_OK) {
            raise_status(status);
            return -1;
        }
        if (!(kind->slot_names[i] = PyUnicode_InternFromString(name))) return -1;
    }
    return 0;
}

// Whether a block of the kind's type is of that kind: the slots of a recurrent layer depend on how it is made.
static bool has_slots(const NativeKind *kind, snn_module handle) {
    if (snn_module_parameter_count(handle) != kind->slot_count) return false;
    for (int32_t i = 0; i < kind->slot_count; i++) {
        const char *name;
        if (snn_module_get_parameter(handle, i, &name, NULL, NULL) != SNN_OK ||
            PyUnicode_CompareWithASCIIString(kind->slot_names[i], name) != 0)
            return false;
    }
    return true;
}

static const NativeKind *kind_of(snn_module handle) {
    const char *type = snn_module_type(handle);
    for (NativeKind *kind = kinds; kind; kind = kind->next)
        if (PyUnicode_CompareWithASCIIString(kind->type_name, type) == 0 && has_slots(kind, handle)) return kind;
    NativeKind *kind = PyMem_Calloc(1, sizeof *kind);
    if (!kind) {
        PyErr_NoMemory();
        return NULL;
    }
    if (fill_kind(kind, handle) < 0) {
        free_kind(kind);
        return NULL;
    }
    kind->next = kinds;
    kinds = kind;
    return kind;
}

int module_update_kind(ModuleObject *module) {
    const NativeKind *kind = kind_of(module->handle);
    if (!kind) return -1;
    // `given` has one place for each slot, so a kind with other slots is a contradiction to the library's promise that
    // a block keeps its slots.
    if (kind->slot_count != module->kind->slot_count) {
        PyErr_Format(PyExc_RuntimeError, "%s became a block with other parameters", type_name(module));
        return -1;
    }
    module->kind = kind;
    return 0;
}

// ---------------------------------------------------------------------------------------------------- making

static int fill_slots(ModuleObject *module) {
    for (int32_t i = 0; i < module->kind->slot_count; i++) {
        const char *name;
        bool is_buffer;
        snn_tensor tensor = NULL;
        const snn_status status = snn_module_get_parameter(module->handle, i, &name, &is_buffer, &tensor);
        if (status != SNN_OK) {
            raise_status(status);
            return -1;
        }
        if (tensor) {
            snn_tensor_view view;
            snn_tensor_get_view(tensor, &view);
            module->lazy |= !view.is_initialized;
        }
        module->given[i] = tensor;
        PyObject *value = tensor ? tensor_wrap(tensor) : Py_NewRef(Py_None);
        if (!value) return -1;
        PyObject *dict = is_buffer ? module->buffers : module->parameters;
        const int status_set = PyDict_SetItem(dict, module->kind->slot_names[i], value);
        Py_DECREF(value);
        if (status_set < 0) return -1;
        if (!is_buffer && module->dict && PyDict_GetItemString(module->dict, "_shared")) {
            PyObject *done = module_call_method(module, "_share_parameter", module->kind->slot_names[i], NULL);
            if (!done) return -1;
            Py_DECREF(done);
        }
    }
    return 0;
}

int module_install(ModuleObject *module, snn_module handle) {
    const NativeKind *kind = module->handle ? NULL : kind_of(handle);
    snn_tensor *given = kind ? PyMem_Calloc((size_t)kind->slot_count + 1, sizeof(snn_tensor)) : NULL;
    if (!given) {
        if (module->handle)
            PyErr_Format(PyExc_RuntimeError, "%s is a built-in block already", type_name(module));
        else if (kind)
            PyErr_NoMemory();
        snn_module_release(handle);
        return -1;
    }
    module->handle = handle;
    module->kind = kind;
    module->given = given;
    snn_module_set_training(handle, module->training);
    return fill_slots(module);
}

// _create(type, /, *, _preserve_random=False, **arguments)
static PyObject *module_create(PyObject *self, PyObject *args, PyObject *keywords) {
    enum { MOST = 24 };
    ModuleObject *module = (ModuleObject *)self;
    const char *type;
    snn_attribute attributes[MOST];
    int32_t count = 0;
    bool preserve_random = false;
    if (!PyArg_ParseTuple(args, "s:_create", &type)) return NULL;
    if (!module->modules) {
        PyErr_Format(PyExc_AttributeError, "cannot create %s before Module.__init__() call", type);
        return NULL;
    }
    ValueScratch scratch;
    scratch_init(&scratch);
    PyObject *name, *value, *result = NULL;
    Py_ssize_t position = 0;
    snn_tensor random_state = NULL;
    snn_module handle = NULL;
    while (keywords && PyDict_Next(keywords, &position, &name, &value)) {
        if (PyUnicode_CompareWithASCIIString(name, "_preserve_random") == 0) {
            preserve_random = value == Py_True;
            continue;
        }
        if (count == MOST) {
            PyErr_Format(PyExc_TypeError, "%s: more than %d arguments", type, MOST);
            goto done;
        }
        attributes[count].name = PyUnicode_AsUTF8(name);
        if (!attributes[count].name) goto done;
        if (parse_value(&scratch, 'a', value, type, attributes[count].name, &attributes[count].value) < 0) goto done;
        count++;
    }
    snn_status status = preserve_random ? snn_random_get_state(&random_state) : SNN_OK;
    if (status == SNN_OK) status = snn_module_create(type, attributes, count, &handle);
    if (random_state) {
        const snn_status restored = snn_random_set_state(random_state);
        snn_tensor_release(random_state);
        if (status == SNN_OK && restored != SNN_OK) {
            snn_module_release(handle);
            status = restored;
        }
    }
    if (status != SNN_OK) {
        raise_status(status);
        goto done;
    }
    if (module_install(module, handle) < 0) goto done;
    result = module->kind->is_container && !module->kind->is_sequence ? module_call_method(module, "_take_children", NULL, NULL)
                                                                       : Py_NewRef(Py_None);
done:
    scratch_clear(&scratch);
    return result;
}

// ---------------------------------------------------------------------------------------------------- asking

static PyObject *module_native_attributes(PyObject *self, PyObject *Py_UNUSED(unused)) {
    ModuleObject *module = (ModuleObject *)self;
    PyObject *result = PyDict_New();
    if (!result || !module->kind) return result;
    for (int32_t i = 0; i < module->kind->attribute_count; i++) {
        snn_attribute attribute;
        const snn_status status = snn_module_get_attribute(module->handle, i, &attribute);
        PyObject *value = status == SNN_OK ? value_to_object(&attribute.value) : raise_status(status);
        const int stored = value ? PyDict_SetItem(result, module->kind->attribute_names[i], value) : -1;
        Py_XDECREF(value);
        if (stored < 0) {
            Py_DECREF(result);
            return NULL;
        }
    }
    return result;
}

static int refresh_once(ModuleObject *module, bool known_only) {
    if (!module_ready(module)) {
        if (!PyErr_Occurred())
            PyErr_Format(PyExc_AttributeError, "%s: Module.__init__() was not called", type_name(module));
        return -1;
    }
    KeptAlive kept;
    kept_init(&kept);
    kept.everything = true;
    kept.known_only = known_only;
    const int result = module_refresh(module, &kept, 0);
    kept_clear(&kept);
    return result;
}

static PyObject *module_describe(PyObject *self, PyObject *Py_UNUSED(unused)) {
    ModuleObject *module = (ModuleObject *)self;
    if (!module->kind) return PyUnicode_FromString("");
    // Printing must work where calling would not, as with a slot that holds nonsense.
    if (!module->kind->is_container && refresh_once(module, true) < 0) PyErr_Clear();
    return PyUnicode_FromString(snn_module_describe(module->handle));
}

static PyObject *module_reset_parameters(PyObject *self, PyObject *Py_UNUSED(unused)) {
    ModuleObject *module = (ModuleObject *)self;
    if (!module->kind) {
        PyErr_Format(PyExc_AttributeError, "'%s' object has no attribute 'reset_parameters'", type_name(self));
        return NULL;
    }
    if (refresh_once(module, false) < 0) return NULL;
    const snn_status status = snn_module_reset_parameters(module->handle);
    return status == SNN_OK ? Py_NewRef(Py_None) : raise_status(status);
}

// _refresh(): hands to Swift what the dicts hold now, so that it lets go of what they held before.
static PyObject *module_refresh_now(PyObject *self, PyObject *Py_UNUSED(unused)) {
    ModuleObject *module = (ModuleObject *)self;
    return !module->kind || refresh_once(module, true) == 0 ? Py_NewRef(Py_None) : NULL;
}

// ---------------------------------------------------------------------------------------------------- files

static PyObject *module_save(PyObject *self, PyObject *path) {
    ModuleObject *module = (ModuleObject *)self;
    PyObject *bytes = NULL;
    if (!PyUnicode_FSConverter(path, &bytes)) return NULL;
    PyObject *result = NULL;
    if (refresh_once(module, false) == 0) {
        const snn_status status = snn_module_save(module->handle, PyBytes_AS_STRING(bytes));
        result = status == SNN_OK ? Py_NewRef(Py_None) : raise_status(status);
    }
    Py_DECREF(bytes);
    return result;
}

static const char *const capsule_name = "swiftnn.module";

static void release_capsule(PyObject *capsule) { snn_module_release(PyCapsule_GetPointer(capsule, capsule_name)); }

static PyObject *make_capsule(snn_module owned) {
    PyObject *capsule = PyCapsule_New(owned, capsule_name, release_capsule);
    if (!capsule) snn_module_release(owned);
    return capsule;
}

// _load_module(path): a capsule with the root of the tree in Swift.
static PyObject *load_module(PyObject *Py_UNUSED(extension), PyObject *path) {
    PyObject *bytes = NULL;
    if (!PyUnicode_FSConverter(path, &bytes)) return NULL;
    snn_module handle = NULL;
    const snn_status status = snn_module_load(PyBytes_AS_STRING(bytes), &handle);
    Py_DECREF(bytes);
    return status == SNN_OK ? make_capsule(handle) : raise_status(status);
}

// The children of a block in Swift as [(name, capsule), …].
static PyObject *list_children(snn_module handle) {
    PyObject *children = PyList_New(0);
    for (int32_t i = 0; children && i < snn_module_child_count(handle); i++) {
        const char *name;
        snn_module child;
        const snn_status status = snn_module_get_child(handle, i, &name, &child);
        PyObject *entry = status == SNN_OK ? Py_BuildValue("(sN)", name, make_capsule(child)) : raise_status(status);
        if (!entry || PyList_Append(children, entry) < 0) Py_CLEAR(children);
        Py_XDECREF(entry);
    }
    return children;
}

static PyObject *module_native_children(PyObject *self, PyObject *Py_UNUSED(unused)) {
    ModuleObject *module = (ModuleObject *)self;
    return module->kind ? list_children(module->handle) : PyList_New(0);
}

// _inspect_module(capsule): (type, identity, training, [(name, capsule), …]).
static PyObject *inspect_module(PyObject *Py_UNUSED(extension), PyObject *capsule) {
    snn_module handle = PyCapsule_GetPointer(capsule, capsule_name);
    PyObject *children = handle ? list_children(handle) : NULL;
    if (!children) return NULL;
    return Py_BuildValue("(sNNN)", snn_module_type(handle), PyLong_FromVoidPtr(handle),
                         PyBool_FromLong(snn_module_is_training(handle)), children);
}

// _adopt(capsule): makes a block of Swift this object's own.
static PyObject *module_adopt(PyObject *self, PyObject *capsule) {
    snn_module handle = PyCapsule_GetPointer(capsule, capsule_name);
    if (!handle) return NULL;
    snn_module_retain(handle);
    return module_install((ModuleObject *)self, handle) == 0 ? Py_NewRef(Py_None) : NULL;
}

PyMethodDef module_native_methods[] = {
    {"forward", (PyCFunction)(void (*)(void))module_forward, METH_FASTCALL | METH_KEYWORDS,
     "forward($self, input, /)\n--\n\nComputes the output. A subclass defines its own."},
    {"_call_forward", (PyCFunction)(void (*)(void))module_call_forward, METH_FASTCALL | METH_KEYWORDS,
     "Calls forward without the hooks."},
    {"_create", (PyCFunction)(void (*)(void))module_create, METH_VARARGS | METH_KEYWORDS,
     "Makes this object a built-in block of the given type."},
    {"_adopt", module_adopt, METH_O, "Makes a block of a loaded tree this object's own."},
    {"_refresh", module_refresh_now, METH_NOARGS, "Hands to Swift what the dicts hold now."},
    {"_save", module_save, METH_O, "Writes the block, with all below it, to a file."},
    {"_native_forward", (PyCFunction)(void (*)(void))module_forward, METH_FASTCALL | METH_KEYWORDS,
     "The forward of a built-in block, where a class puts one in Python before it."},
    {"_native_children", module_native_children, METH_NOARGS, "The children of a built-in block as they are made, with names."},
    {"_native_attributes", module_native_attributes, METH_NOARGS, "The attributes of a built-in block, as a dict."},
    {"_describe", module_describe, METH_NOARGS, "The arguments of a built-in block as they are printed."},
    {"reset_parameters", module_reset_parameters, METH_NOARGS,
     "reset_parameters($self, /)\n--\n\nDraws the parameters of a built-in block anew by its own scheme."},
    {NULL, NULL, 0, NULL},
};

// ---------------------------------------------------------------------------------------------------- named tensors

// _save_file(entries: dict[str, Tensor], path, metadata: dict[str, str])
static PyObject *save_file(PyObject *Py_UNUSED(extension), PyObject *args) {
    PyObject *entries, *metadata, *bytes = NULL, *name, *value, *result = NULL;
    if (!PyArg_ParseTuple(args, "O!O&O!:_save_file", &PyDict_Type, &entries, PyUnicode_FSConverter, &bytes,
                          &PyDict_Type, &metadata))
        return NULL;
    const Py_ssize_t entry_count = PyDict_GET_SIZE(entries), metadata_count = PyDict_GET_SIZE(metadata);
    snn_file_entry *tensors = PyMem_New(snn_file_entry, (size_t)entry_count + 1);
    const char **words = PyMem_New(const char *, 2 * (size_t)metadata_count + 1);
    Py_ssize_t position = 0;
    int32_t used = 0, words_used = 0;
    if (!tensors || !words) {
        PyErr_NoMemory();
        goto done;
    }
    while (PyDict_Next(entries, &position, &name, &value)) {
        if (!PyUnicode_Check(name) || !tensor_check(value)) {
            PyErr_Format(PyExc_TypeError, "save_file: a Tensor under a string is expected, not %s under %R",
                         type_name(value), name);
            goto done;
        }
        tensors[used].tensor = tensor_handle(value);
        if (!(tensors[used++].name = PyUnicode_AsUTF8(name))) goto done;
    }
    position = 0;
    while (PyDict_Next(metadata, &position, &name, &value)) {
        if (!PyUnicode_Check(name) || !PyUnicode_Check(value)) {
            PyErr_Format(PyExc_TypeError, "save_file: metadata are strings, not %s under %R", type_name(value), name);
            goto done;
        }
        if (!(words[words_used++] = PyUnicode_AsUTF8(name)) || !(words[words_used++] = PyUnicode_AsUTF8(value)))
            goto done;
    }
    const snn_status status =
        snn_file_save(PyBytes_AS_STRING(bytes), tensors, used, words, (int32_t)metadata_count);
    result = status == SNN_OK ? Py_NewRef(Py_None) : raise_status(status);
done:
    PyMem_Free(tensors);
    PyMem_Free(words);
    Py_XDECREF(bytes);
    return result;
}

// _load_file(path): (entries, metadata)
static PyObject *load_file(PyObject *Py_UNUSED(extension), PyObject *path) {
    PyObject *bytes = NULL, *entries = PyDict_New(), *metadata = PyDict_New(), *result = NULL;
    snn_file file = NULL;
    if (!entries || !metadata || !PyUnicode_FSConverter(path, &bytes)) goto done;
    snn_status status;
    Py_BEGIN_ALLOW_THREADS
    status = snn_file_open(PyBytes_AS_STRING(bytes), &file);
    Py_END_ALLOW_THREADS
    for (int32_t i = 0; status == SNN_OK && i < snn_file_entry_count(file); i++) {
        const char *name;
        snn_tensor tensor;
        if ((status = snn_file_get_entry(file, i, &name, &tensor)) != SNN_OK) break;
        PyObject *value = tensor_wrap(tensor);
        const int stored = value ? PyDict_SetItemString(entries, name, value) : -1;
        Py_XDECREF(value);
        if (stored < 0) goto done;
    }
    for (int32_t i = 0; status == SNN_OK && i < snn_file_metadata_count(file); i++) {
        const char *key, *text;
        if ((status = snn_file_get_metadata(file, i, &key, &text)) != SNN_OK) break;
        PyObject *value = PyUnicode_FromString(text);
        const int stored = value ? PyDict_SetItemString(metadata, key, value) : -1;
        Py_XDECREF(value);
        if (stored < 0) goto done;
    }
    if (status != SNN_OK) {
        file = NULL, raise_status(status);
        goto done;
    }
    result = PyTuple_Pack(2, entries, metadata);
done:
    if (file) snn_file_release(file);
    Py_XDECREF(bytes);
    Py_XDECREF(entries);
    Py_XDECREF(metadata);
    return result;
}

// _is_lazy(tensor): whether a parameter waits for its shape.
static PyObject *is_lazy(PyObject *Py_UNUSED(extension), PyObject *object) {
    if (!tensor_check(object)) return raise_argument_type("_is_lazy", "tensor", "Tensor", object);
    snn_tensor_view view;
    snn_tensor_get_view(tensor_handle(object), &view);
    return PyBool_FromLong(!view.is_initialized);
}

// _set_global_hooks(dicts): those of all modules, in the order of the enumeration.
static PyObject *set_global_hooks(PyObject *Py_UNUSED(extension), PyObject *dicts) {
    if (!PyTuple_Check(dicts) || PyTuple_GET_SIZE(dicts) != GLOBAL_HOOKS_COUNT) {
        PyErr_SetString(PyExc_TypeError, "_set_global_hooks: a tuple of dicts is expected");
        return NULL;
    }
    for (int i = 0; i < GLOBAL_HOOKS_COUNT; i++)
        if (!PyDict_Check(PyTuple_GET_ITEM(dicts, i))) {
            PyErr_SetString(PyExc_TypeError, "_set_global_hooks: a tuple of dicts is expected");
            return NULL;
        }
    for (int i = 0; i < GLOBAL_HOOKS_COUNT; i++) {
        PyObject *dict = Py_NewRef(PyTuple_GET_ITEM(dicts, i));
        Py_XSETREF(module_global_hooks[i], dict);
    }
    Py_RETURN_NONE;
}

PyMethodDef module_file_functions[] = {
    {"_set_global_hooks", set_global_hooks, METH_O, "Names the dicts of hooks that all modules honour."},
    {"_load_module", load_module, METH_O, "Reads a file of a block; the root of its tree."},
    {"_inspect_module", inspect_module, METH_O, "Type, identity, mode and children of a block in a loaded tree."},
    {"_save_file", save_file, METH_VARARGS, "Writes named tensors."},
    {"_load_file", load_file, METH_O, "Reads named tensors."},
    {"_is_lazy", is_lazy, METH_O, "Whether a parameter waits for its shape."},
    {NULL, NULL, 0, NULL},
};
