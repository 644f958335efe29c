// Blocks that pass elements on, in another shape or as they are.

extension BlockRegistry {
    static func shape(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "Identity": Identity()
        case "Flatten": Flatten()
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
