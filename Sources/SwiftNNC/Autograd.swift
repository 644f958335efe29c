import CSwiftNN
import SwiftNN

@c @implementation
public func snn_tensor_backward(
    _ handle: snn_tensor!, _ gradient: snn_tensor!, _ retain_graph: Bool, _ create_graph: Bool
) -> snn_status {
    status { () throws(TensorError) in
        let seed = try (gradient as snn_tensor?).map { (handle) throws(TensorError) in try tensor(handle) }
        try tensor(handle).backward(gradient: seed, retainGraph: retain_graph, createGraph: create_graph)
    }
}

@c @implementation
public func snn_autograd_grad(
    _ outputs: UnsafePointer<snn_tensor?>!, _ seeds: UnsafePointer<snn_tensor?>!, _ output_count: Int32,
    _ inputs: UnsafePointer<snn_tensor?>!, _ input_count: Int32, _ retain_graph: Bool, _ create_graph: Bool,
    _ allow_unused: Bool, _ results: UnsafeMutablePointer<snn_tensor?>!
) -> snn_status {
    status { () throws(TensorError) in
        var roots: [Tensor] = [], leaves: [Tensor] = [], starts: [Tensor?] = []
        for (i, root) in try list(outputs, output_count, "grad").enumerated() {
            roots.append(try tensor(root))
            starts.append(try (seeds as UnsafePointer<snn_tensor?>?)?[i].map { (seed) throws(TensorError) in try tensor(seed) })
        }
        for input in try list(inputs, input_count, "grad") { leaves.append(try tensor(input)) }
        let results = try output(results, "grad")
        let found = try gradients(
            of: roots, withRespectTo: leaves, outputGradients: starts, retainGraph: retain_graph, createGraph: create_graph)
        if !allow_unused, let index = found.firstIndex(where: { $0 == nil }) {
            throw TensorError(.runtime, "grad",
                "input \(index) of shape \(leaves[index].shape) was not used for the outputs; set allow_unused=True if that is wanted")
        }
        for (index, gradient) in found.enumerated() { results[index] = gradient.map { owned($0) } }
    }
}

@c @implementation
public func snn_tensor_get_grad(_ handle: snn_tensor!, _ result: UnsafeMutablePointer<snn_tensor?>!) -> snn_status {
    status { () throws(TensorError) in try output(result).pointee = try tensor(handle).grad.map { owned($0) } }
}

@c @implementation
public func snn_tensor_set_grad(_ handle: snn_tensor!, _ gradient: snn_tensor!) -> snn_status {
    status { () throws(TensorError) in
        let value = try (gradient as snn_tensor?).map { (gradient) throws(TensorError) in try tensor(gradient) }
        try tensor(handle).setGrad(value)
    }
}

@c @implementation
public func snn_tensor_set_requires_grad(_ handle: snn_tensor!, _ value: Bool) -> snn_status {
    status { () throws(TensorError) in try tensor(handle).setRequiresGrad(value) }
}

@c @implementation
public func snn_tensor_set_data(_ handle: snn_tensor!, _ source: snn_tensor!) -> snn_status {
    status { () throws(TensorError) in try tensor(handle).setData(try tensor(source)) }
}

@c @implementation
public func snn_tensor_set_parameter(_ handle: snn_tensor!, _ value: Bool) -> snn_status {
    status { () throws(TensorError) in try tensor(handle).setParameter(value) }
}

@c @implementation
public func snn_tensor_grad_fn(_ handle: snn_tensor!) -> UnsafePointer<CChar>! {
    guard let name = (try? tensor(handle))?.gradientFunctionName else { return nil }
    return returned(name)
}

@c @implementation
public func snn_tensor_retain_grad(_ handle: snn_tensor!) -> snn_status {
    status { () throws(TensorError) in try tensor(handle).retainGrad() }
}

@c @implementation
public func snn_grad_is_enabled() -> Bool { GradMode.isWanted }

@c @implementation
public func snn_grad_set_enabled(_ enabled: Bool) { GradMode.isWanted = enabled }

@c @implementation
public func snn_training_mode() -> Int32 { TrainingMode.forced.map { $0 ? 1 : 2 } ?? 0 }

@c @implementation
public func snn_training_set_mode(_ mode: Int32) { TrainingMode.forced = mode == 1 ? true : mode == 2 ? false : nil }

// MARK: Memory

@c @implementation
public func snn_memory_get_statistics(_ result: UnsafeMutablePointer<snn_memory_statistics>!) {
    let now = MemoryStatistics.current
    result?.pointee = snn_memory_statistics(
        live_bytes: Int64(now.liveBytes), peak_bytes: Int64(now.peakBytes), cached_bytes: Int64(now.cachedBytes))
}

@c @implementation
public func snn_memory_reset_peak() { MemoryStatistics.resetPeak() }

@c @implementation
public func snn_memory_empty_cache() { MemoryStatistics.emptyCache() }
