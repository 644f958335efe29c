// The table of operators as C and Python see it, shared by the file that calls operators and the one that shows them.
#ifndef SWIFTNN_OPERATORS_H
#define SWIFTNN_OPERATORS_H

#include "internal.h"

enum { MAX_PARAMETERS = 16 };

typedef struct {
    PyObject *name;  // interned
    const char *text;
    char letter;     // of the schema; 'O' for out=; or one that is checked and not handed on: 'D' device, 'Y' layout,
                     // 'K' pin_memory, 'C' memory_format
    bool required, keyword_only, positional_only, variadic;
} Parameter;

// A row of swiftnn_ops.def.
typedef struct {
    const char *name, *surfaces, *schema, *signature, *doc;
    int code;        // snn_op or snn_inplace_op
    bool in_place;
    bool makes;                       // makes tensors of what are none
    const char *label;                // the name in messages: without the underscore of a private one
    const char *results;              // the schema's second part: "*", or the names of a named tuple; NULL for one tensor
    int count, positional, required;  // parameters; how many may be given by position; how many must be given
    PyTypeObject *named;              // the type of the named tuple, and its number of fields
    int named_count;
    Parameter parameters[MAX_PARAMETERS];
} Row;

// ---- operator_table.c: by snn_op and by snn_inplace_op

extern Row operator_rows[], inplace_rows[];

// ---- operators.c: what Python calls, likewise; in_place_methods are those of the letter I

extern _PyCFunctionFastWithKeywords const operator_functions[], operator_methods[], in_place_methods[], inplace_row_methods[];

#endif
