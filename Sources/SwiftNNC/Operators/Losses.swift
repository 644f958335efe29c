import CSwiftNN
import SwiftNN

func run(_ op: snn_losses_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_LOSSES_cross_entropy:
        return .one(try c.tensor(0).crossEntropy(
            c.tensor(1), weight: c.optionalTensor(2), ignoreIndex: c.integer(4, -100), reduction: c.reduction(6, 3, 5),
            labelSmoothing: c.real(7, 0)))
    case .SNN_LOSSES_nll_loss:
        return .one(try c.tensor(0).negativeLogLikelihood(
            c.tensor(1), weight: c.optionalTensor(2), ignoreIndex: c.integer(4, -100), reduction: c.reduction(6, 3, 5)))
    case .SNN_LOSSES_l1_loss:
        return .one(try c.tensor(0).absoluteError(c.tensor(1), weight: c.optionalTensor(5), reduction: c.reduction(4, 2, 3)))
    case .SNN_LOSSES_mse_loss:
        return .one(try c.tensor(0).meanSquaredError(c.tensor(1), weight: c.optionalTensor(5), reduction: c.reduction(4, 2, 3)))
    case .SNN_LOSSES_smooth_l1_loss:
        return .one(try c.tensor(0).smoothAbsoluteError(c.tensor(1), beta: c.real(5, 1), reduction: c.reduction(4, 2, 3)))
    case .SNN_LOSSES_huber_loss:
        return .one(try c.tensor(0).huberLoss(
            c.tensor(1), delta: c.real(3, 1), weight: c.optionalTensor(4), reduction: c.choice(2) ?? .mean))
    case .SNN_LOSSES_binary_cross_entropy:
        return .one(try c.tensor(0).binaryCrossEntropy(c.tensor(1), weight: c.optionalTensor(2), reduction: c.reduction(5, 3, 4)))
    case .SNN_LOSSES_binary_cross_entropy_with_logits:
        return .one(try c.tensor(0).binaryCrossEntropyOfLogits(
            c.tensor(1), weight: c.optionalTensor(2), positiveWeight: c.optionalTensor(6), reduction: c.reduction(5, 3, 4)))
    case .SNN_LOSSES_soft_margin_loss:
        return .one(try c.tensor(0).softMarginLoss(c.tensor(1), reduction: c.reduction(4, 2, 3)))
    case .SNN_LOSSES_kl_div:
        var reduction: DivergenceReduction = try c.choice(4) ?? .mean
        if let legacy = try c.legacyReduction(2, 3) { reduction = DivergenceReduction(rawValue: legacy.rawValue) ?? reduction }
        return .one(try c.tensor(0).divergence(of: c.tensor(1), logTarget: c.boolean(5, false), reduction: reduction))
    case .SNN_LOSSES_poisson_nll_loss:
        return .one(try c.tensor(0).poissonNegativeLogLikelihood(
            c.tensor(1), isLogarithm: c.boolean(2, true), full: c.boolean(3, false), epsilon: c.real(5, 1e-8),
            reduction: c.reduction(7, 4, 6)))
    case .SNN_LOSSES_gaussian_nll_loss:
        return .one(try c.tensor(0).gaussianNegativeLogLikelihood(
            c.tensor(1), variance: c.tensor(2), full: c.boolean(3, false), epsilon: c.real(4, 1e-6), reduction: c.choice(5) ?? .mean))
    case .SNN_LOSSES_hinge_embedding_loss:
        return .one(try c.tensor(0).hingeEmbeddingLoss(c.tensor(1), margin: c.real(2, 1), reduction: c.reduction(5, 3, 4)))
    case .SNN_LOSSES_margin_ranking_loss:
        return .one(try c.tensor(0).marginRankingLoss(c.tensor(1), c.tensor(2), margin: c.real(3, 0), reduction: c.reduction(6, 4, 5)))
    case .SNN_LOSSES_multi_margin_loss:
        return .one(try c.tensor(0).multiMarginLoss(
            c.tensor(1), power: c.integer(2, 1), margin: c.real(3, 1), weight: c.optionalTensor(4), reduction: c.reduction(7, 5, 6)))
    case .SNN_LOSSES_multilabel_margin_loss:
        return .one(try c.tensor(0).multilabelMarginLoss(c.tensor(1), reduction: c.reduction(4, 2, 3)))
    case .SNN_LOSSES_multilabel_soft_margin_loss:
        return .one(try c.tensor(0).multilabelSoftMarginLoss(c.tensor(1), weight: c.optionalTensor(2), reduction: c.reduction(5, 3, 4)))
    case .SNN_LOSSES_triplet_margin_loss:
        return .one(try c.tensor(0).tripletMarginLoss(
            positive: c.tensor(1), negative: c.tensor(2), margin: c.real(3, 1), power: c.real(4, 2), epsilon: c.real(5, 1e-6),
            swap: c.boolean(6, false), reduction: c.reduction(9, 7, 8)))
    case .SNN_LOSSES_cosine_embedding_loss:
        return .one(try c.tensor(0).cosineEmbeddingLoss(c.tensor(1), c.tensor(2), margin: c.real(3, 0), reduction: c.reduction(6, 4, 5)))
    case .SNN_LOSSES_ctc_loss:
        return .one(try c.tensor(0).ctcLoss(
            c.tensor(1), inputLengths: c.lengths(2), targetLengths: c.lengths(3), blank: c.integer(4, 0),
            reduction: c.choice(5) ?? .mean, zeroInfinity: c.boolean(6, false)))
    }
}

extension Call {
    /// The reduction, by its name or by the two flags that it had before: averaged, and reduced at all.
    fileprivate func reduction(_ name: Int, _ average: Int, _ reduce: Int) throws(TensorError) -> LossReduction {
        if let legacy = try legacyReduction(average, reduce) { return legacy }
        return try choice(name) ?? .mean
    }

    fileprivate func legacyReduction(_ average: Int, _ reduce: Int) throws(TensorError) -> LossReduction? {
        let (averages, reduces) = (try optionalBoolean(average), try optionalBoolean(reduce))
        if averages == nil && reduces == nil { return nil }
        if !(reduces ?? true) { return LossReduction.none }
        return averages ?? true ? .mean : .sum
    }

    fileprivate func lengths(_ index: Int) throws(TensorError) -> SequenceLengths {
        if try isTensor(index) { return .tensor(try tensor(index)) }
        guard let list = try optionalIntegers(index) else { throw mismatch(index, "a tensor or a list of integers") }
        return .list(list)
    }
}
