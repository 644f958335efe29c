// Runs all tests of the C interface, or those whose names hold the given word.
#include <stdio.h>
#include <string.h>

#include "include/interface_tests.h"

int main(int argument_count, char **arguments) {
    int failed = 0, run = 0;
    for (int i = 0; i < interface_test_count(); i++) {
        const interface_test *test = interface_test_at(i);
        if (argument_count > 1 && !strstr(test->name, arguments[1])) continue;
        run++;
        const char *failure = test->run();
        printf("%s  %s%s%s\n", failure ? "FAILED" : "passed", test->name, failure ? ": " : "", failure ? failure : "");
        fflush(stdout);
        failed += failure != NULL;
    }
    printf("%d tests of the C interface, %d failed\n", run, failed);
    return failed != 0 || run == 0;
}
