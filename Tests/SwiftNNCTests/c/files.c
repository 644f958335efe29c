// Files: named tensors with metadata, whole networks, damaged files.
#define _POSIX_C_SOURCE 200809L  // mkstemp
#include "support.h"

#include <unistd.h>

// A name for a file that does not exist yet, in `path`.
static bool temporary(char path[static 64]) {
    strcpy(path, "/tmp/swiftnn-interface-XXXXXX");
    int descriptor = mkstemp(path);
    if (descriptor < 0) return false;
    close(descriptor);
    return true;
}

static const char *test_named_tensors(void) {
    char path[64];
    CHECK(temporary(path));
    snn_tensor weight = float_tensor(2, 2, (float[]){1, -2, 3, 4}), counts = integer_tensor(3, (int64_t[]){5, 6, INT64_MIN});
    snn_file_entry entries[] = {{"layer.weight", weight}, {"counts", counts}};
    const char *metadata[] = {"format", "pt", "note", "\"quoted\"\n\u00e9"};
    CHECK_OK(snn_file_save(path, entries, 2, metadata, 2));
    snn_file file = NULL;
    CHECK_OK(snn_file_open(path, &file));
    CHECK(snn_file_entry_count(file) == 2 && snn_file_metadata_count(file) == 2);
    int matches = 0;
    for (int32_t i = 0; i < 2; i++) {
        const char *name = NULL, *key = NULL, *value = NULL;
        snn_tensor tensor = NULL;
        CHECK_OK(snn_file_get_entry(file, i, &name, &tensor));
        for (int j = 0; j < 2; j++) matches += strcmp(name, entries[j].name) == 0 && same_bits(tensor, entries[j].tensor);
        snn_tensor_release(tensor);
        CHECK_OK(snn_file_get_metadata(file, i, &key, &value));
        for (int j = 0; j < 4; j += 2) matches += strcmp(key, metadata[j]) == 0 && strcmp(value, metadata[j + 1]) == 0;
    }
    CHECK(matches == 4);
    const char *name = NULL;
    snn_tensor tensor = UNTOUCHED;
    CHECK(snn_file_get_entry(file, 2, &name, &tensor) != SNN_OK && tensor == UNTOUCHED);
    CHECK(snn_file_get_metadata(file, -1, &name, &name) != SNN_OK);
    snn_file_release(file);
    // Two entries of one name cannot be told apart.
    entries[1].name = entries[0].name;
    CHECK(snn_file_save(path, entries, 2, NULL, 0) != SNN_OK);
    unlink(path);
    snn_tensor tensors[] = {weight, counts};
    release_all(tensors, 2);
    return NULL;
}

static const char *test_networks(void) {
    char path[64];
    CHECK(temporary(path));
    snn_attribute arguments[] = {{"in_features", of_integer(3)}, {"out_features", of_integer(2)}};
    snn_module net = NULL, parts[] = {NULL, NULL}, loaded = NULL;
    CHECK_OK(snn_module_create("Sequential", NULL, 0, &net));
    CHECK_OK(snn_module_create("Linear", arguments, 2, &parts[0]));
    CHECK_OK(snn_module_create("Tanh", NULL, 0, &parts[1]));
    CHECK_OK(snn_module_set_children(net, (const char *[]){"0", "1"}, parts, 2));
    CHECK_OK(snn_module_save(net, path));
    CHECK_OK(snn_module_load(path, &loaded));
    CHECK(strcmp(snn_module_type(loaded), "Sequential") == 0 && snn_module_child_count(loaded) == 2);
    snn_tensor x = float_tensor(1, 3, (float[]){0.1f, -0.2f, 0.3f}), expected = NULL, result = NULL;
    CHECK_OK(snn_module_forward(net, x, &expected));
    CHECK_OK(snn_module_forward(loaded, x, &result));
    CHECK(same_bits(expected, result));
    snn_tensor tensors[] = {x, expected, result};
    release_all(tensors, 3);
    snn_module modules[] = {net, parts[0], parts[1], loaded};
    for (int i = 0; i < 4; i++) snn_module_release(modules[i]);
    unlink(path);
    return NULL;
}

static snn_status pass_on(void *payload, const snn_value *arguments, int32_t count, snn_tensor *results, int32_t capacity,
                          int32_t *result_count) {
    (void)payload, (void)count, (void)capacity;
    snn_tensor_retain(arguments[0].tensor);
    results[0] = arguments[0].tensor;
    *result_count = 1;
    return SNN_OK;
}

static const char *test_foreign_blocks_are_refused(void) {
    char path[64];
    CHECK(temporary(path));
    int payload = 0;
    snn_module net = NULL, foreign = NULL;
    CHECK_OK(snn_module_create("Sequential", NULL, 0, &net));
    CHECK_OK(snn_module_create_foreign("Homemade", pass_on, &payload, &foreign));
    CHECK_OK(snn_module_set_children(net, (const char *[]){"0"}, &foreign, 1));
    CHECK(snn_module_save(net, path) != SNN_OK);
    CHECK(strstr(snn_error_message(), "Homemade") != NULL);
    snn_module_detach(foreign);
    snn_module_release(foreign);
    snn_module_release(net);
    unlink(path);
    return NULL;
}

static bool write_bytes(const char *path, const void *bytes, size_t count) {
    FILE *file = fopen(path, "wb");
    bool written = file && fwrite(bytes, 1, count, file) == count;
    return file && fclose(file) == 0 && written;
}

static const char *test_damaged_files(void) {
    char path[64];
    CHECK(temporary(path));
    snn_file file = (snn_file)UNTOUCHED;
    snn_module module = (snn_module)UNTOUCHED;
    CHECK_ERROR(snn_file_open("/nonexistent/file", &file), SNN_ERROR_IO, "/nonexistent/file");
    CHECK_ERROR(snn_module_load("/nonexistent/file", &module), SNN_ERROR_IO, "/nonexistent/file");
    // An empty file; a header longer than the file; a header that is no JSON; offsets outside of the file.
    const char *contents[] = {
        "", "\xff\xff\xff\xff\xff\xff\xff\x7f{}", "\x04\0\0\0\0\0\0\0{{{{",
        "\x3e\0\0\0\0\0\0\0{\"a\":{\"dtype\":\"F32\",\"shape\":[1000],\"data_offsets\":[0,4000]}}   ",
    };
    const size_t sizes[] = {0, 10, 12, 8 + 0x3e};
    for (int i = 0; i < 4; i++) {
        CHECK(write_bytes(path, contents[i], sizes[i]));
        CHECK(snn_file_open(path, &file) != SNN_OK);
        CHECK(snn_module_load(path, &module) != SNN_OK);
    }
    // Every file that is cut short is refused.
    snn_tensor x = float_tensor(0, 3, (float[]){1, 2, 3});
    snn_file_entry entry = {"x", x};
    CHECK_OK(snn_file_save(path, &entry, 1, NULL, 0));
    char bytes[512];
    FILE *stream = fopen(path, "rb");
    CHECK(stream != NULL);
    size_t count = fread(bytes, 1, sizeof bytes, stream);
    fclose(stream);
    CHECK(count > 12 && count < sizeof bytes);
    for (size_t length = 0; length < count; length++) {
        CHECK(write_bytes(path, bytes, length));
        CHECK(snn_file_open(path, &file) != SNN_OK);
    }
    CHECK(file == (snn_file)UNTOUCHED && module == (snn_module)UNTOUCHED);
    // A file of tensors without a network.
    CHECK(write_bytes(path, bytes, count));
    CHECK(snn_module_load(path, &module) != SNN_OK);
    snn_tensor_release(x);
    unlink(path);
    return NULL;
}

const interface_test file_tests[] = {
    {"named tensors", test_named_tensors, false},
    {"networks", test_networks, false},
    {"foreign blocks cannot be saved", test_foreign_blocks_are_refused, false},
    {"damaged files", test_damaged_files, false},
    {NULL, NULL, false},
};
