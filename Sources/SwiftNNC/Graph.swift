import CSwiftNN
import SwiftNN

// Nodes, hooks and functions of the caller's.

/// What a callback is called with, given back when the last closure that holds it goes.
private final class Payload {
    let pointer: UnsafeMutableRawPointer?
    private let destructor: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?

    init(_ pointer: UnsafeMutableRawPointer?, _ destructor: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?) {
        self.pointer = pointer
        self.destructor = destructor
    }

    deinit { destructor?(pointer) }
}

private func foreign(_ status: snn_status, _ name: String) throws(TensorError) {
    if status != .SNN_OK { throw TensorError(.foreign, name, "the callback failed") }
}

@inline(__always)
private func handle(_ tensor: Tensor?) -> snn_tensor? { tensor.map { snn_tensor(Unmanaged.passUnretained($0).toOpaque()) } }

/// A result that a callback has handed over.
private func taken(_ handle: snn_tensor?) -> Tensor? {
    handle.map { Unmanaged<Tensor>.fromOpaque(UnsafeRawPointer($0)).takeRetainedValue() }
}

private func node(_ handle: snn_node?) throws(TensorError) -> Node {
    guard let handle else { throw TensorError(.value, "node", "the handle is NULL") }
    return Unmanaged<Node>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

private func owned(_ node: Node) -> snn_node { snn_node(Unmanaged.passRetained(node).toOpaque()) }

private func custom(_ handle: snn_node?) throws(TensorError) -> CustomFormula {
    guard let formula = try node(handle) as? CustomFormula else {
        throw TensorError(.type, "node", "the node is not of a function of the caller's")
    }
    return formula
}

private func tensors(
    _ list: UnsafePointer<snn_tensor?>?, _ count: Int32, _ name: String
) throws(TensorError) -> [Tensor?] {
    var result: [Tensor?] = []
    for handle in try SwiftNNC.list(list, count, name) {
        if let handle { result.append(try tensor(handle)) } else { result.append(nil) }
    }
    return result
}

// MARK: Passes

@c @implementation
public func snn_autograd_backward(
    _ roots: UnsafePointer<snn_tensor?>!, _ gradients: UnsafePointer<snn_tensor?>!, _ count: Int32,
    _ inputs: UnsafePointer<snn_tensor?>!, _ input_count: Int32, _ retain_graph: Bool, _ create_graph: Bool
) -> snn_status {
    status { () throws(TensorError) in
        var starts: [Tensor] = [], leaves: [Tensor]?
        for root in try list(roots, count, "backward") { starts.append(try tensor(root)) }
        let seeds = (gradients as UnsafePointer<snn_tensor?>?) == nil
            ? Array(repeating: nil, count: starts.count) : try tensors(gradients, count, "backward")
        if (inputs as UnsafePointer<snn_tensor?>?) != nil {
            leaves = []
            for input in try list(inputs, input_count, "backward") { leaves!.append(try tensor(input)) }
        }
        try Tensor.backward(
            starts, gradients: seeds, retainGraph: retain_graph, createGraph: create_graph, inputs: leaves)
    }
}

@c @implementation
public func snn_tensor_retains_grad(_ handle: snn_tensor!) -> Bool { (try? tensor(handle).retainsGrad) ?? false }

@c @implementation
public func snn_tensor_untracked(_ handle: snn_tensor!, _ result: UnsafeMutablePointer<snn_tensor?>!) -> snn_status {
    status { () throws(TensorError) in try output(result).pointee = owned(try tensor(handle).untracked()) }
}

@c @implementation
public func snn_tensor_get_base(_ handle: snn_tensor!, _ result: UnsafeMutablePointer<snn_tensor?>!) -> snn_status {
    status { () throws(TensorError) in try output(result).pointee = try tensor(handle).viewBase.map { owned($0) } }
}

@c @implementation
public func snn_tensor_is_inference(_ handle: snn_tensor!) -> Bool { (try? tensor(handle).isInference) ?? false }

@c @implementation
public func snn_inference_is_enabled() -> Bool { GradMode.isInference }

@c @implementation
public func snn_inference_set_enabled(_ enabled: Bool) { GradMode.isInference = enabled }

// MARK: Hooks

@c @implementation
public func snn_hook_remove(_ handle: snn_hook!) {
    guard let handle else { return }
    Unmanaged<HookHandle>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue().remove()
}

@c @implementation
public func snn_hook_release(_ handle: snn_hook!) {
    guard let handle else { return }
    Unmanaged<HookHandle>.fromOpaque(UnsafeRawPointer(handle)).release()
}

private func owned(_ handle: HookHandle) -> snn_hook { snn_hook(Unmanaged.passRetained(handle).toOpaque()) }

@c @implementation
public func snn_tensor_add_hook(
    _ handle: snn_tensor!, _ hook: snn_gradient_hook!, _ payload: UnsafeMutableRawPointer!,
    _ destructor: (@convention(c) (UnsafeMutableRawPointer?) -> Void)!, _ result: UnsafeMutablePointer<snn_hook?>!
) -> snn_status {
    let payload = Payload(payload, destructor)
    return status { () throws(TensorError) in
        guard let hook else { throw TensorError(.value, "register_hook", "the hook is NULL") }
        let result = try output(result)
        let added = try tensor(handle).registerHook({ (gradient) throws(TensorError) in
            var replacement: snn_tensor?
            try foreign(hook(payload.pointer, SwiftNNC.handle(gradient), &replacement), "register_hook")
            return taken(replacement)
        }, payload: payload)
        result.pointee = owned(added)
    }
}

@c @implementation
public func snn_tensor_add_accumulation_hook(
    _ handle: snn_tensor!, _ hook: snn_gradient_hook!, _ payload: UnsafeMutableRawPointer!,
    _ destructor: (@convention(c) (UnsafeMutableRawPointer?) -> Void)!, _ result: UnsafeMutablePointer<snn_hook?>!
) -> snn_status {
    let payload = Payload(payload, destructor)
    return status { () throws(TensorError) in
        guard let hook else { throw TensorError(.value, "register_post_accumulate_grad_hook", "the hook is NULL") }
        let result = try output(result)
        let added = try tensor(handle).registerPostAccumulateGradHook({ (leaf) throws(TensorError) in
            var ignored: snn_tensor?
            try foreign(hook(payload.pointer, SwiftNNC.handle(leaf), &ignored), "register_post_accumulate_grad_hook")
            _ = taken(ignored)
        }, payload: payload)
        result.pointee = owned(added)
    }
}

@c @implementation
public func snn_tensor_visit_payloads(
    _ handle: snn_tensor!, _ visit: (@convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void)!,
    _ context: UnsafeMutableRawPointer!
) {
    guard let handle, let visit else { return }
    // Looked at where it is: a reference of our own would be counted.
    var pointer = UnsafeRawPointer(handle)
    let isAlone = withUnsafeMutableBytes(of: &pointer) {
        isKnownUniquelyReferenced(&$0.assumingMemoryBound(to: Tensor.self).baseAddress!.pointee)
    }
    if !isAlone { return }
    Unmanaged<Tensor>.fromOpaque(pointer)._withUnsafeGuaranteedRef { (tensor) in
        tensor.visitPayloads { if let payload = $0 as? Payload { visit(payload.pointer, context) } }
    }
}

/// Calls a hook of a node; what it puts into the place of the inputs, or of the outputs where there are no inputs.
private func call(
    _ hook: snn_formula_hook, _ payload: Payload, inputs: [Tensor?]?, outputs: [Tensor?]
) throws(TensorError) -> [Tensor?] {
    let before = (inputs ?? []).map { SwiftNNC.handle($0) }, after = outputs.map { SwiftNNC.handle($0) }
    var results = [snn_tensor?](repeating: nil, count: inputs?.count ?? outputs.count)
    let status = hook(payload.pointer, before, Int32(before.count), after, Int32(after.count), &results)
    let replaced = results.map { taken($0) }
    try foreign(status, "register_hook")
    return replaced
}

@c @implementation
public func snn_node_add_hook(
    _ handle: snn_node!, _ before: Bool, _ hook: snn_formula_hook!, _ payload: UnsafeMutableRawPointer!,
    _ destructor: (@convention(c) (UnsafeMutableRawPointer?) -> Void)!, _ result: UnsafeMutablePointer<snn_hook?>!
) -> snn_status {
    let payload = Payload(payload, destructor)
    return status { () throws(TensorError) in
        guard let hook else { throw TensorError(.value, "register_hook", "the hook is NULL") }
        let (node, result) = (try node(handle), try output(result))
        let added = before
            ? node.addHook(before: { (outputs) throws(TensorError) in
                try call(hook, payload, inputs: nil, outputs: outputs)
            })
            : node.addHook(after: { (inputs, outputs) throws(TensorError) in
                try call(hook, payload, inputs: inputs, outputs: outputs)
            })
        result.pointee = owned(added)
    }
}

// MARK: Nodes

@c @implementation
public func snn_node_retain(_ handle: snn_node!) {
    guard let handle else { return }
    _ = Unmanaged<Node>.fromOpaque(UnsafeRawPointer(handle)).retain()
}

@c @implementation
public func snn_node_release(_ handle: snn_node!) {
    guard let handle else { return }
    Node.release(Unmanaged<Node>.fromOpaque(UnsafeRawPointer(handle)))
}

@c @implementation
public func snn_tensor_get_node(
    _ handle: snn_tensor!, _ result: UnsafeMutablePointer<snn_node?>!, _ number: UnsafeMutablePointer<Int32>!
) -> snn_status {
    status { () throws(TensorError) in
        let found = try tensor(handle).gradientFunction()
        let result = try output(result)
        number?.pointee = Int32(found?.number ?? 0)
        result.pointee = found.map { owned($0.formula) }
    }
}

@c @implementation
public func snn_node_name(_ handle: snn_node!) -> UnsafePointer<CChar>! {
    guard let name = (try? node(handle))?.name else { return nil }
    return returned(name)
}

@c @implementation
public func snn_node_input_count(_ handle: snn_node!) -> Int32 { (try? Int32(node(handle).inputs.count)) ?? 0 }

@c @implementation
public func snn_node_get_input(
    _ handle: snn_node!, _ index: Int32, _ next: UnsafeMutablePointer<snn_node?>!, _ number: UnsafeMutablePointer<Int32>!,
    _ leaf: UnsafeMutablePointer<snn_tensor?>!
) -> snn_status {
    status { () throws(TensorError) in
        let inputs = try node(handle).inputs
        guard inputs.indices.contains(Int(index)) else {
            throw TensorError(.index, "node", "there is no input \(index) of \(inputs.count)")
        }
        let edge = inputs[Int(index)]
        let (next, leaf) = (try output(next), try output(leaf))
        number?.pointee = Int32(edge.node?.outputNumber ?? 0)
        next.pointee = edge.node.map { owned($0.formula) }
        leaf.pointee = edge.leaf.map { owned($0) }
    }
}

@c @implementation
public func snn_node_create(
    _ name: UnsafePointer<CChar>!, _ inputs: UnsafePointer<snn_tensor?>!, _ input_count: Int32, _ formula: snn_formula!,
    _ payload: UnsafeMutableRawPointer!, _ destructor: (@convention(c) (UnsafeMutableRawPointer?) -> Void)!,
    _ result: UnsafeMutablePointer<snn_node?>!
) -> snn_status {
    let payload = Payload(payload, destructor)
    return status { () throws(TensorError) in
        guard let formula else { throw TensorError(.value, "Function", "the formula is NULL") }
        let label = try text(name, "Function")
        let count = Int(Swift.max(input_count, 0))
        let made = try CustomFormula(label, inputs: try tensors(inputs, input_count, label), payload: payload) {
            (gradients) throws(TensorError) in
            let handles = gradients.map { handle($0) }
            var results = [snn_tensor?](repeating: nil, count: count)
            let status = formula(payload.pointer, handles, Int32(handles.count), &results, Int32(count))
            let found = results.map { taken($0) }
            try foreign(status, label)
            return found
        }
        try output(result).pointee = owned(made)
    }
}

@c @implementation
public func snn_node_attach(
    _ handle: snn_node!, _ outputs: UnsafePointer<snn_tensor?>!, _ kinds: UnsafePointer<snn_output_kind>!,
    _ output_count: Int32, _ saved: UnsafePointer<snn_tensor?>!, _ saved_count: Int32, _ materialize: Bool,
    _ results: UnsafeMutablePointer<snn_tensor?>!
) -> snn_status {
    status { () throws(TensorError) in
        let formula = try custom(handle)
        let given = try tensors(outputs, output_count, formula.name)
        let numbers = try list(kinds, output_count, formula.name)
        var pairs: [(tensor: Tensor, kind: CustomFormula.Output)] = []
        for (tensor, kind) in zip(given, numbers) {
            try checkEnumerator(kind.rawValue, 4, "output")
            guard let tensor else { throw TensorError(.value, formula.name, "an output is NULL") }
            pairs.append((tensor, CustomFormula.Output(rawValue: Int(kind.rawValue)) ?? .made))
        }
        let kept = try tensors(saved, saved_count, formula.name)
        let results = try output(results)
        formula.materializesGradients = materialize
        let made = try formula.attach(pairs)
        // What was made and is handed out as another tensor was saved as what it is handed out as.
        try formula.save(kept.map { (tensor) in
            guard let tensor, let i = pairs.firstIndex(where: { $0.tensor === tensor && $0.kind == .made }) else { return tensor }
            return made[i]
        }, outputs: made)
        for (i, tensor) in made.enumerated() { results[i] = SwiftNNC.owned(tensor) }
    }
}

@c @implementation
public func snn_node_get_saved(
    _ handle: snn_node!, _ results: UnsafeMutablePointer<snn_tensor?>!, _ capacity: Int32, _ count: UnsafeMutablePointer<Int32>!
) -> snn_status {
    status { () throws(TensorError) in
        let formula = try custom(handle)
        // Hooks on saved values run when these are looked at, not when they are counted.
        if capacity > 0 {
            let results = try output(results)
            for (i, tensor) in try formula.savedTensors().prefix(Int(capacity)).enumerated() {
                results[i] = tensor.map { SwiftNNC.owned($0) }
            }
        }
        count?.pointee = Int32(formula.savedCount)
    }
}

@c @implementation
public func snn_node_needs_input(_ handle: snn_node!, _ index: Int32) -> Bool {
    (try? custom(handle).needsGradient(Int(index))) ?? false
}

@c @implementation
public func snn_pass_is_limited() -> Bool { GradMode.isLimitedPass }

// MARK: Saved values

/// What `pack` made.
private final class Packed {
    let pointer: UnsafeMutableRawPointer?
    private let release: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?

    init(_ pointer: UnsafeMutableRawPointer?, _ release: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?) {
        self.pointer = pointer
        self.release = release
    }

    deinit { release?(pointer) }
}

@c @implementation
public func snn_saved_hooks_push(_ hooks: UnsafePointer<snn_saved_hooks>!) -> snn_status {
    status { () throws(TensorError) in
        guard let hooks = (hooks as UnsafePointer<snn_saved_hooks>?)?.pointee else {
            throw TensorError(.value, "saved_tensors_hooks", "the hooks are NULL")
        }
        let payload = Payload(hooks.payload, hooks.destructor)
        guard let pack = hooks.pack, let unpack = hooks.unpack else {
            throw TensorError(.value, "saved_tensors_hooks", "a hook is NULL")
        }
        SavedTensorHooks(
            pack: { (tensor) throws(TensorError) in
                var packed: UnsafeMutableRawPointer?
                try foreign(pack(payload.pointer, handle(tensor), &packed), "saved_tensors_hooks")
                return Packed(packed, hooks.release)
            },
            unpack: { (packed) throws(TensorError) in
                var result: snn_tensor?
                let status = unpack(payload.pointer, (packed as! Packed).pointer, &result)
                let tensor = taken(result)
                try foreign(status, "saved_tensors_hooks")
                guard let tensor else { throw TensorError(.value, "saved_tensors_hooks", "unpack gave no tensor") }
                return tensor
            }
        ).push()
    }
}

@c @implementation
public func snn_saved_hooks_pop() { SavedTensorHooks.pop() }

// MARK: Anomalies

@c @implementation
public func snn_anomaly_set(_ enabled: Bool, _ check_nan: Bool) { AnomalyMode.set(enabled, checkNaN: check_nan) }

@c @implementation
public func snn_anomaly_is_enabled() -> Bool { AnomalyMode.isEnabled }

@c @implementation
public func snn_anomaly_checks_nan() -> Bool { AnomalyMode.checksNaN }

@c @implementation
public func snn_anomaly_set_callbacks(
    _ note: (@convention(c) () -> UnsafeMutableRawPointer?)!,
    _ report: (@convention(c) (UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void)!,
    _ release: (@convention(c) (UnsafeMutableRawPointer?) -> Void)!
) {
    guard let note, let report else {
        AnomalyMode.noteOrigin = nil
        AnomalyMode.report = nil
        return
    }
    AnomalyMode.noteOrigin = { note().map { Packed($0, release) } }
    AnomalyMode.report = { name, origin in
        name.withCString { report($0, (origin as? Packed)?.pointer) }
    }
}
