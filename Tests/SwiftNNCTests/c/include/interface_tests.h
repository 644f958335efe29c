// The tests of the C interface, written in C against swiftnn.h alone. They run twice: as a program that gcc makes and
// links to the release library, and inside `swift test`, where the library's debug checks are on.
#ifndef INTERFACE_TESTS_H
#define INTERFACE_TESTS_H

#include <stdbool.h>

typedef struct interface_test {
    const char *name;
    /// NULL, or what is wrong: valid until the thread runs the next test.
    const char *(*run)(void);
    /// Depends on state of the whole process (the random generator, the memory statistics), so that nothing else may
    /// use the library meanwhile.
    bool process_wide;
} interface_test;

int interface_test_count(void);
const interface_test *interface_test_at(int index);

#endif
