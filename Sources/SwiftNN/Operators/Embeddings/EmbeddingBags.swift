import CKernels

// Rows of a table, reduced in bags without a copy of each.

/// What becomes of the rows of a bag.
public enum BagReduction: String, CaseIterable, Sendable {
    case sum, mean, max
}

extension Tensor {
    /// The sum, mean or maximum of rows of this table, a bag of indices at a time: zeros for a bag without any.
    ///
    /// - Parameters:
    ///   - indices: int64 or int32; of shape [bags, size], or of one dimension with `offsets`.
    ///   - offsets: where each bag begins, from 0 on.
    ///   - factors: for each index what its row is multiplied by, for sums.
    ///   - includesLastOffset: whether the last offset is the end of the last bag.
    ///   - paddingIndex: a row that counts for nothing and gets no gradient.
    ///   - maxNorm: see `embedding`, as `normOrder` and `scaleGradientByFrequency`.
    public func embeddingBag(
        _ indices: Tensor, offsets: Tensor? = nil, reduction: BagReduction = .mean, factors: Tensor? = nil,
        includesLastOffset: Bool = false, paddingIndex: Int? = nil, maxNorm: Double? = nil, normOrder: Double = 2,
        scaleGradientByFrequency: Bool = false
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "embedding_bag"
        let name = operation.description
        try requireInitialized(operation)
        for tensor in [offsets, factors] { try tensor?.requireInitialized(operation) }
        if let factors, factors.sizes != indices.sizes {
            throw TensorError(.value, name, "per_sample_weights must have the shape of the input, \(indices.sizes), got \(factors.sizes)")
        }
        if rank != 2 { throw TensorError(.value, name, "weight has to be a 2D Tensor, got shape \(sizes)") }
        if indices.rank == 2 {
            if offsets != nil { throw TensorError(.value, name, "if input is 2D, then offsets has to be None: its rows are the bags") }
        } else if indices.rank == 1 {
            guard let offsets else { throw TensorError(.value, name, "offsets has to be a 1D Tensor but got None") }
            if offsets.rank != 1 { throw TensorError(.value, name, "offsets has to be a 1D Tensor, got shape \(offsets.sizes)") }
        } else {
            throw TensorError(.value, name, "input has to be 1D or 2D Tensor, got shape \(indices.sizes)")
        }
        if reduction == .max && scaleGradientByFrequency {
            throw TensorError(.value, name, "max mode does not support scaling the gradient by the frequency")
        }
        try indices.requireIndices("indices", operation)
        try offsets?.requireIndices("offsets", operation)
        if !dtype.isFloatingPoint { throw TensorError(.runtime, name, "expected a weight of floating point, got \(dtype)") }
        if factors != nil && reduction != .sum {
            throw TensorError(.unsupported, name, "per_sample_weights is only supported for mode='sum', got mode='\(reduction.rawValue)'")
        }
        if let factors, factors.dtype != dtype {
            throw TensorError(.runtime, name, "expected per_sample_weights of \(dtype), got \(factors.dtype)")
        }
        let padding = try paddingRow(paddingIndex, operation, .runtime)
        let flat = try indices.withoutHistory().reshaped([indices.count] as Dims)
        let positions = try flat.checkedPositions(sizes[0], wrap: false, 0, operation, .runtime)
        let ends = try bagEnds(indices, offsets, includesLastOffset)
        if let maxNorm { try limitRows(positions, maxNorm, normOrder, operation) }
        let compute = dtype.computeType
        let table = try to(compute).contiguous()
        let scales = try factors?.to(compute).reshaped([indices.count] as Dims).contiguous()
        let result = try table.bags(
            Bags(positions: positions, ends: ends, padding: padding, byFrequency: scaleGradientByFrequency), reduction, scales)
        return try result.to(dtype)
    }

    /// The bounds of the bags in the flattened indices, one more than there are bags.
    private func bagEnds(_ indices: Tensor, _ offsets: Tensor?, _ includesLast: Bool) throws(TensorError) -> Tensor {
        guard let offsets else {
            let (bags, size) = (indices.sizes[0], indices.sizes[1])
            let ends = try Tensor(uninitialized: [bags + 1] as Dims, .int64, operation: "embedding_bag")
            let numbers: UnsafeMutablePointer<Int64> = ends.data.elements()
            for i in 0...bags { numbers[i] = Int64(i &* size) }
            return ends
        }
        let count = Int64(indices.count)
        if includesLast && offsets.count == 0 {
            throw TensorError(.runtime, "embedding_bag", "include_last_offset: number of offsets should be at least 1")
        }
        let starts = try offsets.withoutHistory().to(.int64).contiguous()
        let ends = try Tensor(uninitialized: [starts.count + (includesLast ? 0 : 1)] as Dims, .int64, operation: "embedding_bag")
        let (from, to) = (starts.data.elements() as UnsafeMutablePointer<Int64>, ends.data.elements() as UnsafeMutablePointer<Int64>)
        var last: Int64 = 0
        for i in 0..<starts.count {
            if i == 0 && from[0] != 0 { throw TensorError(.runtime, "embedding_bag", "offsets[0] has to be 0, got \(from[0])") }
            if from[i] < last || from[i] > count {
                throw TensorError(.runtime, "embedding_bag",
                    "offsets must not fall, nor be greater than the input's length \(count): got \(from[i]) after \(last)")
            }
            last = from[i]
            to[i] = last
        }
        // What is left belongs to the last bag.
        if !includesLast { to[starts.count] = starts.count == 0 ? 0 : count }
        return ends
    }

    /// For a contiguous table of float32 or float64.
    private func bags(_ bags: Bags, _ reduction: BagReduction, _ factors: Tensor?) throws(TensorError) -> Tensor {
        let count = bags.ends.count - 1, width = sizes[1]
        let result = try Tensor(uninitialized: [count, width] as Dims, dtype, operation: "embedding_bag")
        let (type, ends, positions) = (dtype.kernel, bags.ends.data, bags.positions.data)
        let padding = Int64(bags.padding ?? -1)
        if reduction == .max {
            let rows = try Tensor(uninitialized: result.sizes, .int64, operation: "embedding_bag")
            ck_bag_max(
                type, Int64(count), Int64(width), ends.elements(), positions.elements(), padding, data, result.data, rows.data.elements())
            if isRecorded { result.node = EmbeddingBagMaxBackward(try gradientEdge(), Spec(self), rows) }
            return result
        }
        ck_bag_sum(
            type, Int64(count), Int64(width), ends.elements(), positions.elements(), padding, data, factors?.data,
            reduction == .mean ? 1 : 0, result.data)
        if isRecorded || (factors?.isRecorded ?? false) {
            result.node = EmbeddingBagBackward(
                try gradientEdge(), try factors?.gradientEdge() ?? .none, self, factors, bags, isMean: reduction == .mean)
        }
        return result
    }
}

/// Which rows are in which bag.
struct Bags {
    /// int64, contiguous and of our own.
    let positions: Tensor, ends: Tensor
    let padding: Int?, byFrequency: Bool

    /// For each position the bag that it is in, and what its row is multiplied by in the gradient, 0 for padding: 1 over the
    /// bag's size for a mean, 1 over the number of times that the row is named.
    func shares(_ rows: Int, _ type: DType, isMean: Bool) throws(TensorError) -> (bag: Tensor, factors: Tensor) {
        let bag = try Tensor.filled(positions.sizes, .int64, 0)
        let factors = try Tensor.filled(positions.sizes, .float64, 0)
        let (numbers, bounds) = (positions.data.assumingMemoryBound(to: Int64.self), ends.data.assumingMemoryBound(to: Int64.self))
        let (bags, shares) = (bag.data.assumingMemoryBound(to: Int64.self), factors.data.assumingMemoryBound(to: Double.self))
        let padding = Int64(self.padding ?? -1)
        var counts: [Int64] = []
        if byFrequency {
            counts = [Int64](repeating: 0, count: rows)
            for i in 0..<positions.count { counts[Int(numbers[i])] += 1 }
        }
        for b in 0..<(ends.count - 1) {
            var members = 0.0
            for i in Int(bounds[b])..<Int(bounds[b + 1]) where numbers[i] != padding { members += 1 }
            for i in Int(bounds[b])..<Int(bounds[b + 1]) {
                bags[i] = Int64(b)
                if numbers[i] == padding { continue }
                shares[i] = (isMean ? 1 / members : 1) / (byFrequency ? Double(counts[Int(numbers[i])]) : 1)
            }
        }
        return (bag, try factors.to(type))
    }
}

// MARK: - Gradients

/// b = Σ f table[i] over the rows i of a bag: the gradient of each goes to its row, times f, and to f as its product with the
/// row.
final class EmbeddingBagBackward: Node {
    private var table: Saved?, factors: Saved?
    private let spec: Spec, bags: Bags, isMean: Bool

    init(_ ea: Edge, _ eb: Edge, _ table: Tensor, _ factors: Tensor?, _ bags: Bags, isMean: Bool) {
        // The table is needed for the factors' gradient, they for the table's.
        self.table = eb.isNone ? nil : Saved(table)
        self.factors = factors.map { Saved($0) }
        spec = Spec(table)
        self.bags = bags
        self.isMean = isMean
        super.init(ea, eb)
    }

    override var inputCount: Int { 2 }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let gradient = copy g
        let shares = try bags.shares(spec.sizes[0], spec.dtype, isMean: isMean)
        let positions = bags.positions
        if wants(1), let table {
            // Frequencies do not count here.
            let present = try (shares.factors .!= 0).to(spec.dtype)
            let rows = try gradient.indexSelected(0, shares.bag) * table.value(for: self).indexSelected(0, positions)
            try engine.send(try rows.sum([1]) * present, to: edges.1)
        }
        if !wants(0) { return }
        var scales = shares.factors
        if let factors { scales = try scales * factors.value(for: self) }
        let target = try Tensor.filled(spec.sizes, spec.dtype, 0)
        if GradMode.isEnabled {
            let rows = try gradient.indexSelected(0, shares.bag) * scales.unsqueezed(-1)
            try engine.send(try target.indexAdding(0, positions, rows), to: edges.0)
            return
        }
        let source = try gradient.contiguous()
        ck_bag_add(
            spec.dtype.kernel, Int64(positions.count), Int64(spec.sizes[1]), shares.bag.data.elements(), positions.data.elements(),
            scales.data, source.data, target.data)
        try engine.send(target, to: edges.0)
    }

    override func releaseSaved() {
        table?.release()
        factors?.release()
    }
}

/// The largest elements of the rows of a bag: each gradient goes to the row that the element came from.
final class EmbeddingBagMaxBackward: Node {
    private let spec: Spec, rows: Tensor

    init(_ edge: Edge, _ spec: Spec, _ rows: Tensor) {
        self.spec = spec
        self.rows = rows
        super.init(edge)
    }

    override package var name: String { "EmbeddingBagBackward0" }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let empty = try rows .< 0
        let zero = try Tensor.filled(Dims(), g.dtype, 0)
        let places = try Tensor.select(empty, Tensor.filled(Dims(), .int64, 0), rows)
        let values = try Tensor.select(empty, zero, g)
        let target = try Tensor.filled(spec.sizes, spec.dtype, 0)
        if places.count == 0 { return try engine.send(target, to: edges.0) }
        try engine.send(try target.scatterAdding(0, places, values), to: edges.0)
    }
}
