// Included once for each type: SUFFIX, REAL, ABS, SQRT, POW.

// out[i, j] = |x[i] - y[j]|_p, for x[rows, width] and the transpose of y, [width, columns]. Sums go along the columns of
// results, so that the order of a sum does not depend on the width of a register.
CK_CLONES void NAME(ck_cdist)(int64_t rows, int64_t columns, int64_t width, const REAL *x, const REAL *y, REAL *out, double p) {
    const REAL power = (REAL)p;
    for (int64_t i = 0; i < rows; i++) {
        REAL *row = out + i * columns;
        for (int64_t j = 0; j < columns; j++) row[j] = 0;
        for (int64_t k = 0; k < width; k++) {
            const REAL a = x[i * width + k];
            const REAL *b = y + k * columns;
            if (p == 0) for (int64_t j = 0; j < columns; j++) row[j] += a == b[j] ? 0 : 1;
            else if (p == 1) for (int64_t j = 0; j < columns; j++) row[j] += ABS(a - b[j]);
            else if (p == 2) for (int64_t j = 0; j < columns; j++) row[j] += (a - b[j]) * (a - b[j]);
            else if (isinf(p)) {
                for (int64_t j = 0; j < columns; j++) {
                    const REAL d = ABS(a - b[j]);
                    // NaN stays, whichever side it is on.
                    row[j] = d > row[j] || d != d ? d : row[j];
                }
            } else for (int64_t j = 0; j < columns; j++) row[j] += POW(ABS(a - b[j]), power);
        }
        if (p == 2) for (int64_t j = 0; j < columns; j++) row[j] = SQRT(row[j]);
        else if (p != 0 && p != 1 && !isinf(p)) for (int64_t j = 0; j < columns; j++) row[j] = POW(row[j], 1 / power);
    }
}

// dx[i] = Σ_j g[i, j] ∂|x[i] - y[j]|_p / ∂x[i], for p of neither 0 nor 2. `g` and `distance` have the strides gi and gj.
// Where rows are equal the slope is 0.
CK_CLONES void NAME(ck_cdist_grad)(int64_t rows, int64_t columns, int64_t width, const REAL *g, const REAL *distance, int64_t gi,
                                   int64_t gj, const REAL *x, const REAL *y, REAL *dx, double p) {
    const REAL power = (REAL)(p - 1);
    for (int64_t i = 0; i < rows; i++) {
        const REAL *a = x + i * width;
        REAL *row = dx + i * width;
        for (int64_t k = 0; k < width; k++) row[k] = 0;
        for (int64_t j = 0; j < columns; j++) {
            const REAL d = distance[i * gi + j * gj], slope = g[i * gi + j * gj];
            const REAL *b = y + j * width;
            if (p == 1) {
                for (int64_t k = 0; k < width; k++) row[k] += a[k] > b[k] ? slope : a[k] < b[k] ? -slope : 0;
            } else if (isinf(p)) {
                for (int64_t k = 0; k < width; k++) {
                    const REAL t = a[k] - b[k];
                    row[k] += ABS(t) == d ? (t > 0 ? slope : t < 0 ? -slope : 0) : 0;
                }
            } else if (d != 0) {
                const REAL factor = slope / POW(d, power);
                for (int64_t k = 0; k < width; k++) {
                    const REAL t = a[k] - b[k], s = t == 0 ? 0 : factor * POW(ABS(t), power);
                    row[k] += t < 0 ? -s : s;
                }
            }
        }
    }
}

#undef SUFFIX
#undef REAL
#undef ABS
#undef SQRT
#undef POW
