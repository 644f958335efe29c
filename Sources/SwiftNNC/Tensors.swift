import CSwiftNN
import SwiftNN

@c @implementation
public func snn_tensor_retain(_ handle: snn_tensor!) {
    guard let handle else { return }
    _ = Unmanaged<Tensor>.fromOpaque(UnsafeRawPointer(handle)).retain()
}

@c @implementation
public func snn_tensor_release(_ handle: snn_tensor!) {
    guard let handle else { return }
    Unmanaged<Tensor>.fromOpaque(UnsafeRawPointer(handle)).release()
}

@c @implementation
public func snn_tensor_create(
    _ data: UnsafeRawPointer!, _ dtype: snn_dtype, _ rank: Int32, _ sizes: UnsafePointer<Int64>!,
    _ result: UnsafeMutablePointer<snn_tensor?>!
) -> snn_status {
    status { () throws(TensorError) in
        try output(result).pointee = owned(try Tensor(copying: data, try integers(sizes, rank, "tensor"), try DType(dtype)))
    }
}

@c @implementation
public func snn_tensor_borrow(
    _ data: UnsafeMutableRawPointer!, _ dtype: snn_dtype, _ rank: Int32, _ sizes: UnsafePointer<Int64>!,
    _ strides: UnsafePointer<Int64>!, _ writable: Bool, _ payload: UnsafeMutableRawPointer!,
    _ destructor: (@convention(c) (UnsafeMutableRawPointer?) -> Void)!, _ result: UnsafeMutablePointer<snn_tensor?>!
) -> snn_status {
    status { () throws(TensorError) in
        guard let data, let destructor else {
            throw TensorError(.value, "from_memory", "the data and the destructor must not be NULL")
        }
        try output(result).pointee = owned(try Tensor(
            borrowing: data, try integers(sizes, rank, "from_memory"),
            strides: try integers(strides, rank, "from_memory"), try DType(dtype), isWritable: writable, payload: payload,
            release: destructor))
    }
}

@c @implementation
public func snn_tensor_from_real(_ value: Double) -> snn_tensor! { owned(value.asTensor()) }

@c @implementation
public func snn_tensor_from_integer(_ value: Int64) -> snn_tensor! { owned(Int(value).asTensor()) }

@c @implementation
public func snn_tensor_from_boolean(_ value: Bool) -> snn_tensor! { owned(value.asTensor()) }

@c @implementation
public func snn_tensor_get_view(_ handle: snn_tensor!, _ result: UnsafeMutablePointer<snn_tensor_view>!) {
    guard let result else { return }
    var view = snn_tensor_view()
    if let tensor = try? tensor(handle) {
        view.data = tensor.count > 0 ? tensor.data : nil
        view.element_count = Int64(tensor.count)
        view.storage_offset = Int64(tensor.offset)
        view.version = Int64(tensor.version)
        view.rank = Int32(tensor.rank)
        view.dtype = tensor.dtype.c
        view.requires_grad = tensor.requiresGrad
        view.is_leaf = tensor.isLeaf
        view.is_parameter = tensor.isParameter
        view.is_contiguous = tensor.isContiguous
        view.is_writable = tensor.isWritable
        view.is_initialized = tensor.isInitialized
        withUnsafeMutableBytes(of: &view.sizes) { sizes in
            withUnsafeMutableBytes(of: &view.strides) { strides in
                tensor.copyGeometry(
                    sizes: sizes.baseAddress!.assumingMemoryBound(to: Int64.self),
                    strides: strides.baseAddress!.assumingMemoryBound(to: Int64.self))
            }
        }
    }
    result.pointee = view
}

@c @implementation
public func snn_tensor_requires_grad(_ handle: snn_tensor!) -> Bool { (try? tensor(handle).requiresGrad) ?? false }

@c @implementation
public func snn_tensor_rank(_ handle: snn_tensor!) -> Int32 { (try? Int32(tensor(handle).rank)) ?? 0 }

@c @implementation
public func snn_tensor_dtype(_ handle: snn_tensor!) -> snn_dtype { (try? tensor(handle).dtype.c) ?? .SNN_FLOAT32 }

@c @implementation
public func snn_tensor_item(
    _ handle: snn_tensor!, _ real: UnsafeMutablePointer<Double>!, _ integer: UnsafeMutablePointer<Int64>!
) -> snn_status {
    status { () throws(TensorError) in
        let tensor = try tensor(handle)
        if tensor.dtype.isFloatingPoint {
            let value = try tensor.itemAsDouble()
            real?.pointee = value
        } else {
            let value = try tensor.itemAsInt()
            integer?.pointee = Int64(value)
        }
    }
}

@c @implementation
public func snn_tensor_read(_ handle: snn_tensor!, _ destination: UnsafeMutableRawPointer!) -> snn_status {
    status { () throws(TensorError) in
        let tensor = try tensor(handle)
        guard let destination else {
            if tensor.count == 0 { return }
            throw TensorError(.value, "read", "the destination is NULL")
        }
        try tensor.read(into: destination)
    }
}

@c @implementation
public func snn_tensor_describe(_ handle: snn_tensor!, _ prefix: UnsafePointer<CChar>!) -> UnsafePointer<CChar>! {
    guard let tensor = try? tensor(handle) else { return returned("<NULL>") }
    let word = (prefix as UnsafePointer<CChar>?).flatMap { String(validatingCString: $0) } ?? "tensor"
    return returned(tensor.describe(prefix: word))
}

@c @implementation
public func snn_tensor_get_foreign(_ handle: snn_tensor!) -> UnsafeMutableRawPointer! { (try? tensor(handle))?.foreign }

@c @implementation
public func snn_tensor_set_foreign(_ handle: snn_tensor!, _ object: UnsafeMutableRawPointer!) {
    (try? tensor(handle))?.foreign = object
}

// MARK: Indexing

private func indices(_ list: UnsafePointer<snn_index>?, _ count: Int32) throws(TensorError) -> [TensorIndex] {
    var result: [TensorIndex] = []
    for index in try SwiftNNC.list(list, count, "index") {
        try checkEnumerator(index.kind.rawValue, Int(snn_index_kind.SNN_INDEX_TENSOR.rawValue) + 1, "index")
        func limit(_ value: Int64) -> Int? { value == Int64.min ? nil : Int(value) }
        switch index.kind {
        case .SNN_INDEX_INTEGER: result.append(.at(Int(index.start)))
        case .SNN_INDEX_SLICE:
            result.append(.slice(from: limit(index.start), to: limit(index.stop), step: limit(index.step) ?? 1))
        case .SNN_INDEX_NEW_AXIS: result.append(.newAxis)
        case .SNN_INDEX_ELLIPSIS: result.append(.ellipsis)
        case .SNN_INDEX_TENSOR: result.append(.tensor(try tensor(index.tensor)))
        }
    }
    return result
}

@c @implementation
public func snn_tensor_get_index(
    _ handle: snn_tensor!, _ list: UnsafePointer<snn_index>!, _ count: Int32,
    _ result: UnsafeMutablePointer<snn_tensor?>!
) -> snn_status {
    status { () throws(TensorError) in
        let result = try output(result)
        let part = try tensor(handle).indexed(try indices(list, count))
        try SavedTensorHooks.check()
        result.pointee = owned(part)
    }
}

@c @implementation
public func snn_tensor_set_index(
    _ handle: snn_tensor!, _ list: UnsafePointer<snn_index>!, _ count: Int32, _ value: snn_tensor!
) -> snn_status {
    status { () throws(TensorError) in
        try tensor(handle).setElements(try indices(list, count), to: try tensor(value))
        try SavedTensorHooks.check()
    }
}

@c @implementation
public func snn_default_dtype() -> snn_dtype { DType.standard.c }

@c @implementation
public func snn_set_default_dtype(_ dtype: snn_dtype) -> snn_status {
    status { () throws(TensorError) in try DType.setStandard(DType(dtype)) }
}
