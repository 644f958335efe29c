#include "cthread.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

ck_thread_state *ck_thread(void) {
    static _Thread_local ck_thread_state state;
    return &state;
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
