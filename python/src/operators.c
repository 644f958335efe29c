// The calls of operators: from the arguments of Python to the values of a row, and back from its results.
#include "operators.h"

// ---------------------------------------------------------------------------------------------------- arguments

// How a row is called: as a function, as a method, or as the method that writes to the tensor itself.
typedef enum { FUNCTION, METHOD, IN_PLACE } Surface;

// Other names that PyTorch takes for some parameters: NumPy's, and those of overloads.
static const char *other_spelling(PyObject *keyword) {
    static const char *const spellings[][2] = {
        {"axis", "dim"}, {"keepdims", "keepdim"}, {"from_", "from"}, {"tensor", "input"},
        {"split_size_or_sections", "split_size"}, {"sections", "indices_or_sections"}, {"indices", "indices_or_sections"},
        {"tensor_indices_or_sections", "indices_or_sections"},
    };
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (PyUnicode_CompareWithASCIIString(keyword, spellings[i][0]) == 0) return spellings[i][1];
    return NULL;
}

static int find_parameter(const Row *row, PyObject *keyword, bool method) {
    // Methods take no out=, which stands last.
    int count = row->count - (method && row->parameters[row->count - 1].letter == 'O');
    for (int i = 0; i < count; i++)
        if (row->parameters[i].name == keyword && !row->parameters[i].positional_only) return i;
    const char *other = other_spelling(keyword);
    // What functions of torch.linalg call A, older spellings of the same operator call input.
    if (count > 0 && !row->parameters[0].positional_only && strcmp(row->parameters[0].text, "A") == 0 &&
        PyUnicode_CompareWithASCIIString(keyword, "input") == 0)
        return 0;
    for (int i = 0; i < count; i++)
        if (!row->parameters[i].positional_only &&
            (PyUnicode_CompareWithASCIIString(keyword, row->parameters[i].text) == 0 ||
             (other && strcmp(other, row->parameters[i].text) == 0)))
            return i;
    PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", row->label, keyword);
    return -1;
}

// Puts the arguments of a call in the order of the parameters. Those of a variadic parameter are args[*rest, …).
// `self` is NULL for a function.
static int bind(const Row *row, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords,
                PyObject **objects, Py_ssize_t *rest) {
    for (int i = 0; i < row->count; i++) objects[i] = NULL;
    int next = 0;
    if (self) objects[next++] = self;
    *rest = -1;
    for (Py_ssize_t i = 0; i < count; i++, next++) {
        if (next < row->positional && row->parameters[next].variadic) {
            *rest = i;
            break;
        }
        if (next >= row->positional) {
            int taken = row->positional - (self != NULL);
            PyErr_Format(PyExc_TypeError, "%s() takes %s%d positional argument%s but %zd %s given", row->label,
                         row->required < row->positional ? "at most " : "", taken, taken == 1 ? "" : "s", count,
                         count == 1 ? "was" : "were");
            return -1;
        }
        objects[next] = args[i];
    }
    Py_ssize_t keyword_count = keywords ? PyTuple_GET_SIZE(keywords) : 0;
    for (Py_ssize_t k = 0; k < keyword_count; k++) {
        int i = find_parameter(row, PyTuple_GET_ITEM(keywords, k), self != NULL);
        if (i < 0) return -1;
        if (objects[i] || (row->parameters[i].variadic && *rest >= 0)) {
            PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument '%s'", row->label, row->parameters[i].text);
            return -1;
        }
        objects[i] = args[count + k];
    }
    for (int i = 0; i < row->count; i++)
        if (row->parameters[i].required && !objects[i] && !(row->parameters[i].variadic && *rest >= 0)) {
            PyErr_Format(PyExc_TypeError, "%s() missing 1 required %s argument: '%s'", row->label,
                         row->parameters[i].keyword_only ? "keyword-only" : "positional", row->parameters[i].text);
            return -1;
        }
    return 0;
}

// Several integers or tensors in a row, or one list of them.
static int parse_variadic(ValueScratch *scratch, const Row *row, const Parameter *parameter, PyObject *const *args,
                          Py_ssize_t count, snn_value *value) {
    if (parameter->letter == 'v') {
        if (count == 1 && !tensor_check(args[0])) return parse_value(scratch, 'v', args[0], row->label, parameter->text, value);
        PyObject *tuple = PyTuple_New(count);
        if (!tuple) return -1;
        for (Py_ssize_t i = 0; i < count; i++) {
            Py_INCREF(args[i]);
            PyTuple_SET_ITEM(tuple, i, args[i]);
        }
        int status = parse_value(scratch, 'v', tuple, row->label, parameter->text, value);
        Py_DECREF(tuple);
        return status;
    }
    if (count == 1) return parse_value(scratch, 's', args[0], row->label, parameter->text, value);
    if (count > SNN_MAX_RANK || scratch->integers_used) {
        PyErr_Format(PyExc_ValueError, "%s(): argument '%s' has %zd entries; a tensor has at most %d dimensions", row->label,
                     parameter->text, count, SNN_MAX_RANK);
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++)
        if (parse_integer(args[i], row->label, parameter->text, &scratch->integers[i]) < 0) return -1;
    scratch->integers_used = true;
    *value = (snn_value){.kind = SNN_INTEGERS, .count = (int32_t)count, .integers = scratch->integers};
    return 0;
}

// A rough measure of the work of a call. `objects` are the arguments that the values were made from.
static int64_t estimate_work(const Row *row, PyObject *const *objects, const snn_value *values, int count) {
    int64_t elements = 0;
    bool product = !row->in_place && (row->code == SNN_OP_mm || row->code == SNN_OP_matmul || row->code == SNN_OP_linear);
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

// The results as a tuple, or a named tuple of `type`.
static PyObject *wrap_results(PyTypeObject *type, snn_tensor *results, int32_t count) {
    PyObject *tuple = type ? PyStructSequence_New(type) : PyTuple_New(count);
    for (int32_t i = 0; i < count; i++) {
        PyObject *item = tuple ? tensor_wrap_result(results[i]) : NULL;
        if (item && type) PyStructSequence_SET_ITEM(tuple, i, item);
        else if (item) PyTuple_SET_ITEM(tuple, i, item);
        else {
            // tensor_wrap_result has released its tensor if it was called at all.
            for (int32_t k = tuple ? i + 1 : i; k < count; k++) snn_tensor_release(results[k]);
            Py_XDECREF(tuple);
            return NULL;
        }
    }
    return tuple;
}

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
    } else result = wrap_results(row->named, results, result_count);
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
    return other ? &operator_rows[row->code == SNN_OP_max ? SNN_OP_maximum : SNN_OP_minimum] : row;
}

// Likewise where(condition) and nonzero(input, as_tuple=True), once the arguments are in their order. What `objects` holds
// beyond the parameters of the row that is returned is not read.
static const Row *variant(const Row *row, PyObject *const *objects) {
    if (row->in_place) return row;
    if (row->code == SNN_OP_where && !objects[1] && !objects[2] && !objects[3]) return &operator_rows[SNN_OP_nonzero_tuple];
    bool flag = false;
    if (row->code == SNN_OP_nonzero && objects[1] && parse_boolean(objects[1], row->name, "as_tuple", &flag) < 0) return NULL;
    if (flag && objects[2] && objects[2] != Py_None) {
        PyErr_SetString(PyExc_TypeError, "nonzero(): out= cannot hold the tuple that as_tuple=True asks for");
        return NULL;
    }
    return flag ? &operator_rows[SNN_OP_nonzero_tuple] : row;
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
    if (row->in_place || row->code != SNN_OP_view || count + (keywords ? PyTuple_GET_SIZE(keywords) : 0) != 1) return NULL;
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
    if (dtype) return call_row(&operator_rows[SNN_OP_view_dtype], METHOD, self, &dtype, 1, NULL);
    row = overload(row, self, args, count, keywords);
    if (bind(row, self, args, count, keywords, objects, &rest) < 0) return NULL;

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
            if (parse_variadic(&scratch, row, parameter, args + rest, count - rest, &values[i]) < 0) goto done;
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
    bool follows = row->makes && (row->code != SNN_OP_normal || objects[2]);
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
    bool writes = row->in_place || surface == IN_PLACE;
    // What also writes the tensor's history does so with the interpreter's lock: other threads may be about to do the same.
    bool is_history = writes && (snn_grad_is_enabled() || (row->in_place && row->code == SNN_INPLACE_detach));
    int64_t work = is_history ? 0 : estimate_work(row, objects, values, given);
    BEGIN_WORK(work)
    if (row->in_place) status = snn_inplace_call((snn_inplace_op)row->code, values, given);
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
        return call_row(&operator_rows[SNN_OP_##name], FUNCTION, NULL, args, count, keywords);                                  \
    }                                                                                                                  \
    static PyObject *method_##name(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {      \
        return call_row(&operator_rows[SNN_OP_##name], METHOD, self, args, count, keywords);                                    \
    }                                                                                                                  \
    static PyObject *writing_##name(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {     \
        return call_row(&operator_rows[SNN_OP_##name], IN_PLACE, self, args, count, keywords);                                  \
    }
#include "swiftnn_ops.def"
#define SNN_INPLACE(name, python, schema, signature, doc)                                                              \
    static PyObject *inplace_##name(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {     \
        return call_row(&inplace_rows[SNN_INPLACE_##name], METHOD, self, args, count, keywords);                       \
    }
#include "swiftnn_ops.def"

_PyCFunctionFastWithKeywords const operator_functions[] = {
#define SNN_OP(name, python, surfaces, schema, signature, doc) function_##name,
#include "swiftnn_ops.def"
};
_PyCFunctionFastWithKeywords const operator_methods[] = {
#define SNN_OP(name, python, surfaces, schema, signature, doc) method_##name,
#include "swiftnn_ops.def"
};
// Those of the letter I.
_PyCFunctionFastWithKeywords const in_place_methods[] = {
#define SNN_OP(name, python, surfaces, schema, signature, doc) writing_##name,
#include "swiftnn_ops.def"
};
_PyCFunctionFastWithKeywords const inplace_row_methods[] = {
#define SNN_INPLACE(name, python, schema, signature, doc) inplace_##name,
#include "swiftnn_ops.def"
};
PyObject *operator_call(snn_op op, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    return call_row(&operator_rows[op], FUNCTION, NULL, args, count, keywords);
}
