// swiftnn's C ABI: everything that a language other than Swift needs to build, train and run networks.
//
// Conventions
//   - Names are snn_<noun>_<verb>.
//   - A function that can fail returns an snn_status. On anything but SNN_OK no output is written, and
//     snn_error_message() holds a sentence that names the operation, what was given and what was expected.
//   - Tensors and modules are opaque, reference-counted handles. Arguments are borrowed; every handle written to an
//     output belongs to the caller, who gives it back with snn_tensor_release / snn_module_release.
//   - Strings returned as `const char *` stay valid until the next call on the same thread, unless said otherwise.
//   - Sizes, strides and offsets count elements, not bytes.
//   - Handles may be used from any thread. Reading one object from several threads at once is safe; writing to it
//     (in-place operators, backward, changing a module) needs the callers to take turns.
//   - A number that is none of an enumeration's, or NULL for an output or a list that is needed, is an error.
//   - The library never prints, aborts or calls exit.
#ifndef SWIFTNN_H
#define SWIFTNN_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__clang__)
#define SNN_CLOSED_ENUM __attribute__((enum_extensibility(closed)))
#else
#define SNN_CLOSED_ENUM
#endif

/// Changes whenever a declaration in this file, or the order of a table in swiftnn_ops.def, changes.
#define SNN_ABI_VERSION 6
/// The SNN_ABI_VERSION that the library was built with. Compare it before the first other call.
int32_t snn_abi_version(void);

// ---------------------------------------------------------------------------------------------------- errors

typedef enum SNN_CLOSED_ENUM snn_status {
    SNN_OK = 0,
    SNN_ERROR_RUNTIME = 1,      // shapes that do not fit, a graph used twice, a tensor in the wrong state
    SNN_ERROR_VALUE = 2,        // an argument outside its domain
    SNN_ERROR_TYPE = 3,         // an argument of the wrong type or dtype
    SNN_ERROR_INDEX = 4,        // an index or dimension out of range
    SNN_ERROR_KEY = 5,          // no parameter, child or entry of that name
    SNN_ERROR_MEMORY = 6,       // the memory asked for cannot be had
    SNN_ERROR_IO = 7,           // a file that cannot be read or written
    SNN_ERROR_UNSUPPORTED = 8,  // not offered by this library
    SNN_ERROR_FOREIGN = 9,      // a callback failed; the caller's side holds the original error
    SNN_ERROR_LINALG = 10,      // a matrix that is singular, or not positive-definite, where it must be
} snn_status;

/// The message of the last call on this thread that failed.
const char *snn_error_message(void);

// ---------------------------------------------------------------------------------------------------- tensors

typedef struct snn_tensor_object *snn_tensor;

typedef enum SNN_CLOSED_ENUM snn_dtype {
    SNN_FLOAT32 = 0,
    SNN_FLOAT64 = 1,
    SNN_INT64 = 2,
    SNN_INT32 = 3,
    SNN_INT16 = 4,
    SNN_INT8 = 5,
    SNN_UINT8 = 6,
    SNN_BOOL = 7,
    SNN_FLOAT16 = 8,   // arithmetic on these two is done in float32 and rounded
    SNN_BFLOAT16 = 9,
} snn_dtype;

/// The floating-point dtype of what names none, one for the process; float32 at first.
snn_dtype snn_default_dtype(void);
snn_status snn_set_default_dtype(snn_dtype dtype);

/// The largest number of dimensions that a tensor can have.
#define SNN_MAX_RANK 16

/// A description of a tensor at one moment.
typedef struct snn_tensor_view {
    void *data;  // the first element; NULL when there are no elements
    int64_t element_count;
    int64_t storage_offset;
    int64_t version;  // counts the writes to the memory, which views share
    int32_t rank;
    snn_dtype dtype;
    bool requires_grad;
    bool is_leaf;
    bool is_parameter;
    bool is_contiguous;
    bool is_writable;
    bool is_initialized;  // false for a parameter whose shape waits for the first input
    int64_t sizes[SNN_MAX_RANK];    // of an uninitialised parameter: -1 where unknown
    int64_t strides[SNN_MAX_RANK];
} snn_tensor_view;

void snn_tensor_retain(snn_tensor tensor);
void snn_tensor_release(snn_tensor tensor);

/// A new tensor with a copy of `rank`-dimensional contiguous `data`; with `data` NULL its elements are not set.
snn_status snn_tensor_create(const void *data, snn_dtype dtype, int32_t rank, const int64_t *sizes, snn_tensor *result);

/// A tensor over memory that stays the caller's: no copy. `destructor(payload)` runs, on any thread, when the last
/// tensor that shares the memory is gone. Negative strides are an error. Writing to a tensor that is not `writable`
/// is an error.
snn_status snn_tensor_borrow(void *data, snn_dtype dtype, int32_t rank, const int64_t *sizes, const int64_t *strides,
                             bool writable, void *payload, void (*destructor)(void *payload), snn_tensor *result);

/// A zero-dimensional tensor that stands for a number in an expression: it does not widen the dtype of the tensors
/// that it meets, as `2.0` does not widen `x` in `x * 2.0`. Only float64, int64 and bool.
snn_tensor snn_tensor_from_real(double value);
snn_tensor snn_tensor_from_integer(int64_t value);
snn_tensor snn_tensor_from_boolean(bool value);

void snn_tensor_get_view(snn_tensor tensor, snn_tensor_view *result);
/// Fewer fields, for hot paths.
bool snn_tensor_requires_grad(snn_tensor tensor);
int32_t snn_tensor_rank(snn_tensor tensor);
snn_dtype snn_tensor_dtype(snn_tensor tensor);

/// The one element of a tensor, whatever its shape; an error when there are more or none. Exactly one of the three
/// fields that fits the dtype is set: `real` for floating point, `integer` for integers and bool.
snn_status snn_tensor_item(snn_tensor tensor, double *real, int64_t *integer);
/// All elements, in row-major order, into `destination`, which has room for element_count elements of the dtype.
snn_status snn_tensor_read(snn_tensor tensor, void *destination);

/// The tensor as PyTorch prints it: `tensor([[1., 2.]], grad_fn=<AddBackward0>)`. `prefix` replaces "tensor".
const char *snn_tensor_describe(snn_tensor tensor, const char *prefix);

/// A word that the library keeps for a binding, which finds its own object for the tensor by it. NULL at first.
void *snn_tensor_get_foreign(snn_tensor tensor);
void snn_tensor_set_foreign(snn_tensor tensor, void *object);

/// One index of `x[...]`, as a binding has taken the expression apart.
typedef enum SNN_CLOSED_ENUM snn_index_kind {
    SNN_INDEX_INTEGER = 0,   // start
    SNN_INDEX_SLICE = 1,     // start, stop, step; INT64_MIN where left out
    SNN_INDEX_NEW_AXIS = 2,
    SNN_INDEX_ELLIPSIS = 3,
    SNN_INDEX_TENSOR = 4,    // integer or bool tensor
} snn_index_kind;

typedef struct snn_index {
    snn_index_kind kind;
    int64_t start, stop, step;
    snn_tensor tensor;
} snn_index;

snn_status snn_tensor_get_index(snn_tensor tensor, const snn_index *indices, int32_t count, snn_tensor *result);
/// `tensor[indices] = value`, the value broadcast to the selected shape and converted to the tensor's dtype.
snn_status snn_tensor_set_index(snn_tensor tensor, const snn_index *indices, int32_t count, snn_tensor value);

// ---------------------------------------------------------------------------------------------------- operators

/// An argument of an operator. `kind` says which member of the union is set; `count` is the length of a list.
typedef enum SNN_CLOSED_ENUM snn_value_kind {
    SNN_NONE = 0,
    SNN_TENSOR,
    SNN_INTEGER,
    SNN_REAL,
    SNN_BOOLEAN,   // in `integer`
    SNN_DTYPE,     // in `integer`
    SNN_INTEGERS,
    SNN_TENSORS,
    SNN_STRING,
    SNN_REALS,
    SNN_GENERATOR,
} snn_value_kind;

/// A source of random numbers.
typedef struct snn_generator_object *snn_generator;

typedef struct snn_value {
    snn_value_kind kind;
    int32_t count;
    union {
        snn_tensor tensor;
        int64_t integer;
        double real;
        const int64_t *integers;
        const double *reals;
        const snn_tensor *tensors;
        const char *string;
        snn_generator generator;
    };
} snn_value;

/// The operators of swiftnn_ops.def, in its order.
typedef enum SNN_CLOSED_ENUM snn_op {
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_op;
/// How many operators there are.
enum { SNN_OP_COUNT = 0
#define SNN_OP(name, python, surfaces, schema, signature, doc) +1
#include "swiftnn_ops.def"
};

/// The operators that also exist in place.
typedef enum SNN_CLOSED_ENUM snn_inplace_op {
#define SNN_INPLACE(name, python, schema, signature, doc) SNN_INPLACE_##name,
#include "swiftnn_ops.def"
} snn_inplace_op;
enum { SNN_INPLACE_COUNT = 0
#define SNN_INPLACE(name, python, schema, signature, doc) +1
#include "swiftnn_ops.def"
};

/// The operator's name, for messages; valid for ever.
static inline const char *snn_op_name(snn_op op) {
    static const char *const names[] = {
#define SNN_OP(name, python, surfaces, schema, signature, doc) #name,
#include "swiftnn_ops.def"
    };
    return (uint32_t)op < SNN_OP_COUNT ? names[op] : "operator";
}

static inline const char *snn_inplace_name(snn_inplace_op op) {
    static const char *const names[] = {
#define SNN_INPLACE(name, python, schema, signature, doc) python,
#include "swiftnn_ops.def"
    };
    return (uint32_t)op < SNN_INPLACE_COUNT ? names[op] : "in-place operator";
}

/// Runs an operator. `arguments` are those of its schema, in order; trailing ones may be left out and take the default
/// of the operator's signature, as does one of kind SNN_NONE. Writes at most `capacity` results, and how many to
/// `result_count` (which may be NULL).
snn_status snn_op_call(snn_op op, const snn_value *arguments, int32_t argument_count, snn_tensor *results,
                       int32_t capacity, int32_t *result_count);
/// As snn_op_call, for an operator with any number of results: writes a list that holds them all. The tensors belong to the
/// caller, and so does the list, which is given back with snn_list_release.
snn_status snn_op_call_list(snn_op op, const snn_value *arguments, int32_t argument_count, snn_tensor **results,
                            int32_t *result_count);
/// Frees a list, not the tensors in it. NULL is allowed.
void snn_list_release(snn_tensor *list);
/// Runs an operator that has the letter I in the table and writes its result to its first argument.
snn_status snn_op_call_in_place(snn_op op, const snn_value *arguments, int32_t argument_count);
/// Runs an operator and writes its results to `outputs`, which take on the results' shapes; they must be of a dtype to
/// which the results can be converted. Nothing is recorded for the backward pass.
snn_status snn_op_call_out(snn_op op, const snn_value *arguments, int32_t argument_count, const snn_tensor *outputs,
                           int32_t output_count);
/// Runs an operator that writes to its first argument by a kernel of its own. Nothing is returned: the argument is the result.
snn_status snn_inplace_call(snn_inplace_op op, const snn_value *arguments, int32_t argument_count);

// ---------------------------------------------------------------------------------------------------- autograd

/// Adds the gradient of `tensor` with regard to every leaf that it depends on to the leaf's gradient.
/// `gradient` may be NULL for a tensor of one element.
snn_status snn_tensor_backward(snn_tensor tensor, snn_tensor gradient, bool retain_graph, bool create_graph);
/// The same for the sum of several tensors, in one pass; and, unless `inputs` is NULL, for the gradients of `inputs` alone.
/// `gradients` may be NULL, as may its entries.
snn_status snn_autograd_backward(const snn_tensor *tensors, const snn_tensor *gradients, int32_t count,
                                 const snn_tensor *inputs, int32_t input_count, bool retain_graph, bool create_graph);
/// The gradients of `outputs` with regard to `inputs`, without touching any leaf's gradient. An entry of `results` is
/// NULL where an input was not used and `allow_unused` is set. `gradients` may be NULL, as may its entries.
snn_status snn_autograd_grad(const snn_tensor *outputs, const snn_tensor *gradients, int32_t output_count,
                             const snn_tensor *inputs, int32_t input_count, bool retain_graph, bool create_graph,
                             bool allow_unused, snn_tensor *results);
/// The accumulated gradient, or NULL in `result`.
snn_status snn_tensor_get_grad(snn_tensor tensor, snn_tensor *result);
/// `gradient` may be NULL. It must have the tensor's shape and dtype.
snn_status snn_tensor_set_grad(snn_tensor tensor, snn_tensor gradient);
snn_status snn_tensor_set_requires_grad(snn_tensor tensor, bool value);
/// Makes `tensor` refer to the memory, shape and dtype of `source`: `x.data = y`.
snn_status snn_tensor_set_data(snn_tensor tensor, snn_tensor source);
/// Marks a leaf as a parameter, for a binding that shows parameters as a type of their own.
snn_status snn_tensor_set_parameter(snn_tensor tensor, bool value);
/// The name of the gradient formula that made the tensor, such as "AddBackward0", or NULL for a leaf.
const char *snn_tensor_grad_fn(snn_tensor tensor);
/// Keeps the gradient of a tensor that is not a leaf.
snn_status snn_tensor_retain_grad(snn_tensor tensor);
bool snn_tensor_retains_grad(snn_tensor tensor);
/// A tensor on the same memory with a count of writes of its own and no history: what `x.data` gives.
snn_status snn_tensor_untracked(snn_tensor tensor, snn_tensor *result);
/// The tensor that a view shows a part of, whose history it shares; NULL in `result` for a tensor that is no view.
snn_status snn_tensor_get_base(snn_tensor tensor, snn_tensor *result);
bool snn_tensor_is_inference(snn_tensor tensor);

/// Whether operators on this thread record for the backward pass.
bool snn_grad_is_enabled(void);
void snn_grad_set_enabled(bool enabled);
/// Whether results on this thread are marked as never to take part in a graph; nothing is recorded then either.
bool snn_inference_is_enabled(void);
void snn_inference_set_enabled(bool enabled);
/// Whether all blocks that this thread runs behave as in training (1) or as in use (2), or each as it is set itself (0).
int32_t snn_training_mode(void);
void snn_training_set_mode(int32_t mode);

// A payload goes with a function that it is handed to; `destructor(payload)` runs, on any thread, when the library no longer
// needs it, and at once where the function that takes it fails. A callback that returns anything but SNN_OK keeps the error
// for itself and reports SNN_ERROR_FOREIGN.

/// Sees a gradient, which is borrowed; may put another into its place by writing a handle of its own to `*result`, which
/// is NULL before.
typedef snn_status (*snn_gradient_hook)(void *payload, snn_tensor gradient, snn_tensor *result);
/// Sees the gradients of the inputs of a formula and those of its outputs, NULL where there is none. May write handles of
/// its own to `results`, a place for each entry that it may replace, NULL before: the inputs' for a hook that runs after
/// the formula, the outputs' for one that runs before it, which sees no inputs.
typedef snn_status (*snn_formula_hook)(void *payload, const snn_tensor *inputs, int32_t input_count,
                                       const snn_tensor *outputs, int32_t output_count, snn_tensor *results);

/// What takes a hook off again. Releasing the handle leaves the hook where it is.
typedef struct snn_hook_object *snn_hook;
void snn_hook_remove(snn_hook hook);
void snn_hook_release(snn_hook hook);

snn_status snn_tensor_add_hook(snn_tensor tensor, snn_gradient_hook hook, void *payload, void (*destructor)(void *payload),
                               snn_hook *result);
/// Calls `hook` with a leaf whenever a pass has added to its gradient; its result is not looked at.
snn_status snn_tensor_add_accumulation_hook(snn_tensor tensor, snn_gradient_hook hook, void *payload,
                                            void (*destructor)(void *payload), snn_hook *result);

/// Calls `visit` with the payloads that nobody but the caller's only reference to `tensor` keeps: of the hooks on a leaf, and
/// of the function of the caller's that made a tensor. For a collector of cycles, to be called while no other thread uses the
/// tensor.
void snn_tensor_visit_payloads(snn_tensor tensor, void (*visit)(void *payload, void *context), void *context);

/// A gradient formula: a node of the graph.
typedef struct snn_node_object *snn_node;
void snn_node_retain(snn_node node);
void snn_node_release(snn_node node);
/// The formula that made the tensor and the number of the tensor among its results; NULL in `node` for a leaf.
snn_status snn_tensor_get_node(snn_tensor tensor, snn_node *node, int32_t *number);
const char *snn_node_name(snn_node node);
int32_t snn_node_input_count(snn_node node);
/// Where the gradient of an input goes: to result `*number` of another formula, or to a leaf; both NULL for nowhere.
snn_status snn_node_get_input(snn_node node, int32_t index, snn_node *next, int32_t *number, snn_tensor *leaf);
snn_status snn_node_add_hook(snn_node node, bool before, snn_formula_hook hook, void *payload,
                             void (*destructor)(void *payload), snn_hook *result);

/// The gradient of a function of the caller's: from `gradients` of its outputs, NULL where nothing used one, those of its
/// inputs, handles of its own, into `results`, which are NULL before.
typedef snn_status (*snn_formula)(void *payload, const snn_tensor *gradients, int32_t count, snn_tensor *results,
                                  int32_t result_count);
/// How an output of a function of the caller's came to be.
typedef enum SNN_CLOSED_ENUM snn_output_kind {
    SNN_OUTPUT_MADE = 0,
    SNN_OUTPUT_WRITTEN = 1,   // an input that the function has written to
    SNN_OUTPUT_GIVEN = 2,     // an input as it was given
    SNN_OUTPUT_CONSTANT = 3,  // without gradient
} snn_output_kind;

/// A node for a function of the caller's, made before the function runs. Inputs that are no tensors are NULL.
snn_status snn_node_create(const char *name, const snn_tensor *inputs, int32_t input_count, snn_formula formula,
                           void *payload, void (*destructor)(void *payload), snn_node *result);
/// Makes `outputs` results of the function, and saves `saved`, entries of which may be NULL. `results` gets the tensors to
/// hand out in place of `outputs`. An output that nothing used has gradients of zeros if `materialize`, else none.
snn_status snn_node_attach(snn_node node, const snn_tensor *outputs, const snn_output_kind *kinds, int32_t output_count,
                           const snn_tensor *saved, int32_t saved_count, bool materialize, snn_tensor *results);
/// What was saved: at most `capacity` tensors, some NULL, and how many there are.
snn_status snn_node_get_saved(snn_node node, snn_tensor *results, int32_t capacity, int32_t *count);
/// Whether the gradient of an input is asked for, in the pass that runs.
bool snn_node_needs_input(snn_node node, int32_t index);

/// Whether the pass that runs on this thread looks for the gradients of certain tensors only.
bool snn_pass_is_limited(void);

/// Has everything that formulas save on this thread go through `pack`, which makes a thing of its own from a tensor, and,
/// when the value is needed, through `unpack`. `release` gives back what `pack` made.
typedef struct snn_saved_hooks {
    snn_status (*pack)(void *payload, snn_tensor tensor, void **packed);
    snn_status (*unpack)(void *payload, void *packed, snn_tensor *result);
    void (*release)(void *packed);
    void *payload;
    void (*destructor)(void *payload);
} snn_saved_hooks;
snn_status snn_saved_hooks_push(const snn_saved_hooks *hooks);
void snn_saved_hooks_pop(void);

/// Anomaly mode, of all threads: nodes note where they were made, and a pass that fails, or with `check_nan` one in which
/// a formula gives NaN, tells it.
void snn_anomaly_set(bool enabled, bool check_nan);
bool snn_anomaly_is_enabled(void);
bool snn_anomaly_checks_nan(void);
/// `note` makes a thing that says where the calling thread is, or NULL; `report` is handed it, or NULL, for the formula that
/// failed, and must leave alone an error that the thread has; `release` gives it back. To be called before other threads
/// use the library.
void snn_anomaly_set_callbacks(void *(*note)(void), void (*report)(const char *formula, void *noted),
                               void (*release)(void *noted));

// ---------------------------------------------------------------------------------------------------- random numbers

/// A new source of random numbers (MT19937); it belongs to the caller.
snn_generator snn_generator_create(uint64_t seed);
/// The source that is used where none is given; the reference belongs to the caller.
snn_generator snn_generator_default(void);
void snn_generator_release(snn_generator generator);
/// Starts the numbers anew.
snn_status snn_generator_seed(snn_generator generator, uint64_t seed);
snn_status snn_generator_initial_seed(snn_generator generator, uint64_t *result);
/// The whole state, as a uint8 tensor; and back.
snn_status snn_generator_get_state(snn_generator generator, snn_tensor *result);
snn_status snn_generator_set_state(snn_generator generator, snn_tensor state);

/// The same for the default generator.
/// Starts it anew.
void snn_random_seed(uint64_t seed);
uint64_t snn_random_initial_seed(void);
/// The whole state of the default generator, as a uint8 tensor; and back.
snn_status snn_random_get_state(snn_tensor *result);
snn_status snn_random_set_state(snn_tensor state);

// ---------------------------------------------------------------------------------------------------- memory

typedef struct snn_memory_statistics {
    int64_t live_bytes;    // in tensors
    int64_t peak_bytes;    // the most that live_bytes has been since the last reset
    int64_t cached_bytes;  // given back by tensors and kept for reuse
} snn_memory_statistics;

void snn_memory_get_statistics(snn_memory_statistics *result);
void snn_memory_reset_peak(void);
/// Returns all cached memory to the system.
void snn_memory_empty_cache(void);

// ---------------------------------------------------------------------------------------------------- modules

typedef struct snn_module_object *snn_module;

/// The built-in blocks of swiftnn_blocks.def, in its order.
typedef enum SNN_CLOSED_ENUM snn_block {
#define SNN_BLOCK(name, schema, signature) SNN_BLOCK_##name,
#include "swiftnn_blocks.def"
    SNN_BLOCK_COUNT
} snn_block;

/// A constructor argument or attribute of a built-in block.
typedef struct snn_attribute {
    const char *name;
    snn_value value;
} snn_attribute;

void snn_module_retain(snn_module module);
void snn_module_release(snn_module module);

/// A built-in block by its type's name ("Linear", "Sequential", …) and constructor arguments.
snn_status snn_module_create(const char *type, const snn_attribute *arguments, int32_t argument_count,
                             snn_module *result);

/// What a block of another language does for `forward`. The arguments (tensors, booleans, SNN_NONE) are borrowed. It writes at
/// most `capacity` results, which belong to the caller, and how many; a result may be NULL where the block has none to give.
/// Anything but SNN_OK means that the callee keeps the error for itself and reports SNN_ERROR_FOREIGN.
typedef snn_status (*snn_forward)(void *payload, const snn_value *arguments, int32_t argument_count, snn_tensor *results,
                                  int32_t capacity, int32_t *result_count);

/// A block whose forward is `forward(payload, …)`. The payload is borrowed: snn_module_detach before it goes.
snn_status snn_module_create_foreign(const char *type, snn_forward forward, void *payload, snn_module *result);
/// Makes a container call `forward` in place of the block's own (NULL: the block's own again). For a binding whose
/// user has overridden the forward of a built-in block or hung a hook on it.
void snn_module_override_forward(snn_module module, snn_forward forward, void *payload);
/// Cuts a foreign block, or an override, from its payload. Later calls are errors.
void snn_module_detach(snn_module module);

/// Valid for ever.
const char *snn_module_type(snn_module module);
/// The block's own forward, also where it is overridden: that is for the containers that the block stands in.
snn_status snn_module_forward(snn_module module, snn_tensor input, snn_tensor *result);

/// Whether a forward of one tensor says all about the block: no other arguments, no other results.
bool snn_module_is_plain(snn_module module);
/// The forward of a block that has other arguments than one tensor, or other results: those that its row in
/// swiftnn_blocks.def tells, whose number `block` is. A result may be NULL where the block has none to give. Arguments and
/// results otherwise as those of snn_op_call.
snn_status snn_module_call(snn_module module, snn_block block, const snn_value *arguments, int32_t argument_count,
                           snn_tensor *results, int32_t capacity, int32_t *result_count);
/// Whether the block has children that can be set.
bool snn_module_is_container(snn_module module);
/// Whether its forward passes the input through the children, one after the other, whatever they are.
bool snn_module_is_sequence(snn_module module);

/// Children of a container, in order. Setting them replaces all. A name is valid for ever.
int32_t snn_module_child_count(snn_module module);
snn_status snn_module_get_child(snn_module module, int32_t index, const char **name, snn_module *result);
snn_status snn_module_set_children(snn_module module, const char *const *names, const snn_module *children,
                                   int32_t count);

/// The parameter (or buffer) slots of a built-in block, in the order of its state_dict. A slot may be empty.
int32_t snn_module_parameter_count(snn_module module);
/// `*name` is valid for ever; `*result` is NULL for an empty slot. All three places may be NULL.
snn_status snn_module_get_parameter(snn_module module, int32_t index, const char **name, bool *is_buffer,
                                    snn_tensor *result);
snn_status snn_module_set_parameter(snn_module module, int32_t index, snn_tensor parameter);
/// For a quick check that slot `index` still holds `parameter`, without a reference count: the bare handle.
snn_tensor snn_module_peek_parameter(snn_module module, int32_t index);

/// Attributes such as in_features and p. The name is valid for ever, a string in the value until the next call on
/// this thread.
int32_t snn_module_attribute_count(snn_module module);
snn_status snn_module_get_attribute(snn_module module, int32_t index, snn_attribute *result);
snn_status snn_module_set_attribute(snn_module module, const char *name, const snn_value *value);
bool snn_module_is_training(snn_module module);
void snn_module_set_training(snn_module module, bool training);

/// Draws the parameters anew by the block's own scheme.
snn_status snn_module_reset_parameters(snn_module module);
/// The arguments between the parentheses when the block is printed: `in_features=20, out_features=256, bias=True`.
const char *snn_module_describe(snn_module module);

// ---------------------------------------------------------------------------------------------------- files

typedef struct snn_file_entry {
    const char *name;
    snn_tensor tensor;
} snn_file_entry;

/// Writes the block and its parameters to a safetensors file whose metadata holds the structure. An error names the
/// first block that is not built in.
snn_status snn_module_save(snn_module module, const char *path);
/// Rebuilds the block that snn_module_save wrote.
snn_status snn_module_load(const char *path, snn_module *result);

/// Writes named tensors (and metadata: `metadata_count` keys, each followed by its value) to a safetensors file.
snn_status snn_file_save(const char *path, const snn_file_entry *entries, int32_t count, const char *const *metadata,
                         int32_t metadata_count);

typedef struct snn_file_object *snn_file;
/// Reads a safetensors file; every header field is checked.
snn_status snn_file_open(const char *path, snn_file *result);
void snn_file_release(snn_file file);
int32_t snn_file_entry_count(snn_file file);
/// `*name` is valid until the next call on this thread.
snn_status snn_file_get_entry(snn_file file, int32_t index, const char **name, snn_tensor *result);
int32_t snn_file_metadata_count(snn_file file);
snn_status snn_file_get_metadata(snn_file file, int32_t index, const char **key, const char **value);

#ifdef __cplusplus
}
#endif
#endif
