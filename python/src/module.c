// swiftnn._C: the extension module.
#include "internal.h"

#ifndef SWIFTNN_VERSION
#define SWIFTNN_VERSION "unknown"  // the build names it
#endif

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "swiftnn._C", .m_doc = "The library's tensors, operators and modules for Python.", .m_size = -1,
};

PyMODINIT_FUNC PyInit__C(void) {
    if (snn_abi_version() != SNN_ABI_VERSION)
        return PyErr_Format(PyExc_ImportError, "swiftnn: the extension was built for version %d of the library's interface, which has %d",
                            SNN_ABI_VERSION, (int)snn_abi_version());
    PyObject *module = PyModule_Create(&definition);
    if (!module) return NULL;
    if (errors_init(module) < 0 || dtype_init(module) < 0 || options_init(module) < 0 || generator_init(module) < 0 ||
        tensor_type_init(module) < 0 || operators_init(module) < 0 || functions_init(module) < 0 || dlpack_init(module) < 0 ||
        autograd_init(module) < 0 || nn_module_init(module) < 0 ||
        PyModule_AddStringConstant(module, "__version__", SWIFTNN_VERSION) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
