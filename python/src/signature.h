// The rows of the tables of operators and blocks: what is called, with what, and what comes of it.
#ifndef SWIFTNN_SIGNATURE_H
#define SWIFTNN_SIGNATURE_H

#include "internal.h"

enum { MAX_PARAMETERS = 20 };

typedef struct {
    PyObject *name;  // interned
    const char *text;
    char letter;     // of the schema; 'O' for out=; or one that is checked and not handed on: 'D' device, 'Y' layout,
                     // 'K' pin_memory, 'C' memory_format
    bool required, keyword_only, positional_only, variadic;
} Parameter;

typedef struct {
    const char *name, *surfaces, *schema, *signature, *doc;
    enum { OPERATOR, WRITER, BLOCK } kind;
    int code;        // snn_op, snn_inplace_op or snn_block
    const char *label;                // the name in messages: without the underscore of a private one
    const char *results;              // the schema's second part: "*", or the names of a named tuple; NULL for one tensor
    int count, positional, required;  // parameters; how many may be given by position; how many must be given
    PyTypeObject *named;              // the type of the named tuple, and its number of fields
    int named_count;
    Parameter parameters[MAX_PARAMETERS];
} Row;

// Fills in what follows from name, schema and signature. 0, or -1.
int row_parse_signature(Row *row);
// Whether the row makes tensors of what are none.
bool row_is_creation(const Row *row);
// "name(signature)\n--\n\ndoc", of which inspect.signature reads the first line. Lives as long as the process.
const char *row_doc(const Row *row, const char *name, bool method);

// Puts the arguments of a call in the order of the parameters. Those of a variadic parameter are args[*rest, …).
// `self` is NULL for a function.
int row_bind(const Row *row, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords,
             PyObject **objects, Py_ssize_t *rest);
// Several integers or tensors in a row, or one list of them.
int row_parse_variadic(ValueScratch *scratch, const Row *row, const Parameter *parameter, PyObject *const *args,
                       Py_ssize_t count, snn_value *value);
// The results as a tuple, or a named tuple of `type`; NULL among them is None.
PyObject *row_wrap_results(PyTypeObject *type, snn_tensor *results, int32_t count);

#endif
