// Making, describing, reading and indexing tensors; borrowed memory.
#include "support.h"

static const char *test_abi_version(void) {
    CHECK(snn_abi_version() == SNN_ABI_VERSION);
    return NULL;
}

static const char *test_create_and_view(void) {
    float values[] = {1, 2, 3, 4, 5, 6};
    snn_tensor x = float_tensor(2, 3, values);
    CHECK(x != NULL);
    snn_tensor_view view;
    snn_tensor_get_view(x, &view);
    CHECK(view.rank == 2 && view.sizes[0] == 2 && view.sizes[1] == 3);
    CHECK(view.strides[0] == 3 && view.strides[1] == 1);
    CHECK(view.element_count == 6 && view.storage_offset == 0 && view.dtype == SNN_FLOAT32);
    CHECK(view.is_contiguous && view.is_writable && view.is_leaf && view.is_initialized);
    CHECK(!view.requires_grad && !view.is_parameter);
    CHECK(view.data != NULL && view.data != (void *)values);
    CHECK(memcmp(view.data, values, sizeof values) == 0);
    CHECK(snn_tensor_rank(x) == 2 && snn_tensor_dtype(x) == SNN_FLOAT32 && !snn_tensor_requires_grad(x));

    // A transposed view shares the memory and is read in row-major order.
    snn_tensor turned = unary(SNN_OP_t, x);
    snn_tensor_view turned_view;
    snn_tensor_get_view(turned, &turned_view);
    CHECK(turned_view.data == view.data && turned_view.strides[0] == 1 && turned_view.strides[1] == 3);
    CHECK(!turned_view.is_contiguous);
    CHECK(holds(turned, 6, (float[]){1, 4, 2, 5, 3, 6}));
    snn_tensor_release(turned);

    snn_tensor_retain(x);
    snn_tensor_release(x);
    CHECK(holds(x, 6, values));
    snn_tensor_release(x);
    return NULL;
}

static const char *test_create_of_every_dtype(void) {
    // Ones, as each dtype stores them.
    double f64 = 1;
    float f32 = 1;
    int64_t i64 = 1;
    int32_t i32 = 1;
    int16_t i16 = 1;
    int8_t i8 = 1;
    uint8_t u8 = 1;
    bool b = true;
    uint16_t f16 = 0x3c00, bf16 = 0x3f80;
    const void *ones[] = {&f32, &f64, &i64, &i32, &i16, &i8, &u8, &b, &f16, &bf16};
    for (int dtype = SNN_FLOAT32; dtype <= SNN_BFLOAT16; dtype++) {
        snn_tensor x = NULL;
        CHECK_OK(snn_tensor_create(ones[dtype], (snn_dtype)dtype, 0, NULL, &x));
        CHECK(snn_tensor_dtype(x) == (snn_dtype)dtype && snn_tensor_rank(x) == 0);
        CHECK(number(x) == 1);
        snn_tensor_release(x);
    }
    return NULL;
}

static const char *test_create_empty(void) {
    int64_t sizes[] = {3, 0, 2};
    snn_tensor x = NULL;
    CHECK_OK(snn_tensor_create(NULL, SNN_INT64, 3, sizes, &x));
    snn_tensor_view view;
    snn_tensor_get_view(x, &view);
    CHECK(view.element_count == 0 && view.data == NULL && view.rank == 3);
    int64_t nothing = 7;
    CHECK_OK(snn_tensor_read(x, &nothing));
    CHECK(nothing == 7);
    snn_tensor_release(x);
    return NULL;
}

static const char *test_create_misuse(void) {
    int64_t ones[SNN_MAX_RANK + 1];
    for (int i = 0; i <= SNN_MAX_RANK; i++) ones[i] = 1;
    snn_tensor x = UNTOUCHED;
    CHECK_OK(snn_tensor_create(NULL, SNN_FLOAT32, SNN_MAX_RANK, ones, &x));
    snn_tensor_release(x);
    x = UNTOUCHED;
    CHECK(snn_tensor_create(NULL, SNN_FLOAT32, SNN_MAX_RANK + 1, ones, &x) != SNN_OK);
    CHECK(snn_tensor_create(NULL, SNN_FLOAT32, -1, ones, &x) != SNN_OK);
    CHECK(snn_tensor_create(NULL, SNN_FLOAT32, 2, (int64_t[]){2, -3}, &x) != SNN_OK);
    CHECK(strstr(snn_error_message(), "-3") != NULL);
    // The number of elements does not fit, the number of bytes does not fit, the memory does not exist.
    CHECK(snn_tensor_create(NULL, SNN_FLOAT32, 2, (int64_t[]){INT64_MAX, INT64_MAX}, &x) != SNN_OK);
    CHECK(snn_tensor_create(NULL, SNN_FLOAT64, 1, (int64_t[]){INT64_MAX / 2}, &x) != SNN_OK);
    CHECK_ERROR(snn_tensor_create(NULL, SNN_FLOAT32, 1, (int64_t[]){(int64_t)1 << 58}, &x), SNN_ERROR_MEMORY, "");
    CHECK(x == UNTOUCHED);
    return NULL;
}

static void count_call(void *payload) { ++*(int *)payload; }

static const char *test_borrow(void) {
    float memory[] = {1, 2, 3, 4, 5, 6};
    int destroyed = 0;
    snn_tensor x = NULL, column = NULL;
    int64_t sizes[] = {3, 2}, strides[] = {2, 1};
    CHECK_OK(snn_tensor_borrow(memory, SNN_FLOAT32, 2, sizes, strides, true, &destroyed, count_call, &x));
    snn_tensor_view view;
    snn_tensor_get_view(x, &view);
    CHECK(view.data == (void *)memory);

    // Written on one side, seen on the other.
    snn_value one[] = {of_tensor(x), of_tensor(snn_tensor_from_real(10))};
    CHECK_OK(snn_inplace_call(SNN_INPLACE_mul, one, 2));
    snn_tensor_release(one[1].tensor);
    CHECK(memory[5] == 60);
    memory[0] = -1;

    // A view keeps the memory.
    snn_index indices[] = {{.kind = SNN_INDEX_ELLIPSIS}, {.kind = SNN_INDEX_INTEGER, .start = 0}};
    CHECK_OK(snn_tensor_get_index(x, indices, 2, &column));
    snn_tensor_release(x);
    CHECK(destroyed == 0);
    CHECK(holds(column, 3, (float[]){-1, 30, 50}));
    snn_tensor_release(column);
    CHECK(destroyed == 1);
    return NULL;
}

static const char *test_borrow_misuse(void) {
    float memory[] = {1, 2, 3, 4};
    int destroyed = 0;
    int64_t size = 4, stride = 1;
    snn_tensor x = NULL;
    CHECK_OK(snn_tensor_borrow(memory, SNN_FLOAT32, 1, &size, &stride, false, &destroyed, count_call, &x));
    snn_value zero[] = {of_tensor(x)};
    CHECK(snn_inplace_call(SNN_INPLACE_zero, zero, 1) != SNN_OK);
    CHECK(memory[0] == 1);
    snn_tensor_view view;
    snn_tensor_get_view(x, &view);
    CHECK(!view.is_writable);
    snn_tensor_release(x);
    CHECK(destroyed == 1);

    // What is refused is not taken over: the destructor does not run.
    x = UNTOUCHED;
    stride = -1;
    CHECK(snn_tensor_borrow(memory + 3, SNN_FLOAT32, 1, &size, &stride, true, &destroyed, count_call, &x) != SNN_OK);
    CHECK(destroyed == 1 && x == UNTOUCHED);
    return NULL;
}

static const char *test_numbers_do_not_widen(void) {
    snn_tensor x = float_tensor(0, 2, (float[]){1, 2});
    snn_tensor half = snn_tensor_from_real(0.5), two = snn_tensor_from_integer(2), yes = snn_tensor_from_boolean(true);
    CHECK(snn_tensor_dtype(half) == SNN_FLOAT64 && snn_tensor_dtype(two) == SNN_INT64 && snn_tensor_dtype(yes) == SNN_BOOL);
    snn_tensor results[] = {binary(SNN_OP_mul, x, half), binary(SNN_OP_add, x, two), binary(SNN_OP_add, x, yes),
                            binary(SNN_OP_sub, two, x)};
    CHECK(holds(results[0], 2, (float[]){0.5f, 1}));
    CHECK(holds(results[1], 2, (float[]){3, 4}));
    CHECK(holds(results[2], 2, (float[]){2, 3}));
    CHECK(holds(results[3], 2, (float[]){1, 0}));
    release_all(results, 4);
    snn_tensor rest[] = {x, half, two, yes};
    release_all(rest, 4);
    return NULL;
}

static const char *test_item(void) {
    snn_tensor x = float_tensor(0, 2, (float[]){1, 2}), one = float_tensor(1, 1, (float[]){2.5f});
    double real = -1;
    int64_t integer = -1;
    CHECK_OK(snn_tensor_item(one, &real, &integer));
    CHECK(real == 2.5);
    real = -1;
    CHECK(snn_tensor_item(x, &real, &integer) != SNN_OK);
    CHECK(real == -1 && integer == -1);
    snn_tensor larger = binary(SNN_OP_gt, one, x);
    CHECK(snn_tensor_dtype(larger) == SNN_BOOL);
    snn_tensor all = unary(SNN_OP_all, larger);
    CHECK_OK(snn_tensor_item(all, &real, &integer));
    CHECK(integer == 1);
    snn_tensor tensors[] = {x, one, larger, all};
    release_all(tensors, 4);
    return NULL;
}

static const char *test_describe(void) {
    snn_tensor x = float_tensor(2, 2, (float[]){1, 2, 3, 4.5f});
    CHECK(strcmp(snn_tensor_describe(x, "tensor"), "tensor([[1.0000, 2.0000],\n        [3.0000, 4.5000]])") == 0);
    CHECK(strncmp(snn_tensor_describe(x, "array"), "array([[1.0000", 14) == 0);
    snn_tensor_release(x);
    return NULL;
}

static const char *test_foreign_word(void) {
    snn_tensor x = float_tensor(0, 1, (float[]){1});
    int object = 0;
    CHECK(snn_tensor_get_foreign(x) == NULL);
    snn_tensor_set_foreign(x, &object);
    CHECK(snn_tensor_get_foreign(x) == &object);
    snn_tensor_set_foreign(x, NULL);
    CHECK(snn_tensor_get_foreign(x) == NULL);
    snn_tensor_release(x);
    return NULL;
}

static const char *test_get_index(void) {
    snn_tensor x = float_tensor(2, 3, (float[]){1, 2, 3, 4, 5, 6}), y = NULL;
    snn_index last = {.kind = SNN_INDEX_INTEGER, .start = -1};
    CHECK_OK(snn_tensor_get_index(x, &last, 1, &y));
    CHECK(snn_tensor_rank(y) == 1 && holds(y, 3, (float[]){4, 5, 6}));
    snn_tensor_release(y);

    snn_index all = {.kind = SNN_INDEX_SLICE, .start = INT64_MIN, .stop = INT64_MIN, .step = INT64_MIN};
    snn_index tail = {.kind = SNN_INDEX_SLICE, .start = 1, .stop = INT64_MIN, .step = INT64_MIN};
    snn_index axis = {.kind = SNN_INDEX_NEW_AXIS};
    CHECK_OK(snn_tensor_get_index(x, (snn_index[]){all, axis, tail}, 3, &y));
    snn_tensor_view view;
    snn_tensor_get_view(y, &view);
    CHECK(view.rank == 3 && view.sizes[0] == 2 && view.sizes[1] == 1 && view.sizes[2] == 2);
    CHECK(holds(y, 4, (float[]){2, 3, 5, 6}));
    snn_tensor_release(y);

    snn_tensor rows = integer_tensor(3, (int64_t[]){1, 0, -1});
    snn_index gather = {.kind = SNN_INDEX_TENSOR, .tensor = rows};
    CHECK_OK(snn_tensor_get_index(x, &gather, 1, &y));
    CHECK(holds(y, 9, (float[]){4, 5, 6, 1, 2, 3, 4, 5, 6}));
    snn_tensor_release(y);
    snn_tensor_release(rows);

    snn_tensor three = snn_tensor_from_real(3), mask = binary(SNN_OP_gt, x, three);
    snn_index select = {.kind = SNN_INDEX_TENSOR, .tensor = mask};
    CHECK_OK(snn_tensor_get_index(x, &select, 1, &y));
    CHECK(holds(y, 3, (float[]){4, 5, 6}));
    snn_tensor tensors[] = {x, y, three, mask};
    release_all(tensors, 4);
    return NULL;
}

static const char *test_set_index(void) {
    snn_tensor x = float_tensor(2, 3, (float[]){1, 2, 3, 4, 5, 6}), nine = snn_tensor_from_real(9);
    snn_index row = {.kind = SNN_INDEX_INTEGER, .start = 0};
    CHECK_OK(snn_tensor_set_index(x, &row, 1, nine));
    CHECK(holds(x, 6, (float[]){9, 9, 9, 4, 5, 6}));
    snn_tensor_view view;
    snn_tensor_get_view(x, &view);
    CHECK(view.version > 0);
    snn_tensor two = float_tensor(0, 2, (float[]){1, 2});
    CHECK(snn_tensor_set_index(x, &row, 1, two) != SNN_OK);
    CHECK(holds(x, 6, (float[]){9, 9, 9, 4, 5, 6}));
    snn_tensor tensors[] = {x, nine, two};
    release_all(tensors, 3);
    return NULL;
}

static const char *test_index_misuse(void) {
    snn_tensor x = float_tensor(2, 3, (float[]){1, 2, 3, 4, 5, 6}), y = UNTOUCHED;
    snn_index integer = {.kind = SNN_INDEX_INTEGER, .start = 2}, ellipsis = {.kind = SNN_INDEX_ELLIPSIS};
    CHECK_ERROR(snn_tensor_get_index(x, &integer, 1, &y), SNN_ERROR_INDEX, "2");
    integer.start = INT64_MIN;
    CHECK_ERROR(snn_tensor_get_index(x, &integer, 1, &y), SNN_ERROR_INDEX, "");
    integer.start = 0;
    CHECK_ERROR(snn_tensor_get_index(x, (snn_index[]){integer, integer, integer}, 3, &y), SNN_ERROR_INDEX, "");
    CHECK(snn_tensor_get_index(x, (snn_index[]){ellipsis, ellipsis}, 2, &y) != SNN_OK);
    snn_index slice = {.kind = SNN_INDEX_SLICE, .start = 0, .stop = 2, .step = 0};
    CHECK_ERROR(snn_tensor_get_index(x, &slice, 1, &y), SNN_ERROR_VALUE, "");
    snn_tensor far = integer_tensor(1, (int64_t[]){INT64_MAX});
    snn_index gather = {.kind = SNN_INDEX_TENSOR, .tensor = far};
    CHECK_ERROR(snn_tensor_get_index(x, &gather, 1, &y), SNN_ERROR_INDEX, "");
    gather.tensor = x;
    CHECK(snn_tensor_get_index(x, &gather, 1, &y) != SNN_OK);
    CHECK(y == UNTOUCHED);
    // Slices clip, however far their ends are.
    snn_index wide = {.kind = SNN_INDEX_SLICE, .start = INT64_MIN + 1, .stop = INT64_MAX, .step = INT64_MAX};
    CHECK_OK(snn_tensor_get_index(x, &wide, 1, &y));
    CHECK(holds(y, 3, (float[]){1, 2, 3}));
    snn_tensor tensors[] = {x, y, far};
    release_all(tensors, 3);
    return NULL;
}

static const char *test_memory_statistics(void) {
    snn_memory_statistics before, during, after;
    snn_memory_empty_cache();
    snn_memory_reset_peak();
    snn_memory_get_statistics(&before);
    int64_t size = 1 << 20;
    snn_tensor x = NULL;
    CHECK_OK(snn_tensor_create(NULL, SNN_FLOAT32, 1, &size, &x));
    snn_memory_get_statistics(&during);
    CHECK(during.live_bytes >= before.live_bytes + 4 * size);
    snn_tensor_release(x);
    snn_memory_get_statistics(&after);
    CHECK(after.live_bytes == before.live_bytes);
    CHECK(after.peak_bytes >= during.live_bytes);
    snn_memory_empty_cache();
    snn_memory_get_statistics(&after);
    CHECK(after.cached_bytes == 0);
    return NULL;
}

const interface_test tensor_tests[] = {
    {"the ABI version is the header's", test_abi_version, false},
    {"create a tensor and view it", test_create_and_view, false},
    {"create tensors of every dtype", test_create_of_every_dtype, false},
    {"create an empty tensor", test_create_empty, false},
    {"misuse of create", test_create_misuse, false},
    {"borrow memory", test_borrow, false},
    {"misuse of borrow", test_borrow_misuse, false},
    {"numbers do not widen", test_numbers_do_not_widen, false},
    {"item", test_item, false},
    {"describe", test_describe, false},
    {"the foreign word", test_foreign_word, false},
    {"get by index", test_get_index, false},
    {"set by index", test_set_index, false},
    {"misuse of indices", test_index_misuse, false},
    {"memory statistics", test_memory_statistics, true},
    {NULL, NULL, false},
};
