// Parameters of hand-written functions, matched as CPython matches those of a Python function.
#include "internal.h"

int parse_arguments(const char *function, const char *const *names, int positional, int required, PyObject *const *args,
                    Py_ssize_t count, PyObject *keywords, PyObject **objects) {
    int parameters = 0;
    while (names[parameters]) objects[parameters++] = NULL;
    if (count > positional) {
        PyErr_Format(PyExc_TypeError, "%s() takes %s%d positional argument%s but %zd %s given", function,
                     required < positional ? "at most " : "", positional, positional == 1 ? "" : "s", count,
                     count == 1 ? "was" : "were");
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) objects[i] = args[i];
    Py_ssize_t keyword_count = keywords ? PyTuple_GET_SIZE(keywords) : 0;
    for (Py_ssize_t k = 0; k < keyword_count; k++) {
        PyObject *keyword = PyTuple_GET_ITEM(keywords, k);
        int i = 0;
        while (i < parameters && PyUnicode_CompareWithASCIIString(keyword, names[i]) != 0) i++;
        if (i == parameters) {
            PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", function, keyword);
            return -1;
        }
        if (objects[i]) {
            PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument '%s'", function, names[i]);
            return -1;
        }
        objects[i] = args[count + k];
    }
    for (int i = 0; i < required; i++)
        if (!objects[i]) {
            PyErr_Format(PyExc_TypeError, "%s() missing 1 required positional argument: '%s'", function, names[i]);
            return -1;
        }
    return 0;
}
