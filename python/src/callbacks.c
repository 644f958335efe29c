// Python functions that the library calls: hooks on gradients and nodes, hooks on saved values, notes of anomaly mode.
//
// The library calls them on the thread that runs the backward pass, which has given the GIL away; each takes it for its
// own time. An exception stays with the thread until the call that started the pass hands it on (raise_status). What the
// library no longer needs it may give back on any thread, with the GIL or without.
#include "autograd.h"

static bool is_finalizing(void) {
#if PY_VERSION_HEX >= 0x030D0000
    return Py_IsFinalizing();
#else
    return _Py_IsFinalizing();
#endif
}

void release_object(void *object) {
    if (!object || !Py_IsInitialized()) return;
    bool held = PyGILState_Check();
    if (!held && is_finalizing()) return;  // this thread will never get it again
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);  // what goes may run Python code, which must not see an error that waits
    Py_DECREF((PyObject *)object);
    PyErr_Restore(type, value, traceback);
    PyGILState_Release(state);
}

PyObject *wrap_borrowed(snn_tensor tensor) {
    if (!tensor) Py_RETURN_NONE;
    snn_tensor_retain(tensor);
    return tensor_wrap(tensor);
}

PyObject *wrap_tuple(const snn_tensor *tensors, int32_t count) {
    PyObject *tuple = PyTuple_New(count);
    for (int32_t i = 0; tuple && i < count; i++) {
        PyObject *item = wrap_borrowed(tensors[i]);
        if (item) PyTuple_SET_ITEM(tuple, i, item);
        else Py_CLEAR(tuple);
    }
    return tuple;
}

// A handle of the library's own for a Tensor, or NULL for None; -1 for anything else.
int hand_over(PyObject *object, const char *what, snn_tensor *result) {
    *result = NULL;
    if (object == Py_None) return 0;
    if (!tensor_check(object)) {
        PyErr_Format(PyExc_TypeError, "expected %s to return None or a Tensor, not %s", what, short_type_name(object));
        return -1;
    }
    *result = tensor_handle(object);
    snn_tensor_retain(*result);
    return 0;
}

// ---------------------------------------------------------------------------------------------------- gradients

static snn_status call_gradient_hook(void *payload, snn_tensor gradient, snn_tensor *result) {
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *argument = wrap_borrowed(gradient);
    PyObject *answer = argument ? PyObject_CallOneArg(payload, argument) : NULL;
    int status = answer ? hand_over(answer, "a hook", result) : -1;
    Py_XDECREF(answer);
    Py_XDECREF(argument);
    PyGILState_Release(state);
    return status < 0 ? SNN_ERROR_FOREIGN : SNN_OK;
}

static snn_status call_accumulation_hook(void *payload, snn_tensor leaf, snn_tensor *Py_UNUSED(result)) {
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *argument = wrap_borrowed(leaf);
    PyObject *answer = argument ? PyObject_CallOneArg(payload, argument) : NULL;
    bool failed = answer != Py_None;
    if (answer && failed) PyErr_SetString(PyExc_RuntimeError, "Tensor post accumulate grad hooks should return None.");
    Py_XDECREF(answer);
    Py_XDECREF(argument);
    PyGILState_Release(state);
    return failed ? SNN_ERROR_FOREIGN : SNN_OK;
}

static snn_status call_formula_hook(PyObject *hook, bool before, const snn_tensor *inputs, int32_t input_count,
                                    const snn_tensor *outputs, int32_t output_count, snn_tensor *results) {
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *after = wrap_tuple(outputs, output_count), *answer = NULL;
    PyObject *given = before ? NULL : wrap_tuple(inputs, input_count);
    if (after && (before || given))
        answer = before ? PyObject_CallOneArg(hook, after) : PyObject_CallFunctionObjArgs(hook, given, after, NULL);
    int status = answer ? 0 : -1;
    int32_t count = before ? output_count : input_count;
    if (answer && answer != Py_None) {
        if (tensor_check(answer) && count == 1) status = hand_over(answer, "a hook", &results[0]);
        else if (!PyTuple_Check(answer) || PyTuple_GET_SIZE(answer) != count) {
            PyErr_Format(PyExc_RuntimeError, "a hook must return None or a tuple of %d gradients, not %R", (int)count,
                         PyTuple_Check(answer) ? answer : (PyObject *)Py_TYPE(answer));
            status = -1;
        } else
            for (int32_t i = 0; status == 0 && i < count; i++)
                status = hand_over(PyTuple_GET_ITEM(answer, i), "a hook", &results[i]);
    }
    Py_XDECREF(answer);
    Py_XDECREF(given);
    Py_XDECREF(after);
    PyGILState_Release(state);
    return status < 0 ? SNN_ERROR_FOREIGN : SNN_OK;
}

static snn_status call_hook_before(void *payload, const snn_tensor *inputs, int32_t input_count,
                                   const snn_tensor *outputs, int32_t output_count, snn_tensor *results) {
    return call_formula_hook(payload, true, inputs, input_count, outputs, output_count, results);
}
static snn_status call_hook_after(void *payload, const snn_tensor *inputs, int32_t input_count,
                                  const snn_tensor *outputs, int32_t output_count, snn_tensor *results) {
    return call_formula_hook(payload, false, inputs, input_count, outputs, output_count, results);
}

// ---------------------------------------------------------------------------------------------------- handles

typedef struct {
    PyObject_HEAD
    snn_hook hook;
    PyObject *id;
} HookObject;

static PyTypeObject *Hook_Type;

static PyObject *wrap_hook(snn_hook owned) {
    static long long next;
    HookObject *self = (HookObject *)Hook_Type->tp_alloc(Hook_Type, 0);
    if (!self) {
        snn_hook_release(owned);
        return NULL;
    }
    self->hook = owned;
    self->id = PyLong_FromLongLong(next++);
    if (!self->id) Py_CLEAR(self);
    return (PyObject *)self;
}

static void hook_dealloc(PyObject *object) {
    HookObject *self = (HookObject *)object;
    PyTypeObject *type = Py_TYPE(object);
    if (self->hook) snn_hook_release(self->hook);
    Py_XDECREF(self->id);
    type->tp_free(object);
    Py_DECREF(type);
}
static PyObject *hook_remove(PyObject *self, PyObject *Py_UNUSED(ignored)) {
    snn_hook_remove(((HookObject *)self)->hook);
    Py_RETURN_NONE;
}
static PyObject *hook_enter(PyObject *self, PyObject *Py_UNUSED(ignored)) { return Py_NewRef(self); }
static PyObject *hook_exit(PyObject *self, PyObject *Py_UNUSED(exception)) { return hook_remove(self, NULL); }

static PyMethodDef hook_methods[] = {
    {"remove", hook_remove, METH_NOARGS, "remove($self)\n--\n\nTakes the hook off. A second call does nothing."},
    {"__enter__", hook_enter, METH_NOARGS, "__enter__($self)\n--\n\n"},
    {"__exit__", hook_exit, METH_VARARGS, "__exit__($self, *exception)\n--\n\nTakes the hook off."},
    {NULL, NULL, 0, NULL},
};
static PyMemberDef hook_members[] = {
    {"id", T_OBJECT, offsetof(HookObject, id), READONLY, "A number that no other hook has."},
    {NULL, 0, 0, 0, NULL},
};
static PyType_Slot hook_slots[] = {
    {Py_tp_doc, "What registering a hook on a tensor or a node returns. Also a context manager."},
    {Py_tp_dealloc, hook_dealloc},
    {Py_tp_methods, hook_methods},
    {Py_tp_members, hook_members},
    {0, NULL},
};
static PyType_Spec hook_spec = {
    "swiftnn.autograd.HookHandle", sizeof(HookObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, hook_slots,
};

static bool check_callable(const char *function, PyObject *hook) {
    if (PyCallable_Check(hook)) return true;
    raise_argument_type(function, "hook", "callable", hook);
    return false;
}

PyObject *tensor_register_hook(PyObject *self, PyObject *hook) {
    snn_hook handle;
    if (!check_callable("register_hook", hook)) return NULL;
    snn_status status = snn_tensor_add_hook(tensor_handle(self), call_gradient_hook, Py_NewRef(hook), release_object, &handle);
    tensor_track(self);
    return status ? raise_status(status) : wrap_hook(handle);
}

PyObject *tensor_register_accumulation_hook(PyObject *self, PyObject *hook) {
    snn_hook handle;
    if (!check_callable("register_post_accumulate_grad_hook", hook)) return NULL;
    snn_status status =
        snn_tensor_add_accumulation_hook(tensor_handle(self), call_accumulation_hook, Py_NewRef(hook), release_object, &handle);
    tensor_track(self);
    return status ? raise_status(status) : wrap_hook(handle);
}

PyObject *node_register_hook(snn_node node, bool before, PyObject *hook) {
    snn_hook handle;
    if (!check_callable(before ? "register_prehook" : "register_hook", hook)) return NULL;
    snn_status status = snn_node_add_hook(node, before, before ? call_hook_before : call_hook_after, Py_NewRef(hook),
                                          release_object, &handle);
    return status ? raise_status(status) : wrap_hook(handle);
}

// ---------------------------------------------------------------------------------------------------- saved values

// The payload is the pair of functions; what they made is a Python object.
static snn_status pack_saved(void *payload, snn_tensor tensor, void **packed) {
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *argument = wrap_borrowed(tensor);
    PyObject *answer = argument ? PyObject_CallOneArg(PyTuple_GET_ITEM((PyObject *)payload, 0), argument) : NULL;
    Py_XDECREF(argument);
    PyGILState_Release(state);
    *packed = answer;
    return answer ? SNN_OK : SNN_ERROR_FOREIGN;
}

static snn_status unpack_saved(void *payload, void *packed, snn_tensor *result) {
    PyGILState_STATE state = PyGILState_Ensure();
    int status = -1;
    PyObject *answer = PyObject_CallOneArg(PyTuple_GET_ITEM((PyObject *)payload, 1), packed);
    if (answer && !tensor_check(answer))
        PyErr_Format(PyExc_TypeError, "Output of saved tensor unpack_hook expected to be a Tensor but got result of type %s",
                     short_type_name(answer));
    else if (answer) status = hand_over(answer, "unpack_hook", result);
    Py_XDECREF(answer);
    PyGILState_Release(state);
    return status < 0 ? SNN_ERROR_FOREIGN : SNN_OK;
}

PyObject *private_push_saved_hooks(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *pack, *unpack;
    if (!PyArg_ParseTuple(args, "OO:_push_saved_tensors_hooks", &pack, &unpack)) return NULL;
    if (!PyCallable_Check(pack) || !PyCallable_Check(unpack)) {
        PyErr_SetString(PyExc_TypeError, "saved_tensors_hooks(): the hooks must be callable");
        return NULL;
    }
    PyObject *pair = PyTuple_Pack(2, pack, unpack);
    if (!pair) return NULL;
    snn_saved_hooks hooks = {pack_saved, unpack_saved, release_object, pair, release_object};
    snn_status status = snn_saved_hooks_push(&hooks);
    if (status) return raise_status(status);
    Py_RETURN_NONE;
}

PyObject *private_pop_saved_hooks(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    snn_saved_hooks_pop();
    Py_RETURN_NONE;
}

// ---------------------------------------------------------------------------------------------------- anomaly mode

// Two functions of Python: where the program is, and what to do with that when a formula fails.
static PyObject *note_function, *report_function;

static void *note_place(void) {
    if (!Py_IsInitialized() || (!PyGILState_Check() && is_finalizing())) return NULL;
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *place = note_function ? PyObject_CallNoArgs(note_function) : NULL;
    if (!place) PyErr_Clear();
    PyErr_Restore(type, value, traceback);
    PyGILState_Release(state);
    return place;
}

static void report_place(const char *formula, void *place) {
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *done = report_function ? PyObject_CallFunction(report_function, "sO", formula, place ? (PyObject *)place : Py_None) : NULL;
    // A warning that the user has made an error is shown and does not hide the one of the formula.
    if (!done) PyErr_WriteUnraisable(report_function);
    Py_XDECREF(done);
    PyErr_Restore(type, value, traceback);
    PyGILState_Release(state);
}

// _set_anomaly(enabled, check_nan, note, report)
PyObject *private_set_anomaly(PyObject *Py_UNUSED(module), PyObject *args) {
    int enabled, check_nan;
    PyObject *note, *report;
    if (!PyArg_ParseTuple(args, "ppOO:_set_anomaly", &enabled, &check_nan, &note, &report)) return NULL;
    Py_INCREF(note);
    Py_INCREF(report);
    Py_XSETREF(note_function, note);
    Py_XSETREF(report_function, report);
    snn_anomaly_set(enabled, check_nan);
    Py_RETURN_NONE;
}

PyObject *function_is_anomaly_enabled(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    return PyBool_FromLong(snn_anomaly_is_enabled());
}
PyObject *function_is_anomaly_check_nan_enabled(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    return PyBool_FromLong(snn_anomaly_checks_nan());
}

int callbacks_init(PyObject *module) {
    // Once, before there are other threads that may note something.
    snn_anomaly_set_callbacks(note_place, report_place, release_object);
    Hook_Type = (PyTypeObject *)PyType_FromSpec(&hook_spec);
    return Hook_Type ? PyModule_AddObjectRef(module, "HookHandle", (PyObject *)Hook_Type) : -1;
}
