// What the files of the extension share. Everything here needs the GIL unless it says otherwise.
//
// Ownership: a PyObject * that is returned is a new reference, one that is passed is borrowed. An snn_tensor that a
// parameter named `owned` takes is given away, whatever the outcome; any other is borrowed.
// Errors: a function that returns a pointer returns NULL, one that returns an int returns -1, with the Python error set.
#ifndef SWIFTNN_BINDING_H
#define SWIFTNN_BINDING_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <structmember.h>

#include "swiftnn.h"

// Heap types, made once by PyInit__C. Parameter is a subclass of Tensor.
extern PyTypeObject *Tensor_Type, *Parameter_Type, *Size_Type, *DType_Type, *Device_Type;

// ---------------------------------------------------------------------------------------------------- tensors

// The handle is never NULL in an object that Python code can see and never changes while the object lives.
typedef struct {
    PyObject_HEAD
    snn_tensor handle;
    PyObject *dict;
    PyObject *weakrefs;
    int64_t work;  // the number of elements when last asked, or -1; an estimate: see tensor_work
} TensorObject;

static inline bool tensor_check(PyObject *object) {
    return Py_IS_TYPE(object, Tensor_Type) || PyObject_TypeCheck(object, Tensor_Type);
}
// Borrowed; `object` has passed tensor_check.
static inline snn_tensor tensor_handle(PyObject *object) { return ((TensorObject *)object)->handle; }

// The Python object of a tensor: the one that exists, else a new Tensor, or a new Parameter if it is marked as one.
PyObject *tensor_wrap(snn_tensor owned);
// The same for the result of an operator, which is never a parameter without an object: saves the question.
PyObject *tensor_wrap_result(snn_tensor owned);
// A new object of `type` (Tensor or a subclass) for a tensor that has none yet.
PyObject *tensor_wrap_as(PyTypeObject *type, snn_tensor owned);

// The one result of an operator.
snn_status tensor_operator(snn_op op, const snn_value *arguments, int32_t count, snn_tensor *result);

// ---------------------------------------------------------------------------------------------------- errors

// Sets the Python exception for a status other than SNN_OK, from snn_error_message(). For SNN_ERROR_FOREIGN the Python
// error is set already and is left as it is. Always NULL.
PyObject *raise_status(snn_status status);
// "mm(): argument 'mat2' must be Tensor, not str"; always NULL.
PyObject *raise_argument_type(const char *function, const char *argument, const char *expected, PyObject *given);

// ---------------------------------------------------------------------------------------------------- values

// Keeps alive what the snn_values of one call point to. Start with scratch_init, end with scratch_clear in every case.
typedef struct {
    int32_t owned_count, kept_count, block_count;
    bool integers_used;
    snn_tensor owned[8];
    PyObject *kept[8];
    void *blocks[8];
    int64_t integers[SNN_MAX_RANK];
} ValueScratch;

static inline void scratch_init(ValueScratch *scratch) {
    scratch->owned_count = scratch->kept_count = scratch->block_count = 0;
    scratch->integers_used = false;
}
void scratch_clear(ValueScratch *scratch);

// Converts one argument. `letter` is one of the schema letters of swiftnn_ops.def, or 'a': whatever fits the object
// (None, bool, int, float, str, dtype, Tensor, or a list or tuple of ints, of floats or of Tensors; other numbers by
// __index__ or __float__). `function` and `argument` are for the message. A string stays owned by `object`, which must outlive the value.
// 0, or -1 with the Python error set.
int parse_value(ValueScratch *scratch, char letter, PyObject *object, const char *function, const char *argument,
                snn_value *value);
// None, int, float, bool, str, dtype, Tensor, or a tuple of ints, of floats or of Tensors.
PyObject *value_to_object(const snn_value *value);

// An int through __index__, without truncation: OverflowError when it does not fit.
int parse_integer(PyObject *object, const char *function, const char *argument, int64_t *result);
// A float or anything with __float__ or __index__.
int parse_real(PyObject *object, const char *function, const char *argument, double *result);
// True or False, also of NumPy.
int parse_boolean(PyObject *object, const char *function, const char *argument, bool *result);
// A dtype, or one of Python's float (float64), int (int64) and bool.
int parse_dtype(PyObject *object, const char *function, const char *argument, snn_dtype *result);
// None, "cpu", "cpu:0" or a device; an error that names any other.
int parse_device(PyObject *object, const char *function);

// Parameters of a hand-written METH_FASTCALL | METH_KEYWORDS function. `names` ends with NULL; the first `required`
// ones must be given, those from index `positional` on only by name. Fills `objects`, NULL for those left out.
int parse_arguments(const char *function, const char *const *names, int positional, int required, PyObject *const *args,
                    Py_ssize_t count, PyObject *keywords, PyObject **objects);

PyObject *dtype_object(snn_dtype dtype);        // the singleton, a new reference
PyObject *size_object(const int64_t *sizes, int32_t rank);  // swiftnn.Size
Py_ssize_t dtype_size(snn_dtype dtype);         // bytes of an element
const char *dtype_name(snn_dtype dtype);
bool dtype_is_floating(snn_dtype dtype);

// ---------------------------------------------------------------------------------------------------- conversion

// A tensor from nested sequences, numbers, Tensors, buffers or NumPy scalars, with memory of its own. `dtype` may be NULL.
int tensor_from_object(PyObject *data, const snn_dtype *dtype, const char *function, snn_tensor *result);
// Over the memory of an object with the buffer protocol, without a copy.
int tensor_from_buffer(PyObject *buffer, const char *function, snn_tensor *result);
// A number as a zero-dimensional tensor for an expression. 1, 0 when `object` is no number (no error set), -1.
int tensor_from_number(PyObject *object, snn_tensor *result);

// ---------------------------------------------------------------------------------------------------- GIL

// Work on this many elements and more repays letting other Python threads run meanwhile.
enum { LONG_WORK = 1 << 15 };
int64_t tensor_element_count(snn_tensor tensor);
// How much work an operator on a tensor is. The library is asked once for each object, as the question is not free.
static inline int64_t tensor_work(PyObject *object) {
    TensorObject *self = (TensorObject *)object;
    if (self->work < 0) self->work = tensor_element_count(self->handle);
    return self->work;
}

// ---------------------------------------------------------------------------------------------------- initialisation

// Each adds its part to the module; 0 or -1. In the order in which PyInit__C calls them.
int dtype_init(PyObject *module);
int tensor_type_init(PyObject *module);
int operators_init(PyObject *module);
int functions_init(PyObject *module);
int nn_module_init(PyObject *module);

#endif
