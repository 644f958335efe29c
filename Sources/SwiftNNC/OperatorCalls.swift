import CSwiftNN
import SwiftNN

// The calls of operators. Each family's switch stands in Operators/, with one case for each row of its table; the compiler
// names a missing one.

/// What an operator gives back.
enum Results {
    case one(Tensor)
    case two(Tensor, Tensor)
    case list([Tensor])

    var count: Int {
        switch self {
        case .one: 1
        case .two: 2
        case .list(let list): list.count
        }
    }

    var all: [Tensor] {
        switch self {
        case .one(let tensor): [tensor]
        case .two(let first, let second): [first, second]
        case .list(let list): list
        }
    }
}

@c @implementation
public func snn_op_call(
    _ op: snn_op, _ arguments: UnsafePointer<snn_value>!, _ argument_count: Int32,
    _ results: UnsafeMutablePointer<snn_tensor?>!, _ capacity: Int32, _ result_count: UnsafeMutablePointer<Int32>!
) -> snn_status {
    status { () throws(TensorError) in
        try checkEnumerator(op.rawValue, Int(SNN_OP_COUNT), "operator")
        let call = Call(arguments, argument_count, snn_op_name(op))
        let outcome = try run(op, call)
        let count = Int32(outcome.count)
        if count > capacity || (count > 0 && results == nil) {
            throw TensorError(.value, call.name, "room for \(capacity) results, there are \(count)")
        }
        switch outcome {
        case .one(let tensor): results[0] = owned(tensor)
        case .two(let first, let second):
            results[0] = owned(first)
            results[1] = owned(second)
        case .list(let list):
            for (index, tensor) in list.enumerated() { results[index] = owned(tensor) }
        }
        result_count?.pointee = count
    }
}

@c @implementation
public func snn_op_call_list(
    _ op: snn_op, _ arguments: UnsafePointer<snn_value>!, _ argument_count: Int32,
    _ results: UnsafeMutablePointer<UnsafeMutablePointer<snn_tensor?>?>!, _ result_count: UnsafeMutablePointer<Int32>!
) -> snn_status {
    status { () throws(TensorError) in
        try checkEnumerator(op.rawValue, Int(SNN_OP_COUNT), "operator")
        let (results, count) = (try output(results), try output(result_count))
        let tensors = try run(op, Call(arguments, argument_count, snn_op_name(op))).all
        guard let number = Int32(exactly: tensors.count) else {
            throw TensorError(.value, String(cString: snn_op_name(op)), "\(tensors.count) results are more than a list holds")
        }
        let list = UnsafeMutablePointer<snn_tensor?>.allocate(capacity: tensors.count)
        for (index, tensor) in tensors.enumerated() { (list + index).initialize(to: owned(tensor)) }
        results.pointee = list
        count.pointee = number
    }
}

@c @implementation
public func snn_list_release(_ list: UnsafeMutablePointer<snn_tensor?>!) {
    // The entries are plain pointers, of which nothing has to be undone.
    (list as UnsafeMutablePointer<snn_tensor?>?)?.deallocate()
}

@c @implementation
public func snn_op_call_in_place(
    _ op: snn_op, _ arguments: UnsafePointer<snn_value>!, _ argument_count: Int32
) -> snn_status {
    status { () throws(TensorError) in
        try checkEnumerator(op.rawValue, Int(SNN_OP_COUNT), "operator")
        let call = Call(arguments, argument_count, snn_op_name(op))
        let target = try call.tensor(0)
        // Written back after the operator has run, which may have kept the tensor for its formula.
        do throws(TensorError) {
            try target.checkInPlace(recorded: target.isRecorded)
            let outcome = try run(op, call.replacingFirst(by: target.copyForFormula()))
            guard case .one(let result) = outcome else {
                throw TensorError(.unsupported, "", "an operator with several results is not offered in place")
            }
            try target.assignInPlace(result)
        } catch {
            throw TensorError(error.code, call.name + "_", error.detail)
        }
    }
}

@c @implementation
public func snn_op_call_out(
    _ op: snn_op, _ arguments: UnsafePointer<snn_value>!, _ argument_count: Int32,
    _ outputs: UnsafePointer<snn_tensor?>!, _ output_count: Int32
) -> snn_status {
    status { () throws(TensorError) in
        try checkEnumerator(op.rawValue, Int(SNN_OP_COUNT), "operator")
        let call = Call(arguments, argument_count, snn_op_name(op))
        var targets: [Tensor] = []
        for handle in try list(outputs, output_count, call.name) { targets.append(try tensor(handle, "out")) }
        let results = try run(op, call).all
        if results.count != targets.count {
            throw TensorError(.type, call.name, "out= names \(targets.count) tensors, the operator has \(results.count) results")
        }
        for (target, result) in zip(targets, results) {
            if target.requiresGrad && target.isRecorded || result.requiresGrad {
                throw TensorError(.runtime, call.name,
                    "functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad")
            }
            try target.checkOutput(result, call.name)
        }
        for (target, result) in zip(targets, results) { try target.becomeOutput(result) }
    }
}

private func run(_ op: snn_op, _ c: Call) throws(TensorError) -> Results {
    let results = try unchecked(op, c)
    try SavedTensorHooks.check()
    return results
}

private func unchecked(_ op: snn_op, _ c: Call) throws(TensorError) -> Results {
    switch snn_op_family(op) {
    case .SNN_FAMILY_pointwise: try run(snn_pointwise_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_reductions: try run(snn_reductions_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_ordering: try run(snn_ordering_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_products: try run(snn_products_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_linalg: try run(snn_linalg_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_shapes: try run(snn_shapes_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_indexing: try run(snn_indexing_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_creation: try run(snn_creation_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_activations: try run(snn_activations_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_convolution: try run(snn_convolution_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_normalization: try run(snn_normalization_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_losses: try run(snn_losses_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_embedding: try run(snn_embedding_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_pooling: try run(snn_pooling_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_resampling: try run(snn_resampling_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_optimizers: try run(snn_optimizers_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_recurrent: try run(snn_recurrent_op(rawValue: op.rawValue)!, c)
    case .SNN_FAMILY_attention: try run(snn_attention_op(rawValue: op.rawValue)!, c)
    }
}
