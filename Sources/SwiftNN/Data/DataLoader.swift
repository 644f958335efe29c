/// The batches of a dataset, in order or shuffled: a sequence, each pass over which is an epoch.
///
/// ```swift
/// let x = try Tensor.randn([100, 20]), y = try Tensor.randint(0, 10, [100])
/// for batch in try DataLoader(x, y, batchSize: 32, shuffle: true) {
///     let (inputs, labels) = try batch.examples
///     print(inputs.shape, labels.shape)
/// }
/// ```
///
/// The examples are got when a batch is asked for them, so that a dataset may throw. Shuffling draws as PyTorch's loader
/// does: the same seed gives the same batches.
public struct DataLoader<Source: Dataset>: Sequence {
    /// Some examples of a dataset.
    public struct Batch {
        private let dataset: Source
        /// The numbers of the examples.
        public let indices: [Int]

        fileprivate init(_ dataset: Source, _ indices: [Int]) {
            self.dataset = dataset
            self.indices = indices
        }

        /// The examples, joined to one.
        public var examples: Source.Example {
            get throws(TensorError) { try dataset.batch(indices) }
        }
    }

    public let dataset: Source
    public let batchSize: Int
    /// Whether each pass has an order of its own.
    public let shuffle: Bool
    /// Whether examples that do not fill the last batch are left out.
    public let dropLast: Bool
    private let generator: Generator?

    /// - Parameters:
    ///   - generator: for shuffling; by default a new one for each pass, which the shared one seeds.
    /// - Throws: for a batch size below 1.
    public init(
        _ dataset: Source, batchSize: Int = 1, shuffle: Bool = false, dropLast: Bool = false, generator: Generator? = nil
    ) throws(TensorError) {
        if batchSize < 1 { throw TensorError(.value, "DataLoader", "batch_size should be a positive integer, but got \(batchSize)") }
        self.dataset = dataset
        self.batchSize = batchSize
        self.shuffle = shuffle
        self.dropLast = dropLast
        self.generator = generator
    }

    /// How many batches a pass has.
    public var count: Int {
        dropLast ? dataset.count / batchSize : dataset.count / batchSize + (dataset.count.isMultiple(of: batchSize) ? 0 : 1)
    }

    public var underestimatedCount: Int { count }

    public func makeIterator() -> Iterator { Iterator(self) }

    public struct Iterator: IteratorProtocol {
        private let loader: DataLoader
        private let order: [Int]?
        private var position = 0

        fileprivate init(_ loader: DataLoader) {
            self.loader = loader
            let source = loader.generator ?? .shared
            // A seed that other loaders hand to their workers.
            _ = source.nextSeed()
            if loader.shuffle {
                let generator = loader.generator ?? source.seeded()
                order = generator.permutation(of: loader.dataset.count)
            } else {
                order = nil
            }
        }

        public mutating func next() -> Batch? {
            let left = loader.dataset.count - position
            let size = Swift.min(left, loader.batchSize)
            if size <= 0 || (loader.dropLast && size < loader.batchSize) { return nil }
            defer { position += size }
            return Batch(loader.dataset, order.map { Array($0[position..<(position + size)]) } ?? Array(position..<(position + size)))
        }
    }
}

extension DataLoader where Source == TensorDataset<(Tensor, Tensor)> {
    /// The batches of inputs and targets.
    ///
    /// - Throws: for tensors of different lengths, and for a batch size below 1.
    public init(
        _ inputs: Tensor, _ targets: Tensor, batchSize: Int = 1, shuffle: Bool = false, dropLast: Bool = false,
        generator: Generator? = nil
    ) throws(TensorError) {
        try self.init(
            try TensorDataset(inputs, targets), batchSize: batchSize, shuffle: shuffle, dropLast: dropLast, generator: generator)
    }
}
