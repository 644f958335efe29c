import CKernels

/// A value that a gradient formula needs, with the state of its memory when it was saved.
struct Saved {
    private var tensor: Tensor?
    /// The state of the memory; `packed` where the tensor only carries what the user's hooks have made of the value.
    private let stamp: UInt64
    private static var packed: UInt64 { .max }

    @inline(__always)
    init(_ tensor: Tensor) {
        if ck_anywhere(CK_PACKING), let carrier = Saved.pack(tensor) {
            self.tensor = carrier
            stamp = Saved.packed
        } else {
            self.tensor = tensor
            stamp = Saved.stamp(tensor)
        }
    }

    /// An output of the operator itself: saved without history, since its history would hold on to the node.
    @inline(__always)
    init(output: Tensor) { self.init(output.withoutHistory()) }

    @inline(__always)
    private static func stamp(_ tensor: Tensor) -> UInt64 {
        UInt64(tensor.generation) << 32 | UInt64(tensor.storage.version)
    }

    @inline(never)
    private static func pack(_ value: Tensor) -> Tensor? {
        guard let hooks = SavedTensorHooks.current else { return nil }
        // Not in a place of its own: every formula would pay for it.
        let carrier = Tensor(number: 0)
        carrier.attachment = PackedTensor(value, hooks)
        return carrier
    }

    /// The value.
    ///
    /// - Throws: where it was dropped by an earlier backward pass, or overwritten since.
    @inline(__always)
    func value(for node: Node) throws(TensorError) -> Tensor {
        guard let tensor else { throw Saved.gone(node) }
        if Saved.stamp(tensor) != stamp || tensor.storage.isInference { return try unusual(tensor, node) }
        return tensor
    }

    @inline(never)
    private static func gone(_ node: Node) -> TensorError {
        TensorError(.runtime, node.name,
            "Trying to backward through the graph a second time (or directly access saved tensors after they have already "
                + "been freed). Saved intermediate values of the graph are freed when you call .backward() or "
                + "autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or "
                + "if you need to access saved tensors after calling backward.")
    }

    /// A packed value, or the error of one that is not to be used.
    @inline(never)
    private func unusual(_ tensor: Tensor, _ node: Node) throws(TensorError) -> Tensor {
        if stamp == Saved.packed { return try (tensor.attachment as! PackedTensor).unpacked() }
        if tensor.storage.isInference {
            throw TensorError(.runtime, node.name,
                "Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in "
                    + "computation tracked by autograd. To work around this, you can make a clone to get a normal tensor "
                    + "and use it in autograd, or use `no_grad()` instead of `inference_mode()`.")
        }
        let maker = tensor.node.map { ", which is output \($0.outputNumber) of \($0.shortName)," } ?? ""
        throw TensorError(.runtime, node.name,
            "one of the variables needed for gradient computation has been modified by an inplace operation: "
                + "[\(tensor.dtype) \(tensor.sizes)]\(maker) is at version \(tensor.storage.version); "
                + "expected version \(stamp & 0xffff_ffff) instead. Hint: enable anomaly detection to find the operation "
                + "that failed to compute its gradient, with autograd.set_detect_anomaly(True, check_nan=False).")
    }

    /// The value of an output, as an operator's result: with `createGraph` it has its history again.
    func output(for node: Node) throws(TensorError) -> Tensor { try attached(try value(for: node), node) }

    /// The value of the output with the number `index`, likewise.
    func output(for node: MultiOutputNode, _ index: Int) throws(TensorError) -> Tensor {
        try attached(try value(for: node), node.outputNode(index))
    }

    @inline(__always)
    private func attached(
        _ tensor: Tensor, _ node: @autoclosure () -> Node
    ) throws(TensorError) -> Tensor {
        if !GradMode.isEnabled { return tensor }
        let alias = tensor.withoutHistory()
        alias.node = node()
        return alias
    }

    mutating func release() { tensor = nil }
}

// MARK: - Hooks on saved values

/// What is done to the values that formulas save.
package final class SavedTensorHooks {
    package typealias Pack = (Tensor) throws(TensorError) -> AnyObject
    package typealias Unpack = (AnyObject) throws(TensorError) -> Tensor

    let pack: Pack
    let unpack: Unpack
    private var next: SavedTensorHooks?

    package init(pack: @escaping Pack, unpack: @escaping Unpack) {
        self.pack = pack
        self.unpack = unpack
    }

    static var current: SavedTensorHooks? {
        guard let top = ck_thread().pointee.saved_hooks else { return nil }
        return Unmanaged<SavedTensorHooks>.fromOpaque(top).takeUnretainedValue()
    }

    /// Has the values that formulas save on this thread go through these hooks, until `pop`.
    package func push() {
        let thread = ck_thread()!
        next = thread.pointee.saved_hooks.map { Unmanaged.fromOpaque($0).takeRetainedValue() }
        thread.pointee.saved_hooks = Unmanaged.passRetained(self).toOpaque()
        ck_count_special(CK_PACKING, 1)
    }

    package static func pop() {
        let thread = ck_thread()!
        guard let top = thread.pointee.saved_hooks else { return }
        ck_count_special(CK_PACKING, -1)
        let hooks = Unmanaged<SavedTensorHooks>.fromOpaque(top).takeRetainedValue()
        thread.pointee.saved_hooks = hooks.next.take().map { Unmanaged.passRetained($0).toOpaque() }
        _ = takeFailure()
    }

    // Formulas are made, and save, where nothing can be thrown: what a hook throws then waits until the operator has come
    // back to one of the places that call `check`.

    fileprivate static func note(_ failure: TensorError) {
        ck_thread().pointee.pack_failure = Unmanaged.passRetained(Box(failure)).toOpaque()
    }

    fileprivate static var hasFailed: Bool { ck_thread().pointee.pack_failure != nil }

    private static func takeFailure() -> TensorError? {
        guard let failure = ck_thread().pointee.pack_failure else { return nil }
        ck_thread().pointee.pack_failure = nil
        return Unmanaged<Box<TensorError>>.fromOpaque(failure).takeRetainedValue().value
    }

    /// Throws what a hook has thrown since an operator began to run.
    @inline(__always)
    package static func check() throws(TensorError) {
        if ck_anywhere(CK_PACKING), let failure = takeFailure() { throw failure }
    }

    /// Runs `body` without hooks: what they compute is not packed in turn.
    fileprivate static func suspended<Result>(
        _ body: () throws(TensorError) -> Result
    ) throws(TensorError) -> Result {
        let thread = ck_thread()!
        let top = thread.pointee.saved_hooks
        thread.pointee.saved_hooks = nil
        defer { thread.pointee.saved_hooks = top }
        return try body()
    }
}

/// A saved value that has gone through the hooks.
private final class PackedTensor {
    private let hooks: SavedTensorHooks
    /// nil where the hook failed.
    private var value: AnyObject?
    /// The history of the value, for higher derivatives.
    private var edge: Edge

    init(_ tensor: Tensor, _ hooks: SavedTensorHooks) {
        self.hooks = hooks
        edge = .none
        // One error is enough for an operator.
        if SavedTensorHooks.hasFailed { return }
        do {
            edge = try tensor.gradientEdge()
            value = try SavedTensorHooks.suspended { () throws(TensorError) in
                try withoutGradients { () throws(TensorError) in try hooks.pack(tensor.isLeaf ? tensor : tensor.withoutHistory()) }
            }
        } catch {
            SavedTensorHooks.note(error)
        }
    }

    deinit { releaseIteratively(&edge.node) }

    func unpacked() throws(TensorError) -> Tensor {
        try SavedTensorHooks.check()
        guard let value else {
            throw TensorError(.runtime, "saved tensor hooks", "a value was not saved: the hook that packs it has failed")
        }
        let tensor = try hooks.unpack(value)
        let alias = tensor.withoutHistory()
        if GradMode.isEnabled && !edge.isNone { alias.node = CloneBackward(edge) }
        return alias
    }
}

private final class Box<Value> {
    let value: Value
    init(_ value: Value) { self.value = value }
}

/// Runs `body` with every value that a gradient formula saves handed to `pack`, and what that returns kept in its place,
/// until the backward pass asks `unpack` for the value.
///
/// - Parameters:
///   - pack: gets the value without history.
///   - unpack: gives back a tensor of the same shape and dtype.
public func withSavedTensorHooks<Packed, Result>(
    pack: @escaping (Tensor) throws(TensorError) -> Packed, unpack: @escaping (Packed) throws(TensorError) -> Tensor,
    _ body: () throws(TensorError) -> Result
) throws(TensorError) -> Result {
    SavedTensorHooks(
        pack: { (tensor) throws(TensorError) in Box(try pack(tensor)) },
        unpack: { (box) throws(TensorError) in try unpack((box as! Box<Packed>).value) }
    ).push()
    defer { SavedTensorHooks.pop() }
    let result = try body()
    try SavedTensorHooks.check()
    return result
}
