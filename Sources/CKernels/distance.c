// Distances of all pairs of rows of two matrices, in the norms of any p, and their gradients.
#include "internal.h"

#define CONCAT2(a, b) a##b
#define CONCAT(a, b) CONCAT2(a, b)
#define NAME(name) CONCAT(CONCAT(name, _), SUFFIX)

#define SUFFIX f32
#define REAL float
#define ABS fabsf
#define SQRT sqrtf
#define POW powf
#include "distance_template.h"

#define SUFFIX f64
#define REAL double
#define ABS fabs
#define SQRT sqrt
#define POW pow
#include "distance_template.h"
