/// Examples that are got by number, such as the images of a folder.
///
/// `TensorDataset` is one whose examples lie in tensors.
public protocol Dataset<Example> {
    associatedtype Example

    /// How many examples there are.
    var count: Int { get }

    /// The examples of these numbers, which are all from 0 to `count - 1`, joined to one batch.
    func batch(_ indices: [Int]) throws(TensorError) -> Example
}

/// Examples that are the entries of tensors along their first dimension: example i has entry i of each.
///
/// ```swift
/// let images = try Tensor.zeros([100, 1, 28, 28]), labels = try Tensor.zeros([100], dtype: .int64)
/// let (image, label) = try TensorDataset(images, labels).batch([3, 5])
/// ```
public struct TensorDataset<Example>: Dataset {
    public let count: Int
    private let gather: (Tensor) throws(TensorError) -> Example

    private init(_ tensors: [Tensor], _ gather: @escaping (Tensor) throws(TensorError) -> Example) throws(TensorError) {
        for tensor in tensors {
            if tensor.rank == 0 { throw TensorError(.value, "TensorDataset", "a tensor of no dimensions has no entries") }
            if tensor.shape[0] != tensors[0].shape[0] {
                throw TensorError(.value, "TensorDataset", "size mismatch between tensors: \(tensors.map { $0.shape })")
            }
        }
        count = tensors[0].shape[0]
        self.gather = gather
    }

    public func batch(_ indices: [Int]) throws(TensorError) -> Example {
        for index in indices where index < 0 || index >= count {
            throw TensorError(.index, "TensorDataset", "example \(index) is out of range for \(count)")
        }
        return try gather(try Tensor(indices))
    }
}

extension TensorDataset where Example == Tensor {
    /// - Throws: for a tensor without dimensions.
    public init(_ inputs: Tensor) throws(TensorError) {
        try self.init([inputs]) { (index) throws(TensorError) in try inputs.indexSelected(0, index) }
    }
}

extension TensorDataset where Example == (Tensor, Tensor) {
    /// - Throws: for tensors of different lengths.
    public init(_ inputs: Tensor, _ targets: Tensor) throws(TensorError) {
        try self.init([inputs, targets]) { (index) throws(TensorError) in
            (try inputs.indexSelected(0, index), try targets.indexSelected(0, index))
        }
    }
}
