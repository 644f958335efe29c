// What the library keeps for each thread, and the locks between threads. Swift has no thread-local variables without
// Foundation, and its own mutex remembers the thread that forked: a child that uses it from other threads dies.
#ifndef SWIFTNN_CTHREAD_H
#define SWIFTNN_CTHREAD_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ck_thread_state {
    bool grad_disabled;   // operators do not record for the backward pass
    bool releasing;       // a graph is being released further up the stack
    int32_t call_depth;   // blocks that are being called, one inside the other
    void *release_list;   // nodes that wait for it: an owned, intrusive list
    char *error_message;  // of the last call through the C interface that failed
    void *string_result;  // backs the last string that the C interface returned
} ck_thread_state;

/// The calling thread's state; zeroes at first. The pointer is the thread's own and lives as long as the thread.
ck_thread_state *ck_thread(void);

/// The locks of the library. A thread that holds one takes only later ones.
typedef enum ck_lock_name {
    CK_LOCK_DEFERRED_SHAPES,
    CK_LOCK_GRADIENTS,
    CK_LOCK_RANDOM,
    CK_LOCK_NAMES,
    CK_LOCK_ALLOCATOR,
} ck_lock_name;

/// Waits for the lock and takes it. A fork waits until all are free; in the child they are.
void ck_lock(ck_lock_name name);
void ck_unlock(ck_lock_name name);

#endif
