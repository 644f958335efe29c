import CSwiftNN
import SwiftNN

@c @implementation
public func snn_module_save(_ handle: snn_module!, _ path: UnsafePointer<CChar>!) -> snn_status {
    status { () throws(TensorError) in try module(handle).save(to: try text(path, "save")) }
}

@c @implementation
public func snn_module_load(_ path: UnsafePointer<CChar>!, _ result: UnsafeMutablePointer<snn_module?>!) -> snn_status {
    status { () throws(TensorError) in try output(result).pointee = owned(try Module.load(from: try text(path, "load"))) }
}

@c @implementation
public func snn_file_save(
    _ path: UnsafePointer<CChar>!, _ entries: UnsafePointer<snn_file_entry>!, _ count: Int32,
    _ metadata: UnsafePointer<UnsafePointer<CChar>?>!, _ metadata_count: Int32
) -> snn_status {
    status { () throws(TensorError) in
        let path = try text(path, "save")
        var tensors: [(name: String, tensor: Tensor)] = []
        for entry in try list(entries, count, "save") {
            tensors.append((try text(entry.name, "save"), try tensor(entry.tensor)))
        }
        var pairs: [(key: String, value: String)] = []
        for i in try list(metadata, metadata_count, "save").indices {
            pairs.append((try text(metadata[2 * i], "save"), try text(metadata[2 * i + 1], "save")))
        }
        try TensorFile.write(tensors, metadata: pairs, to: path)
    }
}

private func file(_ handle: snn_file?) throws(TensorError) -> TensorFile {
    guard let handle else { throw TensorError(.value, "file", "the handle is NULL") }
    return Unmanaged<TensorFile>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

@c @implementation
public func snn_file_open(_ path: UnsafePointer<CChar>!, _ result: UnsafeMutablePointer<snn_file?>!) -> snn_status {
    status { () throws(TensorError) in
        let opened = try TensorFile(path: try text(path, "load"))
        try output(result).pointee = snn_file(Unmanaged.passRetained(opened).toOpaque())
    }
}

@c @implementation
public func snn_file_release(_ handle: snn_file!) {
    guard let handle else { return }
    Unmanaged<TensorFile>.fromOpaque(UnsafeRawPointer(handle)).release()
}

@c @implementation
public func snn_file_entry_count(_ handle: snn_file!) -> Int32 { (try? Int32(file(handle).names.count)) ?? 0 }

@c @implementation
public func snn_file_get_entry(
    _ handle: snn_file!, _ index: Int32, _ name: UnsafeMutablePointer<UnsafePointer<CChar>?>!,
    _ result: UnsafeMutablePointer<snn_tensor?>!
) -> snn_status {
    status { () throws(TensorError) in
        let file = try file(handle)
        let names = file.names
        guard names.indices.contains(Int(index)) else {
            throw TensorError(.index, "load", "there is no entry number \(index) of \(names.count)")
        }
        try output(result).pointee = owned(try file.tensor(names[Int(index)]))
        name?.pointee = returned(names[Int(index)])
    }
}

@c @implementation
public func snn_file_metadata_count(_ handle: snn_file!) -> Int32 { (try? Int32(file(handle).metadata.count)) ?? 0 }

@c @implementation
public func snn_file_get_metadata(
    _ handle: snn_file!, _ index: Int32, _ key: UnsafeMutablePointer<UnsafePointer<CChar>?>!,
    _ value: UnsafeMutablePointer<UnsafePointer<CChar>?>!
) -> snn_status {
    status { () throws(TensorError) in
        let pairs = try file(handle).metadata
        guard pairs.indices.contains(Int(index)) else {
            throw TensorError(.index, "load", "there is no metadata number \(index) of \(pairs.count)")
        }
        key?.pointee = interned(pairs[Int(index)].key)
        value?.pointee = returned(pairs[Int(index)].value)
    }
}
