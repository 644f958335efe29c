/// A tensor that a built-in block holds under a name of its state.
package struct Slot {
    package let name: String
    package let isBuffer: Bool
    package let tensor: Tensor?
    package let set: (Tensor?) throws(TensorError) -> Void
}

/// The base of the built-in blocks: what they hold is told by `slots`, what they were made with by `settings`.
open class Layer: Module {
    override init(builtIn: Void = ()) { super.init(builtIn: ()) }

    /// Whether the block is the library's own, and no subclass of it.
    package override var isBuiltIn: Bool { true }

    package override func namedChildren() throws(TensorError) -> [(name: String, block: Module)] {
        isBuiltIn ? [] : try super.namedChildren()
    }

    package override func namedOwnTensors() throws(TensorError) -> [(name: String, tensor: Tensor, isBuffer: Bool)] {
        let slots = self.slots
        let held = slots.compactMap { slot in slot.tensor.map { (name: slot.name, tensor: $0, isBuffer: slot.isBuffer) } }
        if isBuiltIn { return held }
        let names = Set(slots.map { $0.name })
        return held + (try super.namedOwnTensors().filter { !names.contains($0.name) })
    }
}

extension Module {
    /// A slot that is never empty.
    func slot<Block: Module>(
        _ name: String, _ path: ReferenceWritableKeyPath<Block, Tensor>, isBuffer: Bool = false
    ) -> Slot {
        let block = self as! Block  // the path is written in the block's own class
        return Slot(name: name, isBuffer: isBuffer, tensor: block[keyPath: path]) { [typeName] (tensor) throws(TensorError) in
            guard let tensor else { throw TensorError(.runtime, typeName, "the \(name) cannot be None") }
            block[keyPath: path] = tensor
        }
    }

    /// A slot that may be empty.
    func slot<Block: Module>(
        _ name: String, _ path: ReferenceWritableKeyPath<Block, Tensor?>, isBuffer: Bool = false
    ) -> Slot {
        let block = self as! Block
        return Slot(name: name, isBuffer: isBuffer, tensor: block[keyPath: path]) { block[keyPath: path] = $0 }
    }
}

extension Module {
    /// The child of that name among those that are set. Others than the block's own are a subclass's affair.
    func child(_ name: String, in children: [(name: String, block: Module)]) throws(TensorError) -> Module {
        guard let child = children.first(where: { $0.name == name }) else {
            throw TensorError(.value, typeName, "needs a child '\(name)', got \(children.map { $0.name })")
        }
        return child.block
    }
}
