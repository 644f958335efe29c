// Blocks that pass elements on, in another shape or as they are.

extension BlockRegistry {
    static func shape(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "Identity": Identity()
        case "Flatten": Flatten()
        case "Unflatten": try Unflatten(&arguments)
        default: nil
        }
    }
}

/// The input itself.
public final class Identity: Layer {
    public init() { super.init() }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { input }
}

/// Joins the dimensions from `startDim` to `endDim`, both included.
public final class Flatten: Layer {
    public var startDim: Int
    public var endDim: Int

    public init(startDim: Int = 1, endDim: Int = -1) {
        self.startDim = startDim
        self.endDim = endDim
        super.init()
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.flattened(from: startDim, to: endDim)
    }

    package override var settings: [Setting] {
        [setting("start_dim", \Flatten.startDim), setting("end_dim", \Flatten.endDim)]
    }
}

/// One dimension replaced by several.
public final class Unflatten: Layer {
    public var dim: Int
    /// The sizes that take its place; one of them may be -1, for what is left.
    public var sizes: Extent

    public init(_ dim: Int, _ sizes: [Int]) {
        self.dim = dim
        self.sizes = Extent(sizes)
        super.init()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        let sizes: Extent = try arguments.required("unflattened_size")
        if sizes.isUniform { throw TensorError(.type, "Unflatten", "unflattened_size must be a tuple of ints, but found type int") }
        self.init(try arguments.required("dim"), sizes.values)
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.unflattened(dim, sizes.values) }

    package override var settings: [Setting] {
        [setting("dim", \Unflatten.dim), setting("unflattened_size", \Unflatten.sizes)]
    }
}
