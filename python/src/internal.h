// What the files of the tensor half share among themselves.
#ifndef SWIFTNN_INTERNAL_H
#define SWIFTNN_INTERNAL_H

#include "binding.h"

// Entry points of the type slots, each in the file of its subject.
extern PyType_Slot const number_slots[];      // tensor_number.c; ends with {0, NULL}
extern PyType_Slot const protocol_slots[];    // tensor_protocol.c
extern PyType_Slot const index_slots[];       // tensor_index.c
extern PyGetSetDef tensor_attributes[];       // tensor_attributes.c
extern PyMethodDef tensor_methods[];          // tensor_methods.c
extern PyMethodDef conversion_methods[];      // tensor_conversion.c

extern PyObject *cpu_device;                   // dtype.c: the one device
int errors_init(PyObject *module);

// autograd.c
int autograd_init(PyObject *module);
PyObject *tensor_get_grad_fn(PyObject *self, void *closure);
PyObject *tensor_get_output_nr(PyObject *self, void *closure);
PyObject *private_backward(PyObject *module, PyObject *const *args, Py_ssize_t count);

// options.c: each 0, or -1 with an error that names what is not offered. NULL and None are right.
extern PyObject *strided_layout;
int parse_layout(PyObject *object, const char *function);
int parse_memory_format(PyObject *object, const char *function, bool may_preserve);
int parse_pin_memory(PyObject *object, const char *function);
bool is_memory_format(PyObject *object);
int options_init(PyObject *module);

// generator.c
extern PyTypeObject *Generator_Type;
extern PyObject *default_generator;
snn_generator generator_handle(PyObject *object);  // of an instance of Generator_Type
int parse_seed(PyObject *seed, const char *function, uint64_t *result);
int random_seed(uint64_t *result);  // of the system's choice
int generator_init(PyObject *module);

// operators.c: an operator as its function is called.
PyObject *operator_call(snn_op op, PyObject *const *args, Py_ssize_t count, PyObject *keywords);

int dlpack_init(PyObject *module);

int tensor_get_buffer(PyObject *self, Py_buffer *view, int flags);
void tensor_release_buffer(PyObject *self, Py_buffer *view);

// With memory of its own, whatever the strides of the buffer.
int tensor_copy_buffer(PyObject *object, const char *function, snn_tensor *result);

// tensor_type.c
void tensor_track(PyObject *self);  // for the collector of cycles, which does not look at most tensors
PyObject *tensor_get_dict(PyObject *self, void *closure);
int tensor_set_dict(PyObject *self, PyObject *value, void *closure);
PyObject *tensor_new(PyTypeObject *type, PyObject *args, PyObject *keywords);
PyObject *parameter_new(PyTypeObject *type, PyObject *args, PyObject *keywords);

// A product of matrices does more than one step for each element.
enum { PRODUCT_WORK = 8 };

// Starts or ends a section without the GIL when `elements` make it worth while.
#define BEGIN_WORK(elements)                                                                                          \
    {                                                                                                                 \
        PyThreadState *saved_ = (elements) >= LONG_WORK ? PyEval_SaveThread() : NULL;
#define END_WORK                                                                                                      \
        if (saved_) PyEval_RestoreThread(saved_);                                                                     \
    }

// For NumPy's scalars (not arrays): the dtype of one, by its buffer. 1, 0 when it is none or has no dtype of ours.
int numpy_scalar_dtype(PyObject *object, snn_dtype *result);
// Whether the object is an instance of numpy.generic, without importing NumPy.
bool numpy_scalar_check(PyObject *object);

PyObject *tensor_item_object(snn_tensor tensor);  // as a Python number
// The same of a Tensor, for a constructor of Python's or a list: a ValueError where item() has a RuntimeError.
PyObject *tensor_only_element(PyObject *self);
PyObject *element_object(const void *element, snn_dtype dtype);

// Whether the object is a numpy.ndarray, without importing NumPy.
bool numpy_array_check(PyObject *object);

// The name of an object's type without that of its module.
static inline const char *short_type_name(PyObject *object) {
    const char *name = Py_TYPE(object)->tp_name, *dot = strrchr(name, '.');
    return object == Py_None ? "None" : dot ? dot + 1 : name;
}

#define KEYWORD_METHOD(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL | METH_KEYWORDS

static inline snn_value tensor_value(snn_tensor tensor) {
    return (snn_value){.kind = SNN_TENSOR, .tensor = tensor};
}
static inline snn_value none_value(void) { return (snn_value){.kind = SNN_NONE}; }
static inline snn_value integer_value(int64_t value) { return (snn_value){.kind = SNN_INTEGER, .integer = value}; }
static inline snn_value dtype_value(snn_dtype dtype) { return (snn_value){.kind = SNN_DTYPE, .integer = dtype}; }
static inline snn_value boolean_value(bool value) { return (snn_value){.kind = SNN_BOOLEAN, .integer = value}; }

#endif
