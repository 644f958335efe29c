// Handing to Swift what the user has changed in the dicts of a module.
#include "nn_module.h"

#include <pthread.h>

// Readers hold it without the GIL and end without it, so a writer that waits (without the GIL too) cannot be part of
// a circle.
static pthread_rwlock_t modules_lock = PTHREAD_RWLOCK_INITIALIZER;

void modules_begin_reading(void) { pthread_rwlock_rdlock(&modules_lock); }
void modules_end_reading(void) { pthread_rwlock_unlock(&modules_lock); }
void modules_end_writing(void) { pthread_rwlock_unlock(&modules_lock); }

void modules_begin_writing(void) {
    if (pthread_rwlock_trywrlock(&modules_lock) != 0) {
        Py_BEGIN_ALLOW_THREADS
        pthread_rwlock_wrlock(&modules_lock);
        Py_END_ALLOW_THREADS
    }
}

void kept_init(KeptAlive *kept) {
    kept->items = kept->first;
    kept->count = 0;
    kept->everything = kept->known_only = false;
    kept->capacity = (int32_t)(sizeof kept->first / sizeof *kept->first);
}

void kept_clear(KeptAlive *kept) {
    while (kept->count > 0) Py_DECREF(kept->items[--kept->count]);
    if (kept->items != kept->first) PyMem_Free(kept->items);
    kept_init(kept);
}

static int keep_alive(KeptAlive *kept, PyObject *object) {
    if (kept->count == kept->capacity) {
        const size_t size = sizeof(PyObject *) * (size_t)kept->capacity;
        PyObject **items = PyMem_Malloc(2 * size);
        if (!items) {
            PyErr_NoMemory();
            return -1;
        }
        memcpy(items, kept->items, size);
        if (kept->items != kept->first) PyMem_Free(kept->items);
        kept->items = items;
        kept->capacity *= 2;
    }
    kept->items[kept->count++] = Py_NewRef(object);
    return 0;
}

snn_module module_handle(ModuleObject *module) {
    if (!module->handle) {
        const char *name = type_name(module);
        const snn_status status = snn_module_create_foreign(name, module_callback, module, &module->handle);
        if (status != SNN_OK) {
            module->handle = NULL;
            raise_status(status);
            return NULL;
        }
        snn_module_set_training(module->handle, module->training);
    }
    return module->handle;
}

bool module_overrides_forward(ModuleObject *module) {
    static PyObject *forward, *own;
    if (!forward) {
        forward = PyUnicode_InternFromString("forward");
        own = _PyType_Lookup(ModuleBase_Type, forward);
    }
    return _PyType_Lookup(Py_TYPE(module), forward) != own || Py_TYPE(module)->tp_call != ModuleBase_Type->tp_call ||
           (module->dict && PyDict_GetItemWithError(module->dict, forward) != NULL);
}

bool module_is_customized(ModuleObject *module) {
    if (!module_overrides_forward(module)) return false;
    static PyObject *forward, *library;
    if (!forward) {
        forward = PyUnicode_InternFromString("forward");
        library = PyUnicode_InternFromString("_library_forward");
    }
    PyObject *own = _PyType_Lookup(Py_TYPE(module), library);
    return !own || own != _PyType_Lookup(Py_TYPE(module), forward) ||
           Py_TYPE(module)->tp_call != ModuleBase_Type->tp_call ||
           (module->dict && PyDict_GetItemWithError(module->dict, forward) != NULL);
}

// ---------------------------------------------------------------------------------------------------- slots

// The value for a slot of a built-in block: from the dict, else an attribute of that name, which is how a weight that
// is computed from others takes the place of a parameter. A new reference.
static PyObject *slot_value(ModuleObject *module, int32_t index) {
    PyObject *name = module->kind->slot_names[index];
    PyObject *dict = module->kind->slot_is_buffer[index] ? module->buffers : module->parameters;
    PyObject *value = PyDict_GetItemWithError(dict, name);
    if (value) return Py_NewRef(value);
    return PyErr_Occurred() ? NULL : PyObject_GetAttr((PyObject *)module, name);
}

static bool slot_is_known(ModuleObject *module, int32_t index) {
    PyObject *dict = module->kind->slot_is_buffer[index] ? module->buffers : module->parameters;
    return PyDict_GetItemWithError(dict, module->kind->slot_names[index]) != NULL;
}

static int give_slot(ModuleObject *module, int32_t index, snn_tensor handle) {
    modules_begin_writing();
    const snn_status status = snn_module_set_parameter(module->handle, index, handle);
    modules_end_writing();
    if (status != SNN_OK) {
        raise_status(status);
        return -1;
    }
    module->given[index] = handle;
    if (handle) {
        snn_tensor_view view;
        snn_tensor_get_view(handle, &view);
        if (!view.is_initialized) module->lazy = true;
    }
    return 0;
}

static int refresh_slots(ModuleObject *module, bool known_only) {
    const NativeKind *kind = module->kind;
    for (int32_t index = 0; index < kind->slot_count; index++) {
        if (known_only && !slot_is_known(module, index)) continue;
        PyObject *value = slot_value(module, index);
        if (!value) return -1;
        if (value != Py_None && !tensor_check(value)) {
            PyErr_Format(PyExc_TypeError, "%s: '%U' must be a Tensor or None, not %s", type_name(module),
                         kind->slot_names[index], type_name(value));
            Py_DECREF(value);
            return -1;
        }
        snn_tensor handle = value == Py_None ? NULL : tensor_handle(value);
        const int status = handle == module->given[index] ? 0 : give_slot(module, index, handle);
        Py_DECREF(value);
        if (status < 0) return -1;
    }
    return 0;
}

// ---------------------------------------------------------------------------------------------------- children

// Writing may have to wait without the GIL, so names and handles are held until it is done.
static int give_children(ModuleObject *module) {
    const size_t count = (size_t)PyDict_GET_SIZE(module->modules);
    const char **names = PyMem_New(const char *, count + 1);
    snn_module *handles = PyMem_New(snn_module, count + 1);
    GivenChild *children = PyMem_New(GivenChild, count + 1);
    Py_ssize_t position = 0;
    int32_t used = 0, dropped = 0;
    PyObject *name, *child;
    int result = -1;
    if (!names || !handles || !children) {
        PyErr_NoMemory();
        goto done;
    }
    while ((size_t)used < count && PyDict_Next(module->modules, &position, &name, &child)) {
        if (child == Py_None) continue;
        const snn_module handle = module_check(child) ? ((ModuleObject *)child)->handle : NULL;
        if (!handle || !PyUnicode_Check(name)) {
            PyErr_Format(PyExc_RuntimeError, "%s: the children changed while they were read", type_name(module));
            goto done;
        }
        if (!(names[used] = PyUnicode_AsUTF8(name))) goto done;
        snn_module_retain(handle);
        handles[used] = handle;
        children[used] = (GivenChild){Py_NewRef(name), handle};
        used++;
    }
    modules_begin_writing();
    const snn_status status = snn_module_set_children(module->handle, names, handles, used);
    modules_end_writing();
    if (status != SNN_OK) {
        raise_status(status);
        goto done;
    }
    GivenChild *old = module->children;
    const int32_t old_count = module->child_count;
    module->children = children;
    module->child_count = used;
    children = old;
    dropped = old_count;
    result = 0;
done:
    for (int32_t i = 0; i < used; i++) snn_module_release(handles[i]);
    if (result < 0) dropped = used;
    for (int32_t i = 0; i < dropped; i++) Py_DECREF(children[i].name);
    PyMem_Free(names);
    PyMem_Free(handles);
    PyMem_Free(children);
    return result;
}

// Whether a slot is missing in the dicts, so that its value has to be computed. This must be done once for a call: it may
// draw random numbers, or count.
static bool computes_slots(ModuleObject *module) {
    if (PyDict_GET_SIZE(module->parameters) + PyDict_GET_SIZE(module->buffers) >= module->kind->slot_count &&
        PyDict_GET_SIZE(module->modules) == 0)
        return false;
    for (int32_t index = 0; index < module->kind->slot_count; index++)
        if (!slot_is_known(module, index)) return true;
    return false;
}

// Whether a container must call back for a built-in block in place of running it in Swift.
static bool needs_callback(ModuleObject *child) {
    return child->lazy || module_has_hooks(child) || module_overrides_forward(child) || computes_slots(child) ||
           (child->kind->row && !snn_module_is_plain(child->handle));
}

static int refresh_child(ModuleObject *child, KeptAlive *kept, int depth) {
    if (!module_ready(child)) {
        if (PyErr_Occurred()) return -1;
        PyErr_Format(PyExc_AttributeError, "cannot call %s before Module.__init__() call", type_name(child));
        return -1;
    }
    if (!child->kind) return module_handle(child) ? keep_alive(kept, (PyObject *)child) : -1;
    bool callback = kept->everything ? module_is_customized(child) : needs_callback(child);
    if (!callback) {
        // Its own slots may turn out to hold a lazy parameter.
        if (module_refresh(child, kept, depth) < 0) return -1;
        callback = child->lazy && !kept->everything;
    }
    if (callback != child->overridden) {
        modules_begin_writing();
        snn_module_override_forward(child->handle, callback ? module_callback : NULL, callback ? child : NULL);
        modules_end_writing();
        child->overridden = callback;
    }
    return callback ? keep_alive(kept, (PyObject *)child) : 0;
}

// The children are refreshed before they are handed over. So a container that contains itself is found here, and Swift
// never sees a circle.
static int refresh_children(ModuleObject *module, KeptAlive *kept, int depth) {
    if (depth >= Py_GetRecursionLimit()) {
        PyErr_Format(PyExc_RecursionError, "%s: containers are nested more than %d deep, or one contains itself",
                     type_name(module), depth);
        return -1;
    }
    PyObject *modules = Py_NewRef(module->modules), *name, *child;
    Py_ssize_t position = 0;
    int32_t index = 0;
    bool changed = false;
    int result = -1;
    while (PyDict_Next(modules, &position, &name, &child)) {
        if (child == Py_None && !module->kind->is_sequence) continue;  // a place that is kept free
        if (!PyUnicode_Check(name) || !module_check(child)) {
            PyErr_Format(PyExc_TypeError, "%s: child %R must be a Module, not %s", type_name(module), name,
                         type_name(child));
            goto done;
        }
        Py_INCREF(child);
        const int status = refresh_child((ModuleObject *)child, kept, depth + 1);
        const snn_module handle = ((ModuleObject *)child)->handle;
        Py_DECREF(child);
        if (status < 0) goto done;
        changed |= index >= module->child_count || module->children[index].handle != handle ||
                   module->children[index].name != name;
        index++;
    }
    result = changed || index != module->child_count ? give_children(module) : 0;
done:
    Py_DECREF(modules);
    return result;
}

int module_refresh(ModuleObject *module, KeptAlive *kept, int depth) {
    if (!module->kind) return module_handle(module) ? 0 : -1;
    if (refresh_slots(module, kept->known_only) < 0) return -1;
    return module->kind->is_container ? refresh_children(module, kept, depth) : 0;
}
