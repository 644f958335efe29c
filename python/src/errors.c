// Errors of the library as Python exceptions.
#include "internal.h"

// swiftnn.linalg.LinAlgError, a RuntimeError.
static PyObject *linalg_error;

int errors_init(PyObject *module) {
    linalg_error = PyErr_NewExceptionWithDoc("swiftnn.linalg.LinAlgError",
        "A matrix that is singular, or not positive-definite, where it must be.", PyExc_RuntimeError, NULL);
    return linalg_error ? PyModule_AddObjectRef(module, "LinAlgError", linalg_error) : -1;
}

PyObject *raise_status(snn_status status) {
    PyObject *type = PyExc_RuntimeError;
    switch (status) {
    case SNN_OK:
    case SNN_ERROR_RUNTIME: break;
    case SNN_ERROR_FOREIGN:
        if (PyErr_Occurred()) return NULL;
        break;
    case SNN_ERROR_VALUE: type = PyExc_ValueError; break;
    case SNN_ERROR_TYPE: type = PyExc_TypeError; break;
    case SNN_ERROR_INDEX: type = PyExc_IndexError; break;
    case SNN_ERROR_KEY: type = PyExc_KeyError; break;
    case SNN_ERROR_MEMORY: type = PyExc_MemoryError; break;
    case SNN_ERROR_IO: type = PyExc_OSError; break;
    case SNN_ERROR_LINALG: type = linalg_error; break;
    case SNN_ERROR_UNSUPPORTED: type = PyExc_NotImplementedError; break;
    }
    const char *message = snn_error_message();
    // The message may quote names that came from a file: replace what is no UTF-8.
    PyObject *text = PyUnicode_DecodeUTF8(message ? message : "", message ? (Py_ssize_t)strlen(message) : 0, "replace");
    if (text) {
        PyErr_SetObject(type, text);
        Py_DECREF(text);
    }
    return NULL;
}

PyObject *raise_argument_type(const char *function, const char *argument, const char *expected, PyObject *given) {
    PyErr_Format(PyExc_TypeError, "%s(): argument '%s' must be %s, not %s", function, argument, expected,
                 short_type_name(given));
    return NULL;
}
