/// What a block of another language is called with.
package enum ForeignValue {
    case none
    case tensor(Tensor)
    case boolean(Bool)

    init(_ tensor: Tensor?) { self = tensor.map { .tensor($0) } ?? .none }
}

extension Module {
    /// Calls what another language has put in the place of a block with several arguments.
    func call(_ arguments: [ForeignValue]) throws(TensorError) -> [Tensor?] {
        guard let override else {
            throw TensorError(.type, typeName, "takes other arguments than the \(arguments.count) it would be called with here")
        }
        return try override.call(arguments, typeName)
    }

    /// The one tensor among results.
    func single(_ results: [Tensor?]) throws(TensorError) -> Tensor {
        guard results.count == 1, let result = results[0] else {
            throw TensorError(.type, typeName, "expected one tensor from a block, got \(results.count) results")
        }
        return result
    }
}

/// A forward in another language: a C function and its payload.
package struct ForeignForward {
    package typealias Call = (
        _ payload: UnsafeMutableRawPointer, _ arguments: [ForeignValue]
    ) throws(TensorError) -> [Tensor?]

    let function: Call
    /// Borrowed from the other language, which takes it back with `detach`.
    let payload: UnsafeMutableRawPointer?

    package init(payload: UnsafeMutableRawPointer?, _ function: @escaping Call) {
        self.payload = payload
        self.function = function
    }

    func call(_ input: Tensor, _ typeName: String) throws(TensorError) -> Tensor {
        try tensor([.tensor(input)], typeName)
    }

    /// With several arguments, for one tensor.
    func tensor(_ arguments: [ForeignValue], _ typeName: String) throws(TensorError) -> Tensor {
        let results = try call(arguments, typeName)
        guard results.count == 1, let result = results[0] else {
            throw TensorError(.type, typeName, "forward returned \(results.count) results, a Tensor is expected")
        }
        return result
    }

    /// With several arguments, or several results, of which some may be None.
    func call(_ arguments: [ForeignValue], _ typeName: String) throws(TensorError) -> [Tensor?] {
        guard let payload else { throw ForeignForward.detached(typeName) }
        return try function(payload, arguments)
    }

    static func detached(_ typeName: String) -> TensorError {
        TensorError(.runtime, typeName, "the block was deleted; it can no longer be called")
    }

    /// What is left when the other language has taken its payload back.
    package static var gone: ForeignForward { ForeignForward(payload: nil) { (_, _) throws(TensorError) in [] } }
}

/// A block that another language defines, so that it can stand in a container.
package final class ForeignBlock: Module {
    private let name: String

    package init(_ name: String, _ forward: ForeignForward) {
        self.name = name
        super.init(builtIn: ())
        override = forward
    }

    package override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        guard let override else { throw ForeignForward.detached(name) }
        return try override.call(input, name)
    }

    package override var typeName: String { name }

    package override func namedChildren() throws(TensorError) -> [(name: String, block: Module)] { [] }
    package override func namedOwnTensors() throws(TensorError) -> [(name: String, tensor: Tensor, isBuffer: Bool)] { [] }
}
