// What the library keeps for each thread. Swift has no thread-local variables without Foundation.
#ifndef SWIFTNN_CTHREAD_H
#define SWIFTNN_CTHREAD_H

#include <stdbool.h>

typedef struct ck_thread_state {
    bool grad_disabled;   // operators do not record for the backward pass
    bool releasing;       // a graph is being released further up the stack
    void *release_list;   // nodes that wait for it: an owned, intrusive list
    char *error_message;  // of the last call through the C interface that failed
    void *string_result;  // backs the last string that the C interface returned
} ck_thread_state;

/// The calling thread's state; zeroes at first. The pointer is the thread's own and lives as long as the thread.
ck_thread_state *ck_thread(void);

#endif
