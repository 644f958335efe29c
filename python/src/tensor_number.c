// Operators of Python's expressions on tensors.
#include "internal.h"

// Numbers as tensors, kept for the next time: a program uses few different ones, over and over. Only operators that make
// new tensors see them, so nobody can write to them.
enum { NUMBER_CACHE_SIZE = 32 };
static struct {
    uint64_t bits;
    PyTypeObject *type;
    snn_tensor tensor;
} number_cache[NUMBER_CACHE_SIZE];

// tensor_from_number, with the cache for float and int.
static int number_operand(PyObject *object, snn_tensor *owned) {
    uint64_t bits;
    PyTypeObject *type = Py_TYPE(object);
    if (type == &PyFloat_Type) {
        double value = PyFloat_AS_DOUBLE(object);
        memcpy(&bits, &value, sizeof bits);
    } else if (type == &PyLong_Type) {
        int overflow;
        long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
        if (overflow || (value == -1 && PyErr_Occurred())) {
            PyErr_Clear();
            return tensor_from_number(object, owned);
        }
        bits = (uint64_t)value;
    } else return tensor_from_number(object, owned);
    size_t slot = (size_t)((bits ^ (bits >> 32) ^ (bits >> 52)) * 0x9E3779B97F4A7C15u >> 59) % NUMBER_CACHE_SIZE;
    if (number_cache[slot].type != type || number_cache[slot].bits != bits) {
        snn_tensor made;
        int found = tensor_from_number(object, &made);
        if (found <= 0) return found;
        if (number_cache[slot].type) snn_tensor_release(number_cache[slot].tensor);
        number_cache[slot].bits = bits;
        number_cache[slot].type = type;
        number_cache[slot].tensor = made;
    }
    *owned = number_cache[slot].tensor;
    snn_tensor_retain(*owned);
    return 1;
}

// One operand: a tensor, borrowed, or a number or NumPy array, which becomes a tensor in `owned`. An array is copied: the
// backward pass may need its elements as they were. 1, 0 for anything else, -1.
static inline int operand(PyObject *object, snn_value *value, snn_tensor *owned) {
    *owned = NULL;
    if (tensor_check(object)) {
        *value = tensor_value(tensor_handle(object));
        return 1;
    }
    int found = number_operand(object, owned);
    if (found == 0 && numpy_array_check(object)) found = tensor_copy_buffer(object, "operator", owned) < 0 ? -1 : 1;
    if (found > 0) *value = tensor_value(*owned);
    return found;
}

static PyObject *binary(snn_op op, PyObject *left, PyObject *right) {
    snn_value values[2];
    snn_tensor owned[2] = {NULL, NULL}, result = NULL;
    PyObject *object = NULL;
    int found = operand(left, &values[0], &owned[0]);
    if (found > 0) found = operand(right, &values[1], &owned[1]);
    if (found == 0) {
        object = Py_NotImplemented;
        Py_INCREF(object);
    } else if (found > 0) {
        int64_t work = (owned[0] ? 0 : tensor_work(left)) + (owned[1] ? 0 : tensor_work(right));
        if (op == SNN_OP_matmul) work *= PRODUCT_WORK;
        snn_status status;
        BEGIN_WORK(work)
        status = snn_op_call(op, values, 2, &result, 1, NULL);
        END_WORK
        object = status ? raise_status(status) : tensor_wrap_result(result);
    }
    for (int i = 0; i < 2; i++)
        if (owned[i]) snn_tensor_release(owned[i]);
    return object;
}

static PyObject *unary(snn_op op, PyObject *self) {
    snn_value value = tensor_value(tensor_handle(self));
    snn_tensor result;
    snn_status status;
    int64_t work = tensor_work(self);
    BEGIN_WORK(work)
    status = snn_op_call(op, &value, 1, &result, 1, NULL);
    END_WORK
    return status ? raise_status(status) : tensor_wrap_result(result);
}

// `own`: the operator has a kernel that works in place, and `op` is its number; else `op` is that of the operator out of
// place, whose result is written back.
static PyObject *in_place_by(bool own, int op, PyObject *self, PyObject *other) {
    snn_value values[2] = {tensor_value(tensor_handle(self))};
    snn_tensor owned;
    int found = operand(other, &values[1], &owned);
    if (found < 0) return NULL;
    if (!found) Py_RETURN_NOTIMPLEMENTED;
    snn_status status;
    // A recorded operator also writes the history, which other threads may be about to write as well.
    int64_t work = snn_grad_is_enabled() ? 0 : tensor_work(self);
    BEGIN_WORK(work)
    if (own) status = snn_inplace_call((snn_inplace_op)op, values, 2);
    else status = snn_op_call_in_place((snn_op)op, values, 2);
    END_WORK
    if (owned) snn_tensor_release(owned);
    if (status) return raise_status(status);
    Py_INCREF(self);
    return self;
}

static PyObject *in_place(snn_inplace_op op, PyObject *self, PyObject *other) { return in_place_by(true, op, self, other); }

static PyObject *number_add(PyObject *left, PyObject *right) { return binary(SNN_OP_add, left, right); }
static PyObject *number_subtract(PyObject *left, PyObject *right) { return binary(SNN_OP_sub, left, right); }
static PyObject *number_multiply(PyObject *left, PyObject *right) { return binary(SNN_OP_mul, left, right); }
static PyObject *number_divide(PyObject *left, PyObject *right) { return binary(SNN_OP_div, left, right); }
static PyObject *number_power(PyObject *left, PyObject *right, PyObject *modulus) {
    if (modulus != Py_None) Py_RETURN_NOTIMPLEMENTED;
    return binary(SNN_OP_pow, left, right);
}
static PyObject *number_matmul(PyObject *left, PyObject *right) {
    if (!tensor_check(left) || !tensor_check(right)) Py_RETURN_NOTIMPLEMENTED;
    return binary(SNN_OP_matmul, left, right);
}
static PyObject *number_floor_divide(PyObject *left, PyObject *right) {
    return binary(SNN_OP_floor_divide, left, right);
}
static PyObject *number_remainder(PyObject *left, PyObject *right) { return binary(SNN_OP_remainder, left, right); }
static PyObject *number_and(PyObject *left, PyObject *right) { return binary(SNN_OP_bitwise_and, left, right); }
static PyObject *number_or(PyObject *left, PyObject *right) { return binary(SNN_OP_bitwise_or, left, right); }
static PyObject *number_xor(PyObject *left, PyObject *right) { return binary(SNN_OP_bitwise_xor, left, right); }
static PyObject *number_lshift(PyObject *left, PyObject *right) { return binary(SNN_OP_bitwise_left_shift, left, right); }
static PyObject *number_rshift(PyObject *left, PyObject *right) { return binary(SNN_OP_bitwise_right_shift, left, right); }
static PyObject *number_negative(PyObject *self) { return unary(SNN_OP_neg, self); }
static PyObject *number_absolute(PyObject *self) { return unary(SNN_OP_abs, self); }
static PyObject *number_positive(PyObject *self) {
    if (snn_tensor_dtype(tensor_handle(self)) == SNN_BOOL) {
        PyErr_SetString(PyExc_TypeError, "+x: not for bool tensors");
        return NULL;
    }
    Py_INCREF(self);
    return self;
}
static PyObject *number_invert(PyObject *self) {
    snn_dtype dtype = snn_tensor_dtype(tensor_handle(self));
    if (!dtype_is_floating(dtype)) return unary(SNN_OP_bitwise_not, self);
    // The operator's own class of error, as for other operands that Python's expressions don't take.
    PyErr_Format(PyExc_TypeError, "~ (operator.invert) is only implemented on integer and Boolean-type tensors, got %s", dtype_name(dtype));
    return NULL;
}

static PyObject *inplace_add(PyObject *self, PyObject *other) { return in_place(SNN_INPLACE_add, self, other); }
static PyObject *inplace_subtract(PyObject *self, PyObject *other) { return in_place(SNN_INPLACE_sub, self, other); }
static PyObject *inplace_multiply(PyObject *self, PyObject *other) { return in_place(SNN_INPLACE_mul, self, other); }
static PyObject *inplace_divide(PyObject *self, PyObject *other) { return in_place(SNN_INPLACE_div, self, other); }
static PyObject *inplace_power(PyObject *self, PyObject *other, PyObject *Py_UNUSED(modulus)) {
    return in_place(SNN_INPLACE_pow, self, other);
}

#define IN_PLACE(name)                                                                                                 \
    static PyObject *inplace_##name(PyObject *self, PyObject *other) {                                                 \
        return in_place_by(false, SNN_OP_##name, self, other);                                                         \
    }
IN_PLACE(floor_divide)
IN_PLACE(remainder)
IN_PLACE(bitwise_and)
IN_PLACE(bitwise_or)
IN_PLACE(bitwise_xor)
IN_PLACE(bitwise_left_shift)
IN_PLACE(bitwise_right_shift)

static PyObject *compare(PyObject *left, PyObject *right, int operation) {
    static const snn_op ops[] = {[Py_LT] = SNN_OP_lt, [Py_LE] = SNN_OP_le, [Py_EQ] = SNN_OP_eq,
                                 [Py_NE] = SNN_OP_ne, [Py_GT] = SNN_OP_gt, [Py_GE] = SNN_OP_ge};
    return binary(ops[operation], left, right);
}

// ---------------------------------------------------------------------------------------------------- conversion

static int is_true(PyObject *self) {
    double real;
    int64_t integer;
    snn_tensor tensor = tensor_handle(self);
    int64_t count = tensor_element_count(tensor);
    if (count != 1) {
        PyErr_Format(PyExc_RuntimeError, "Boolean value of Tensor with %s is ambiguous", count ? "more than one value" : "no values");
        return -1;
    }
    snn_status status = snn_tensor_item(tensor, &real, &integer);
    if (status) {
        raise_status(status);
        return -1;
    }
    snn_dtype dtype = snn_tensor_dtype(tensor);
    return dtype_is_floating(dtype) ? real != 0 : integer != 0;
}

PyObject *tensor_item_object(snn_tensor tensor) {
    double real;
    int64_t integer;
    snn_status status = snn_tensor_item(tensor, &real, &integer);
    if (status) return raise_status(status);
    snn_dtype dtype = snn_tensor_dtype(tensor);
    if (dtype_is_floating(dtype)) return PyFloat_FromDouble(real);
    return dtype == SNN_BOOL ? PyBool_FromLong(integer != 0) : PyLong_FromLongLong(integer);
}

PyObject *tensor_only_element(PyObject *self) {
    snn_tensor tensor = tensor_handle(self);
    if (tensor_element_count(tensor) != 1) {
        PyErr_SetString(PyExc_ValueError, "only one element tensors can be converted to Python scalars");
        return NULL;
    }
    return tensor_item_object(tensor);
}

static PyObject *number_float(PyObject *self) {
    PyObject *item = tensor_only_element(self);
    PyObject *result = item ? PyNumber_Float(item) : NULL;
    Py_XDECREF(item);
    return result;
}
static PyObject *number_int(PyObject *self) {
    PyObject *item = tensor_only_element(self);
    PyObject *result = item ? PyNumber_Long(item) : NULL;
    Py_XDECREF(item);
    return result;
}
static PyObject *number_index(PyObject *self) {
    snn_tensor tensor = tensor_handle(self);
    snn_dtype dtype = snn_tensor_dtype(tensor);
    if (dtype_is_floating(dtype) || tensor_element_count(tensor) != 1) {
        PyErr_SetString(PyExc_TypeError, "only integer tensors of a single element can be converted to an index");
        return NULL;
    }
    double real;
    int64_t integer;
    snn_status status = snn_tensor_item(tensor, &real, &integer);
    return status ? raise_status(status) : PyLong_FromLongLong(integer);
}

const PyType_Slot number_slots[] = {
    {Py_nb_add, number_add},
    {Py_nb_subtract, number_subtract},
    {Py_nb_multiply, number_multiply},
    {Py_nb_true_divide, number_divide},
    {Py_nb_floor_divide, number_floor_divide},
    {Py_nb_remainder, number_remainder},
    {Py_nb_and, number_and},
    {Py_nb_or, number_or},
    {Py_nb_xor, number_xor},
    {Py_nb_lshift, number_lshift},
    {Py_nb_rshift, number_rshift},
    {Py_nb_power, number_power},
    {Py_nb_matrix_multiply, number_matmul},
    {Py_nb_negative, number_negative},
    {Py_nb_positive, number_positive},
    {Py_nb_absolute, number_absolute},
    {Py_nb_invert, number_invert},
    {Py_nb_inplace_add, inplace_add},
    {Py_nb_inplace_subtract, inplace_subtract},
    {Py_nb_inplace_multiply, inplace_multiply},
    {Py_nb_inplace_true_divide, inplace_divide},
    {Py_nb_inplace_power, inplace_power},
    {Py_nb_inplace_floor_divide, inplace_floor_divide},
    {Py_nb_inplace_remainder, inplace_remainder},
    {Py_nb_inplace_and, inplace_bitwise_and},
    {Py_nb_inplace_or, inplace_bitwise_or},
    {Py_nb_inplace_xor, inplace_bitwise_xor},
    {Py_nb_inplace_lshift, inplace_bitwise_left_shift},
    {Py_nb_inplace_rshift, inplace_bitwise_right_shift},
    {Py_nb_bool, is_true},
    {Py_nb_float, number_float},
    {Py_nb_int, number_int},
    {Py_nb_index, number_index},
    {Py_tp_richcompare, compare},
    {0, NULL},
};
