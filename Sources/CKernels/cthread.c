#include "cthread.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

ck_thread_state *ck_thread(void) {
    static _Thread_local ck_thread_state state;
    return &state;
}

int ck_special_counts[3], ck_anomaly_flags;

void ck_count_special(ck_special what, int change) { __atomic_fetch_add(&ck_special_counts[what], change, __ATOMIC_RELAXED); }
void ck_set_anomaly(bool enabled, bool check_nan) {
    __atomic_store_n(&ck_anomaly_flags, enabled ? 1 + 2 * check_nan : 0, __ATOMIC_RELAXED);
}

// Each on a cache line of its own.
static struct {
    _Alignas(64) atomic_bool taken;
} locks[CK_LOCK_ALLOCATOR + 1];

void ck_lock(ck_lock_name name) {
    for (int round = 0; atomic_exchange_explicit(&locks[name].taken, true, memory_order_acquire); round++) {
        // What is done under a lock is mostly short; after a while the holder may be waiting for this core.
        if (round > 64) sched_yield();
    }
}

void ck_unlock(ck_lock_name name) { atomic_store_explicit(&locks[name].taken, false, memory_order_release); }

static void take_all(void) {
    for (int name = 0; name <= CK_LOCK_ALLOCATOR; name++) ck_lock((ck_lock_name)name);
}

static void free_all(void) {
    for (int name = CK_LOCK_ALLOCATOR; name >= 0; name--) ck_unlock((ck_lock_name)name);
}

__attribute__((constructor)) static void register_fork(void) { pthread_atfork(take_all, free_all, free_all); }
