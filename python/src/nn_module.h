// What the files of the module half share.
//
// A module of Python owns a handle to a module of Swift. What the user reads and writes are the dicts `parameters`,
// `buffers` and `modules`; before each use, module_refresh tells Swift what has changed in them since the last time.
// Swift holds a reference to every tensor and child that it was given, so a bare handle that is remembered here
// cannot have been freed and used again for another object.
#ifndef SWIFTNN_NN_MODULE_H
#define SWIFTNN_NN_MODULE_H

#include "signature.h"

// What all built-in blocks of one type have in common. Made once for each type, kept for ever.
typedef struct NativeKind {
    struct NativeKind *next;
    PyObject *type_name;
    bool is_container;
    bool is_sequence;
    const Row *row;  // of the table of blocks, for other arguments than one tensor or other results
    int32_t attribute_count, slot_count;
    PyObject **attribute_names;  // interned
    PyObject **slot_names;       // interned; parameters and buffers in the order of the state_dict
    bool *slot_is_buffer;
} NativeKind;

typedef struct {
    PyObject *name;     // owned
    snn_module handle;  // borrowed from the container in Swift
} GivenChild;

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    snn_module handle;       // NULL until a block of Python is first put to use inside a container
    const NativeKind *kind;  // NULL for a block of Python
    PyObject *dict, *weakrefs;
    PyObject *parameters, *buffers, *modules;  // dicts; NULL until Module.__init__
    PyObject *pre_hooks, *hooks;               // dicts, or NULL when nobody has asked for one
    PyObject *backward_hooks, *backward_pre_hooks;
    PyObject *deferred;                        // initialisers that wait for the shape of their parameter, or NULL
    snn_tensor *given;                         // what the slots of `kind` hold in Swift
    GivenChild *children;                      // what a container holds in Swift
    int32_t child_count;
    bool training;    // as in Swift; the only place of it while there is no handle
    bool lazy;        // some parameter waits for its shape
    bool overridden;  // a container calls back for this built-in block
} ModuleObject;

extern PyTypeObject *ModuleBase_Type;

static inline bool module_check(PyObject *object) { return PyObject_TypeCheck(object, ModuleBase_Type); }
// The name of an object's type, without that of its Python module.
static inline const char *type_name(void *object) {
    const char *name = Py_TYPE((PyObject *)object)->tp_name, *dot = strrchr(name, '.');
    return dot ? dot + 1 : name;
}
// Hooks of all modules: the dicts that _set_global_hooks was given, in this order. NULL until then.
enum { GLOBAL_PRE_HOOKS, GLOBAL_HOOKS, GLOBAL_BACKWARD_HOOKS, GLOBAL_BACKWARD_PRE_HOOKS, GLOBAL_CALL_HOOKS,
       GLOBAL_PARAMETER_HOOKS = GLOBAL_CALL_HOOKS, GLOBAL_BUFFER_HOOKS, GLOBAL_MODULE_HOOKS, GLOBAL_HOOKS_COUNT };
extern PyObject *module_global_hooks[GLOBAL_HOOKS_COUNT];

static inline bool has_entries(PyObject *dict) { return dict && PyDict_GET_SIZE(dict) > 0; }
// Whether a call runs hooks.
static inline bool module_has_hooks(const ModuleObject *module) {
    if (has_entries(module->pre_hooks) || has_entries(module->hooks) || has_entries(module->backward_hooks) ||
        has_entries(module->backward_pre_hooks))
        return true;
    for (int i = 0; i < GLOBAL_CALL_HOOKS; i++)
        if (has_entries(module_global_hooks[i])) return true;
    return false;
}

// ---- nn_refresh.c

// The objects whose callbacks a call of Swift may use, kept alive until it is over: a block may take itself, or its
// neighbour, out of the container in its forward.
typedef struct {
    PyObject **items;
    int32_t count, capacity;
    bool everything;  // for a file: blocks with hooks and lazy ones as well, as what they are without them
    bool known_only;  // nothing that has to be computed: printing must not run the user's code
    PyObject *first[16];
} KeptAlive;

void kept_init(KeptAlive *kept);
void kept_clear(KeptAlive *kept);

// Brings Swift's side of a module, and of the built-in blocks inside it, in line with the dicts.
int module_refresh(ModuleObject *module, KeptAlive *kept, int depth);
// The handle, made now for a block of Python that has none yet; NULL with the error set.
snn_module module_handle(ModuleObject *module);
// Whether Python has a forward, or a __call__, in the place of the built-in one.
bool module_overrides_forward(ModuleObject *module);
// Whether that is the user's doing: a block of the library may have a forward in Python that prepares the arguments, which
// stands under `_library_forward` too.
bool module_is_customized(ModuleObject *module);

// A call of Swift without the GIL reads modules. Whoever changes one waits for it.
void modules_begin_reading(void);  // without the GIL
void modules_end_reading(void);    // without the GIL
void modules_begin_writing(void);
void modules_end_writing(void);

// ---- nn_call.c

PyObject *module_vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *keywords);
// The call without hooks: the method `_call_forward`.
PyObject *module_call_forward(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords);
// The built-in forward: the method `forward` of ModuleBase.
PyObject *module_forward(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords);
// Once all parameters have their shape: the block is like any other from now on.
int module_end_lazy(ModuleObject *module);
// What Swift calls for a block of Python; the payload is the ModuleObject.
snn_status module_callback(void *payload, const snn_value *arguments, int32_t count, snn_tensor *results,
                           int32_t capacity, int32_t *result_count);

// ---- nn_blocks.c

int blocks_init(void);
// The row of a type in the table of blocks, or NULL.
const Row *block_row(const char *type);
// The forward of a block that has a row.
PyObject *block_forward(ModuleObject *module, PyObject *const *args, Py_ssize_t count, PyObject *keywords);

// ---- nn_attributes.c

// Whether Module.__init__ has run, or a __setstate__ of the user's has put into __dict__ what it leaves: that is taken
// over now. May set the error.
bool module_ready(ModuleObject *module);
PyObject *module_getattro(PyObject *self, PyObject *name);
int module_setattro(PyObject *self, PyObject *name, PyObject *value);

// ---- nn_native.c

// Makes `handle` (given away) the module's own, and fills its dicts from the slots.
int module_install(ModuleObject *module, snn_module handle);
// Asks Swift again of what type the block is: a lazy one becomes another with its first input.
int module_update_kind(ModuleObject *module);
extern PyMethodDef module_native_methods[];    // of ModuleBase
extern PyMethodDef module_file_functions[];    // of the extension: files and trees of blocks
// "the method `name` of a module", looked up and called with two arguments at most (NULL ends them).
PyObject *module_call_method(ModuleObject *module, const char *name, PyObject *first, PyObject *second);

#endif
