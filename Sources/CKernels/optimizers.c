// Steps of optimisers, one pass over the memory of a parameter and its state.
#include "internal.h"

// What all have in common: the gradient times k[0], plus k[1] times the parameter if that is not 0, is d; the parameter
// times k[2] is x, which the method moves. The arithmetic is that of PyTorch's tensor operators in their order, each factor
// rounded to the element type first. Conditions on factors become selections outside of the loop's memory accesses; what
// decides which memory is touched is a method of its own, so that each loop runs without branches.
#define STEP(name, suffix, T, DECLARE, EACH)                                                              \
    CK_CLONES static void name##_##suffix(int64_t n, void *parameter, const void *gradient, void *const *s, const double *k) { \
        T *p = parameter;                                                                                 \
        const T *g = gradient;                                                                            \
        const T scale = (T)k[0], decay = (T)k[1], kept = (T)k[2];                                         \
        const int decays = k[1] != 0;                                                                     \
        (void)s;                                                                                          \
        DECLARE(T)                                                                                        \
        CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                                  \
            T x = p[i], d = scale * g[i];                                                                 \
            d = decays ? d + decay * x : d;                                                               \
            x = x * kept;                                                                                 \
            EACH(T)                                                                                       \
            p[i] = x;                                                                                     \
        }                                                                                                 \
    }

// Interpolation from `a` to d by the factor w, from the end that is nearer; `r` is -(1 - w), or w itself.
#define LERP_FACTOR(T, w) const int low = (w) > (T)-0.5 && (w) < (T)0.5; const T weight = low ? (w) : -(1 - (w));
#define LERP(a) ((low ? (a) : d) + weight * (d - (a)))
#define LARGER(a, b) ((a) >= (b) || (a) != (a) ? (a) : (b))

// Stochastic gradient descent: without momentum, with a buffer that begins with the gradient, with one that goes on.
#define SGD_DECLARE(T) const T rate = (T)k[3];
#define SGD_EACH(T) x = x + rate * d;
#define MOMENTUM_DECLARE(T) const T rate = (T)k[3], momentum = (T)k[4], undamped = (T)k[5]; const int nesterov = k[6] != 0; T *buffer = s[0]; (void)undamped;
#define FIRST_EACH(T) const T b = d; buffer[i] = b; x = x + rate * (nesterov ? d + momentum * b : b);
#define MOMENTUM_EACH(T) const T b = buffer[i] * momentum + undamped * d; buffer[i] = b; x = x + rate * (nesterov ? d + momentum * b : b);

// Adam, and with the largest of the averaged squares so far (AMSGrad).
#define ADAM_DECLARE(T)                                                                                   \
    LERP_FACTOR(T, (T)k[3]) const T beta2 = (T)k[4], rest2 = (T)k[5], correction = (T)k[6], eps = (T)k[7], step = (T)k[8]; \
    T *averages = s[0], *squares = s[1];
#define ADAM_AVERAGES(T)                                                                                  \
    const T average = LERP(averages[i]), square = squares[i] * beta2 + (rest2 * d) * d;                   \
    averages[i] = average;                                                                                \
    squares[i] = square;
#define ADAM_EACH(T) ADAM_AVERAGES(T) x = x + (step * average) / (CK_SQRT_OF(square) / correction + eps);
#define AMSGRAD_DECLARE(T) ADAM_DECLARE(T) T *largest = s[2];
#define AMSGRAD_EACH(T)                                                                                   \
    ADAM_AVERAGES(T) const T most = LARGER(largest[i], square);                                           \
    largest[i] = most;                                                                                    \
    x = x + (step * average) / (CK_SQRT_OF(most) / correction + eps);

#define ADAMAX_DECLARE(T)                                                                                 \
    LERP_FACTOR(T, (T)k[3]) const T beta2 = (T)k[4], eps = (T)k[5], step = (T)k[6];                       \
    T *averages = s[0], *norms = s[1];
#define ADAMAX_EACH(T)                                                                                    \
    const T average = LERP(averages[i]), old = norms[i] * beta2, new = CK_ABSOLUTE(d) + eps, norm = LARGER(old, new); \
    averages[i] = average;                                                                                \
    norms[i] = norm;                                                                                      \
    x = x + (step * average) / norm;

#define NADAM_DECLARE(T) ADAM_DECLARE(T) const T ahead = (T)k[9];
#define NADAM_EACH(T)                                                                                     \
    ADAM_AVERAGES(T) const T root = CK_SQRT_OF(square / correction) + eps;                                \
    x = x + (step * d) / root;                                                                            \
    x = x + (ahead * average) / root;

// RAdam, before and after there is a variance to rely on. `correction` is the root of the squares' here.
#define RADAM_DECLARE(T) ADAM_DECLARE(T) const T correction1 = (T)k[9], rectifier = (T)k[10];
#define RADAM_EACH(T)                                                                                     \
    ADAM_AVERAGES(T) x = x - ((average / correction1) * step) * (correction / (CK_SQRT_OF(square) + eps)) * rectifier;
#define EARLY_EACH(T) ADAM_AVERAGES(T) (void)rectifier; (void)eps; (void)correction; x = x - (average / correction1) * step;

// RMSprop: plain, with momentum, centred, both.
#define RMSPROP_DECLARE(T)                                                                                \
    const T alpha = (T)k[3], rest = (T)k[4], eps = (T)k[5], rate = (T)k[6];                               \
    T *squares = s[0];
#define HEAVY_DECLARE(T) RMSPROP_DECLARE(T) const T momentum = (T)k[7]; T *buffer = s[1];
#define CENTERED_DECLARE(T) RMSPROP_DECLARE(T) LERP_FACTOR(T, rest) T *averages = s[1];
#define BOTH_DECLARE(T) HEAVY_DECLARE(T) LERP_FACTOR(T, rest) T *averages = s[2];
#define RMSPROP_SQUARES(T) const T square = squares[i] * alpha + (rest * d) * d; squares[i] = square;
#define RMSPROP_ROOT(T) RMSPROP_SQUARES(T) const T root = CK_SQRT_OF(square) + eps;
#define CENTERED_ROOT(T)                                                                                  \
    RMSPROP_SQUARES(T) const T average = LERP(averages[i]);                                               \
    averages[i] = average;                                                                                \
    const T root = CK_SQRT_OF(square - average * average) + eps;
#define RMSPROP_MOVE(T) x = x + (rate * d) / root;
#define HEAVY_MOVE(T) const T b = buffer[i] * momentum + d / root; buffer[i] = b; x = x + rate * b;
#define RMSPROP_EACH(T) RMSPROP_ROOT(T) RMSPROP_MOVE(T)
#define HEAVY_EACH(T) RMSPROP_ROOT(T) HEAVY_MOVE(T)
#define CENTERED_EACH(T) CENTERED_ROOT(T) RMSPROP_MOVE(T)
#define BOTH_EACH(T) CENTERED_ROOT(T) HEAVY_MOVE(T)

#define ADAGRAD_DECLARE(T) const T eps = (T)k[3], rate = (T)k[4]; T *sums = s[0];
#define ADAGRAD_EACH(T) const T sum = sums[i] + d * d; sums[i] = sum; x = x + (rate * d) / (CK_SQRT_OF(sum) + eps);

#define ADADELTA_DECLARE(T) const T rho = (T)k[3], rest = (T)k[4], eps = (T)k[5], rate = (T)k[6]; T *squares = s[0], *moves = s[1];
#define ADADELTA_EACH(T)                                                                                  \
    const T square = squares[i] * rho + (rest * d) * d;                                                   \
    const T move = CK_SQRT_OF(moves[i] + eps) / CK_SQRT_OF(square + eps) * d;                             \
    squares[i] = square;                                                                                  \
    moves[i] = moves[i] * rho + (rest * move) * move;                                                     \
    x = x + rate * move;

#define ASGD_DECLARE(T) const T rate = (T)k[3], mu = (T)k[4]; const int averages = k[4] != 1; T *average = s[0];
#define ASGD_EACH(T) x = x + rate * d; average[i] = averages ? average[i] + (x - average[i]) * mu : x;

#define RPROP_DECLARE(T) const T less = (T)k[3], more = (T)k[4], least = (T)k[5], most = (T)k[6]; T *before = s[0], *sizes = s[1];
#define RPROP_EACH(T)                                                                                     \
    const T turn = d * before[i];                                                                         \
    T size = sizes[i] * (turn > 0 ? more : turn < 0 ? less : 1);                                          \
    size = size < least ? least : size;                                                                   \
    size = size > most ? most : size;                                                                     \
    d = turn < 0 ? 0 : d;                                                                                 \
    before[i] = d;                                                                                        \
    sizes[i] = size;                                                                                      \
    x = x - (d > 0 ? size : d < 0 ? -size : 0);

#define METHOD(name, DECLARE, EACH) STEP(name, f32, float, DECLARE, EACH) STEP(name, f64, double, DECLARE, EACH)
METHOD(sgd, SGD_DECLARE, SGD_EACH)
METHOD(first, MOMENTUM_DECLARE, FIRST_EACH)
METHOD(momentum, MOMENTUM_DECLARE, MOMENTUM_EACH)
METHOD(adam, ADAM_DECLARE, ADAM_EACH)
METHOD(amsgrad, AMSGRAD_DECLARE, AMSGRAD_EACH)
METHOD(adamax, ADAMAX_DECLARE, ADAMAX_EACH)
METHOD(nadam, NADAM_DECLARE, NADAM_EACH)
METHOD(radam, RADAM_DECLARE, RADAM_EACH)
METHOD(early, RADAM_DECLARE, EARLY_EACH)
METHOD(rmsprop, RMSPROP_DECLARE, RMSPROP_EACH)
METHOD(heavy, HEAVY_DECLARE, HEAVY_EACH)
METHOD(centered, CENTERED_DECLARE, CENTERED_EACH)
METHOD(both, BOTH_DECLARE, BOTH_EACH)
METHOD(adagrad, ADAGRAD_DECLARE, ADAGRAD_EACH)
METHOD(adadelta, ADADELTA_DECLARE, ADADELTA_EACH)
METHOD(asgd, ASGD_DECLARE, ASGD_EACH)
METHOD(rprop, RPROP_DECLARE, RPROP_EACH)

ck_step ck_step_lookup(ck_method method, ck_dtype dtype) {
#define BOTH_TYPES(name) {name##_f32, name##_f64}
    static const ck_step table[CK_METHOD_COUNT][2] = {
        [CK_SGD] = BOTH_TYPES(sgd),
        [CK_SGD_FIRST] = BOTH_TYPES(first),
        [CK_SGD_MOMENTUM] = BOTH_TYPES(momentum),
        [CK_ADAM] = BOTH_TYPES(adam),
        [CK_AMSGRAD] = BOTH_TYPES(amsgrad),
        [CK_ADAMAX] = BOTH_TYPES(adamax),
        [CK_NADAM] = BOTH_TYPES(nadam),
        [CK_RADAM] = BOTH_TYPES(radam),
        [CK_RADAM_EARLY] = BOTH_TYPES(early),
        [CK_RMSPROP] = BOTH_TYPES(rmsprop),
        [CK_RMSPROP_MOMENTUM] = BOTH_TYPES(heavy),
        [CK_RMSPROP_CENTERED] = BOTH_TYPES(centered),
        [CK_RMSPROP_BOTH] = BOTH_TYPES(both),
        [CK_ADAGRAD] = BOTH_TYPES(adagrad),
        [CK_ADADELTA] = BOTH_TYPES(adadelta),
        [CK_ASGD] = BOTH_TYPES(asgd),
        [CK_RPROP] = BOTH_TYPES(rprop),
    };
    return dtype == CK_FLOAT32 ? table[method][0] : dtype == CK_FLOAT64 ? table[method][1] : NULL;
}
