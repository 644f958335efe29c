/// Blocks one after the other: each gets the output of the one before it.
///
/// ```swift
/// let net = Sequential(try Linear(20, 256), ReLU(), try Linear(256, 10))
/// ```
public final class Sequential: Layer {
    @exclusivity(unchecked) private var entries: [(name: String, block: Module)]

    public init(_ blocks: Module...) {
        entries = blocks.enumerated().map { ("\($0)", $1) }
        super.init()
    }

    public init(_ blocks: [Module]) {
        entries = blocks.enumerated().map { ("\($0)", $1) }
        super.init()
    }

    deinit {
        // Nested containers are taken apart by a list: freed one inside the other, a deep tree overflows the stack.
        var waiting = entries.map { $0.block }
        entries = []
        while var block = waiting.popLast() {
            if isKnownUniquelyReferenced(&block), let inner = block as? Sequential {
                waiting += inner.entries.map { $0.block }
                inner.entries = []
            }
        }
    }

    public var blocks: [Module] { entries.map { $0.block } }
    public var count: Int { entries.count }

    /// - Throws: for a position that is not there.
    public func block(at index: Int) throws(TensorError) -> Module {
        guard entries.indices.contains(index) else {
            throw TensorError(.index, "Sequential", "index \(index) is out of range for \(entries.count) blocks")
        }
        return entries[index].block
    }

    /// Adds a block at the end.
    public func append(_ block: Module) { entries.append(("\(entries.count)", block)) }

    /// Puts another block in the place of one.
    public func replace(at index: Int, with block: Module) throws(TensorError) {
        _ = try self.block(at: index)
        entries[index].block = block
    }

    /// Takes all blocks out.
    public func removeAll() { entries = [] }

    package override var isContainer: Bool { true }
    package override func setChildren(_ children: [(name: String, block: Module)]) { entries = children }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        // Held here: a block may change the container while it runs.
        let entries = self.entries
        var x = input
        var index = 0
        while index < entries.count {
            let block = entries[index].block
            // A linear layer and the ReLU after it are one pass over memory; the result is the same.
            if let linear = block as? Linear, linear.override == nil, linear.isBuiltIn, index + 1 < entries.count,
                let relu = entries[index + 1].block as? ReLU, relu.override == nil
            {
                x = try linear.forward(x, relu: true)
                try SavedTensorHooks.check()
                index += 2
            } else {
                x = try block(x)
                index += 1
            }
        }
        return x
    }

    package override func namedChildren() throws(TensorError) -> [(name: String, block: Module)] { entries }
}
