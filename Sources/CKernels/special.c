// Special functions in float64. The coefficients of the series were computed with 50 digits for these forms.
#include "special.h"

#define PI 3.141592653589793

/// c[0] + c[1] x + ….
static double polynomial(const double *c, int count, double x) {
    double p = c[count - 1];
    for (int i = count - 2; i >= 0; i--) p = p * x + c[i];
    return p;
}
#define POLYNOMIAL(c, x) polynomial(c, sizeof c / sizeof *c, x)

/// A sum of Chebyshev polynomials, by Clenshaw's rule.
static double chebyshev(const double *c, int count, double t) {
    double a = 0, b = 0;
    for (int i = count - 1; i > 0; i--) {
        const double next = 2 * t * a - b + c[i];
        b = a;
        a = next;
    }
    return t * a - b + c[0];
}
#define CHEBYSHEV(c, t) chebyshev(c, sizeof c / sizeof *c, t)

// ---- gamma function -------------------------------------------------------------------------------------------------

double ck_lgamma(double x) {
#if defined(__GLIBC__) || defined(__APPLE__)
    // lgamma() would write to a variable that all threads share.
    extern double lgamma_r(double, int *);
    int sign;
    return lgamma_r(x, &sign);
#else
    return lgamma(x);
#endif
}

double ck_digamma(double x) {
    if (x == 0) return copysign(INFINITY, -x);
    double result = 0;
    if (x < 0) {
        // psi(1 - x) - pi / tan(pi x), whose period is 1.
        const double distance = x - rint(x);
        if (distance == 0) return NAN;
        result = -PI / tan(PI * distance);
        x = 1 - x;
    }
    for (; x < 10; x++) result -= 1 / x;
    if (x > 1e17) return result + log(x);
    static const double c[] = {1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12};
    const double z = 1 / (x * x);
    return result + (log(x) - 0.5 / x - z * POLYNOMIAL(c, z));
}

/// The sum of (q + k)^-s over k >= 0, for q > 0: some terms, and Euler and Maclaurin's formula for the rest.
static double zeta_of_positive(double s, double q) {
    double sum = 0, term = 0;
    int k = 0;
    for (; k < 9 || q + k <= 9; k++) {
        term = pow(q + k, -s);
        sum += term;
        if (term <= sum * 0x1p-60) return sum;
    }
    const double w = q + k;
    term = pow(w, -s);
    sum += term * w / (s - 1) + term / 2;
    // B_2j / (2j)!.
    static const double c[] = {8.333333333333333e-2,   -1.388888888888889e-3,  3.306878306878307e-5,
                               -8.267195767195767e-7,  2.08767569878681e-8,    -5.284190138687493e-10,
                               1.3382536530684679e-11, -3.3896802963225828e-13, 8.586062056277845e-15};
    double factor = s, power = term / w;
    for (int j = 0; j < 9; j++) {
        const double next = c[j] * factor * power;
        sum += next;
        if (fabs(next) <= fabs(sum) * 0x1p-60) break;
        factor *= (s + 2 * j + 1) * (s + 2 * j + 2);
        power /= w * w;
    }
    return sum;
}

double ck_zeta(double s, double q) {
    if (s != s || q != q) return NAN;
    if (s == 1) return INFINITY;
    if (s < 1) return NAN;
    if (q > 0) return q < INFINITY ? zeta_of_positive(s, q) : 0;
    const double fraction = q - floor(q);
    if (fraction == 0) return INFINITY;
    if (s != floor(s) || q == -INFINITY) return NAN;
    // The terms below zero are those of a series from 1 - fraction on, up to -q.
    const double below = zeta_of_positive(s, 1 - fraction) - zeta_of_positive(s, 1 - q);
    return zeta_of_positive(s, fraction) + (fmod(s, 2) == 0 ? below : -below);
}

double ck_polygamma(double n, double x) {
    if (n == 0) return ck_digamma(x);
    const double factorial = exp(ck_lgamma(n + 1));
    return (fmod(n, 2) == 0 ? -factorial : factorial) * ck_zeta(n + 1, x);
}

// ---- error function and normal distribution -------------------------------------------------------------------------

/// (1 + 2x) erfcx x, in t = (x - 3.75) / (x + 3.75).
static const double erfcx_series[] = {
    1.1775789345674018, -0.0045900545806464773, -0.084249133366517916, 0.05920993999819189,
    -0.026658668435305752, 0.0090749976707052651, -0.0024131635404176082, 0.00049077583652580863,
    -6.9169733025012064e-5, 4.1390279860730102e-6, 7.7403830661984907e-7, -2.1886401049234396e-7,
    1.0764999465670911e-8, 4.521959811218287e-9, -7.7544002088313513e-10, -6.3180883408866976e-11,
    2.8687950109306467e-11, 1.9455868545746659e-13, -9.6546967484369028e-13, 3.2525481481141159e-14,
    3.3478119482561553e-14, -1.8645628806510805e-15, -1.2507950531994971e-15, 7.4182352551536858e-17,
    5.0681489150691299e-17};

double ck_erfcx(double x) {
    if (x < 0) return x < -26.7 ? INFINITY : 2 * exp(x * x) - ck_erfcx(-x);
    if (!(x < 1e8)) return 0.5641895835477563 / x;
    return CHEBYSHEV(erfcx_series, (x - 3.75) / (x + 3.75)) / (1 + 2 * x);
}

// M. J. Wichura, Algorithm AS 241: the percentage points of the normal distribution, Applied Statistics 37 (1988).
static const double central_above[] = {
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227};
static const double central_below[] = {
    1.0, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854};
static const double near_above[] = {
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414};
static const double near_below[] = {
    1.0, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-09};
static const double far_above[] = {
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-05, 2.0103343992922881e-07};
static const double far_below[] = {
    1.0, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    1.8463183175100548e-05, 1.421511758316446e-07, 2.0442631033899397e-15};

/// x such that the normal distribution is 1/2 + q; `tail` is 1/2 - |q|, without loss of digits.
static double quantile(double q, double tail) {
    if (fabs(q) <= 0.425) {
        const double r = 0.180625 - q * q;
        return q * POLYNOMIAL(central_above, r) / POLYNOMIAL(central_below, r);
    }
    if (!(tail > 0)) return tail == 0 ? copysign(INFINITY, q) : NAN;
    const double r = sqrt(-log(tail));
    const double x = r <= 5 ? POLYNOMIAL(near_above, r - 1.6) / POLYNOMIAL(near_below, r - 1.6)
                            : POLYNOMIAL(far_above, r - 5) / POLYNOMIAL(far_below, r - 5);
    return copysign(x, q);
}

double ck_ndtri(double p) { return quantile(p - 0.5, p < 0.5 ? p : 1 - p); }
double ck_erfinv(double x) { return quantile(x / 2, (1 - fabs(x)) / 2) * 0.7071067811865476; }
double ck_ndtr(double x) { return 0.5 * erfc(x * -0.7071067811865476); }

double ck_log_ndtr(double x) {
    const double t = x * 0.7071067811865476;
    return x < -1 ? log(ck_erfcx(-t) / 2) - t * t : log1p(-erfc(t) / 2);
}

double ck_entr(double x) { return x > 0 ? -x * log(x) : x == 0 ? 0 : x != x ? x : -INFINITY; }

// ---- Bessel functions -----------------------------------------------------------------------------------------------
// I0(x) and 2 I1(x) / x up to 1, in x² / 4, so that they are right at 0; exp(-x) I0(x) and exp(-x) I1(x) / x up to 8, in
// x / 4 - 1; exp(-x) sqrt(x) I(x) beyond, in 16 / x - 1.

static const double i0_at_zero[] = {
    1.0, 1.0, 0.25, 0.027777777777777776, 0.001736111111111111, 6.944444444444444e-05, 1.9290123456790124e-06,
    3.936759889140842e-08, 6.151187326782565e-10, 7.594058428126624e-12};
static const double i1_at_zero[] = {
    1.0, 0.5, 0.08333333333333333, 0.006944444444444444, 0.00034722222222222224, 1.1574074074074073e-05,
    2.755731922398589e-07, 4.920949861426052e-09, 6.834652585313961e-11, 7.594058428126623e-13};
static const double i0_near[] = {
    0.33839763720473804, -0.3046826723431984, 0.17162090152220878, -0.094901097048047644, 0.049305284239670708,
    -0.023737414805899469, 0.010546460394594998, -0.0043243099950505759, 0.0016394756169413358,
    -0.00057637557453858237, 0.00018850288509584166, -5.7541950100821037e-5, 1.6448448070728897e-5,
    -4.4167383584587506e-6, 1.1173875391201037e-6, -2.6707938539406117e-7, 6.0469950225419189e-8,
    -1.300025009986248e-8, 2.6598237246823867e-9, -5.1897956016352629e-10, 9.6758090353732369e-11,
    -1.7268262914415557e-11, 2.9550526631296398e-12, -4.8564467831119295e-13, 7.6761854986049356e-14,
    -1.1685332877993452e-14, 1.715391285555133e-15, -2.4312798465479547e-16, 3.3307945188222381e-17};
static const double i0_far[] = {
    0.40224520550705442, 0.0033691164782556941, 6.889758346916824e-5, 2.8913705208347565e-6,
    2.0489185894690637e-7, 2.2666689904981781e-8, 3.3962320257083863e-9, 4.9406023882249696e-10,
    1.1889147107846438e-11, -3.1499165279632414e-11, -1.3215811840447713e-11, -1.7941785315068061e-12,
    7.1801244513836662e-13, 3.8527783827421427e-13, 1.5400862175214098e-14, -4.1505693472872221e-14,
    -9.5548466988283076e-15, 3.8116806693526224e-15, 1.7725601330565264e-15, -3.4254856196772191e-16,
    -2.8276239805165835e-16, 3.4612228676974611e-17, 4.46562142029676e-17, -4.8305044859441821e-18,
    -7.233180487874754e-18};
static const double i1_near[] = {
    0.12629359322181683, -0.17641651835783406, 0.1026436586898471, -0.052945981208094991, 0.024726449030626517,
    -0.010564084894626198, 0.0041564229443128882, -0.0015135724506312531, 0.00051228595616857577,
    -0.00016176081582589675, 4.7815651075500542e-5, -1.3273163656039436e-5, 3.4702513081376785e-6,
    -8.5687202646954547e-7, 2.0032947535521353e-7, -4.4450591287963281e-8, 9.3815373864957718e-9,
    -1.8872497517228293e-9, 3.625590281552117e-10, -6.6634897235020277e-11, 1.1736186298890902e-11,
    -1.9839743977649437e-12, 3.2237933659455747e-13, -5.0421855047279117e-14, 7.6006842947354069e-15,
    -1.1055969477353863e-15, 1.5536319577362005e-16, -2.1114212143581661e-17, 2.7779141127610464e-18};
static const double i1_far[] = {
    0.38928811750914006, -0.0097610974913614684, -0.00011058893876262372, -3.8825648088776904e-6,
    -2.5122362378702089e-7, -2.6314688468895195e-8, -3.835380385964237e-9, -5.5897434621965838e-10,
    -1.8974958123505412e-11, 3.2526035830154882e-11, 1.4125807436613781e-11, 2.0356285441470895e-12,
    -7.1985517762459085e-13, -4.0835511110921973e-13, -2.1015418427726643e-14, 4.2724400167119514e-14,
    1.0420276984128803e-14, -3.8144030724370078e-15, -1.8803547755107824e-15, 3.3082023109209283e-16,
    2.9626289976459501e-16, -3.209525921993424e-17, -4.6503053684893583e-17, 4.4143483230717079e-18,
    7.5172963108421048e-18};

double ck_i0e(double x) {
    x = fabs(x);
    if (x < 1) return POLYNOMIAL(i0_at_zero, x * x / 4) * exp(-x);
    return x <= 8 ? CHEBYSHEV(i0_near, x / 4 - 1) : CHEBYSHEV(i0_far, 16 / x - 1) / sqrt(x);
}

double ck_i1e(double x) {
    const double z = fabs(x);
    if (z < 1) return x / 2 * POLYNOMIAL(i1_at_zero, x * x / 4) * exp(-z);
    return z <= 8 ? x * CHEBYSHEV(i1_near, z / 4 - 1) : copysign(CHEBYSHEV(i1_far, 16 / z - 1) / sqrt(z), x);
}

/// exp(|x|) times a scaled value; in two steps, since the exponential alone may be infinite.
static double unscaled(double x, double value) {
    const double half = exp(fabs(x) / 2);
    return half < INFINITY ? value * half * half : copysign(INFINITY, value);
}

double ck_i0(double x) { return unscaled(x, ck_i0e(x)); }
double ck_i1(double x) { return unscaled(x, ck_i1e(x)); }
