import CSwiftNN
import SwiftNN

func run(_ op: snn_normalization_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_NORMALIZATION_batch_norm:
        return .one(try c.tensor(0).batchNormalized(
            runningMean: c.optionalTensor(1), runningVariance: c.optionalTensor(2), weight: c.optionalTensor(3),
            bias: c.optionalTensor(4), training: c.boolean(5, false), momentum: c.real(6, 0.1), epsilon: c.real(7, 1e-5)))
    case .SNN_NORMALIZATION_instance_norm:
        return .one(try c.tensor(0).instanceNormalized(
            runningMean: c.optionalTensor(1), runningVariance: c.optionalTensor(2), weight: c.optionalTensor(3),
            bias: c.optionalTensor(4), usesInputStatistics: c.boolean(5, true), momentum: c.real(6, 0.1), epsilon: c.real(7, 1e-5)))
    case .SNN_NORMALIZATION_layer_norm:
        return .one(try c.tensor(0).layerNormalized(
            c.shape(1), weight: c.optionalTensor(2), bias: c.optionalTensor(3), epsilon: c.real(4, 1e-5)))
    case .SNN_NORMALIZATION_group_norm:
        return .one(try c.tensor(0).groupNormalized(
            c.integer(1), weight: c.optionalTensor(2), bias: c.optionalTensor(3), epsilon: c.real(4, 1e-5)))
    case .SNN_NORMALIZATION_rms_norm:
        return .one(try c.tensor(0).rmsNormalized(c.shape(1), weight: c.optionalTensor(2), epsilon: c.optionalReal(3)))
    case .SNN_NORMALIZATION_local_response_norm:
        return .one(try c.tensor(0).localResponseNormalized(
            size: c.integer(1), alpha: c.real(2, 1e-4), beta: c.real(3, 0.75), k: c.real(4, 1)))
    case .SNN_NORMALIZATION_normalize:
        return .one(try c.tensor(0).normalized(order: c.real(1, 2), c.optionalIntegers(2) ?? [1], epsilon: c.real(3, 1e-12)))
    case .SNN_NORMALIZATION_cosine_similarity:
        return .one(try c.tensor(0).cosineSimilarity(c.tensor(1), dim: c.integer(2, 1), epsilon: c.real(3, 1e-8)))
    case .SNN_NORMALIZATION_pairwise_distance:
        return .one(try c.tensor(0).pairwiseDistance(
            c.tensor(1), order: c.real(2, 2), epsilon: c.real(3, 1e-6), keepDims: c.boolean(4, false)))
    case .SNN_NORMALIZATION_pdist: return .one(try c.tensor(0).distancesOfRows(order: c.real(1, 2)))
    }
}
