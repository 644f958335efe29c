// The rows of swiftnn_ops.def: their signatures taken apart, and the functions and methods that show them.
#include "operators.h"

#define SNN_OP(operator, python, shown, letters, arguments, text) \
    {.name = python, .surfaces = shown, .schema = letters, .signature = arguments, .doc = text, .code = SNN_OP_##operator},
Row operator_rows[] = {
#include "swiftnn_ops.def"
};
#define SNN_INPLACE(operator, python, letters, arguments, text) \
    {.name = python, .surfaces = "M", .schema = letters, .signature = arguments, .doc = text, .code = SNN_INPLACE_##operator, .in_place = true},
Row inplace_rows[] = {
#include "swiftnn_ops.def"
};
enum { INPLACE_COUNT = sizeof inplace_rows / sizeof *inplace_rows };

static const struct {
    const char *python;
    int code;
    const char *surfaces;
} aliases[] = {
#define SNN_ALIAS(python, name, surfaces) {python, SNN_OP_##name, surfaces},
#include "swiftnn_ops.def"
};

// ---------------------------------------------------------------------------------------------------- signatures

// One that stands in no schema: keyword-only, None by default.
static int add_parameter(Row *row, const char *name, char letter) {
    Parameter *parameter = &row->parameters[row->count++];
    *parameter = (Parameter){.name = PyUnicode_InternFromString(name), .text = name, .letter = letter, .keyword_only = true};
    return parameter->name ? 0 : -1;
}

// Takes "(input, dim=None, *, dtype=None)" apart.
static int parse_signature(Row *row) {
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
    row->makes = strstr(row->signature, "dtype=") && (row->code == SNN_OP_normal || !strchr("tTv", row->schema[0]));
    bool likeness = !row->makes && strstr(row->signature, "requires_grad");
    if ((row->makes || likeness) && (add_parameter(row, "device", 'D') < 0 || add_parameter(row, "layout", 'Y') < 0 ||
                                           add_parameter(row, "pin_memory", 'K') < 0))
        return -1;
    if ((likeness || strchr(row->surfaces, 'C') || (row->in_place && row->code == SNN_INPLACE_resize)) && add_parameter(row, "memory_format", 'C') < 0) return -1;
    if (!row->in_place && strchr(row->surfaces, 'O') && add_parameter(row, "out", 'O') < 0) return -1;
    return 0;
malformed:
    PyErr_Format(PyExc_SystemError, "operator table: %s: signature and schema differ", row->name);
    return -1;
}

// "name(signature)\n--\n\ndoc", of which inspect.signature reads the first line. Lives as long as the process.
static const char *make_doc(const Row *row, const char *name, bool method) {
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

// ---------------------------------------------------------------------------------------------------- tables

static int add_function(PyObject *table, const Row *row, const char *name, int code, const char *module_name) {
    PyMethodDef *definition = PyMem_Calloc(1, sizeof *definition);  // as long as the process, like a static one
    if (!definition) {
        PyErr_NoMemory();
        return -1;
    }
    *definition = (PyMethodDef){name, (PyCFunction)(void (*)(void))operator_functions[code], METH_FASTCALL | METH_KEYWORDS,
                                make_doc(row, name, false)};
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
                                make_doc(row, name, true)};
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
    const Row *row = &operator_rows[code];
    for (int i = 0; i < NAMESPACES; i++)
        if (strchr(surfaces, namespaces[i].letter) && add_function(tables[i], row, name, code, namespaces[i].module_name) < 0)
            return -1;
    if (strchr(surfaces, 'P') && add_function(module, row, name, code, "swiftnn._C") < 0) return -1;
    if (strchr(surfaces, 'M') && add_method(row, name, operator_methods[code]) < 0) return -1;
    if (strchr(surfaces, 'I')) {
        PyObject *written = PyUnicode_FromFormat("%s_", name);
        if (!written) return -1;
        PyUnicode_InternInPlace(&written);  // as long as the process: the method's definition points into it
        if (add_method(row, PyUnicode_AsUTF8(written), in_place_methods[code]) < 0) return -1;
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
        if (parse_signature(&operator_rows[i]) < 0) goto done;
        if (operator_rows[i].results && operator_rows[i].results[0] != '*' && !(operator_rows[i].named = new_named_type(&operator_rows[i]))) goto done;
    }
    for (int i = 0; i < INPLACE_COUNT; i++)
        if (parse_signature(&inplace_rows[i]) < 0) goto done;

    for (int i = 0; i < SNN_OP_COUNT; i++)
        if (add_surfaces(module, tables, i, operator_rows[i].name, operator_rows[i].surfaces) < 0) goto done;
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (add_surfaces(module, tables, aliases[i].code, aliases[i].python, aliases[i].surfaces) < 0) goto done;
    for (int i = 0; i < INPLACE_COUNT; i++)
        if (add_method(&inplace_rows[i], inplace_rows[i].name, inplace_row_methods[i]) < 0) goto done;
    for (int i = 0; i < NAMESPACES; i++)
        if (PyModule_AddObjectRef(module, namespaces[i].attribute, tables[i]) < 0) goto done;
    status = 0;
done:
    for (int i = 0; i < NAMESPACES; i++) Py_XDECREF(tables[i]);
    return status;
}
