// What the files of the binding of autograd share.
#ifndef SWIFTNN_AUTOGRAD_H
#define SWIFTNN_AUTOGRAD_H

#include "internal.h"

// ---- callbacks.c

// A destructor for payloads: gives back a reference, on whatever thread, with the GIL or without.
void release_object(void *object);
PyObject *wrap_borrowed(snn_tensor tensor);  // None for NULL
PyObject *wrap_tuple(const snn_tensor *tensors, int32_t count);
int hand_over(PyObject *object, const char *what, snn_tensor *result);

PyObject *tensor_register_hook(PyObject *self, PyObject *hook);
PyObject *tensor_register_accumulation_hook(PyObject *self, PyObject *hook);
PyObject *node_register_hook(snn_node node, bool before, PyObject *hook);

PyObject *private_push_saved_hooks(PyObject *module, PyObject *args);
PyObject *private_pop_saved_hooks(PyObject *module, PyObject *ignored);
PyObject *private_set_anomaly(PyObject *module, PyObject *args);
PyObject *function_is_anomaly_enabled(PyObject *module, PyObject *ignored);
PyObject *function_is_anomaly_check_nan_enabled(PyObject *module, PyObject *ignored);
int callbacks_init(PyObject *module);

#endif
