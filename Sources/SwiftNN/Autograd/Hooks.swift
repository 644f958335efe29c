import CKernels
import Synchronization

// What a user hangs on a graph: to see or change gradients on their way, and to keep those of tensors that are no leaves.

/// Sees a gradient, and may put another into its place. It must not write to the one it gets.
public typealias GradientHook = (Tensor) throws(TensorError) -> Tensor?

/// Sees a list of gradients, nil where there is none, and may put others into their places.
package typealias GradientsHook = ([Tensor?]) throws(TensorError) -> [Tensor?]?

/// Sees the gradients of a formula's inputs and of its outputs, and may put others into the places of the former.
package typealias FormulaHook = (_ inputs: [Tensor?], _ outputs: [Tensor?]) throws(TensorError) -> [Tensor?]?

/// What takes a hook off again.
///
/// The hook stays when the handle goes; `remove()` can be called any number of times.
public final class HookHandle {
    private var action: (() -> Void)?
    package init(_ action: @escaping () -> Void) { self.action = action }

    /// Takes the hook off.
    public func remove() { action.take()?() }
}

/// Hooks in the order in which they were added.
struct HookList<Hook> {
    private(set) var hooks: [(id: UInt64, hook: Hook)] = []
    /// What some hooks were made from, by their numbers; see `visitPayloads`.
    private(set) var payloads: [UInt64: AnyObject] = [:]
    var isEmpty: Bool { hooks.isEmpty }

    mutating func add(_ hook: Hook, payload: AnyObject? = nil) -> UInt64 {
        let id = nextHook.add(1, ordering: .relaxed).newValue
        hooks.append((id, hook))
        if let payload { payloads[id] = payload }
        return id
    }

    /// Takes a hook off. What is returned is to be let go of when nothing accesses the list any more: that may be anything,
    /// also something that adds a hook.
    mutating func remove(_ id: UInt64) -> (Hook?, AnyObject?) {
        (hooks.firstIndex { $0.id == id }.map { hooks.remove(at: $0).hook }, payloads.removeValue(forKey: id))
    }
}

private let nextHook = Atomic<UInt64>(0)

/// The hooks of a node.
final class NodeHooks {
    /// The output, where the user asked to keep its gradient.
    var keeper: GradientKeeper?
    /// On the tensor that the node made.
    var tensor = HookList<GradientHook>()
    /// On the node itself, before and after it runs.
    var before = HookList<GradientsHook>()
    var after = HookList<FormulaHook>()
    /// Where the node was made, in anomaly mode: what the binding noted.
    var origin: AnyObject?
}

/// The hooks of a leaf.
final class LeafHooks {
    var gradient = HookList<GradientHook>()
    var accumulated = HookList<(Tensor) throws(TensorError) -> Void>()
}

/// Keeps the gradient of a tensor that is not a leaf (`retainGrad`).
final class GradientKeeper {
    weak var tensor: Tensor?
    init(_ tensor: Tensor) { self.tensor = tensor }
}

extension Node {
    /// The node's hooks, made if there are none.
    final var ownHooks: NodeHooks {
        if let hooks { return hooks }
        let fresh = NodeHooks()
        hooks = fresh
        return fresh
    }

    /// Has another node keep the gradient of `tensor`, if this one does.
    final func moveKeeper(of tensor: Tensor, to other: Node) {
        guard let keeper = hooks?.keeper, keeper.tensor === tensor else { return }
        hooks!.keeper = nil
        other.ownHooks.keeper = keeper
    }

    /// The formula: for one output of several, that of all of them.
    package final var formula: Node { (self as? OutputNode)?.joint ?? self }

    /// Lets go of a reference that another language held.
    package static func release(_ reference: Unmanaged<Node>) {
        var node: Node? = reference.takeRetainedValue()
        releaseIteratively(&node)
    }

    /// Which output of its formula the node stands for.
    package final var outputNumber: Int { (self as? OutputNode)?.number ?? 0 }

    /// The operator's name, without the ending.
    final var shortName: String {
        let full = name
        for ending in ["Backward0", "Backward"] where full.hasSuffix(ending) { return String(full.dropLast(ending.count)) }
        return full
    }

    /// The edges of the inputs, in order.
    package final var inputs: [Edge] {
        if edges.0.isNone && edges.1.isNone && edges.2.isNone && !moreEdges.isEmpty { return moreEdges }
        var all = [edges.0, edges.1, edges.2] + moreEdges
        if moreEdges.isEmpty { while all.count > Swift.max(inputCount, 1) && all.last!.isNone { all.removeLast() } }
        return all
    }

    @inline(never)
    final func noteOrigin() {
        if let origin = AnomalyMode.noteOrigin?() { ownHooks.origin = origin }
    }

    package final func addHook(before hook: @escaping GradientsHook) -> HookHandle {
        let hooks = formula.ownHooks
        let id = hooks.before.add(hook)
        return HookHandle { [weak hooks] in _ = hooks?.before.remove(id) }
    }

    package final func addHook(after hook: @escaping FormulaHook) -> HookHandle {
        let hooks = formula.ownHooks
        let id = hooks.after.add(hook)
        return HookHandle { [weak hooks] in _ = hooks?.after.remove(id) }
    }
}

/// Looking for the operator that an error of the backward pass comes from.
package enum AnomalyMode {
    package static var isEnabled: Bool { ck_anomaly() }
    package static var checksNaN: Bool { ck_anomaly_checks_nan() }
    package static func set(_ enabled: Bool, checkNaN: Bool) { ck_set_anomaly(enabled, checkNaN) }

    /// What the binding does to remember where an operator was called, and to tell it.
    nonisolated(unsafe) package static var noteOrigin: (() -> AnyObject?)?
    nonisolated(unsafe) package static var report: ((_ formula: String, _ origin: AnyObject?) -> Void)?
}

extension Tensor {
    /// Calls `hook` with each gradient of this tensor that a backward pass finds, before it goes on.
    ///
    /// On a leaf, the gradient is the sum of all that the pass brings. On another tensor, it is that of the value that
    /// the tensor has now: an operator in place leaves the hook with the value before.
    ///
    /// ```swift
    /// let x = try Tensor([3.0]).setRequiresGrad(true)
    /// let y = try x * x
    /// let handle = try y.registerHook { (gradient) throws(TensorError) in try gradient * 0.5 }
    /// try y.sum().backward()
    /// handle.remove()
    /// ```
    ///
    /// - Parameter hook: may return another gradient of the same shape and dtype, which then takes its place.
    /// - Returns: what takes the hook off again.
    /// - Throws: where the tensor does not require a gradient.
    @discardableResult
    public func registerHook(_ hook: @escaping GradientHook) throws(TensorError) -> HookHandle {
        try registerHook(hook, payload: nil)
    }

    /// The same with what the hook was made from; see `visitPayloads`.
    package func registerHook(_ hook: @escaping GradientHook, payload: AnyObject?) throws(TensorError) -> HookHandle {
        if !requiresGrad {
            throw TensorError(.runtime, "register_hook",
                "cannot register a hook on a tensor that doesn't require gradient")
        }
        if let node = try currentNode() {
            let hooks = node.ownHooks
            let id = hooks.tensor.add(hook)
            return HookHandle { [weak hooks] in _ = hooks?.tensor.remove(id) }
        }
        let hooks = ownLeafHooks
        let id = hooks.gradient.add(hook, payload: payload)
        return HookHandle { [weak hooks] in _ = hooks?.gradient.remove(id) }
    }

    /// Calls `hook` with this leaf each time that a backward pass has added to its gradient.
    ///
    /// - Throws: where the tensor is no leaf, or does not require a gradient.
    @discardableResult
    public func registerPostAccumulateGradHook(
        _ hook: @escaping (Tensor) throws(TensorError) -> Void
    ) throws(TensorError) -> HookHandle {
        try registerPostAccumulateGradHook(hook, payload: nil)
    }

    package func registerPostAccumulateGradHook(
        _ hook: @escaping (Tensor) throws(TensorError) -> Void, payload: AnyObject?
    ) throws(TensorError) -> HookHandle {
        if !requiresGrad {
            throw TensorError(.runtime, "register_post_accumulate_grad_hook",
                "cannot register a hook on a tensor that doesn't require gradient")
        }
        if !isLeaf {
            throw TensorError(.runtime, "register_post_accumulate_grad_hook",
                "post accumulate grad hooks cannot be registered on non-leaf tensors")
        }
        let hooks = ownLeafHooks
        let id = hooks.accumulated.add(hook, payload: payload)
        return HookHandle { [weak hooks] in _ = hooks?.accumulated.remove(id) }
    }

    /// Hands on what the hooks of a leaf, or the function of another language that made the tensor, were made from, if
    /// only this tensor holds them: for a language that looks for cycles through what it has handed over.
    package func visitPayloads(_ visit: (AnyObject) -> Void) {
        if let hooks = attachment as? LeafHooks {
            for payload in hooks.gradient.payloads.values { visit(payload) }
            for payload in hooks.accumulated.payloads.values { visit(payload) }
        }
        // The node of a view may be changed by another thread that only reads it.
        if isView || !isKnownUniquelyReferenced(&node) { return }
        if let node = node as? OutputNode, let payload = node.payloadHeldAlone { visit(payload) }
    }

    var leafHooks: LeafHooks? { attachment.map { unsafeDowncast($0, to: LeafHooks.self) } }

    private var ownLeafHooks: LeafHooks {
        if let leafHooks { return leafHooks }
        let fresh = LeafHooks()
        attachment = fresh
        return fresh
    }

    /// Keeps the gradient of a tensor that is not a leaf: `backward` will leave it in `grad`.
    public func retainGrad() throws(TensorError) {
        if !requiresGrad {
            throw TensorError(.runtime, "retain_grad", "can't retain_grad on Tensor that has requires_grad=False")
        }
        if let node = try currentNode(), node.hooks?.keeper?.tensor !== self {
            node.ownHooks.keeper = GradientKeeper(self)
        }
    }

    /// Whether `backward` leaves the gradient of this tensor, which is no leaf, in `grad`.
    public var retainsGrad: Bool {
        guard let node = try? currentNode(), let keeper = node.hooks?.keeper else { return false }
        return keeper.tensor === self
    }

    /// The formula that made the tensor, and the tensor's number among its results.
    package func gradientFunction() throws(TensorError) -> (formula: Node, number: Int)? {
        try currentNode().map { ($0.formula, $0.outputNumber) }
    }
}

/// The nodes that lead to what a pass is to find; the others are left out.
final class NeededNodes {
    private let nodes: Set<ObjectIdentifier>
    private let targets: Set<ObjectIdentifier>

    /// Looks through the graph that ends at `roots` for what leads to `targets`, nodes and leaves.
    init(from roots: [Edge], to targets: Set<ObjectIdentifier>) {
        self.targets = targets
        var reached: [Node] = [], seen: Set<ObjectIdentifier> = []
        func visit(_ node: Node?) {
            if let node, seen.insert(ObjectIdentifier(node)).inserted { reached.append(node) }
        }
        for root in roots { visit(root.node) }
        var next = 0
        while next < reached.count {
            let node = reached[next]
            visit(node.edges.0.node)
            visit(node.edges.1.node)
            visit(node.edges.2.node)
            for edge in node.moreEdges { visit(edge.node) }
            next += 1
        }
        // Inputs have lower numbers than what was made from them.
        reached.sort { $0.sequence < $1.sequence }
        var needed: Set<ObjectIdentifier> = []
        func leads(_ edge: Edge) -> Bool {
            if let leaf = edge.leaf { return targets.contains(ObjectIdentifier(leaf)) }
            guard let node = edge.node else { return false }
            return needed.contains(ObjectIdentifier(node)) || targets.contains(ObjectIdentifier(node))
        }
        for node in reached where (0..<node.edgeCount).contains(where: { leads(node.edge($0)) }) {
            needed.insert(ObjectIdentifier(node))
        }
        nodes = needed
    }

    /// Whether a node is to run.
    func contains(_ node: Node) -> Bool { nodes.contains(ObjectIdentifier(node)) }

    /// Whether the gradient at an edge is asked for, or leads to one that is.
    func leads(_ edge: Edge) -> Bool {
        if let leaf = edge.leaf { return targets.contains(ObjectIdentifier(leaf)) }
        guard let node = edge.node else { return false }
        return nodes.contains(ObjectIdentifier(node)) || targets.contains(ObjectIdentifier(node))
    }

    /// Of the pass that runs on this thread.
    static var current: NeededNodes? {
        guard let needed = ck_thread().pointee.needed else { return nil }
        return Unmanaged<NeededNodes>.fromOpaque(needed).takeUnretainedValue()
    }
}
