/// Named tensors and text in a safetensors file, the format that Python's `safetensors` package reads and writes.
public final class TensorFile {
    private let file: SafetensorsFile

    /// Opens a file and checks its header; the tensors are read when they are asked for.
    ///
    /// - Throws: `.io` for a file that cannot be read or does not follow the format.
    public init(path: String) throws(TensorError) { file = try SafetensorsFile(path: path) }

    /// The names of the tensors.
    public var names: [String] { file.entries.map { $0.name } }
    /// The file's text entries.
    public var metadata: [(key: String, value: String)] { file.metadata }

    /// - Throws: for a name that is not there, and for a dtype that this library does not have.
    public func tensor(_ name: String) throws(TensorError) -> Tensor {
        guard let entry = file.entries.first(where: { $0.name == name }) else {
            throw TensorError(.key, "load", "there is no tensor '\(name)' in the file")
        }
        return try read(entry)
    }

    /// All tensors.
    public func tensors() throws(TensorError) -> [(name: String, tensor: Tensor)] {
        var result: [(name: String, tensor: Tensor)] = []
        for entry in file.entries { result.append((entry.name, try read(entry))) }
        return result
    }

    private func read(_ entry: SafetensorsEntry) throws(TensorError) -> Tensor {
        // A dtype that is not offered is reported by the copy; the memory must then not depend on it.
        let result = try Tensor.created(entry.dtype == nil ? [0] : entry.shape, entry.dtype ?? .uint8, requiresGrad: false, "load")
        try file.copyBytes(of: entry, to: result.data)
        return result
    }

    /// Writes tensors and text; the file appears complete or not at all.
    public static func write(
        _ tensors: [(name: String, tensor: Tensor)], metadata: [(key: String, value: String)] = [], to path: String
    ) throws(TensorError) {
        var contiguous: [Tensor] = []
        for (_, tensor) in tensors {
            try tensor.requireInitialized("save")
            contiguous.append(try tensor.isContiguous ? tensor : tensor.copied())
        }
        var entries: [(name: String, dtype: DType, shape: [Int], bytes: UnsafeRawBufferPointer)] = []
        for (index, tensor) in contiguous.enumerated() {
            entries.append((
                tensors[index].name, tensor.dtype, tensor.shape,
                UnsafeRawBufferPointer(start: tensor.data, count: tensor.count * tensor.dtype.size)
            ))
        }
        try SafetensorsWriter.write(path: path, entries: entries, metadata: metadata)
        // The buffers above point into these.
        withExtendedLifetime(contiguous) {}
    }
}
