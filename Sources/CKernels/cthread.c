#include "cthread.h"

ck_thread_state *ck_thread(void) {
    static _Thread_local ck_thread_state state;
    return &state;
}
