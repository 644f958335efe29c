// x[…] and x[…] = …: takes the expression apart into snn_index entries.
#include "internal.h"

enum { MAX_INDICES = 2 * SNN_MAX_RANK + 2 };

typedef struct {
    int32_t count, owned_count;
    snn_index entries[MAX_INDICES];
    snn_tensor owned[MAX_INDICES];
} IndexList;

static void clear_indices(IndexList *list) {
    for (int32_t i = 0; i < list->owned_count; i++) snn_tensor_release(list->owned[i]);
}

static int slice_bound(PyObject *bound, int64_t *result) {
    if (bound == Py_None) {
        *result = INT64_MIN;
        return 0;
    }
    if (!PyIndex_Check(bound)) {
        PyErr_Format(PyExc_TypeError, "slice indices must be integers or None or have an __index__ method, not %s",
                     short_type_name(bound));
        return -1;
    }
    // Clipped as Python clips: any bound beyond the ends means the end.
    PyObject *number = PyNumber_Index(bound);
    if (!number) return -1;
    int overflow;
    long long value = PyLong_AsLongLongAndOverflow(number, &overflow);
    Py_DECREF(number);
    if (value == -1 && !overflow && PyErr_Occurred()) return -1;
    if (overflow) value = overflow > 0 ? INT64_MAX : INT64_MIN + 1;
    *result = value == INT64_MIN ? INT64_MIN + 1 : value;
    return 0;
}

static int add_tensor(IndexList *list, snn_tensor tensor, bool owned) {
    // One of the caller's is held too: __index__ of a later item may take it out of its list.
    if (!owned) snn_tensor_retain(tensor);
    list->owned[list->owned_count++] = tensor;
    snn_index *entry = &list->entries[list->count];
    const snn_dtype dtype = snn_tensor_dtype(tensor);
    const bool scalar = snn_tensor_rank(tensor) == 0;
    if (scalar && dtype != SNN_BOOL && dtype != SNN_UINT8 && !dtype_is_floating(dtype)) {
        // An integer tensor without dimensions stands for its number, which keeps x[i] a view.
        double unused;
        *entry = (snn_index){.kind = SNN_INDEX_INTEGER};
        snn_status status = snn_tensor_item(tensor, &unused, &entry->start);
        if (status) {
            raise_status(status);
            return -1;
        }
    } else *entry = (snn_index){.kind = SNN_INDEX_TENSOR, .tensor = tensor};
    list->count++;
    if (dtype == SNN_UINT8 && !scalar &&
        PyErr_WarnEx(PyExc_UserWarning,
                     "indexing with dtype uint8 is deprecated, it is taken for a mask; use dtype bool instead", 1) < 0)
        return -1;
    return 0;
}

static int raise_bad_index(PyObject *item) {
    PyErr_Format(PyExc_IndexError,
                 "only integers, slices (`:`), ellipsis (`...`), None and integer or bool tensors are valid indices (got %s)",
                 short_type_name(item));
    return -1;
}

static int add_index(IndexList *list, PyObject *item) {
    if (list->count == MAX_INDICES) {
        PyErr_Format(PyExc_IndexError, "too many indices: at most %d", MAX_INDICES);
        return -1;
    }
    snn_index *entry = &list->entries[list->count];
    if (PyLong_Check(item) && !PyBool_Check(item)) {
        int overflow;
        long long value = PyLong_AsLongLongAndOverflow(item, &overflow);
        if (overflow) {
            PyErr_Format(PyExc_IndexError, "index %R is out of bounds", item);
            return -1;
        }
        *entry = (snn_index){.kind = SNN_INDEX_INTEGER, .start = value};
        list->count++;
        return 0;
    }
    if (PySlice_Check(item)) {
        PySliceObject *slice = (PySliceObject *)item;
        snn_index parsed = {.kind = SNN_INDEX_SLICE};
        if (slice_bound(slice->start, &parsed.start) < 0 || slice_bound(slice->stop, &parsed.stop) < 0 ||
            slice_bound(slice->step, &parsed.step) < 0)
            return -1;
        list->entries[list->count++] = parsed;
        return 0;
    }
    if (item == Py_None || item == Py_Ellipsis) {
        *entry = (snn_index){.kind = item == Py_None ? SNN_INDEX_NEW_AXIS : SNN_INDEX_ELLIPSIS};
        list->count++;
        return 0;
    }
    if (tensor_check(item)) return add_tensor(list, tensor_handle(item), false);
    snn_tensor tensor;
    if (PyBool_Check(item)) {
        uint8_t element = item == Py_True;
        snn_status status = snn_tensor_create(&element, SNN_BOOL, 0, NULL, &tensor);
        if (status) {
            raise_status(status);
            return -1;
        }
        return add_tensor(list, tensor, true);
    }
    bool buffer = PyObject_CheckBuffer(item) && !PyBytes_Check(item);
    snn_dtype dtype;
    if (buffer && numpy_scalar_dtype(item, &dtype) && dtype == SNN_BOOL) {
        int truth = PyObject_IsTrue(item);
        return truth < 0 ? -1 : add_index(list, truth ? Py_True : Py_False);
    }
    if (PyIndex_Check(item) && !(buffer && PySequence_Check(item))) {  // a NumPy integer; an array has a shape of its own
        PyObject *number = PyNumber_Index(item);
        if (!number) return -1;
        int status = add_index(list, number);
        Py_DECREF(number);
        return status;
    }
    if (PyList_Check(item) || PyTuple_Check(item) || PyRange_Check(item) || buffer) {
        if (tensor_from_object(item, NULL, "__getitem__", &tensor) < 0) return -1;
        if (!buffer && tensor_element_count(tensor) == 0) {
            // An empty list selects nothing; it has become a float tensor.
            snn_tensor_release(tensor);
            const snn_dtype integers = SNN_INT64;
            if (tensor_from_object(item, &integers, "__getitem__", &tensor) < 0) return -1;
        }
        return add_tensor(list, tensor, true);
    }
    return raise_bad_index(item);
}

// A list with slices, tensors or the like in it means what a tuple would. (PyTorch announces that it will not; a list of
// numbers, nested or not, is an index tensor, as in NumPy.)
static bool stands_for_tuple(PyObject *list) {
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        PyObject *item = PyList_GET_ITEM(list, i);
        if (PySlice_Check(item) || item == Py_None || item == Py_Ellipsis || tensor_check(item)) return true;
    }
    return false;
}

static int parse_indices(PyObject *index, IndexList *list) {
    list->count = list->owned_count = 0;
    bool many = PyTuple_Check(index) || (PyList_Check(index) && stands_for_tuple(index));
    if (!many) return add_index(list, index);
    PyObject *items = PySequence_Tuple(index);
    int status = items ? 0 : -1;
    for (Py_ssize_t i = 0; status == 0 && i < PyTuple_GET_SIZE(items); i++)
        status = add_index(list, PyTuple_GET_ITEM(items, i));
    Py_XDECREF(items);
    return status;
}

static PyObject *tensor_subscript(PyObject *self, PyObject *index) {
    IndexList list;
    PyObject *object = NULL;
    if (parse_indices(index, &list) == 0) {
        snn_tensor tensor = tensor_handle(self), result;
        // Only a tensor among the indices copies anything.
        int64_t work = 0;
        for (int32_t i = 0; i < list.count; i++)
            if (list.entries[i].kind == SNN_INDEX_TENSOR) work += tensor_element_count(list.entries[i].tensor) * 8;
        snn_status status;
        BEGIN_WORK(work)
        status = snn_tensor_get_index(tensor, list.entries, list.count, &result);
        END_WORK
        object = status ? raise_status(status) : tensor_wrap_result(result);
    }
    clear_indices(&list);
    return object;
}

static int tensor_assign_subscript(PyObject *self, PyObject *index, PyObject *value) {
    if (!value) {
        PyErr_SetString(PyExc_TypeError, "Tensor does not support deleting items");
        return -1;
    }
    IndexList list;
    snn_tensor owned = NULL, source = NULL;
    int result = -1;
    if (parse_indices(index, &list) < 0) goto done;
    if (tensor_check(value)) source = tensor_handle(value);
    else {
        int found = tensor_from_number(value, &owned);
        if (found == 0) {
            if (PyUnicode_Check(value) || PyBytes_Check(value) || !(PySequence_Check(value) || PyObject_CheckBuffer(value))) {
                PyErr_Format(PyExc_TypeError, "can't assign a %s to a swiftnn.Tensor", short_type_name(value));
                found = -1;
            } else found = tensor_from_object(value, NULL, "__setitem__", &owned);
        }
        if (found < 0) {
            owned = NULL;
            goto done;
        }
        source = owned;
    }
    snn_status status;
    // A recorded write also changes the tensor's history, which other threads may be about to change as well.
    int64_t work = snn_grad_is_enabled() ? 0 : tensor_work(self);
    BEGIN_WORK(work)
    status = snn_tensor_set_index(tensor_handle(self), list.entries, list.count, source);
    END_WORK
    if (status) raise_status(status);
    else result = 0;
done:
    if (owned) snn_tensor_release(owned);
    clear_indices(&list);
    return result;
}

const PyType_Slot index_slots[] = {
    {Py_mp_subscript, tensor_subscript},
    {Py_mp_ass_subscript, tensor_assign_subscript},
    {0, NULL},
};
