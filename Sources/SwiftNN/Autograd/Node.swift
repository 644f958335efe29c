import CKernels
import Synchronization

/// Where a gradient goes: to the formula that made the input, or to a leaf.
struct Edge {
    var node: Node?
    var leaf: Tensor?

    @inline(__always)
    static var none: Edge { Edge(node: nil, leaf: nil) }

    @inline(__always)
    var isNone: Bool { node == nil && leaf == nil }
}

/// A recorded operator: the formula of its gradient, and what the formula needs.
///
/// Each formula is a subclass beside its operator. The formulas are written with differentiable operators, so that
/// with `createGraph` they are themselves recorded.
class Node {
    /// Nodes are numbered as they are made, so an input's number is below that of what was computed from it. Going
    /// through a graph by falling numbers therefore meets every node after all that consume its output.
    let sequence: UInt64
    /// The first inputs inline; few operators have more.
    @exclusivity(unchecked) final var edges: (Edge, Edge, Edge)
    /// The inputs after the third.
    @exclusivity(unchecked) final var moreEdges: [Edge] = []
    /// The next node of the release list.
    @exclusivity(unchecked) fileprivate final var nextToRelease: Unmanaged<Node>?
    /// The output, where the user asked to keep its gradient.
    @exclusivity(unchecked) final var keeper: GradientKeeper?

    private static let counter = Atomic<UInt64>(0)

    init(_ a: Edge = .none, _ b: Edge = .none, _ c: Edge = .none) {
        sequence = Node.counter.add(1, ordering: .relaxed).newValue
        edges = (a, b, c)
    }

    /// The formula's name as PyTorch prints it.
    class var name: String { String(describing: self) + "0" }
    var name: String { Self.name }

    /// Sends the gradients of the inputs along the edges, given the gradient of the output.
    func backward(_ gradient: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        throw TensorError(.unsupported, name, "has no gradient")
    }

    /// Drops the saved values, when the graph is not kept for another pass.
    func releaseSaved() {}

    /// Whether input `index` wants a gradient.
    @inline(__always)
    final func wants(_ index: Int) -> Bool {
        switch index {
        case 0: !edges.0.isNone
        case 1: !edges.1.isNone
        case 2: !edges.2.isNone
        default: !moreEdges[index - 3].isNone
        }
    }

    deinit {
        // A chain of a million nodes must not recurse: see releaseIteratively.
        if edges.0.node != nil { releaseIteratively(&edges.0.node) }
        if edges.1.node != nil { releaseIteratively(&edges.1.node) }
        if edges.2.node != nil { releaseIteratively(&edges.2.node) }
        for i in moreEdges.indices { releaseIteratively(&moreEdges[i].node) }
    }

    fileprivate static func push(_ node: inout Node?, _ thread: UnsafeMutablePointer<ck_thread_state>) {
        guard let taken = node.take() else { return }
        let reference = Unmanaged.passRetained(taken)
        taken.nextToRelease = thread.pointee.release_list.map { Unmanaged.fromOpaque($0) }
        thread.pointee.release_list = reference.toOpaque()
    }

    fileprivate static func drain(_ thread: UnsafeMutablePointer<ck_thread_state>) {
        while let head = thread.pointee.release_list {
            let reference = Unmanaged<Node>.fromOpaque(head)
            let next = reference._withUnsafeGuaranteedRef { (node) -> Unmanaged<Node>? in
                let next = node.nextToRelease
                node.nextToRelease = nil
                return next
            }
            thread.pointee.release_list = next?.toOpaque()
            reference.release()
        }
    }
}

/// The formula of an operator with several outputs. Each output's node is an `OutputNode`, which hands its gradient on.
class MultiOutputNode: Node {
    final let outputCount: Int

    init(outputCount: Int, _ a: Edge = .none, _ b: Edge = .none, _ c: Edge = .none) {
        self.outputCount = outputCount
        super.init(a, b, c)
    }

    /// Sends the gradients of the inputs along the edges, given those of the outputs; nil for an output that nothing
    /// used.
    func backward(_ gradients: [Tensor?], _ engine: inout Engine) throws(TensorError) {
        throw TensorError(.unsupported, name, "has no gradient")
    }

    override final func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try backward(engine.delivered(to: self), &engine)
    }

    /// Makes the operator's results part of the history.
    final func record(_ outputs: [Tensor]) {
        for (index, output) in outputs.enumerated() where output.dtype.isFloatingPoint {
            output.node = OutputNode(self, index)
        }
    }
}

/// One output of a formula that has several.
final class OutputNode: Node {
    private let index: Int

    init(_ node: MultiOutputNode, _ index: Int) {
        self.index = index
        super.init(Edge(node: node, leaf: nil))
    }

    override var name: String { edges.0.node!.name }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        engine.deliver(g, of: index, to: edges.0.node as! MultiOutputNode)
    }
}

/// Keeps the gradient of a tensor that is not a leaf (`retainGrad`).
final class GradientKeeper {
    weak var tensor: Tensor?
    init(_ tensor: Tensor) { self.tensor = tensor }
}

/// Lets go of a node without recursion.
///
/// The last reference to a node releases its inputs, which release theirs: on a long chain that recursion overflows
/// the stack. Here the outermost release on a thread works through a list instead, and those below it only add to the
/// list. Every strong reference to a node that can be the last one must go through this function.
@inline(__always)
func releaseIteratively(_ node: inout Node?) {
    // Held by others too: nothing is freed.
    if !isKnownUniquelyReferenced(&node) {
        node = nil
        return
    }
    releaseLast(&node)
}

private func releaseLast(_ node: inout Node?) {
    let thread = ck_thread()!
    Node.push(&node, thread)
    if thread.pointee.releasing { return }
    thread.pointee.releasing = true
    Node.drain(thread)
    thread.pointee.releasing = false
}

/// A value that a gradient formula needs, with the state of its memory when it was saved.
struct Saved {
    private var tensor: Tensor?
    private let stamp: UInt64

    init(_ tensor: Tensor) {
        self.tensor = tensor
        stamp = Saved.stamp(tensor)
    }

    /// An output of the operator itself: saved without history, since its history would hold on to the node.
    init(output: Tensor) {
        let alias = Tensor(alias: output, offset: output.offset, sizes: output.sizes, strides: output.strides)
        tensor = alias
        stamp = Saved.stamp(alias)
    }

    private static func stamp(_ tensor: Tensor) -> UInt64 {
        UInt64(tensor.generation) << 32 | UInt64(tensor.storage.version)
    }

    /// The value.
    ///
    /// - Throws: where it was dropped by an earlier backward pass, or overwritten since.
    func value(for node: Node) throws(TensorError) -> Tensor {
        guard let tensor else {
            throw TensorError(.runtime, node.name,
                "trying to backward through the graph a second time: saved values were freed by the first pass; "
                    + "use retain_graph=True there")
        }
        let now = Saved.stamp(tensor)
        if now != stamp {
            throw TensorError(.runtime, node.name,
                "a variable needed for gradient computation, \(tensor.dtype) of shape \(tensor.sizes), has been "
                    + "modified by an in-place operation: it is at version \(now & 0xffff_ffff), "
                    + "expected version \(stamp & 0xffff_ffff)")
        }
        return tensor
    }

    /// The value of an output, as an operator's result: with `createGraph` it has its history again.
    func output(for node: Node) throws(TensorError) -> Tensor {
        let tensor = try value(for: node)
        if !GradMode.isEnabled { return tensor }
        let alias = Tensor(alias: tensor, offset: tensor.offset, sizes: tensor.sizes, strides: tensor.strides)
        alias.node = node
        return alias
    }

    /// The value of the output with the number `index`, likewise.
    func output(for node: MultiOutputNode, _ index: Int) throws(TensorError) -> Tensor {
        let tensor = try value(for: node)
        if !GradMode.isEnabled { return tensor }
        let alias = Tensor(alias: tensor, offset: tensor.offset, sizes: tensor.sizes, strides: tensor.strides)
        alias.node = OutputNode(node, index)
        return alias
    }

    mutating func release() { tensor = nil }
}

/// The shape and dtype of an input, to which its gradient is brought back after broadcasting and promotion.
struct Spec {
    let sizes: Dims
    let dtype: DType

    init(_ tensor: Tensor) {
        sizes = tensor.sizes
        dtype = tensor.dtype
    }

    @inline(__always)
    func matches(_ tensor: Tensor) -> Bool { tensor.sizes == sizes && tensor.dtype == dtype }
}

extension Tensor {
    /// Where the gradient of an input goes.
    ///
    /// - Throws: for a view whose memory a recorded in-place operator has changed through another tensor since.
    @inline(__always)
    func gradientEdge() throws(TensorError) -> Edge {
        if let node {
            if historyVersion != storage.historyVersion { throw outdatedHistory() }
            return Edge(node: node, leaf: nil)
        }
        return flags.contains(.requiresGrad) ? Edge(node: nil, leaf: self) : .none
    }

    private func outdatedHistory() -> TensorError {
        TensorError(.unsupported, "autograd",
            "a tensor of shape \(sizes) shares memory with one that was changed in place under autograd; "
                + "make it again from the changed tensor")
    }

    /// Whether an operator on this tensor is to be recorded now.
    @inline(__always)
    package var isRecorded: Bool { (node != nil || flags.contains(.requiresGrad)) && GradMode.isEnabled }
}
