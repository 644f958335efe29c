// The operators of swiftnn_ops.def as functions and methods: one row of the table each, one way of calling them.
#include "signature.h"

#define SNN_OP(name, python, surfaces, schema, signature, doc) {python, surfaces, schema, signature, doc, OPERATOR, SNN_OP_##name, NULL, NULL, 0, 0, 0, NULL, 0, {{0}}},
static Row rows[] = {
#include "swiftnn_ops.def"
};
#define SNN_INPLACE(name, python, schema, signature, doc) {python, "M", schema, signature, doc, WRITER, SNN_INPLACE_##name, NULL, NULL, 0, 0, 0, NULL, 0, {{0}}},
static Row inplace_rows[] = {
#include "swiftnn_ops.def"
};
enum { INPLACE_COUNT = sizeof inplace_rows / sizeof *inplace_rows };

// How a row is called: as a function, as a method, or as the method that writes to the tensor itself.
typedef enum { FUNCTION, METHOD, IN_PLACE } Surface;

// A rough measure of the work of a call. `objects` are the arguments that the values were made from.
static int64_t estimate_work(const Row *row, PyObject *const *objects, const snn_value *values, int count) {
    int64_t elements = 0;
    bool product = row->kind != WRITER && (row->code == SNN_OP_mm || row->code == SNN_OP_matmul || row->code == SNN_OP_linear);
    for (int i = 0; i < count; i++) {
        if (values[i].kind == SNN_TENSOR) {
            if (tensor_check(objects[i])) elements += tensor_work(objects[i]) * (product ? PRODUCT_WORK : 1);
        }
        else if (values[i].kind == SNN_TENSORS) {
            for (int32_t k = 0; k < values[i].count && elements < LONG_WORK; k++)
                elements += tensor_element_count(values[i].tensors[k]);
        } else if (values[i].kind == SNN_INTEGERS && row->parameters[i].letter == 's') {
            int64_t size = 1;
            for (int32_t k = 0; k < values[i].count && size < LONG_WORK; k++)
                size *= values[i].integers[k] < LONG_WORK ? values[i].integers[k] : LONG_WORK;
            elements += size;
        } else if (row->schema[0] != 'T' && row->schema[0] != 't' && row->parameters[i].letter == 'i' && i == 0)
            elements += values[i].integer < LONG_WORK ? values[i].integer : LONG_WORK;  // randperm(n)
        if (elements >= LONG_WORK) break;
    }
    return elements;
}

// ---------------------------------------------------------------------------------------------------- calls

// A named tuple, or a tuple of however many results there are.
static PyObject *call_several(const Row *row, PyObject *const *objects, const snn_value *values, int count) {
    enum { NAMED_RESULTS = 8 };
    snn_tensor few[NAMED_RESULTS], *results = few;
    int32_t result_count = 0;
    snn_status status;
    int64_t work = estimate_work(row, objects, values, count);
    BEGIN_WORK(work)
    if (row->named) status = snn_op_call((snn_op)row->code, values, count, few, NAMED_RESULTS, &result_count);
    else status = snn_op_call_list((snn_op)row->code, values, count, &results, &result_count);
    END_WORK
    if (status) return raise_status(status);
    PyObject *result;
    if (result_count == 1 && row->named) result = tensor_wrap_result(results[0]);
    else if (row->named && result_count != row->named_count) {
        for (int32_t i = 0; i < result_count; i++) snn_tensor_release(results[i]);
        result = PyErr_Format(PyExc_SystemError, "operator table: %s: %d results", row->label, (int)result_count);
    } else result = row_wrap_results(row->named, results, result_count);
    if (results != few) snn_list_release(results);
    return result;
}

// out=: a tensor, or a tuple of them for an operator with several results.
static PyObject *call_out(const Row *row, PyObject *const *objects, const snn_value *values, int count, PyObject *out) {
    ValueScratch scratch;
    scratch_init(&scratch);
    snn_value outputs;
    snn_tensor one;
    PyObject *result = NULL;
    if (row->results && !tensor_check(out)) {
        if (parse_value(&scratch, 'v', out, row->label, "out", &outputs) < 0) goto done;
    } else {
        if (!tensor_check(out)) {
            raise_argument_type(row->label, "out", "Tensor", out);
            goto done;
        }
        one = tensor_handle(out);
        outputs = (snn_value){.kind = SNN_TENSORS, .count = 1, .tensors = &one};
    }
    snn_status status;
    int64_t work = estimate_work(row, objects, values, count);
    BEGIN_WORK(work)
    status = snn_op_call_out((snn_op)row->code, values, count, outputs.tensors, outputs.count);
    END_WORK
    if (status) raise_status(status);
    else if (tensor_check(out)) {
        ((TensorObject *)out)->work = -1;
        Py_INCREF(out);
        result = out;
    } else {
        result = row->named ? PyStructSequence_New(row->named) : PyTuple_New(outputs.count);
        for (int32_t i = 0; result && i < outputs.count; i++) {
            // Those that were written to: the list may hold others by now.
            PyObject *item = Py_NewRef(PyTuple_GET_ITEM(scratch.kept[0], i));
            ((TensorObject *)item)->work = -1;
            if (row->named) PyStructSequence_SET_ITEM(result, i, item);
            else PyTuple_SET_ITEM(result, i, item);
        }
    }
done:
    scratch_clear(&scratch);
    return result;
}

// max(input, other) is another operator than max(input, dim).
static const Row *overload(const Row *row, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    if (!row->named || (row->code != SNN_OP_max && row->code != SNN_OP_min)) return row;
    Py_ssize_t second = self ? 0 : 1;
    bool other = count > second && tensor_check(args[second]);
    for (Py_ssize_t k = 0; keywords && k < PyTuple_GET_SIZE(keywords); k++)
        other |= PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(keywords, k), "other") == 0;
    return other ? &rows[row->code == SNN_OP_max ? SNN_OP_maximum : SNN_OP_minimum] : row;
}

// Likewise where(condition) and nonzero(input, as_tuple=True), once the arguments are in their order. What `objects` holds
// beyond the parameters of the row that is returned is not read.
static const Row *variant(const Row *row, PyObject *const *objects) {
    if (row->kind == WRITER) return row;
    if (row->code == SNN_OP_where && !objects[1] && !objects[2] && !objects[3]) return &rows[SNN_OP_nonzero_tuple];
    bool flag = false;
    if (row->code == SNN_OP_nonzero && objects[1] && parse_boolean(objects[1], row->name, "as_tuple", &flag) < 0) return NULL;
    if (flag && objects[2] && objects[2] != Py_None) {
        PyErr_SetString(PyExc_TypeError, "nonzero(): out= cannot hold the tuple that as_tuple=True asks for");
        return NULL;
    }
    return flag ? &rows[SNN_OP_nonzero_tuple] : row;
}

// One that is checked and not handed on; 1 if the parameter is none of those.
static int check_option(const Row *row, const Parameter *parameter, PyObject *object) {
    switch (parameter->letter) {
    case 'D': return parse_device(object, row->label);
    case 'Y': return parse_layout(object, row->label);
    case 'K': return parse_pin_memory(object, row->label);
    case 'C': return parse_memory_format(object, row->label, row->code != SNN_OP_empty);
    default: return 1;
    }
}

// A creation function with out= and without dtype= makes the dtype of out.
static int follow_output(const Row *row, PyObject *out, snn_value *values, int *given) {
    for (int i = 0; i < row->count; i++) {
        if (row->parameters[i].letter != 'y') continue;
        if (!tensor_check(out)) {
            raise_argument_type(row->label, "out", "Tensor", out);
            return -1;
        }
        snn_dtype dtype = snn_tensor_dtype(tensor_handle(out));
        if (i < *given && values[i].kind == SNN_DTYPE) {
            if (values[i].integer == dtype) return 0;
            PyErr_Format(PyExc_RuntimeError, "%s(): dtype %s does not match dtype of out parameter (%s)", row->label,
                         dtype_name((snn_dtype)values[i].integer), dtype_name(dtype));
            return -1;
        }
        values[i] = dtype_value(dtype);
        if (*given <= i) *given = i + 1;
    }
    return 0;
}

// view(dtype) is another operator than view(*shape): the dtype, or NULL.
static PyObject *dtype_to_view(const Row *row, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    if (row->kind == WRITER || row->code != SNN_OP_view || count + (keywords ? PyTuple_GET_SIZE(keywords) : 0) != 1) return NULL;
    if (count == 0 && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(keywords, 0), "dtype") == 0) return args[0];
    bool is_dtype = Py_IS_TYPE(args[0], DType_Type) || args[0] == (PyObject *)&PyFloat_Type || args[0] == (PyObject *)&PyLong_Type ||
                    args[0] == (PyObject *)&PyBool_Type;
    return count == 1 && is_dtype ? args[0] : NULL;
}

static PyObject *call_row(const Row *row, Surface surface, PyObject *self, PyObject *const *args, Py_ssize_t count,
                          PyObject *keywords) {
    PyObject *objects[MAX_PARAMETERS], *result = NULL, *out = NULL;
    Py_ssize_t rest;
    PyObject *dtype = self ? dtype_to_view(row, args, count, keywords) : NULL;
    if (dtype) return call_row(&rows[SNN_OP_view_dtype], METHOD, self, &dtype, 1, NULL);
    row = overload(row, self, args, count, keywords);
    if (row_bind(row, self, args, count, keywords, objects, &rest) < 0) return NULL;

    const char *label = row->label;
    if (!(row = variant(row, objects))) return NULL;

    ValueScratch scratch;
    scratch_init(&scratch);
    snn_value values[MAX_PARAMETERS];
    int given = 0;
    for (int i = 0; i < row->count; i++) {
        const Parameter *parameter = &row->parameters[i];
        if (parameter->letter == 'O') {
            out = objects[i] == Py_None ? NULL : objects[i];
            continue;
        }
        int checked = check_option(row, parameter, objects[i]);
        if (checked < 0) goto done;
        if (checked == 0) continue;
        if (parameter->variadic && rest >= 0) {
            if (row_parse_variadic(&scratch, row, parameter, args + rest, count - rest, &values[i]) < 0) goto done;
        } else if (objects[i]) {
            if (parse_value(&scratch, parameter->letter, objects[i], label, parameter->text, &values[i]) < 0) goto done;
        } else {
            values[i] = parameter->variadic && parameter->letter == 'v' ? (snn_value){.kind = SNN_TENSORS} : none_value();
            if (values[i].kind == SNN_TENSORS) given = i + 1;
            continue;
        }
        given = i + 1;
    }
    // Of normal(), only two numbers and a size make a tensor from nothing.
    bool follows = row_is_creation(row) && (row->code != SNN_OP_normal || objects[2]);
    if (out && follows && follow_output(row, out, values, &given) < 0) goto done;
    if (out) {
        result = call_out(row, objects, values, given, out);
        goto done;
    }
    if (row->results && surface != IN_PLACE) {
        result = call_several(row, objects, values, given);
        goto done;
    }
    snn_tensor made;
    int32_t result_count = 1;
    snn_status status;
    bool writes = row->kind == WRITER || surface == IN_PLACE;
    // What also writes the tensor's history does so with the interpreter's lock: other threads may be about to do the same.
    bool is_history = writes && (snn_grad_is_enabled() || (row->kind == WRITER && row->code == SNN_INPLACE_detach));
    int64_t work = is_history ? 0 : estimate_work(row, objects, values, given);
    BEGIN_WORK(work)
    if (row->kind == WRITER) status = snn_inplace_call((snn_inplace_op)row->code, values, given);
    else if (writes) status = snn_op_call_in_place((snn_op)row->code, values, given);
    else status = snn_op_call((snn_op)row->code, values, given, &made, 1, &result_count);
    END_WORK
    if (status) raise_status(status);
    else if (writes) {
        result = objects[0];
        Py_INCREF(result);
    } else result = tensor_wrap_result(made);
done:
    scratch_clear(&scratch);
    return result;
}

#define SNN_OP(name, python, surfaces, schema, signature, doc)                                                         \
    static PyObject *function_##name(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count,             \
                                     PyObject *keywords) {                                                             \
        return call_row(&rows[SNN_OP_##name], FUNCTION, NULL, args, count, keywords);                                  \
    }                                                                                                                  \
    static PyObject *method_##name(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {      \
        return call_row(&rows[SNN_OP_##name], METHOD, self, args, count, keywords);                                    \
    }                                                                                                                  \
    static PyObject *writing_##name(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {     \
        return call_row(&rows[SNN_OP_##name], IN_PLACE, self, args, count, keywords);                                  \
    }
#include "swiftnn_ops.def"
#define SNN_INPLACE(name, python, schema, signature, doc)                                                              \
    static PyObject *inplace_##name(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {     \
        return call_row(&inplace_rows[SNN_INPLACE_##name], METHOD, self, args, count, keywords);                       \
    }
#include "swiftnn_ops.def"

static _PyCFunctionFastWithKeywords const functions[] = {
#define SNN_OP(name, python, surfaces, schema, signature, doc) function_##name,
#include "swiftnn_ops.def"
};
static _PyCFunctionFastWithKeywords const methods[] = {
#define SNN_OP(name, python, surfaces, schema, signature, doc) method_##name,
#include "swiftnn_ops.def"
};
// Those of the letter I.
static _PyCFunctionFastWithKeywords const writing_methods[] = {
#define SNN_OP(name, python, surfaces, schema, signature, doc) writing_##name,
#include "swiftnn_ops.def"
};
static _PyCFunctionFastWithKeywords const inplace_methods[] = {
#define SNN_INPLACE(name, python, schema, signature, doc) inplace_##name,
#include "swiftnn_ops.def"
};
PyObject *operator_call(snn_op op, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    return call_row(&rows[op], FUNCTION, NULL, args, count, keywords);
}

static const struct {
    const char *python;
    int code;
    const char *surfaces;
} aliases[] = {
#define SNN_ALIAS(python, name, surfaces) {python, SNN_OP_##name, surfaces},
#include "swiftnn_ops.def"
};

// ---------------------------------------------------------------------------------------------------- tables

static int add_function(PyObject *table, const Row *row, const char *name, int code, const char *module_name) {
    PyMethodDef *definition = PyMem_Calloc(1, sizeof *definition);  // as long as the process, like a static one
    if (!definition) {
        PyErr_NoMemory();
        return -1;
    }
    *definition = (PyMethodDef){name, (PyCFunction)(void (*)(void))functions[code], METH_FASTCALL | METH_KEYWORDS,
                                row_doc(row, name, false)};
    PyObject *module = definition->ml_doc ? PyUnicode_FromString(module_name) : NULL;
    PyObject *function = module ? PyCFunction_NewEx(definition, NULL, module) : NULL;
    int status = !function ? -1 : PyModule_Check(table) ? PyModule_AddObjectRef(table, name, function)
                                                         : PyDict_SetItemString(table, name, function);
    Py_XDECREF(function);
    Py_XDECREF(module);
    return status;
}

static int add_method(const Row *row, const char *name, _PyCFunctionFastWithKeywords function) {
    PyMethodDef *definition = PyMem_Calloc(1, sizeof *definition);
    if (!definition) {
        PyErr_NoMemory();
        return -1;
    }
    *definition = (PyMethodDef){name, (PyCFunction)(void (*)(void))function, METH_FASTCALL | METH_KEYWORDS,
                                row_doc(row, name, true)};
    PyObject *descriptor = definition->ml_doc ? PyDescr_NewMethod(Tensor_Type, definition) : NULL;
    int status = descriptor ? PyObject_SetAttrString((PyObject *)Tensor_Type, name, descriptor) : -1;
    Py_XDECREF(descriptor);
    return status;
}

// The namespaces of functions: a letter of the surfaces, the attribute of the module that holds them, their public name.
static const struct {
    char letter;
    const char *attribute, *module_name;
} namespaces[] = {
    {'F', "functions", "swiftnn"}, {'N', "nn_functions", "swiftnn.nn.functional"},
    {'L', "linalg_functions", "swiftnn.linalg"}, {'E', "special_functions", "swiftnn.special"},
};
enum { NAMESPACES = sizeof namespaces / sizeof *namespaces };

static int add_surfaces(PyObject *module, PyObject **tables, int code, const char *name, const char *surfaces) {
    const Row *row = &rows[code];
    for (int i = 0; i < NAMESPACES; i++)
        if (strchr(surfaces, namespaces[i].letter) && add_function(tables[i], row, name, code, namespaces[i].module_name) < 0)
            return -1;
    if (strchr(surfaces, 'P') && add_function(module, row, name, code, "swiftnn._C") < 0) return -1;
    if (strchr(surfaces, 'M') && add_method(row, name, methods[code]) < 0) return -1;
    if (strchr(surfaces, 'I')) {
        PyObject *written = PyUnicode_FromFormat("%s_", name);
        if (!written) return -1;
        PyUnicode_InternInPlace(&written);  // as long as the process: the method's definition points into it
        if (add_method(row, PyUnicode_AsUTF8(written), writing_methods[code]) < 0) return -1;
    }
    return 0;
}

// "values,indices" as swiftnn.return_types.<name>.
static PyTypeObject *new_named_type(Row *row) {
    PyStructSequence_Field fields[8] = {{NULL, NULL}};
    char name[64];
    int count = 0;
    for (const char *text = row->results; *text && count < 7; count++) {
        size_t length = strcspn(text, ",");
        char *field = PyMem_Calloc(length + 1, 1);  // as long as the type, which is as long as the process
        if (!field) {
            PyErr_NoMemory();
            return NULL;
        }
        memcpy(field, text, length);
        fields[count] = (PyStructSequence_Field){field, NULL};
        text += length + (text[length] == ',');
    }
    snprintf(name, sizeof name, "swiftnn.return_types.%s", row->name);
    row->named_count = count;
    PyStructSequence_Desc description = {name, "The results of an operator.", fields, count};
    return PyStructSequence_NewType(&description);
}

int operators_init(PyObject *module) {
    PyObject *tables[NAMESPACES] = {NULL};
    int status = -1;
    for (int i = 0; i < NAMESPACES; i++)
        if (!(tables[i] = PyDict_New())) goto done;
    for (int i = 0; i < SNN_OP_COUNT; i++) {
        if (row_parse_signature(&rows[i]) < 0) goto done;
        if (rows[i].results && rows[i].results[0] != '*' && !(rows[i].named = new_named_type(&rows[i]))) goto done;
    }
    for (int i = 0; i < INPLACE_COUNT; i++)
        if (row_parse_signature(&inplace_rows[i]) < 0) goto done;

    for (int i = 0; i < SNN_OP_COUNT; i++)
        if (add_surfaces(module, tables, i, rows[i].name, rows[i].surfaces) < 0) goto done;
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (add_surfaces(module, tables, aliases[i].code, aliases[i].python, aliases[i].surfaces) < 0) goto done;
    for (int i = 0; i < INPLACE_COUNT; i++)
        if (add_method(&inplace_rows[i], inplace_rows[i].name, inplace_methods[i]) < 0) goto done;
    for (int i = 0; i < NAMESPACES; i++)
        if (PyModule_AddObjectRef(module, namespaces[i].attribute, tables[i]) < 0) goto done;
    status = 0;
done:
    for (int i = 0; i < NAMESPACES; i++) Py_XDECREF(tables[i]);
    return status;
}
