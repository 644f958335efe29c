// Rows of learned tables, and the bilinear layer. Definitions and initialisation are those of torch.nn.

extension BlockRegistry {
    static func embedding(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "Embedding": try Embedding(&arguments)
        case "EmbeddingBag": try EmbeddingBag(&arguments)
        case "Bilinear": try Bilinear(&arguments)
        default: nil
        }
    }
}

/// The table of an embedding: drawn from the normal distribution, the row of padding zero.
private func table(
    _ rows: Int, _ width: Int, padding: Int?, isDrawn: Bool, _ dtype: DType, _ name: StaticString
) throws(TensorError) -> Tensor {
    try Linear.check(dtype, name.description)
    let weight = try Tensor.parameter(try Tensor.created([rows, width], dtype, requiresGrad: false, name))
    if isDrawn { try draw(weight, padding) }
    return weight
}

private func draw(_ weight: Tensor, _ padding: Int?) throws(TensorError) {
    try withoutGradients { () throws(TensorError) in
        try weight.normalInPlace()
        if let padding { try weight.selected(0, padding).zeroInPlace() }
    }
}

private func paddingRow(_ index: Int?, _ rows: Int, _ name: String) throws(TensorError) -> Int? {
    guard let index else { return nil }
    if index >= rows || index < -rows {
        throw TensorError(.value, name, "padding_idx must be within num_embeddings, \(rows), got \(index)")
    }
    return index < 0 ? index + rows : index
}

/// A table of vectors: one of them for each index of the input, so that indices [...] give [..., width].
public final class Embedding: Layer {
    /// How many vectors there are.
    public let count: Int
    /// The length of each.
    public let width: Int
    /// The vector that begins as zeros and gets no gradient.
    public private(set) var paddingIndex: Int?
    private var limit: Number?, order: Number
    /// Whether the gradient of a vector is divided by the number of times that it is looked up.
    public var scaleGradientByFrequency: Bool
    /// [count, width]
    @exclusivity(unchecked) public var weight: Tensor

    /// Vectors that are looked up and whose norm is larger are scaled down to it, in memory.
    public var maxNorm: Double? { limit?.value }
    /// The order of that norm.
    public var normOrder: Double { order.value }

    /// - Parameter paddingIndex: negative ones count from the end.
    public convenience init(
        _ count: Int, _ width: Int, paddingIndex: Int? = nil, maxNorm: Double? = nil, normOrder: Double = 2,
        scaleGradientByFrequency: Bool = false, dtype: DType = .standard
    ) throws(TensorError) {
        try self.init(
            count, width, paddingIndex, maxNorm.map { Number($0) }, Number(normOrder), scaleGradientByFrequency, isDrawn: true, dtype)
    }

    /// With the vectors of a table [count, width].
    ///
    /// - Parameter isFrozen: whether they stay as they are in training.
    public convenience init(pretrained table: Tensor, isFrozen: Bool = true, paddingIndex: Int? = nil) throws(TensorError) {
        if table.rank != 2 { throw TensorError(.value, "Embedding", "expected a table of 2 dimensions, got shape \(table.sizes)") }
        try self.init(table.sizes[0], table.sizes[1], paddingIndex, nil, Number(2.0), false, isDrawn: false, table.dtype)
        weight = try Tensor.parameter(table.detached())
        try weight.setRequiresGrad(!isFrozen)
    }

    private init(
        _ count: Int, _ width: Int, _ paddingIndex: Int?, _ maxNorm: Number?, _ normOrder: Number,
        _ scaleGradientByFrequency: Bool, isDrawn: Bool, _ dtype: DType
    ) throws(TensorError) {
        let padding = try paddingRow(paddingIndex, count, "Embedding")
        (self.count, self.width, self.paddingIndex) = (count, width, padding)
        (limit, order) = (maxNorm, normOrder)
        self.scaleGradientByFrequency = scaleGradientByFrequency
        weight = try table(count, width, padding: padding, isDrawn: isDrawn, dtype, "Embedding")
        super.init()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        let (count, width): (Int, Int) = (try arguments.required("num_embeddings"), try arguments.required("embedding_dim"))
        try refuseSparse(&arguments)
        try self.init(
            count, width, try arguments.value("padding_idx", default: nil), try arguments.value("max_norm", default: nil),
            try arguments.value("norm_type", default: Number(2.0)), try arguments.value("scale_grad_by_freq", default: false),
            isDrawn: try arguments.value("_draw", default: true), try arguments.dtype())
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try weight.embedding(
            input, paddingIndex: paddingIndex, maxNorm: maxNorm, normOrder: normOrder,
            scaleGradientByFrequency: scaleGradientByFrequency)
    }

    public override func resetParameters() throws(TensorError) { try draw(weight, paddingIndex) }

    package override var slots: [Slot] { [slot("weight", \Embedding.weight)] }
    package override var settings: [Setting] {
        [
            setting("num_embeddings", fixed: count), setting("embedding_dim", fixed: width),
            setting("padding_idx", \Embedding.paddingIndex) { [count] (index) throws(TensorError) in
                if let index, index < 0 || index >= count { throw TensorError(.value, "Embedding", "padding_idx must be within num_embeddings, \(count), got \(index)") }
            },
            setting("max_norm", \Embedding.limit), setting("norm_type", \Embedding.order),
            setting("scale_grad_by_freq", \Embedding.scaleGradientByFrequency), setting("sparse", fixed: false),
        ]
    }

    public override var argumentsDescription: String {
        var text = "\(count), \(width)"
        if let paddingIndex { text += ", padding_idx=\(paddingIndex)" }
        if let limit { text += ", max_norm=\(limit.attribute)" }
        if order.value != 2 { text += ", norm_type=\(order.attribute)" }
        if scaleGradientByFrequency { text += ", scale_grad_by_freq=True" }
        return text
    }
}

private func refuseSparse(_ arguments: inout Arguments) throws(TensorError) {
    if try arguments.value("sparse", default: false) {
        throw TensorError(.unsupported, arguments.type, "sparse=True is not offered: there are no sparse gradients")
    }
}

/// Sums, means or maxima of the vectors of a table, a bag of indices at a time: `bags(indices, offsets: starts)`.
public final class EmbeddingBag: Layer {
    /// How many vectors there are.
    public let count: Int
    /// The length of each.
    public let width: Int
    private var limit: Number?, order: Number
    /// Whether the gradient of a vector is divided by the number of times that it is looked up.
    public var scaleGradientByFrequency: Bool
    public let reduction: BagReduction
    /// Whether the last offset is the end of the last bag.
    public var includesLastOffset: Bool
    /// The vector that begins as zeros, counts for nothing and gets no gradient.
    public private(set) var paddingIndex: Int?
    /// [count, width]
    @exclusivity(unchecked) public var weight: Tensor

    /// Vectors that are looked up and whose norm is larger are scaled down to it, in memory.
    public var maxNorm: Double? { limit?.value }
    /// The order of that norm.
    public var normOrder: Double { order.value }

    /// - Parameter paddingIndex: negative ones count from the end.
    public convenience init(
        _ count: Int, _ width: Int, reduction: BagReduction = .mean, maxNorm: Double? = nil, normOrder: Double = 2,
        scaleGradientByFrequency: Bool = false, includesLastOffset: Bool = false, paddingIndex: Int? = nil, dtype: DType = .standard
    ) throws(TensorError) {
        try self.init(
            count, width, reduction, maxNorm.map { Number($0) }, Number(normOrder), scaleGradientByFrequency, includesLastOffset,
            paddingIndex, isDrawn: true, dtype)
    }

    private init(
        _ count: Int, _ width: Int, _ reduction: BagReduction, _ maxNorm: Number?, _ normOrder: Number,
        _ scaleGradientByFrequency: Bool, _ includesLastOffset: Bool, _ paddingIndex: Int?, isDrawn: Bool, _ dtype: DType
    ) throws(TensorError) {
        let padding = try paddingRow(paddingIndex, count, "EmbeddingBag")
        (self.count, self.width, self.reduction, self.paddingIndex) = (count, width, reduction, padding)
        (limit, order) = (maxNorm, normOrder)
        (self.scaleGradientByFrequency, self.includesLastOffset) = (scaleGradientByFrequency, includesLastOffset)
        weight = try table(count, width, padding: padding, isDrawn: isDrawn, dtype, "EmbeddingBag")
        super.init()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        let (count, width): (Int, Int) = (try arguments.required("num_embeddings"), try arguments.required("embedding_dim"))
        try refuseSparse(&arguments)
        try self.init(
            count, width, try arguments.choice("mode", default: .mean), try arguments.value("max_norm", default: nil),
            try arguments.value("norm_type", default: Number(2.0)), try arguments.value("scale_grad_by_freq", default: false),
            try arguments.value("include_last_offset", default: false), try arguments.value("padding_idx", default: nil),
            isDrawn: try arguments.value("_draw", default: true), try arguments.dtype())
    }

    /// - Parameters:
    ///   - input: indices, of shape [bags, size], or of one dimension with `offsets`.
    ///   - offsets: where each bag begins.
    ///   - factors: for each index what its vector is multiplied by, for sums.
    public func callAsFunction(_ input: Tensor, offsets: Tensor?, factors: Tensor? = nil) throws(TensorError) -> Tensor {
        guard let override else { return try reduce(input, offsets: offsets, factors: factors) }
        return try override.tensor([.tensor(input), offsets.map { .tensor($0) } ?? .none, factors.map { .tensor($0) } ?? .none], typeName)
    }

    package func reduce(_ input: Tensor, offsets: Tensor?, factors: Tensor?) throws(TensorError) -> Tensor {
        try weight.embeddingBag(
            input, offsets: offsets, reduction: reduction, factors: factors, includesLastOffset: includesLastOffset,
            paddingIndex: paddingIndex, maxNorm: maxNorm, normOrder: normOrder, scaleGradientByFrequency: scaleGradientByFrequency)
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try reduce(input, offsets: nil, factors: nil) }

    public override func resetParameters() throws(TensorError) { try draw(weight, paddingIndex) }

    package override var isPlain: Bool { false }
    package override var slots: [Slot] { [slot("weight", \EmbeddingBag.weight)] }
    package override var settings: [Setting] {
        [
            setting("num_embeddings", fixed: count), setting("embedding_dim", fixed: width), setting("max_norm", \EmbeddingBag.limit),
            setting("norm_type", \EmbeddingBag.order), setting("scale_grad_by_freq", \EmbeddingBag.scaleGradientByFrequency),
            setting("mode", fixed: reduction.rawValue), setting("sparse", fixed: false),
            setting("include_last_offset", \EmbeddingBag.includesLastOffset),
            setting("padding_idx", \EmbeddingBag.paddingIndex) { [count] (index) throws(TensorError) in
                if let index, index < 0 || index >= count { throw TensorError(.value, "EmbeddingBag", "padding_idx must be within num_embeddings, \(count), got \(index)") }
            },
        ]
    }

    public override var argumentsDescription: String {
        var text = "\(count), \(width)"
        if let limit { text += ", max_norm=\(limit.attribute)" }
        if order.value != 2 { text += ", norm_type=\(order.attribute)" }
        if scaleGradientByFrequency { text += ", scale_grad_by_freq=True" }
        text += ", mode='\(reduction.rawValue)'"
        if let paddingIndex { text += ", padding_idx=\(paddingIndex)" }
        return text
    }
}

/// y = x₁ᵀ weight x₂ + bias, for inputs of shapes [..., in₁] and [..., in₂].
public final class Bilinear: Layer {
    public let firstFeatures: Int, secondFeatures: Int, outFeatures: Int
    /// [out, in₁, in₂]
    @exclusivity(unchecked) public var weight: Tensor
    /// [out], or nil.
    @exclusivity(unchecked) public var bias: Tensor?

    /// - Parameter firstFeatures: more than 0.
    public init(
        _ firstFeatures: Int, _ secondFeatures: Int, _ outFeatures: Int, bias hasBias: Bool = true, dtype: DType = .standard
    ) throws(TensorError) {
        if firstFeatures <= 0 {
            throw TensorError(.value, "Bilinear", "in1_features must be > 0, but got (in1_features=\(firstFeatures))")
        }
        try Linear.check(dtype, "Bilinear")
        (self.firstFeatures, self.secondFeatures, self.outFeatures) = (firstFeatures, secondFeatures, outFeatures)
        weight = try Tensor.parameter(
            try Tensor.created([outFeatures, firstFeatures, secondFeatures], dtype, requiresGrad: false, "Bilinear"))
        bias = hasBias ? try Tensor.parameter(try Tensor.created([outFeatures], dtype, requiresGrad: false, "Bilinear")) : nil
        super.init()
        try resetParameters()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            try arguments.required("in1_features"), try arguments.required("in2_features"), try arguments.required("out_features"),
            bias: try arguments.value("bias", default: true), dtype: try arguments.dtype())
    }

    public func callAsFunction(_ first: Tensor, _ second: Tensor) throws(TensorError) -> Tensor {
        guard let override else { return try combine(first, second) }
        return try override.tensor([.tensor(first), .tensor(second)], typeName)
    }

    package func combine(_ first: Tensor, _ second: Tensor) throws(TensorError) -> Tensor {
        try first.bilinear(second, weight, bias: bias)
    }

    public override func resetParameters() throws(TensorError) {
        let bound = 1 / Double(firstFeatures).squareRoot()
        try withoutGradients { () throws(TensorError) in
            try weight.uniformInPlace(from: -bound, to: bound)
            try bias?.uniformInPlace(from: -bound, to: bound)
        }
    }

    package override var isPlain: Bool { false }
    package override var slots: [Slot] { [slot("weight", \Bilinear.weight), slot("bias", \Bilinear.bias)] }
    package override var settings: [Setting] {
        [
            setting("in1_features", fixed: firstFeatures), setting("in2_features", fixed: secondFeatures),
            setting("out_features", fixed: outFeatures), setting("bias", fixed: bias != nil),
        ]
    }
}
