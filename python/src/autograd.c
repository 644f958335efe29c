// Backward passes, the nodes of the graph as Python sees them, and functions whose gradient is written in Python.
#include "autograd.h"

// ---------------------------------------------------------------------------------------------------- nodes

// A gradient formula; or, with a leaf in place of the node, what adds to the gradient of that leaf.
typedef struct {
    PyObject_HEAD
    snn_node node;
    snn_tensor leaf;
} NodeObject;

static PyTypeObject *Node_Type;

// Takes either.
static PyObject *wrap_node(snn_node node, snn_tensor leaf) {
    NodeObject *self = (NodeObject *)Node_Type->tp_alloc(Node_Type, 0);
    if (!self) {
        if (node) snn_node_release(node);
        if (leaf) snn_tensor_release(leaf);
        return NULL;
    }
    self->node = node;
    self->leaf = leaf;
    return (PyObject *)self;
}

static void node_dealloc(PyObject *object) {
    NodeObject *self = (NodeObject *)object;
    PyTypeObject *type = Py_TYPE(object);
    if (self->node) snn_node_release(self->node);
    if (self->leaf) snn_tensor_release(self->leaf);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyObject *node_name(PyObject *object, PyObject *Py_UNUSED(ignored)) {
    NodeObject *self = (NodeObject *)object;
    return PyUnicode_FromString(self->node ? snn_node_name(self->node) : "AccumulateGrad");
}
static PyObject *node_repr(PyObject *self) {
    PyObject *name = node_name(self, NULL);
    PyObject *text = name ? PyUnicode_FromFormat("<%U object at %p>", name, self) : NULL;
    Py_XDECREF(name);
    return text;
}

// The same node may have several objects.
static void *node_identity(PyObject *object) {
    NodeObject *self = (NodeObject *)object;
    return self->node ? (void *)self->node : (void *)self->leaf;
}
static Py_hash_t node_hash(PyObject *self) {
    Py_hash_t hash = (Py_hash_t)((size_t)node_identity(self) >> 4);
    return hash == -1 ? -2 : hash;
}
static PyObject *node_compare(PyObject *self, PyObject *other, int operation) {
    if (!Py_IS_TYPE(other, Node_Type) || (operation != Py_EQ && operation != Py_NE)) Py_RETURN_NOTIMPLEMENTED;
    return PyBool_FromLong((node_identity(self) == node_identity(other)) == (operation == Py_EQ));
}

static PyObject *node_get_next_functions(PyObject *object, void *Py_UNUSED(closure)) {
    NodeObject *self = (NodeObject *)object;
    int32_t count = self->node ? snn_node_input_count(self->node) : 0;
    PyObject *tuple = PyTuple_New(count);
    for (int32_t i = 0; tuple && i < count; i++) {
        snn_node next = NULL;
        snn_tensor leaf = NULL;
        int32_t number = 0;
        snn_status status = snn_node_get_input(self->node, i, &next, &number, &leaf);
        PyObject *target = status ? raise_status(status) : next || leaf ? wrap_node(next, leaf) : Py_NewRef(Py_None);
        PyObject *pair = target ? Py_BuildValue("Ni", target, (int)number) : NULL;
        if (pair) PyTuple_SET_ITEM(tuple, i, pair);
        else Py_CLEAR(tuple);
    }
    return tuple;
}

static PyObject *node_get_variable(PyObject *object, void *Py_UNUSED(closure)) {
    NodeObject *self = (NodeObject *)object;
    if (self->leaf) return wrap_borrowed(self->leaf);
    PyErr_Format(PyExc_AttributeError, "'%s' object has no attribute 'variable'", snn_node_name(self->node));
    return NULL;
}

static PyObject *saved_tuple(snn_node node) {
    int32_t count = 0;
    snn_status status = snn_node_get_saved(node, NULL, 0, &count);
    if (status) return raise_status(status);
    snn_tensor *tensors = PyMem_Calloc((size_t)count + 1, sizeof *tensors);
    if (!tensors) return PyErr_NoMemory();
    status = snn_node_get_saved(node, tensors, count, &count);
    PyObject *tuple = status ? raise_status(status) : wrap_tuple(tensors, count);
    for (int32_t i = 0; i < count; i++)
        if (tensors[i]) snn_tensor_release(tensors[i]);
    PyMem_Free(tensors);
    return tuple;
}

static PyObject *node_get_saved_tensors(PyObject *object, void *Py_UNUSED(closure)) {
    NodeObject *self = (NodeObject *)object;
    if (self->node) return saved_tuple(self->node);
    PyErr_SetString(PyExc_AttributeError, "'AccumulateGrad' object has no attribute 'saved_tensors'");
    return NULL;
}

static PyObject *register_on_node(PyObject *object, PyObject *hook, bool before) {
    NodeObject *self = (NodeObject *)object;
    if (self->node) return node_register_hook(self->node, before, hook);
    PyErr_SetString(PyExc_NotImplementedError,
                    "hooks on AccumulateGrad are not offered; use Tensor.register_hook() or "
                    "Tensor.register_post_accumulate_grad_hook()");
    return NULL;
}
static PyObject *node_method_register_hook(PyObject *self, PyObject *hook) { return register_on_node(self, hook, false); }
static PyObject *node_method_register_prehook(PyObject *self, PyObject *hook) { return register_on_node(self, hook, true); }

static PyMethodDef node_methods[] = {
    {"name", node_name, METH_NOARGS, "name($self)\n--\n\nThe name of the gradient formula, such as 'AddBackward0'."},
    {"register_hook", node_method_register_hook, METH_O,
     "register_hook($self, fn, /)\n--\n\nCalls fn(grad_inputs, grad_outputs) after the formula has run; it may return other gradients of the "
     "inputs. Returns a handle that takes the hook off again."},
    {"register_prehook", node_method_register_prehook, METH_O,
     "register_prehook($self, fn, /)\n--\n\nCalls fn(grad_outputs) before the formula runs; it may return other gradients of the outputs. "
     "Returns a handle that takes the hook off again."},
    {NULL, NULL, 0, NULL},
};
static PyGetSetDef node_attributes[] = {
    {"next_functions", node_get_next_functions, NULL, "Where the gradients of the inputs go: pairs of a node or None, and a number.", NULL},
    {"variable", node_get_variable, NULL, "The leaf, for a node that adds to the gradient of one.", NULL},
    {"saved_tensors", node_get_saved_tensors, NULL, "What a function written in Python has saved.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
static PyType_Slot node_slots[] = {
    {Py_tp_doc, "The operator that made a tensor, as the backward pass knows it."},
    {Py_tp_dealloc, node_dealloc},
    {Py_tp_repr, node_repr},
    {Py_tp_hash, node_hash},
    {Py_tp_richcompare, node_compare},
    {Py_tp_methods, node_methods},
    {Py_tp_getset, node_attributes},
    {0, NULL},
};
static PyType_Spec node_spec = {
    "swiftnn.autograd.Node", sizeof(NodeObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, node_slots,
};

PyObject *tensor_get_grad_fn(PyObject *self, void *Py_UNUSED(closure)) {
    snn_node node = NULL;
    int32_t number;
    snn_status status = snn_tensor_get_node(tensor_handle(self), &node, &number);
    if (status) return raise_status(status);
    if (!node) Py_RETURN_NONE;
    return wrap_node(node, NULL);
}

PyObject *tensor_get_output_nr(PyObject *self, void *Py_UNUSED(closure)) {
    snn_node node = NULL;
    int32_t number = 0;
    snn_status status = snn_tensor_get_node(tensor_handle(self), &node, &number);
    if (status) return raise_status(status);
    if (node) snn_node_release(node);
    return PyLong_FromLong(number);
}

// ---------------------------------------------------------------------------------------------------- passes

// backward(tensors, gradients or None, retain_graph, create_graph, inputs or None). Lists are tuples or lists.
PyObject *private_backward(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    if (count != 5) return PyErr_Format(PyExc_TypeError, "_backward() takes 5 arguments but %zd were given", count);
    ValueScratch scratch;
    scratch_init(&scratch);
    snn_value tensors, inputs = {.kind = SNN_NONE};
    snn_tensor *gradients = NULL;
    PyObject *result = NULL;
    bool retain, create;
    if (parse_value(&scratch, 'v', args[0], "backward", "tensors", &tensors) < 0 ||
        parse_boolean(args[2], "backward", "retain_graph", &retain) < 0 ||
        parse_boolean(args[3], "backward", "create_graph", &create) < 0)
        goto done;
    if (args[4] != Py_None && parse_value(&scratch, 'v', args[4], "backward", "inputs", &inputs) < 0) goto done;
    if (args[1] != Py_None) {
        if (!PyTuple_Check(args[1]) || PyTuple_GET_SIZE(args[1]) != tensors.count) {
            PyErr_Format(PyExc_RuntimeError, "backward(): got %d tensors, but no tuple of as many gradients", tensors.count);
            goto done;
        }
        gradients = PyMem_Calloc((size_t)tensors.count + 1, sizeof *gradients);
        if (!gradients) {
            PyErr_NoMemory();
            goto done;
        }
        for (int32_t i = 0; i < tensors.count; i++) {
            PyObject *gradient = PyTuple_GET_ITEM(args[1], i);
            if (gradient == Py_None) continue;
            if (!tensor_check(gradient)) {
                raise_argument_type("backward", "gradient", "Tensor or None", gradient);
                goto done;
            }
            gradients[i] = tensor_handle(gradient);
        }
    }
    static const snn_tensor nothing;
    snn_status status;
    // How long it takes, the tensors do not tell.
    Py_BEGIN_ALLOW_THREADS
    status = snn_autograd_backward(tensors.tensors, gradients, tensors.count,
                                   inputs.kind == SNN_NONE ? NULL : inputs.count ? inputs.tensors : &nothing, inputs.count,
                                   retain, create);
    Py_END_ALLOW_THREADS
    result = status ? raise_status(status) : Py_NewRef(Py_None);
done:
    PyMem_Free(gradients);
    scratch_clear(&scratch);
    return result;
}

// ---------------------------------------------------------------------------------------------------- functions of Python

// What a Function hands from its forward to its backward pass: the base of the class FunctionCtx in Python. The node owns
// its context and tells it when it goes; the context does not own the node.
typedef struct {
    PyObject_HEAD
    snn_node node;
    PyObject *dict, *weakrefs;
} ContextObject;

static PyTypeObject *Context_Type;
static PyObject *run_name, *needs_name;

static int context_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(((ContextObject *)self)->dict);
    Py_VISIT(Py_TYPE(self));
    return 0;
}
static int context_clear(PyObject *self) {
    Py_CLEAR(((ContextObject *)self)->dict);
    return 0;
}
static void context_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (((ContextObject *)self)->weakrefs) PyObject_ClearWeakRefs(self);
    context_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static void release_context(void *payload) {
    if (!payload || !Py_IsInitialized()) return;
    // Written without the GIL: the only reader is a backward pass over the node, which is going.
    ((ContextObject *)payload)->node = NULL;
    release_object(payload);
}

static PyObject *context_get_saved_tensors(PyObject *object, void *Py_UNUSED(closure)) {
    ContextObject *self = (ContextObject *)object;
    if (self->node) return saved_tuple(self->node);
    PyErr_SetString(PyExc_RuntimeError, "saved_tensors: nothing is saved: forward has not returned, or the graph is gone");
    return NULL;
}

// Runs `context._run_backward(gradients)`, which gives a tuple with a gradient or None for each input.
static snn_status run_formula(void *payload, const snn_tensor *gradients, int32_t count, snn_tensor *results,
                              int32_t result_count) {
    PyGILState_STATE state = PyGILState_Ensure();
    ContextObject *context = payload;
    Py_INCREF(context);
    PyObject *given = wrap_tuple(gradients, count), *needed = PyTuple_New(result_count), *answer = NULL;
    int status = -1;
    for (int32_t i = 0; needed && i < result_count; i++)
        PyTuple_SET_ITEM(needed, i, PyBool_FromLong(snn_node_needs_input(context->node, i)));
    if (given && needed && PyObject_SetAttr(payload, needs_name, needed) == 0)
        answer = PyObject_CallMethodOneArg(payload, run_name, given);
    if (answer && (!PyTuple_Check(answer) || PyTuple_GET_SIZE(answer) != result_count))
        PyErr_SetString(PyExc_SystemError, "_run_backward() must return a tuple with an entry for each input");
    else if (answer) {
        status = 0;
        for (int32_t i = 0; status == 0 && i < result_count; i++)
            if ((status = hand_over(PyTuple_GET_ITEM(answer, i), "backward()", &results[i])) < 0)
                PyErr_Format(PyExc_RuntimeError, "expected Tensor or None from backward() (got %s)",
                             short_type_name(PyTuple_GET_ITEM(answer, i)));
    }
    Py_XDECREF(answer);
    Py_XDECREF(needed);
    Py_XDECREF(given);
    Py_DECREF(context);
    PyGILState_Release(state);
    return status < 0 ? SNN_ERROR_FOREIGN : SNN_OK;
}

// An array of handles, NULL for what is no tensor.
static snn_tensor *handles(PyObject *tuple, Py_ssize_t count) {
    snn_tensor *list = PyMem_Calloc((size_t)count + 1, sizeof *list);
    if (!list) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = PyTuple_GET_ITEM(tuple, i);
        if (tensor_check(item)) list[i] = tensor_handle(item);
    }
    return list;
}

// context._begin(name, inputs): makes the node; returns it, so that it lives until _end.
static PyObject *context_begin(PyObject *object, PyObject *args) {
    ContextObject *self = (ContextObject *)object;
    const char *name;
    PyObject *inputs;
    if (!PyArg_ParseTuple(args, "sO!:_begin", &name, &PyTuple_Type, &inputs)) return NULL;
    if (self->node) return PyErr_Format(PyExc_RuntimeError, "%s: a context belongs to one call", name);
    Py_ssize_t count = PyTuple_GET_SIZE(inputs);
    snn_tensor *list = handles(inputs, count);
    if (!list) return NULL;
    snn_node node;
    snn_status status = snn_node_create(name, list, (int32_t)count, run_formula, Py_NewRef(self), release_context, &node);
    PyMem_Free(list);
    if (status) return raise_status(status);
    self->node = node;
    return wrap_node(node, NULL);
}

// context._end(outputs, kinds, saved, materialize): the outputs as they are to be handed out.
static PyObject *context_end(PyObject *object, PyObject *args) {
    ContextObject *self = (ContextObject *)object;
    PyObject *outputs, *kinds, *saved, *result = NULL;
    int materialize;
    if (!PyArg_ParseTuple(args, "O!O!O!p:_end", &PyTuple_Type, &outputs, &PyBytes_Type, &kinds, &PyTuple_Type, &saved, &materialize))
        return NULL;
    Py_ssize_t count = PyTuple_GET_SIZE(outputs), saved_count = PyTuple_GET_SIZE(saved);
    if (!self->node || PyBytes_GET_SIZE(kinds) != count) {
        PyErr_SetString(PyExc_RuntimeError, "_end(): no node, or not as many kinds as outputs");
        return NULL;
    }
    snn_tensor *given = handles(outputs, count), *kept = given ? handles(saved, saved_count) : NULL;
    snn_tensor *made = kept ? PyMem_Calloc((size_t)count + 1, sizeof *made) : NULL;
    snn_output_kind *numbers = made ? PyMem_Calloc((size_t)count + 1, sizeof *numbers) : NULL;
    if (numbers) {
        for (Py_ssize_t i = 0; i < count; i++) numbers[i] = (snn_output_kind)PyBytes_AS_STRING(kinds)[i];
        snn_status status = snn_node_attach(self->node, given, numbers, (int32_t)count, kept, (int32_t)saved_count,
                                            materialize, made);
        result = status ? raise_status(status) : wrap_tuple(made, (int32_t)count);
        for (Py_ssize_t i = 0; result && i < count; i++) tensor_track(PyTuple_GET_ITEM(result, i));
        for (Py_ssize_t i = 0; i < count; i++)
            if (made[i]) snn_tensor_release(made[i]);
    } else if (!PyErr_Occurred()) PyErr_NoMemory();
    PyMem_Free(given);
    PyMem_Free(kept);
    PyMem_Free(made);
    PyMem_Free(numbers);
    return result;
}

static PyMethodDef context_methods[] = {
    {"_begin", context_begin, METH_VARARGS, NULL},
    {"_end", context_end, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
static PyGetSetDef context_attributes[] = {
    {"saved_tensors", context_get_saved_tensors, NULL, "What save_for_backward() was given.", NULL},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
static PyMemberDef context_members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(ContextObject, dict), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(ContextObject, weakrefs), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};
static PyType_Slot context_slots[] = {
    {Py_tp_doc, "The part of FunctionCtx that belongs to the graph."},
    {Py_tp_dealloc, context_dealloc},
    {Py_tp_traverse, context_traverse},
    {Py_tp_clear, context_clear},
    {Py_tp_methods, context_methods},
    {Py_tp_getset, context_attributes},
    {Py_tp_members, context_members},
    {Py_tp_new, PyType_GenericNew},
    {0, NULL},
};
static PyType_Spec context_spec = {
    "swiftnn._C.FunctionContext", sizeof(ContextObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, context_slots,
};

// ---------------------------------------------------------------------------------------------------- modes

static PyObject *function_is_inference_mode_enabled(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    return PyBool_FromLong(snn_inference_is_enabled());
}
static PyObject *function_is_inference(PyObject *Py_UNUSED(module), PyObject *input) {
    if (!tensor_check(input)) return raise_argument_type("is_inference", "input", "Tensor", input);
    return PyBool_FromLong(snn_tensor_is_inference(tensor_handle(input)));
}
static PyObject *private_set_inference(PyObject *Py_UNUSED(module), PyObject *mode) {
    bool flag, before = snn_inference_is_enabled();
    if (parse_boolean(mode, "inference_mode", "mode", &flag) < 0) return NULL;
    snn_inference_set_enabled(flag);
    return PyBool_FromLong(before);
}

static PyObject *private_pass_is_limited(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    return PyBool_FromLong(snn_pass_is_limited());
}

static PyMethodDef functions[] = {
    {"is_inference_mode_enabled", function_is_inference_mode_enabled, METH_NOARGS,
     "is_inference_mode_enabled()\n--\n\nWhether this thread is in inference mode."},
    {"is_inference", function_is_inference, METH_O, "is_inference(input, /)\n--\n\nWhether input was made in inference mode."},
    {"is_anomaly_enabled", function_is_anomaly_enabled, METH_NOARGS,
     "is_anomaly_enabled()\n--\n\nWhether anomaly mode is on."},
    {"is_anomaly_check_nan_enabled", function_is_anomaly_check_nan_enabled, METH_NOARGS,
     "is_anomaly_check_nan_enabled()\n--\n\nWhether anomaly mode looks for NaN."},
    {NULL, NULL, 0, NULL},
};
static PyMethodDef private_functions[] = {
    {"_backward", (PyCFunction)(void (*)(void))private_backward, METH_FASTCALL,
     "_backward(tensors, gradients, retain_graph, create_graph, inputs, /)\n--\n\n"},
    {"_pass_is_limited", private_pass_is_limited, METH_NOARGS,
     "_pass_is_limited()\n--\n\nWhether the backward pass that runs is for certain tensors only."},
    {"_set_inference", private_set_inference, METH_O, "_set_inference(mode, /)\n--\n\nReturns the mode before."},
    {"_push_saved_tensors_hooks", private_push_saved_hooks, METH_VARARGS, "_push_saved_tensors_hooks(pack, unpack, /)\n--\n\n"},
    {"_pop_saved_tensors_hooks", private_pop_saved_hooks, METH_NOARGS, "_pop_saved_tensors_hooks()\n--\n\n"},
    {"_set_anomaly", private_set_anomaly, METH_VARARGS, "_set_anomaly(enabled, check_nan, note, report, /)\n--\n\n"},
    {NULL, NULL, 0, NULL},
};

int autograd_init(PyObject *module) {
    Node_Type = (PyTypeObject *)PyType_FromSpec(&node_spec);
    Context_Type = (PyTypeObject *)PyType_FromSpec(&context_spec);
    run_name = PyUnicode_InternFromString("_run_backward");
    needs_name = PyUnicode_InternFromString("needs_input_grad");
    if (!Node_Type || !Context_Type || !run_name || !needs_name || PyModule_AddObjectRef(module, "Node", (PyObject *)Node_Type) < 0 ||
        PyModule_AddObjectRef(module, "FunctionContext", (PyObject *)Context_Type) < 0 || callbacks_init(module) < 0)
        return -1;
    PyObject *public = PyObject_GetAttrString(module, "functions"), *name = PyUnicode_FromString("swiftnn");
    int status = public && name ? 0 : -1;
    for (PyMethodDef *row = functions; status == 0 && row->ml_name; row++) {
        PyObject *function = PyCFunction_NewEx(row, NULL, name);
        status = function ? PyDict_SetItemString(public, row->ml_name, function) : -1;
        Py_XDECREF(function);
    }
    Py_XDECREF(public);
    Py_XDECREF(name);
    return status < 0 ? -1 : PyModule_AddFunctions(module, private_functions);
}
