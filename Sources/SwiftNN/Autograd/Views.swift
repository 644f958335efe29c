import CKernels

// The history of views. A view and its base share memory, and so whatever is written through one of them becomes part of
// the history of both. The base holds that history: a recorded write through a view replaces the base's node by one that
// puts the view's new value into its place (`CopySlices`), and every view that finds the memory's version changed makes
// its node anew, as a part of what the base is now (`AsStridedBackward`). A view of a view has the same base.

/// How a view came to be, as far as that forbids writing through it under autograd.
enum ViewOrigin: UInt8 {
    case ordinary, severalOutputs, withoutGradients, inference, customFunction
}

extension Tensor {
    /// Whether the tensor, not counting that it may be a view, has a history or is to gather a gradient.
    @inline(__always)
    var holdsHistory: Bool { node != nil || flags.contains(.requiresGrad) }

    /// Whether this is a view whose memory was written to since its history was.
    @inline(__always)
    var hasOutdatedHistory: Bool { flags.contains(.view) && historyVersion != storage.version }

    /// Notes that a view was made while nothing is recorded.
    @inline(never)
    func markUnrecordedView() {
        if origin == .ordinary { origin = GradMode.isInference ? .inference : .withoutGradients }
    }

    /// Lets a view go its own way, where nobody else can see its base any more.
    func leaveBase() {
        base = nil
        flags.remove(.view)
        origin = .ordinary
    }

    /// Marks views that one operator made together. PyTorch forbids writing to them under autograd.
    static func markSeveralOutputs(_ views: [Tensor]) -> [Tensor] {
        for view in views where view.flags.contains(.view) && view.origin != .inference { view.origin = .severalOutputs }
        return views
    }

    /// Whether the tensor shows a part of another's memory and shares its history.
    public var isView: Bool { flags.contains(.view) }

    /// The tensor that a view shows a part of.
    package var viewBase: Tensor? { base }

    // MARK: Reading the history

    /// Where the gradient of an input goes.
    ///
    /// - Throws: for a view that must not take part in the history of its base; see `ViewOrigin`.
    @inline(__always)
    func gradientEdge() throws(TensorError) -> Edge {
        if hasOutdatedHistory { try refreshHistory() }
        if let node { return Edge(node: node, leaf: nil) }
        return flags.contains(.requiresGrad) ? Edge(node: nil, leaf: self) : .none
    }

    /// The formula that made the tensor's present value.
    func currentNode() throws(TensorError) -> Node? {
        if hasOutdatedHistory { try refreshHistory() }
        return node
    }

    /// Whether an operator on this tensor is to be recorded now.
    @inline(__always)
    package var isRecorded: Bool { requiresGrad && GradMode.isEnabled }

    /// Makes the history of a view anew, from what its base is now.
    @inline(never)
    private func refreshHistory() throws(TensorError) {
        guard let base else { return }
        // Where the base has other memory by now, or shows elements several times, nothing was written through it.
        if !base.holdsHistory || base.storage !== storage || base.overlapsItself {
            historyVersion = storage.version
            return
        }
        if origin != .ordinary { throw forbidden("autograd", "its base or another view of its base has been modified inplace") }
        var spare: Node? = AsStridedBackward(base.ownEdge, ViewRegion(of: self, in: base))
        // Threads may be the first to use a view at once. Nodes are made and freed outside of the lock: that may call
        // another language.
        Tensor.histories.withLock { (_) in
            guard hasOutdatedHistory else { return }
            node?.moveKeeper(of: self, to: spare!)
            swap(&node, &spare)
            historyVersion = storage.version
        }
        releaseIteratively(&spare)
    }

    private static let histories = Guarded(CK_LOCK_HISTORIES, ())

    // MARK: Writing

    /// For a recorded operator that is about to write to a view.
    @inline(never)
    func requireWritableView(_ operation: StaticString) throws(TensorError) {
        // A base that nobody else can see is no part of anything: the view will stand for itself.
        let isHidden = isKnownUniquelyReferenced(&self.base)
        guard let base else { return }
        if origin != .ordinary && !(isHidden && origin == .withoutGradients) {
            throw forbidden(operation.description, "is being modified inplace")
        }
        if requiresGrad && base.node == nil {
            throw TensorError(.runtime, operation.description,
                "a view of a leaf Variable that requires grad is being used in an in-place operation.")
        }
        if base.storage === storage && base.overlapsItself && !isHidden {
            throw TensorError(.runtime, operation.description,
                "more than one element of the tensor of shape \(base.sizes) that is written to through a view refers to a "
                    + "single memory location. Please clone() the tensor before performing the operation.")
        }
    }

    /// Makes a recorded in-place operator the tensor's newest history, after its memory was written.
    @inline(__always)
    func rebaseHistory(_ node: Node) {
        if flags.contains(.view) {
            rebaseView(node)
        } else {
            replaceNode(node)
        }
    }

    @inline(__always)
    private func replaceNode(_ fresh: Node) {
        if node?.hooks != nil { node!.moveKeeper(of: self, to: fresh) }
        releaseIteratively(&node)
        node = fresh
    }

    @inline(never)
    private func rebaseView(_ written: Node) {
        if isKnownUniquelyReferenced(&base) || base!.storage !== storage {
            leaveBase()
            replaceNode(written)
            return
        }
        let base = self.base!
        base.replaceNode(CopySlices(base.ownEdge, written, ViewRegion(of: self, in: base)))
        // The view's node is made when it is asked for; most views are gone by then.
        if node?.hooks?.keeper != nil {
            replaceNode(AsStridedBackward(base.ownEdge, ViewRegion(of: self, in: base)))
            historyVersion = storage.version
        } else {
            releaseIteratively(&node)
            historyVersion = storage.version &- 1
        }
    }

    private var ownEdge: Edge {
        node != nil ? Edge(node: node, leaf: nil) : flags.contains(.requiresGrad) ? Edge(node: nil, leaf: self) : .none
    }

    /// Where the gradient of what an operator overwrites goes, all zeros. The node of a view's base sees to those of a
    /// view.
    func overwrittenEdge() throws(TensorError) -> Edge { flags.contains(.view) ? .none : try gradientEdge() }

    // MARK: Errors

    /// The error of writing through, or under, a view where PyTorch forbids it.
    private func forbidden(_ operation: String, _ event: String) -> TensorError {
        let maker = node.map { "Output \($0.outputNumber) of \($0.shortName) is a view" }
        let mode = origin == .inference ? "inference" : "no_grad"
        var text: String
        if origin == .withoutGradients || origin == .inference || node == nil {
            text = maker.map { $0 + " of a view which was created in" } ?? "A view was created in"
            text += " \(mode) mode and \(event) "
            text += origin == .inference ? "in normal mode." : "with grad mode enabled."
        } else {
            text = "\(maker!) and \(event)."
        }
        switch origin {
        case .severalOutputs:
            text += " This view is the output of a function that returns multiple views. Such functions do not allow the "
                + "output views to be modified inplace. You should replace the inplace operation by an out-of-place one."
        case .customFunction:
            text += " This view was created inside a custom Function (or because an input was returned as-is) and the "
                + "autograd logic to handle view+inplace would override the custom backward associated with the custom "
                + "Function, leading to incorrect gradients. This behavior is forbidden. You can fix this by cloning the "
                + "output of the custom Function."
        default:
            text += " Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by "
                + "moving both the view and the inplace either both inside the \(mode) block (if you don't want the inplace "
                + "to be tracked) or both outside (if you want the inplace to be tracked)."
        }
        return TensorError(.runtime, operation, text)
    }
}

// MARK: - The place of a view in its base

/// Where a view lies in the memory of its base, apart from where that memory is: for gradients, which lie elsewhere.
final class ViewRegion {
    private let baseSizes, baseStrides, sizes, strides: Dims
    /// The first elements of the base and of the view, counted from the lowest of both.
    private let baseStart, start: Int
    /// How many elements the memory of both spans.
    private let extent: Int
    /// Whether the base is the whole of that memory, in row-major order.
    private let isRowMajorBase: Bool

    init(of view: Tensor, in base: Tensor) {
        baseSizes = base.sizes
        baseStrides = base.strides
        sizes = view.sizes
        strides = view.strides
        let lowest = Swift.min(base.offset, view.offset)
        baseStart = base.offset - lowest
        start = view.offset - lowest
        extent = Swift.max(
            baseStart + ViewRegion.span(baseSizes, baseStrides), start + ViewRegion.span(sizes, strides))
        isRowMajorBase = base.isContiguous && extent == base.count
    }

    /// From the first element to behind the last.
    private static func span(_ sizes: Dims, _ strides: Dims) -> Int {
        var last = 0
        for i in 0..<sizes.count {
            if sizes[i] == 0 { return 0 }
            last += (sizes[i] - 1) * strides[i]
        }
        return last + 1
    }

    /// Whether two elements of the view may share a place.
    private var mayOverlap: Bool {
        var dims: [(stride: Int, size: Int)] = []
        for i in 0..<sizes.count where sizes[i] != 1 { dims.append((strides[i], sizes[i])) }
        dims.sort { $0.stride < $1.stride }
        var reach = 0
        for (stride, size) in dims {
            if stride <= reach { return true }
            reach += (size - 1) * stride
        }
        return false
    }

    private func part(of memory: Tensor) -> Tensor {
        Tensor(alias: memory, offset: memory.offset + start, sizes: sizes, strides: strides)
    }

    private func whole(of memory: Tensor) -> Tensor {
        Tensor(alias: memory, offset: memory.offset + baseStart, sizes: baseSizes, strides: baseStrides)
    }

    private func zeros(_ dtype: DType) throws(TensorError) -> Tensor { try Tensor.filled([extent], dtype, 0) }

    /// The view's part of a tensor like the base: `x.as_strided(…)`.
    func extract(_ g: Tensor) throws(TensorError) -> Tensor {
        let memory: Tensor
        if isRowMajorBase {
            memory = g.isContiguous ? g : try g.copied()
        } else {
            memory = try zeros(g.dtype)
            Elementwise.convert(g, into: whole(of: memory))
        }
        let result = part(of: memory)
        if g.isRecorded { result.node = AsStridedBackward(try g.gradientEdge(), self) }
        return result
    }

    /// Zeros like the base, with a tensor like the view added into its place.
    func embed(_ g: Tensor) throws(TensorError) -> Tensor {
        let memory = try zeros(g.dtype)
        if mayOverlap {
            let numbers = try Tensor.arange(0.asTensor(), extent.asTensor(), step: 1.asTensor(), dtype: .int64)
            let positions = try part(of: numbers).copied()
            let places = try BlockPlaces(memory.sizes, 0, positions, "as_strided")
            _ = try memory.placing(g.withoutHistory(), at: places, adding: true, inPlace: true, "as_strided", "AsStridedBackward")
        } else {
            Elementwise.convert(g, into: part(of: memory))
        }
        var result = whole(of: memory)
        if !result.isContiguous { result = try result.copied() }
        if g.isRecorded { result.node = ViewRegionBackward(try g.gradientEdge(), self, .extract) }
        return result
    }

    /// A tensor like the base with zeros in the view's place.
    func erase(_ g: consuming Tensor) throws(TensorError) -> Tensor {
        let edge = g.isRecorded ? try g.gradientEdge() : .none
        // A gradient that nobody else holds can lose its part where it is.
        if edge.isNone && isRowMajorBase && g.isContiguous && g.node == nil && g.foreign == nil
            && isKnownUniquelyReferenced(&g) && isKnownUniquelyReferenced(&g.storage) && g.storage.isWritable
        {
            eraseInMemory(g)
            return g
        }
        let memory: Tensor
        if isRowMajorBase {
            memory = try g.copied()
        } else {
            memory = try zeros(g.dtype)
            Elementwise.convert(g, into: whole(of: memory))
        }
        eraseInMemory(memory)
        var result = whole(of: memory)
        if !result.isContiguous { result = try result.copied() }
        if !edge.isNone { result.node = ViewRegionBackward(edge, self, .erase) }
        return result
    }

    private func eraseInMemory(_ memory: Tensor) {
        // An element of every dtype.
        var zero: UInt64 = 0
        Elementwise.fill(part(of: memory), with: &zero)
    }
}

// MARK: - Gradients

/// A base of which a part was written: outside of the part its old value, in the part the value that was written.
final class CopySlices: Node {
    private let region: ViewRegion

    init(_ base: Edge, _ written: Node, _ region: ViewRegion) {
        self.region = region
        let isConstant = (0..<written.edgeCount).allSatisfy { written.edge($0).isNone }
        super.init(base, isConstant ? .none : Edge(node: written, leaf: nil))
    }

    override class var name: String { "CopySlices" }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        if wants(1) {
            var part = try region.extract(g)
            // Of its own memory, so that the rest can be erased where it is.
            if wants(0) && part.node == nil { part = try part.copied() }
            try engine.send(part, to: edges.1)
        }
        if wants(0) { try engine.send(try region.erase(g), to: edges.0) }
    }
}

/// A view of what its base has become: its gradient goes to its place in that of the base.
final class AsStridedBackward: Node {
    private let region: ViewRegion

    init(_ edge: Edge, _ region: ViewRegion) {
        self.region = region
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try region.embed(g), to: edges.0)
    }
}

/// The gradients of the two other functions of a region, by the third.
final class ViewRegionBackward: Node {
    enum Function { case extract, erase }
    private let region: ViewRegion, function: Function

    init(_ edge: Edge, _ region: ViewRegion, _ function: Function) {
        self.region = region
        self.function = function
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        switch function {
        case .extract: try engine.send(try region.extract(g), to: edges.0)
        case .erase: try engine.send(try region.erase(g), to: edges.0)
        }
    }
}
