// The families of the table of operators as closed enumerations, whose values are those of snn_op: for the switches that
// run the operators, each of which must have a case for every row of its family.
#ifndef SWIFTNN_FAMILIES_H
#define SWIFTNN_FAMILIES_H

#include "swiftnn.h"

typedef enum SNN_CLOSED_ENUM snn_family {
    SNN_FAMILY_pointwise,
    SNN_FAMILY_reductions,
    SNN_FAMILY_ordering,
    SNN_FAMILY_products,
    SNN_FAMILY_linalg,
    SNN_FAMILY_shapes,
    SNN_FAMILY_indexing,
    SNN_FAMILY_creation,
    SNN_FAMILY_activations,
    SNN_FAMILY_convolution,
    SNN_FAMILY_normalization,
    SNN_FAMILY_losses,
    SNN_FAMILY_embedding,
    SNN_FAMILY_pooling,
    SNN_FAMILY_resampling,
    SNN_FAMILY_optimizers,
    SNN_FAMILY_recurrent,
    SNN_FAMILY_attention,
} snn_family;

typedef enum SNN_CLOSED_ENUM snn_pointwise_op {
#define SNN_FAMILY "ops/pointwise.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_POINTWISE_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_pointwise_op;

typedef enum SNN_CLOSED_ENUM snn_reductions_op {
#define SNN_FAMILY "ops/reductions.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_REDUCTIONS_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_reductions_op;

typedef enum SNN_CLOSED_ENUM snn_ordering_op {
#define SNN_FAMILY "ops/ordering.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_ORDERING_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_ordering_op;

typedef enum SNN_CLOSED_ENUM snn_products_op {
#define SNN_FAMILY "ops/products.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_PRODUCTS_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_products_op;

typedef enum SNN_CLOSED_ENUM snn_linalg_op {
#define SNN_FAMILY "ops/linalg.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_LINALG_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_linalg_op;

typedef enum SNN_CLOSED_ENUM snn_shapes_op {
#define SNN_FAMILY "ops/shapes.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_SHAPES_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_shapes_op;

typedef enum SNN_CLOSED_ENUM snn_indexing_op {
#define SNN_FAMILY "ops/indexing.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_INDEXING_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_indexing_op;

typedef enum SNN_CLOSED_ENUM snn_creation_op {
#define SNN_FAMILY "ops/creation.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_CREATION_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_creation_op;

typedef enum SNN_CLOSED_ENUM snn_activations_op {
#define SNN_FAMILY "ops/activations.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_ACTIVATIONS_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_activations_op;

typedef enum SNN_CLOSED_ENUM snn_convolution_op {
#define SNN_FAMILY "ops/convolution.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_CONVOLUTION_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_convolution_op;

typedef enum SNN_CLOSED_ENUM snn_normalization_op {
#define SNN_FAMILY "ops/normalization.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_NORMALIZATION_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_normalization_op;

typedef enum SNN_CLOSED_ENUM snn_losses_op {
#define SNN_FAMILY "ops/losses.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_LOSSES_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_losses_op;

typedef enum SNN_CLOSED_ENUM snn_embedding_op {
#define SNN_FAMILY "ops/embedding.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_EMBEDDING_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_embedding_op;
typedef enum SNN_CLOSED_ENUM snn_pooling_op {
#define SNN_FAMILY "ops/pooling.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_POOLING_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_pooling_op;

typedef enum SNN_CLOSED_ENUM snn_resampling_op {
#define SNN_FAMILY "ops/resampling.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_RESAMPLING_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_resampling_op;

typedef enum SNN_CLOSED_ENUM snn_optimizers_op {
#define SNN_FAMILY "ops/optimizers.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_OPTIMIZERS_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_optimizers_op;

typedef enum SNN_CLOSED_ENUM snn_recurrent_op {
#define SNN_FAMILY "ops/recurrent.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_RECURRENT_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_recurrent_op;

typedef enum SNN_CLOSED_ENUM snn_attention_op {
#define SNN_FAMILY "ops/attention.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_ATTENTION_##name = SNN_OP_##name,
#include "swiftnn_ops.def"
} snn_attention_op;

/// Of one of the SNN_OP_COUNT operators.
static inline snn_family snn_op_family(snn_op op) {
    static const uint8_t families[] = {
#define SNN_FAMILY "ops/pointwise.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_pointwise,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/reductions.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_reductions,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/ordering.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_ordering,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/products.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_products,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/linalg.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_linalg,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/shapes.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_shapes,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/indexing.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_indexing,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/creation.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_creation,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/activations.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_activations,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/convolution.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_convolution,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/normalization.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_normalization,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/losses.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_losses,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/embedding.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_embedding,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/pooling.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_pooling,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/resampling.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_resampling,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/optimizers.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_optimizers,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/recurrent.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_recurrent,
#include "swiftnn_ops.def"
#define SNN_FAMILY "ops/attention.def"
#define SNN_OP(name, python, surfaces, schema, signature, doc) SNN_FAMILY_attention,
#include "swiftnn_ops.def"
    };
    _Static_assert(sizeof families == SNN_OP_COUNT, "every family stands here once");
    return (snn_family)families[op];
}

#endif
