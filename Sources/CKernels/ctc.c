// Connectionist temporal classification (Graves et al. 2006): the forward and backward variables, as logarithms.
//
// The labels are read with a blank before, between and after them: 2 length + 1 states, of which the even ones are blanks.
// At each step the state stays, moves on by one, or, from a label to a different one, by two.
#include "cklosses.h"

#include "internal.h"

CK_INLINE double log_sum(double a, double b) {
    const double high = a > b ? a : b, low = a > b ? b : a;
    if (a != a || b != b) return a + b;
    return low == -INFINITY ? high : high + log1p(exp(low - high));
}

double ck_ctc(int64_t steps, int64_t classes, const double *logs, int64_t stride, const int64_t *labels, int64_t length,
              int64_t blank, double *alpha) {
    (void)classes;
    const int64_t states = 2 * length + 1;
    if (steps == 0) return length == 0 ? 0 : INFINITY;
    for (int64_t s = 0; s < states; s++) alpha[s] = -INFINITY;
    alpha[0] = logs[blank];
    if (length > 0) alpha[1] = logs[labels[0]];
    for (int64_t t = 1; t < steps; t++) {
        const double *row = logs + t * stride, *before = alpha + (t - 1) * states;
        double *now = alpha + t * states;
        for (int64_t s = 0; s < states; s++) {
            const int64_t label = s & 1 ? labels[s / 2] : blank;
            double sum = before[s];
            if (s > 0) sum = log_sum(sum, before[s - 1]);
            if ((s & 1) && s > 1 && labels[s / 2 - 1] != label) sum = log_sum(sum, before[s - 2]);
            now[s] = sum + row[label];
        }
    }
    const double *last = alpha + (steps - 1) * states;
    return -(length > 0 ? log_sum(last[states - 1], last[states - 2]) : last[0]);
}

void ck_ctc_grad(int64_t steps, int64_t classes, const double *logs, int64_t stride, const int64_t *labels,
                 int64_t length, int64_t blank, const double *alpha, double loss, double g, double *beta, double *gradient) {
    const int64_t states = 2 * length + 1;
    double *now = beta, *after = beta + states;
    for (int64_t t = steps - 1; t >= 0; t--) {
        const double *row = logs + t * stride, *forward = alpha + t * states;
        double *out = gradient + t * stride;
        for (int64_t s = states - 1; s >= 0; s--) {
            const int64_t label = s & 1 ? labels[s / 2] : blank;
            double sum;
            if (t == steps - 1) {
                sum = s >= states - 2 ? 0 : -INFINITY;
            } else {
                sum = after[s];
                if (s + 1 < states) sum = log_sum(sum, after[s + 1]);
                if ((s & 1) && s + 2 < states && labels[s / 2 + 1] != label) sum = log_sum(sum, after[s + 2]);
            }
            now[s] = sum + row[label];
        }
        for (int64_t c = 0; c < classes; c++) out[c] = loss == INFINITY ? NAN : exp(row[c]);
        for (int64_t s = 0; s < states; s++) {
            const int64_t label = s & 1 ? labels[s / 2] : blank;
            // Both variables have the step's own probability in them.
            const double share = forward[s] + now[s];
            if (share != -INFINITY) out[label] -= exp(share - row[label] + loss);
        }
        for (int64_t c = 0; c < classes; c++) out[c] *= g;
        double *const other = now;
        now = after;
        after = other;
    }
}
