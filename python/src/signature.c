// The arguments of a call by the signature of its row, and its results as Python objects.
#include "signature.h"

// ---------------------------------------------------------------------------------------------------- arguments

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
int row_bind(const Row *row, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords,
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
int row_parse_variadic(ValueScratch *scratch, const Row *row, const Parameter *parameter, PyObject *const *args,
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

// Whether the row makes tensors of what are none.
bool row_is_creation(const Row *row) { return strstr(row->signature, "dtype=") && (row->code == SNN_OP_normal || !strchr("tTv", row->schema[0])); }

// The results as a tuple, or a named tuple of `type`.
PyObject *row_wrap_results(PyTypeObject *type, snn_tensor *results, int32_t count) {
    PyObject *tuple = type ? PyStructSequence_New(type) : PyTuple_New(count);
    for (int32_t i = 0; i < count; i++) {
        PyObject *item = !tuple ? NULL : results[i] ? tensor_wrap_result(results[i]) : Py_NewRef(Py_None);
        if (item && type) PyStructSequence_SET_ITEM(tuple, i, item);
        else if (item) PyTuple_SET_ITEM(tuple, i, item);
        else {
            // tensor_wrap_result has released its tensor if it was called at all.
            for (int32_t k = tuple ? i + 1 : i; k < count; k++)
                if (results[k]) snn_tensor_release(results[k]);
            Py_XDECREF(tuple);
            return NULL;
        }
    }
    return tuple;
}

// ---------------------------------------------------------------------------------------------------- signatures

// One that stands in no schema: keyword-only, None by default.
static int add_parameter(Row *row, const char *name, char letter) {
    Parameter *parameter = &row->parameters[row->count++];
    *parameter = (Parameter){.name = PyUnicode_InternFromString(name), .text = name, .letter = letter, .keyword_only = true};
    return parameter->name ? 0 : -1;
}

// Takes "(input, dim=None, *, dtype=None)" apart.
int row_parse_signature(Row *row) {
    const char *text = row->signature + 1;
    bool keyword_only = false;
    row->label = row->name + (row->name[0] == '_');
    int letters = (int)strcspn(row->schema, ":");
    if (row->schema[letters]) row->results = row->schema + letters + 1;
    row->positional = -1;
    while (*text && *text != ')') {
        size_t length = 0;  // up to the comma, not that of "dim=()"
        int depth = 0;
        while (text[length] && !(depth == 0 && (text[length] == ',' || text[length] == ')'))) {
            depth += text[length] == '(' ? 1 : text[length] == ')' ? -1 : 0;
            length++;
        }
        bool star = *text == '*', marker = length == 1 && (*text == '*' || *text == '$');
        if (!marker) {
            if (row->count == MAX_PARAMETERS - 6 || row->count == letters) goto malformed;
            Parameter *parameter = &row->parameters[row->count];
            size_t name_length = strcspn(text, "=,)") - star;
            parameter->name = PyUnicode_FromStringAndSize(text + star, (Py_ssize_t)name_length);
            if (!parameter->name) return -1;
            PyUnicode_InternInPlace(&parameter->name);
            parameter->text = PyUnicode_AsUTF8(parameter->name);
            if (!parameter->text) return -1;
            parameter->letter = row->schema[row->count];
            // Several tensors in a row may also be none.
            parameter->required = memchr(text, '=', length) == NULL && !(star && row->schema[row->count] == 'v');
            parameter->keyword_only = keyword_only;
            parameter->variadic = star;
            row->count++;
            if (parameter->required) row->required++;
        }
        if (marker && *text == '$')
            for (int i = 0; i < row->count; i++) row->parameters[i].positional_only = true;
        if (star) {
            if (row->positional < 0) row->positional = row->count;
            keyword_only = true;
        }
        text += length;
        while (*text == ',' || *text == ' ') text++;
    }
    if (row->count != letters) goto malformed;
    if (row->positional < 0) row->positional = row->count;
    bool likeness = !row_is_creation(row) && strstr(row->signature, "requires_grad");
    if ((row_is_creation(row) || likeness) && (add_parameter(row, "device", 'D') < 0 || add_parameter(row, "layout", 'Y') < 0 ||
                                           add_parameter(row, "pin_memory", 'K') < 0))
        return -1;
    if ((likeness || strchr(row->surfaces, 'C') || (row->kind == WRITER && row->code == SNN_INPLACE_resize)) && add_parameter(row, "memory_format", 'C') < 0) return -1;
    if (row->kind != WRITER && strchr(row->surfaces, 'O') && add_parameter(row, "out", 'O') < 0) return -1;
    return 0;
malformed:
    PyErr_Format(PyExc_SystemError, "operator table: %s: signature and schema differ", row->name);
    return -1;
}

// "name(signature)\n--\n\ndoc", of which inspect.signature reads the first line. Lives as long as the process.
const char *row_doc(const Row *row, const char *name, bool method) {
    char signature[512];
    int length = snprintf(signature, sizeof signature, "%s", row->signature);
    if (length <= 0 || length + 64 > (int)sizeof signature) goto failed;
    char *mark = strchr(signature, '$');
    if (mark) *mark = '/';
    char *from = strstr(signature, "from=");  // a keyword of Python: no name of a parameter there
    if (from) {
        memmove(from + 5, from + 4, strlen(from + 4) + 1);
        from[4] = '_';
        length++;
    }
    for (int i = 0; i < row->count; i++) {
        const Parameter *parameter = &row->parameters[i];
        if (!strchr("DOYKC", parameter->letter) || (parameter->letter == 'O' && method)) continue;
        bool named = strchr(signature, '*') != NULL;
        length += snprintf(signature + length - 1, sizeof signature - (size_t)length, "%s%s=None)", named ? ", " : ", *, ",
                           parameter->text) - 1;
    }
    const char *rest = signature + 1;
    if (method) rest = signature + 1 + strcspn(signature + 1, ",)");
    size_t size = strlen(name) + strlen(signature) + strlen(row->doc) + 32;
    char *doc = PyMem_Malloc(size);
    if (!doc) goto failed;
    snprintf(doc, size, "%s(%s%s\n--\n\n%s", name, method ? "$self" : "", rest, row->doc);
    return doc;
failed:
    PyErr_NoMemory();
    return NULL;
}
