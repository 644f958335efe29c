import CKernels

// What all operators by index come down to: elements are taken from places, written to them, or combined with what
// stands there. Each gradient is made of the same three.

extension Tensor {
    /// The elements at `places`.
    ///
    /// - Parameter formula: the name of the gradient.
    func taking(_ places: any Places, _ operation: StaticString, _ formula: StaticString) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: places.shape, dtype, operation: operation)
        try places.read(self, into: result)
        if isRecorded { result.node = TakingBackward(try gradientEdge(), Spec(self), places, formula) }
        return result
    }

    /// The tensor with `values` written at `places`, or added to what stands there.
    ///
    /// - Parameters:
    ///   - values: of the tensor's dtype; they broadcast to the places.
    ///   - inPlace: whether the tensor itself is written to, and returned.
    func placing(
        _ values: Tensor, at places: any Places, adding: Bool, inPlace: Bool, _ operation: StaticString,
        _ formula: StaticString
    ) throws(TensorError) -> Tensor {
        let recorded = dtype.isFloatingPoint && (isRecorded || values.isRecorded)
        if inPlace { try requireWritable(operation, recorded: recorded) }
        let node = recorded
            ? PlacingBackward(try gradientEdge(), try values.gradientEdge(), Spec(values), places, adding: adding, formula) : nil
        let result = try inPlace ? self : copied()
        try result.write(values, at: places, adding ? .CK_COMBINE_ADD : nil)
        guard let node else { return result }
        if inPlace { rebaseHistory(node) } else { result.node = node }
        return result
    }

    /// The tensor with the product, the maximum or the minimum of what stands at `places` and all the `values` that come
    /// there.
    ///
    /// - Parameter values: of the tensor's dtype and the places' shape.
    func combining(
        _ values: Tensor, at places: any Places, by combination: ck_combination, inPlace: Bool, _ operation: StaticString,
        _ formula: StaticString
    ) throws(TensorError) -> Tensor {
        let recorded = dtype.isFloatingPoint && (isRecorded || values.isRecorded)
        if inPlace { try requireWritable(operation, recorded: recorded) }
        let node = recorded
            ? CombiningBackward(
                try gradientEdge(), try values.gradientEdge(), try savedBeforeWrite(inPlace), Saved(values), places, combination,
                formula) : nil
        let result = try inPlace ? self : copied()
        try result.write(values, at: places, combination)
        guard let node else { return result }
        node.output = Saved(output: result)
        if inPlace { rebaseHistory(node) } else { result.node = node }
        return result
    }

    private func write(_ values: Tensor, at places: any Places, _ combination: ck_combination?) throws(TensorError) {
        if combination != nil && dtype.isReducedPrecision {
            let wide = try converted(to: .float32)
            try places.write(values.converted(to: .float32), into: wide, by: combination)
            Elementwise.convert(wide, into: self)
        } else {
            try places.write(values.apart(from: self), into: self, by: combination)
        }
        didWrite()
    }

    /// A number or another value as an element of this tensor's dtype, as its writing operators take it.
    func elementValue(_ value: Tensor, _ operation: StaticString) throws(TensorError) -> Tensor {
        if value.flags.contains(.wrappedNumber) {
            try value.requireFits(dtype, operation)
            if dtype.isReducedPrecision { try dtype.requireFinite(value.itemAsDouble(), operation) }
        }
        return try value.to(dtype)
    }

    func requireSameType(_ source: Tensor, _ operation: StaticString) throws(TensorError) {
        try source.requireInitialized(operation)
        if source.dtype != dtype {
            throw TensorError(.runtime, operation.description, "expected self.dtype to be equal to src.dtype, got \(dtype) and \(source.dtype)")
        }
    }
}

// MARK: - Gradients

/// The base of the formulas with places.
class PlacesBackward: Node {
    private final let label: StaticString
    private final let allPlaces: any Places
    /// Notices when the caller's index is overwritten.
    @exclusivity(unchecked) private final var index: Saved?

    init(_ a: Edge, _ b: Edge, _ places: any Places, _ formula: StaticString) {
        allPlaces = places
        label = formula
        index = places.borrowedIndex.map { Saved($0) }
        super.init(a, b)
    }

    override package final var name: String { label.description + "0" }

    final func places() throws(TensorError) -> any Places {
        if let index { _ = try index.value(for: self) }
        return allPlaces
    }

    override func releaseSaved() { index?.release() }
}

/// y = x[places]: each element's gradient is added back where it came from.
final class TakingBackward: PlacesBackward {
    private let spec: Spec

    init(_ edge: Edge, _ spec: Spec, _ places: any Places, _ formula: StaticString) {
        self.spec = spec
        super.init(edge, .none, places, formula)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let full = try Tensor.filled(spec.sizes, spec.dtype, 0)
        try engine.send(
            try full.placing(g, at: places(), adding: true, inPlace: true, "index_put_", "IndexPutBackward"), to: edges.0)
    }
}

/// x[places] = v or x[places] += v: v has the gradient of its places. What was overwritten has none.
final class PlacingBackward: PlacesBackward {
    override var inputCount: Int { 2 }
    private let valuesSpec: Spec, adding: Bool

    init(
        _ target: Edge, _ values: Edge, _ valuesSpec: Spec, _ places: any Places, adding: Bool, _ formula: StaticString
    ) {
        self.valuesSpec = valuesSpec
        self.adding = adding
        super.init(target, values, places, formula)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let gradient = copy g
        let places = try places()
        if wants(1) {
            try engine.send(try gradient.taking(places, "index", "IndexBackward"), to: edges.1, reducedTo: valuesSpec)
        }
        if wants(0) {
            if adding {
                try engine.send(gradient, to: edges.0)
            } else {
                let zero = try Tensor.filled(Dims(), gradient.dtype, 0)
                try engine.send(
                    try gradient.placing(zero, at: places, adding: false, inPlace: false, "index_put", "IndexPutBackward"),
                    to: edges.0)
            }
        }
    }
}

/// y = the product, maximum or minimum of x and all v at each place.
///
/// Product: dy/dx = y / x and dy/dv = y / v, and the product of the other factors where x or v is 0. Maximum and minimum:
/// the gradient is shared out among the elements that are the result.
final class CombiningBackward: PlacesBackward {
    override var inputCount: Int { 2 }
    @exclusivity(unchecked) private var target: Saved, values: Saved
    @exclusivity(unchecked) var output: Saved?
    private let combination: ck_combination

    init(
        _ targetEdge: Edge, _ valuesEdge: Edge, _ target: Saved, _ values: Saved, _ places: any Places,
        _ combination: ck_combination, _ formula: StaticString
    ) {
        self.target = target
        self.values = values
        self.combination = combination
        super.init(targetEdge, valuesEdge, places, formula)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let (x, v) = (try target.value(for: self), try values.value(for: self))
        let (y, places) = (try output!.output(for: self), try places())
        if combination == .CK_COMBINE_MULTIPLY {
            try backwardOfProduct(g, x, v, y, places, &engine)
            return
        }
        let isX = try (x .== y).to(g.dtype)
        let isV = try (v .== y.taking(places, "index", "IndexBackward")).to(g.dtype)
        let shares = try isX.placing(isV, at: places, adding: true, inPlace: false, "index_put", "IndexPutBackward")
        let share = try g / shares
        if wants(0) { try engine.send(try isX * share, to: edges.0) }
        if wants(1) { try engine.send(try isV * share.taking(places, "index", "IndexBackward"), to: edges.1) }
    }

    private func backwardOfProduct(
        _ g: Tensor, _ x: Tensor, _ v: Tensor, _ y: Tensor, _ places: any Places, _ engine: inout Engine
    ) throws(TensorError) {
        let one = try Tensor.filled(Dims(), g.dtype, 1)
        if wants(0) {
            let nonzero = try Tensor.select(x .== 0, one, x)
            let product = try nonzero.combining(v, at: places, by: combination, inPlace: false, "scatter_reduce", "ScatterReduceBackward")
            try engine.send(try g * product / nonzero, to: edges.0)
        }
        if wants(1) {
            let isZero = try v .== 0
            let zeros = try Tensor.filled(x.sizes, g.dtype, 0)
                .placing(isZero.to(g.dtype), at: places, adding: true, inPlace: true, "index_put_", "IndexPutBackward")
                .taking(places, "index", "IndexBackward")
            if GradMode.isEnabled, try (zeros .> 1).any().itemAsBool() {
                throw TensorError(.unsupported, name,
                    "the second derivative is not offered where more than one 0 comes to the same place")
            }
            let isOnlyZero = try isZero.multiplied(by: zeros .== 1)
            let others = try x.combining(
                Tensor.select(isOnlyZero, one, v), at: places, by: combination, inPlace: false, "scatter_reduce",
                "ScatterReduceBackward")
            let slope = try Tensor.select(
                isOnlyZero, (g * others).taking(places, "index", "IndexBackward"),
                (g * y).taking(places, "index", "IndexBackward") / Tensor.select(isZero, one, v))
            try engine.send(slope, to: edges.1)
        }
    }

    override func releaseSaved() {
        super.releaseSaved()
        target.release()
        values.release()
        output?.release()
    }
}
