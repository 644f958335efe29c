// What the library keeps for each thread, and the locks between threads. Swift has no thread-local variables without
// Foundation, and its own mutex remembers the thread that forked: a child that uses it from other threads dies.
#ifndef SWIFTNN_CTHREAD_H
#define SWIFTNN_CTHREAD_H

#include <stdbool.h>
#include <stdint.h>

/// Why operators do not record for the backward pass; none of them: they do.
enum { CK_NO_GRAD = 1, CK_INFERENCE = 2 };

typedef struct ck_thread_state {
    uint8_t grad_off;     // CK_NO_GRAD, CK_INFERENCE
    uint8_t training;     // 1: blocks behave as in training, 2: as in use; 0: each as it is set itself
    bool releasing;       // a graph is being released further up the stack
    int32_t call_depth;   // blocks that are being called, one inside the other
    int32_t pass_depth;   // backward passes that run, one inside a hook or formula of the other
    void *release_list;   // nodes that wait for it: an owned, intrusive list
    char *error_message;  // of the last call through the C interface that failed
    void *string_result;  // backs the last string that the C interface returned
    const void *needed;   // of the backward pass that runs: the nodes that lead to what it is to find; NULL for all
    void *saved_hooks;    // what is done to values that formulas save: an owned, linked list; NULL for nothing
    void *pack_failure;   // the error of one of those, until the operator that saved the value can throw it: owned
} ck_thread_state;

/// How many threads do something unusual, so that the usual case costs a load and no look at the thread's state: infer,
/// pack saved values, leave out nodes of a pass. And whether nodes note where they were made, for all threads.
typedef enum ck_special { CK_INFERRING, CK_PACKING, CK_PRUNING } ck_special;
extern int ck_special_counts[3], ck_anomaly_flags;
void ck_count_special(ck_special what, int change);
void ck_set_anomaly(bool enabled, bool check_nan);
static inline bool ck_anywhere(ck_special what) { return __atomic_load_n(&ck_special_counts[what], __ATOMIC_RELAXED) != 0; }
static inline bool ck_anomaly(void) { return (__atomic_load_n(&ck_anomaly_flags, __ATOMIC_RELAXED) & 1) != 0; }
static inline bool ck_anomaly_checks_nan(void) { return (__atomic_load_n(&ck_anomaly_flags, __ATOMIC_RELAXED) & 2) != 0; }

/// The calling thread's state; zeroes at first. The pointer is the thread's own and lives as long as the thread.
ck_thread_state *ck_thread(void);

/// The locks of the library. A thread that holds one takes only later ones.
typedef enum ck_lock_name {
    CK_LOCK_DEFERRED_SHAPES,
    CK_LOCK_HISTORIES,
    CK_LOCK_GRADIENTS,
    CK_LOCK_RANDOM,
    CK_LOCK_NAMES,
    CK_LOCK_ALLOCATOR,
} ck_lock_name;

/// Waits for the lock and takes it. A fork waits until all are free; in the child they are.
void ck_lock(ck_lock_name name);
void ck_unlock(ck_lock_name name);

#endif
