import CKernels
import Synchronization

/// Where a gradient goes: to the formula that made the input, or to a leaf.
package struct Edge {
    package var node: Node?
    package var leaf: Tensor?

    @inline(__always)
    static var none: Edge { Edge(node: nil, leaf: nil) }

    @inline(__always)
    var isNone: Bool { node == nil && leaf == nil }

    /// Whether both lead to the same place.
    func isSame(as other: Edge) -> Bool { node === other.node && leaf === other.leaf }
}

/// A recorded operator: the formula of its gradient, and what the formula needs.
///
/// Each formula is a subclass beside its operator. The formulas are written with differentiable operators, so that
/// with `createGraph` they are themselves recorded.
package class Node {
    /// Nodes are numbered as they are made, so an input's number is below that of what was computed from it. Going
    /// through a graph by falling numbers therefore meets every node after all that consume its output.
    let sequence: UInt64
    /// The first inputs inline; few operators have more.
    @exclusivity(unchecked) final var edges: (Edge, Edge, Edge)
    /// The inputs after the third.
    @exclusivity(unchecked) final var moreEdges: [Edge] = []
    /// The next node of the release list.
    @exclusivity(unchecked) fileprivate final var nextToRelease: Unmanaged<Node>?
    /// What the user wants to see or change when a gradient comes here.
    @exclusivity(unchecked) final var hooks: NodeHooks?

    private static let counter = Atomic<UInt64>(0)

    // Inline, so that the edges are moved into it.
    @inline(__always)
    init(_ a: Edge = .none, _ b: Edge = .none, _ c: Edge = .none) {
        sequence = Node.counter.add(1, ordering: .relaxed).newValue
        edges = (a, b, c)
        if ck_anomaly() { noteOrigin() }
    }

    /// The formula's name as PyTorch prints it.
    class var name: String { String(describing: self) + "0" }
    package var name: String { Self.name }

    /// How many inputs a formula with few has at least.
    var inputCount: Int { 1 }

    /// Sends the gradients of the inputs along the edges, given the gradient of the output.
    func backward(_ gradient: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        throw TensorError(.unsupported, name, "has no gradient")
    }

    /// Drops the saved values, when the graph is not kept for another pass.
    func releaseSaved() {}

    /// Whether input `index` wants a gradient, in the pass that runs.
    @inline(__always)
    final func wants(_ index: Int) -> Bool {
        let isRecorded =
            switch index {
            case 0: !edges.0.isNone
            case 1: !edges.1.isNone
            case 2: !edges.2.isNone
            default: !moreEdges[index - 3].isNone
            }
        return isRecorded && (!ck_anywhere(CK_PRUNING) || (NeededNodes.current?.leads(edge(index)) ?? true))
    }

    /// The edge of input `index`.
    final func edge(_ index: Int) -> Edge {
        switch index {
        case 0: edges.0
        case 1: edges.1
        case 2: edges.2
        default: moreEdges[index - 3]
        }
    }

    /// How many inputs there may be; the edges of some are none.
    final var edgeCount: Int { 3 + moreEdges.count }

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
package class MultiOutputNode: Node {
    final var outputCount: Int

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
            let node = OutputNode(self, index)
            output.node = node
            outputNodes[index] = WeakOutputNode(node: node)
        }
    }

    /// Those of the results, while these are in use: a gradient with regard to a result has to come by its own node.
    private final var outputNodes: [Int: WeakOutputNode] = [:]

    private struct WeakOutputNode {
        weak var node: OutputNode?
    }

    /// The node of the output with the number `index`.
    final func outputNode(_ index: Int) -> OutputNode { outputNodes[index]?.node ?? OutputNode(self, index) }
}

/// One output of a formula that has several.
final class OutputNode: Node {
    private let index: Int

    init(_ node: MultiOutputNode, _ index: Int) {
        self.index = index
        super.init(Edge(node: node, leaf: nil))
    }

    var joint: MultiOutputNode { edges.0.node as! MultiOutputNode }
    var number: Int { index }

    /// What a formula of another language was made from, if this is the only output that holds it.
    var payloadHeldAlone: AnyObject? {
        isKnownUniquelyReferenced(&edges.0.node) ? (edges.0.node as? CustomFormula)?.payload : nil
    }

    override package var name: String { edges.0.node!.name }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.deliver(g, of: index, to: edges.0.node as! MultiOutputNode)
    }
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
