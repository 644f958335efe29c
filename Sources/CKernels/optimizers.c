// Steps of optimisers, one pass over the memory of a parameter and its state.
#include "internal.h"

// The cases of a step are constants where this is inlined, so that each has a loop without branches. The arithmetic is
// that of PyTorch's tensor operators in their order: each scalar is rounded to the element type first.
#define SGD(dtype, suffix, T)                                                                             \
    CK_INLINE void sgd_loop_##suffix(const int decay, const int buffered, const int nesterov, int64_t n, T *p, \
                                     const T *g, T *buf, T sign, T minus_lr, T momentum, T undamped, T weight_decay) { \
        CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                                  \
            T d = sign * g[i];                                                                            \
            if (decay) d = d + weight_decay * p[i];                                                       \
            if (buffered) {                                                                               \
                const T b = buffered == 1 ? d : buf[i] * momentum + undamped * d;                         \
                buf[i] = b;                                                                               \
                d = nesterov ? d + momentum * b : b;                                                      \
            }                                                                                             \
            p[i] = p[i] + minus_lr * d;                                                                   \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES void ck_sgd_##suffix(int64_t n, T *p, const T *g, T *buf, int first, double lr, double momentum, \
                                   double dampening, double weight_decay, int nesterov, int maximize) {   \
        const int buffered = !buf || momentum == 0 ? 0 : first ? 1 : 2;                                   \
        const T sign = maximize ? -1 : 1;                                                                 \
        SGD_CASE(suffix, 0, 0, 0) SGD_CASE(suffix, 0, 1, 0) SGD_CASE(suffix, 0, 2, 0)                     \
        SGD_CASE(suffix, 0, 1, 1) SGD_CASE(suffix, 0, 2, 1)                                               \
        SGD_CASE(suffix, 1, 0, 0) SGD_CASE(suffix, 1, 1, 0) SGD_CASE(suffix, 1, 2, 0)                     \
        SGD_CASE(suffix, 1, 1, 1) SGD_CASE(suffix, 1, 2, 1)                                               \
    }
#define SGD_CASE(suffix, DECAY, BUFFERED, NESTEROV)                                                       \
    if ((weight_decay != 0) == DECAY && buffered == BUFFERED && (nesterov && buffered) == NESTEROV)       \
        sgd_loop_##suffix(DECAY, BUFFERED, NESTEROV, n, p, g, buf, sign, -lr, momentum, 1 - dampening, weight_decay);
CK_FLOAT_TYPES(SGD)

// The factors are computed in double, then rounded to the element type. decay: 0 none, 1 added to the gradient,
// 2 decoupled (AdamW).
#define ADAM(dtype, suffix, T)                                                                            \
    CK_INLINE void adam_loop_##suffix(const int decay, const int low, int64_t n, T *p, const T *g, T *m, T *v, T sign, \
                                      T kept, T weight_decay, T weight, T rest, T beta2, T rest2, T correction, T eps, \
                                      T step) {                                                           \
        CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                                  \
            T d = sign * g[i];                                                                            \
            T value = p[i];                                                                               \
            if (decay == 1) d = d + weight_decay * value;                                                 \
            if (decay == 2) value = value * kept;                                                         \
            /* Interpolation, from the end that is nearer. */                                             \
            const T between = d - m[i];                                                                   \
            const T average = low ? m[i] + weight * between : d - between * rest;                         \
            const T square = v[i] * beta2 + (rest2 * d) * d;                                              \
            m[i] = average;                                                                               \
            v[i] = square;                                                                                \
            p[i] = value + (step * average) / (CK_SQRT_OF(square) / correction + eps);                    \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES static void adam_##suffix(int decay, int64_t n, T *p, const T *g, T *m, T *v, T sign, T kept, \
                                        T weight_decay, T weight, T rest, T beta2, T rest2, T correction, T eps, \
                                        T step) {                                                         \
        ADAM_CASE(suffix, 0, 0) ADAM_CASE(suffix, 0, 1) ADAM_CASE(suffix, 1, 0) ADAM_CASE(suffix, 1, 1)   \
        ADAM_CASE(suffix, 2, 0) ADAM_CASE(suffix, 2, 1)                                                   \
    }                                                                                                     \
    void ck_adam_##suffix(int64_t n, T *p, const T *g, T *m, T *v, double lr, double beta1, double beta2, double eps, \
                          double weight_decay, double step, int decoupled, int maximize) {                \
        const double correction1 = 1 - pow(beta1, step), correction2 = 1 - pow(beta2, step);              \
        const T weight = (T)(1 - beta1);                                                                  \
        adam_##suffix(weight_decay == 0 ? 0 : decoupled ? 2 : 1, n, p, g, m, v, maximize ? -1 : 1,        \
                      (T)(1 - lr * weight_decay), (T)weight_decay, weight, 1 - weight, (T)beta2, (T)(1 - beta2), \
                      (T)sqrt(correction2), (T)eps, (T)(-(lr / correction1)));                            \
    }
#define ADAM_CASE(suffix, DECAY, LOW)                                                                     \
    if (decay == DECAY && (weight < 0.5f) == LOW)                                                   \
        adam_loop_##suffix(DECAY, LOW, n, p, g, m, v, sign, kept, weight_decay, weight, rest, beta2, rest2, correction, \
                           eps, step);
CK_FLOAT_TYPES(ADAM)
