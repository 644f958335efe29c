// Functions of float32, computed in float64 on 8 lanes, without branches and with the same bits at every CPU level.
//
// The polynomials are off by at most some 1e-11 of the value, so that the results, once rounded to float32, are within
// 0.51 ulp. Arguments go by pointer, as in vector_math.h.
#ifndef SWIFTNN_CKERNELS_WIDE_MATH_H
#define SWIFTNN_CKERNELS_WIDE_MATH_H

#include "internal.h"

typedef uint64_t ck_u64x8 __attribute__((vector_size(64)));

/// mask ? a : b, lane by lane; lanes of the mask are all ones or all zeros.
#define CK_SELECT8(mask, a, b) \
    ((ck_f64x8)(((ck_u64x8)(mask) & (ck_u64x8)(a)) | (~(ck_u64x8)(mask) & (ck_u64x8)(b))))
#define CK_SPLAT8(value) ((double)(value) - (ck_f64x8){0})
#define CK_SIGN8 0x8000000000000000u
#define CK_ABS8(x) ((ck_f64x8)((ck_u64x8)(x) & ~CK_SIGN8))
/// The magnitude of x with the sign of y.
#define CK_COPYSIGN8(x, y) ((ck_f64x8)(((ck_u64x8)(x) & ~CK_SIGN8) | ((ck_u64x8)(y)&CK_SIGN8)))

/// c[0] + c[1] x + … + c[count-1] x^(count-1).
CK_INLINE CK_WIDE void ck_polynomial8(const double *c, int count, const ck_f64x8 *x, ck_f64x8 *output) {
    ck_f64x8 p = CK_SPLAT8(c[count - 1]);
    CK_UNROLL for (int i = count - 2; i >= 0; i--) p = p * *x + CK_SPLAT8(c[i]);
    *output = p;
}
#define CK_POLYNOMIAL8(x, output, ...)                                                                    \
    do {                                                                                                  \
        static const double table[] = {__VA_ARGS__};                                                      \
        ck_polynomial8(table, sizeof table / sizeof *table, x, output);                                   \
    } while (0)

CK_INLINE CK_WIDE void ck_sqrt8(const ck_f64x8 *x, ck_f64x8 *output) {
#if defined(__clang__)
    *output = __builtin_elementwise_sqrt(*x);
#else
    for (int i = 0; i < 8; i++) (*output)[i] = sqrt((*x)[i]);
#endif
}

// ---- exponential and logarithm --------------------------------------------------------------------------------------

/// exp x = scale (1 + t), t = exp r - 1, |r| <= ln 2 / 2. What lies beyond 700 is infinity or zero in float32 anyway.
CK_INLINE CK_WIDE void ck_exp_parts8(const ck_f64x8 *input, ck_f64x8 *scale, ck_f64x8 *t) {
    // A comparison with NaN is false: NaN goes on.
    ck_f64x8 x = CK_SELECT8(*input > CK_SPLAT8(700), CK_SPLAT8(700), *input);
    x = CK_SELECT8(x < CK_SPLAT8(-700), CK_SPLAT8(-700), x);
    // Adding 1.5 * 2^52 rounds to an integer, which then stands in the low bits.
    const ck_f64x8 magic = CK_SPLAT8(6755399441055744.0);
    const ck_f64x8 shifted = x * CK_SPLAT8(1.4426950408889634) + magic;
    const ck_f64x8 n = shifted - magic;
    *scale = (ck_f64x8)(((ck_u64x8)shifted - (ck_u64x8)magic + 1023u) << 52);
    // ln 2 in two parts, the first of so few bits that n times it is exact.
    const ck_f64x8 r = (x - n * CK_SPLAT8(6.93147180369123816490e-01)) - n * CK_SPLAT8(1.90821492927058770002e-10);
    ck_f64x8 p;
    CK_POLYNOMIAL8(&r, &p, 0.49999999999951383, 0.16666666666662247, 0.04166667979362806,
                   0.008333333344872034, 0.0013888837087667207, 0.00019841222761353435, 2.486920416652337e-05,
                   2.761877702984587e-06);
    *t = r + r * r * p;
}

CK_INLINE CK_WIDE void ck_exp8(const ck_f64x8 *x, ck_f64x8 *output) {
    ck_f64x8 scale, t;
    ck_exp_parts8(x, &scale, &t);
    *output = (t + CK_SPLAT8(1)) * scale;
}

CK_INLINE CK_WIDE void ck_expm1_8(const ck_f64x8 *x, ck_f64x8 *output) {
    ck_f64x8 scale, t;
    ck_exp_parts8(x, &scale, &t);
    *output = CK_COPYSIGN8(t * scale + (scale - CK_SPLAT8(1)), *x);
}

CK_INLINE CK_WIDE void ck_exp2_8(const ck_f64x8 *x, ck_f64x8 *output) {
    // Whole numbers are to have exact powers, so that their product with ln 2 must not be far off: it is not, within
    // the range of float32.
    const ck_f64x8 scaled = *x * CK_SPLAT8(0.6931471805599453);
    ck_exp8(&scaled, output);
}

/// log u. Where u = 1 + y, and y is given, y may be smaller than the distance of u's neighbours.
CK_INLINE CK_WIDE void ck_log_of8(const ck_f64x8 *u, const ck_f64x8 *y, ck_f64x8 *output) {
    // u = 2^e m, sqrt(1/2) <= m < sqrt(2). Subtracting the bits of sqrt(1/2) makes the exponent round so.
    const ck_u64x8 offset = (ck_u64x8)*u - 0x3fe6a09e667f3bcdu + (1023ull << 52);
    const ck_u64x8 biased = offset >> 52;
    const ck_f64x8 e = (ck_f64x8)(biased | 0x4330000000000000u) - CK_SPLAT8(4503599627370496.0 + 1023.0);
    const ck_f64x8 m = (ck_f64x8)((offset & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu);
    ck_f64x8 f = m - CK_SPLAT8(1);
    if (y) f = CK_SELECT8(e == CK_SPLAT8(0), *y, f);
    // log m = 2 artanh(f / (2 + f)).
    const ck_f64x8 s = f / (CK_SPLAT8(2) + f), z = s * s;
    ck_f64x8 p;
    CK_POLYNOMIAL8(&z, &p, 2.0000000000085962, 0.6666666521533552, 0.40000391218630094, 0.2853463657432984,
                   0.23624389651478447);
    ck_f64x8 log = s * p + e * CK_SPLAT8(0.6931471805599453);
    // log inf = inf and log NaN = NaN; zero and negative arguments.
    log = CK_SELECT8(*u < CK_SPLAT8(INFINITY), log, *u);
    log = CK_SELECT8(*u == CK_SPLAT8(0), CK_SPLAT8(-INFINITY), log);
    *output = CK_SELECT8(*u < CK_SPLAT8(0), CK_SPLAT8(NAN), log);
}

CK_INLINE CK_WIDE void ck_log8(const ck_f64x8 *x, ck_f64x8 *output) { ck_log_of8(x, NULL, output); }

CK_INLINE CK_WIDE void ck_log2_8(const ck_f64x8 *x, ck_f64x8 *output) {
    ck_log_of8(x, NULL, output);
    *output *= CK_SPLAT8(1.4426950408889634);
}

CK_INLINE CK_WIDE void ck_log10_8(const ck_f64x8 *x, ck_f64x8 *output) {
    ck_log_of8(x, NULL, output);
    *output *= CK_SPLAT8(0.4342944819032518);
}

CK_INLINE CK_WIDE void ck_log1p8(const ck_f64x8 *x, ck_f64x8 *output) {
    const ck_f64x8 u = CK_SPLAT8(1) + *x;
    ck_f64x8 y;
    ck_log_of8(&u, x, &y);
    *output = CK_SELECT8(*x == CK_SPLAT8(0), *x, y);
}

/// log(x / (1 - x)).
CK_INLINE CK_WIDE void ck_logit8(const ck_f64x8 *x, ck_f64x8 *output) {
    const ck_f64x8 odds = *x / (CK_SPLAT8(1) - *x);
    ck_log_of8(&odds, NULL, output);
}

// ---- circular functions ---------------------------------------------------------------------------------------------

/// Below this, the multiple of pi / 2 that is subtracted has so few bits that its products are exact.
#define CK_CIRCULAR_LIMIT 1000000

/// x = n pi / 2 + r, |r| <= pi / 4: the sine and cosine of r, and n.
CK_INLINE CK_WIDE void ck_circular8(const ck_f64x8 *x, ck_f64x8 *sine, ck_f64x8 *cosine, ck_u64x8 *quarter) {
    const ck_f64x8 magic = CK_SPLAT8(6755399441055744.0);
    const ck_f64x8 shifted = *x * CK_SPLAT8(0.6366197723675814) + magic;
    const ck_f64x8 n = shifted - magic;
    *quarter = (ck_u64x8)shifted;
    // pi / 2 in three parts, of 33 bits each but the last.
    const ck_f64x8 r = ((*x - n * CK_SPLAT8(1.57079632673412561417e+00)) - n * CK_SPLAT8(6.07710050630396597660e-11)) -
                       n * CK_SPLAT8(2.02226624879595063154e-21);
    const ck_f64x8 z = r * r;
    ck_f64x8 p;
    CK_POLYNOMIAL8(&z, &p, 0.9999999999999957, -0.16666666666616184, 0.008333333323802407, -0.00019841263259141957,
                   2.755526372174464e-06, -2.4755970636461245e-08);
    *sine = r * p;
    CK_POLYNOMIAL8(&z, cosine, 0.9999999999999437, -0.4999999999934461, 0.04166666654292815, -0.0013888880342838477,
                   2.479891815008481e-05, -2.7172666562783097e-07);
}

/// The sine of x + quarters pi / 2.
CK_INLINE CK_WIDE void ck_sine8(const ck_f64x8 *x, unsigned quarters, ck_f64x8 *output) {
    ck_f64x8 sine, cosine;
    ck_u64x8 n;
    ck_circular8(x, &sine, &cosine, &n);
    n += quarters;
    const ck_f64x8 y = CK_SELECT8(0u - (n & 1u), cosine, sine);
    *output = (ck_f64x8)((ck_u64x8)y ^ ((n & 2u) << 62));
}

CK_INLINE CK_WIDE void ck_sin8(const ck_f64x8 *x, ck_f64x8 *output) { ck_sine8(x, 0, output); }
CK_INLINE CK_WIDE void ck_cos8(const ck_f64x8 *x, ck_f64x8 *output) { ck_sine8(x, 1, output); }

CK_INLINE CK_WIDE void ck_tan8(const ck_f64x8 *x, ck_f64x8 *output) {
    ck_f64x8 sine, cosine;
    ck_u64x8 n;
    ck_circular8(x, &sine, &cosine, &n);
    const ck_u64x8 odd = 0u - (n & 1u);
    *output = CK_SELECT8(odd, -cosine, sine) / CK_SELECT8(odd, sine, cosine);
}

/// sin(pi x) / (pi x), 1 at 0.
CK_INLINE CK_WIDE void ck_sinc8(const ck_f64x8 *x, ck_f64x8 *output) {
    const ck_f64x8 y = *x * CK_SPLAT8(3.141592653589793);
    ck_f64x8 sine;
    ck_sine8(&y, 0, &sine);
    *output = CK_SELECT8(y == CK_SPLAT8(0), CK_SPLAT8(1), sine / y);
}

/// The arctangent of 0 <= x <= 1.
CK_INLINE CK_WIDE void ck_atan_part8(const ck_f64x8 *x, ck_f64x8 *output) {
    const ck_f64x8 z = *x * *x;
    CK_POLYNOMIAL8(&z, output, 0.9999999999887381, -0.3333333295165722, 0.19999978336217084, -0.1428522560816021,
                   0.11105306732424464, -0.09049179093720577, 0.07495262378099696, -0.06022196387937433,
                   0.04364658944281667, -0.02600599597760862, 0.011427633277375594, -0.0031954252407363944,
                   0.00041922786011272897);
    *output *= *x;
}

CK_INLINE CK_WIDE void ck_atan8(const ck_f64x8 *x, ck_f64x8 *output) {
    const ck_f64x8 magnitude = CK_ABS8(*x);
    const ck_u64x8 large = (ck_u64x8)(magnitude > CK_SPLAT8(1));
    const ck_f64x8 reduced = CK_SELECT8(large, CK_SPLAT8(1) / magnitude, magnitude);
    ck_f64x8 y;
    ck_atan_part8(&reduced, &y);
    y = CK_SELECT8(large, CK_SPLAT8(1.5707963267948966) - y, y);
    *output = CK_COPYSIGN8(y, *x);
}

/// The angle of the point (x, y).
CK_INLINE CK_WIDE void ck_atan2_8(const ck_f64x8 *y, const ck_f64x8 *x, ck_f64x8 *output) {
    const ck_f64x8 width = CK_ABS8(*x), height = CK_ABS8(*y);
    const ck_u64x8 steep = (ck_u64x8)(height > width);
    const ck_f64x8 smaller = CK_SELECT8(steep, width, height), larger = CK_SELECT8(steep, height, width);
    ck_f64x8 ratio = smaller / larger;
    // 0 / 0 and inf / inf.
    ratio = CK_SELECT8(larger == CK_SPLAT8(0), CK_SPLAT8(0), ratio);
    ratio = CK_SELECT8((smaller == larger) & (larger == CK_SPLAT8(INFINITY)), CK_SPLAT8(1), ratio);
    ck_f64x8 angle;
    ck_atan_part8(&ratio, &angle);
    angle = CK_SELECT8(steep, CK_SPLAT8(1.5707963267948966) - angle, angle);
    angle = CK_SELECT8(0u - ((ck_u64x8)*x >> 63), CK_SPLAT8(3.141592653589793) - angle, angle);
    angle = CK_COPYSIGN8(angle, *y);
    *output = CK_SELECT8((*x == *x) & (*y == *y), angle, *x + *y);
}

/// For |x| > 1/2, arcsin |x| = pi / 2 - 2 arcsin s with s = sqrt((1 - |x|) / 2); else s = |x|. Gives arcsin s.
CK_INLINE CK_WIDE void ck_asin_part8(const ck_f64x8 *x, ck_u64x8 *large, ck_f64x8 *output) {
    const ck_f64x8 magnitude = CK_ABS8(*x);
    *large = (ck_u64x8)(magnitude > CK_SPLAT8(0.5));
    const ck_f64x8 z = CK_SELECT8(*large, (CK_SPLAT8(1) - magnitude) * CK_SPLAT8(0.5), magnitude * magnitude);
    ck_f64x8 root, p;
    ck_sqrt8(&z, &root);
    CK_POLYNOMIAL8(&z, &p, 1.000000000000825, 0.16666666613278705, 0.07500005655821883, 0.04464056469220037,
                   0.03042811901907943, 0.02185574259984348, 0.02068132717169167, 0.0019156113431105127,
                   0.03295759470084881);
    *output = CK_SELECT8(*large, root, magnitude) * p;
}

CK_INLINE CK_WIDE void ck_asin8(const ck_f64x8 *x, ck_f64x8 *output) {
    ck_u64x8 large;
    ck_f64x8 part;
    ck_asin_part8(x, &large, &part);
    const ck_f64x8 y = CK_SELECT8(large, CK_SPLAT8(1.5707963267948966) - (part + part), part);
    *output = CK_COPYSIGN8(y, *x);
}

CK_INLINE CK_WIDE void ck_acos8(const ck_f64x8 *x, ck_f64x8 *output) {
    ck_u64x8 large;
    ck_f64x8 part;
    ck_asin_part8(x, &large, &part);
    const ck_u64x8 negative = 0u - ((ck_u64x8)*x >> 63);
    const ck_f64x8 doubled = part + part;
    const ck_f64x8 far = CK_SELECT8(negative, CK_SPLAT8(3.141592653589793) - doubled, doubled);
    *output = CK_SELECT8(large, far, CK_SPLAT8(1.5707963267948966) - CK_COPYSIGN8(part, *x));
}

// ---- hyperbolic functions -------------------------------------------------------------------------------------------

CK_INLINE CK_WIDE void ck_sinh8(const ck_f64x8 *x, ck_f64x8 *output) {
    const ck_f64x8 magnitude = CK_ABS8(*x), z = *x * *x;
    ck_f64x8 p, e;
    CK_POLYNOMIAL8(&z, &p, 0.9999999999999205, 0.16666666667239327, 0.008333333266545869, 0.00019841298317149254,
                   2.755183485237489e-06, 2.5538205221156536e-08);
    ck_exp8(&magnitude, &e);
    const ck_f64x8 far = CK_COPYSIGN8((e - CK_SPLAT8(1) / e) * CK_SPLAT8(0.5), *x);
    *output = CK_SELECT8(magnitude < CK_SPLAT8(1), *x * p, far);
}

CK_INLINE CK_WIDE void ck_cosh8(const ck_f64x8 *x, ck_f64x8 *output) {
    const ck_f64x8 magnitude = CK_ABS8(*x);
    ck_f64x8 e;
    ck_exp8(&magnitude, &e);
    *output = (e + CK_SPLAT8(1) / e) * CK_SPLAT8(0.5);
}

/// log(|x| + sqrt(x² + 1)), with the sign of x.
CK_INLINE CK_WIDE void ck_asinh8(const ck_f64x8 *x, ck_f64x8 *output) {
    const ck_f64x8 magnitude = CK_ABS8(*x), z = *x * *x, above = z + CK_SPLAT8(1);
    ck_f64x8 root, y;
    ck_sqrt8(&above, &root);
    const ck_f64x8 argument = magnitude + z / (root + CK_SPLAT8(1));
    ck_log1p8(&argument, &y);
    *output = CK_COPYSIGN8(CK_SELECT8(magnitude < CK_SPLAT8(INFINITY), y, magnitude), *x);
}

/// log(x + sqrt(x² - 1)).
CK_INLINE CK_WIDE void ck_acosh8(const ck_f64x8 *x, ck_f64x8 *output) {
    const ck_f64x8 t = *x - CK_SPLAT8(1), square = t * (t + CK_SPLAT8(2));
    ck_f64x8 root, y;
    ck_sqrt8(&square, &root);
    const ck_f64x8 argument = t + root;
    ck_log1p8(&argument, &y);
    *output = CK_SELECT8(*x < CK_SPLAT8(1), CK_SPLAT8(NAN), y);
}

/// log((1 + |x|) / (1 - |x|)) / 2, with the sign of x.
CK_INLINE CK_WIDE void ck_atanh8(const ck_f64x8 *x, ck_f64x8 *output) {
    const ck_f64x8 magnitude = CK_ABS8(*x);
    const ck_f64x8 argument = (magnitude + magnitude) / (CK_SPLAT8(1) - magnitude);
    ck_f64x8 y;
    ck_log1p8(&argument, &y);
    *output = CK_COPYSIGN8(CK_SELECT8(magnitude > CK_SPLAT8(1), CK_SPLAT8(NAN), y * CK_SPLAT8(0.5)), *x);
}

// ---- the error function ---------------------------------------------------------------------------------------------

/// 1 - erf x for 0 <= x <= 10.5, beyond which it is 0 in float32: exp(-x²) f(x) / (1 + 2x), f smooth in (x - 3.75) / (x + 3.75).
CK_INLINE CK_WIDE void ck_erfc_part8(const ck_f64x8 *magnitude, ck_f64x8 *output) {
    const ck_f64x8 x = CK_SELECT8(*magnitude > CK_SPLAT8(10.5), CK_SPLAT8(10.5), *magnitude);
    const ck_f64x8 t = (x - CK_SPLAT8(3.75)) / (x + CK_SPLAT8(3.75)), exponent = -(x * x);
    ck_f64x8 p, e;
    CK_POLYNOMIAL8(&t, &p, 1.237512630839464, -0.1402405985097152, 0.003585415035150463, 0.08227673346649798,
                   -0.10880391384737471, 0.09230442422782423, -0.05869358570645399, 0.028361290797357986,
                   -0.009745827393834621, 0.001760502802829229, 0.00029379878326018366, -0.00030196288242998896,
                   4.473993424908866e-05, 3.2867752926652275e-05);
    ck_exp8(&exponent, &e);
    *output = e * p / (CK_SPLAT8(1) + x + x);
}

CK_INLINE CK_WIDE void ck_erf8(const ck_f64x8 *x, ck_f64x8 *output) {
    const ck_f64x8 magnitude = CK_ABS8(*x), z = *x * *x;
    ck_f64x8 p, rest;
    CK_POLYNOMIAL8(&z, &p, 1.128379167095494, -0.37612638902808615, 0.11283791658548713, -0.026866169050599326,
                   0.0052239671935439, -0.0008547933736519633, 0.00012046261269779797, -1.4795031400662045e-05,
                   1.5306373163641084e-06, -1.0469110332151208e-07);
    ck_erfc_part8(&magnitude, &rest);
    *output = CK_SELECT8(magnitude < CK_SPLAT8(1), *x * p, CK_COPYSIGN8(CK_SPLAT8(1) - rest, *x));
}

CK_INLINE CK_WIDE void ck_erfc8(const ck_f64x8 *x, ck_f64x8 *output) {
    const ck_f64x8 magnitude = CK_ABS8(*x);
    ck_f64x8 rest;
    ck_erfc_part8(&magnitude, &rest);
    *output = CK_SELECT8(*x < CK_SPLAT8(0), CK_SPLAT8(2) - rest, rest);
}

/// (1 + erf(x / sqrt 2)) / 2, the normal distribution.
CK_INLINE CK_WIDE void ck_ndtr8(const ck_f64x8 *x, ck_f64x8 *output) {
    const ck_f64x8 scaled = *x * CK_SPLAT8(-0.7071067811865476);
    ck_erfc8(&scaled, output);
    *output *= CK_SPLAT8(0.5);
}

// ---- functions of two arguments -------------------------------------------------------------------------------------

/// log(exp a + exp b).
CK_INLINE CK_WIDE void ck_logaddexp8(const ck_f64x8 *a, const ck_f64x8 *b, ck_f64x8 *output) {
    const ck_f64x8 larger = CK_SELECT8(*a > *b, *a, *b), distance = -CK_ABS8(*a - *b);
    ck_f64x8 e, y;
    ck_exp8(&distance, &e);
    ck_log1p8(&e, &y);
    // inf - inf is no distance.
    *output = CK_SELECT8((*a == *b) & (CK_ABS8(*a) == CK_SPLAT8(INFINITY)), *a, larger + y);
}

/// log2(2^a + 2^b).
CK_INLINE CK_WIDE void ck_logaddexp2_8(const ck_f64x8 *a, const ck_f64x8 *b, ck_f64x8 *output) {
    const ck_f64x8 larger = CK_SELECT8(*a > *b, *a, *b), distance = CK_ABS8(*a - *b) * CK_SPLAT8(-0.6931471805599453);
    ck_f64x8 e, y;
    ck_exp8(&distance, &e);
    ck_log1p8(&e, &y);
    const ck_f64x8 sum = larger + y * CK_SPLAT8(1.4426950408889634);
    *output = CK_SELECT8((*a == *b) & (CK_ABS8(*a) == CK_SPLAT8(INFINITY)), *a, sum);
}

/// a log b, 0 where a is 0 and b is not NaN.
CK_INLINE CK_WIDE void ck_xlogy8(const ck_f64x8 *a, const ck_f64x8 *b, ck_f64x8 *output) {
    ck_f64x8 log;
    ck_log8(b, &log);
    *output = CK_SELECT8((*a == CK_SPLAT8(0)) & (*b == *b), CK_SPLAT8(0), *a * log);
}

/// a log(1 + b), likewise.
CK_INLINE CK_WIDE void ck_xlog1py8(const ck_f64x8 *a, const ck_f64x8 *b, ck_f64x8 *output) {
    ck_f64x8 log;
    ck_log1p8(b, &log);
    *output = CK_SELECT8((*a == CK_SPLAT8(0)) & (*b == *b), CK_SPLAT8(0), *a * log);
}

/// sqrt(a² + b²), infinity where either is infinite.
CK_INLINE CK_WIDE void ck_hypot8(const ck_f64x8 *a, const ck_f64x8 *b, ck_f64x8 *output) {
    const ck_f64x8 sum = *a * *a + *b * *b;
    ck_f64x8 root;
    ck_sqrt8(&sum, &root);
    const ck_f64x8 infinity = CK_SPLAT8(INFINITY);
    *output = CK_SELECT8((CK_ABS8(*a) == infinity) | (CK_ABS8(*b) == infinity), infinity, root);
}

#endif
