import CKernels

/// A source of random numbers that draws, from the same seed, the numbers that PyTorch's CPU generator draws.
///
/// The engine is MT19937. A generator may be used by several threads: each fill takes the lock once, so that the
/// numbers of one tensor follow each other in the sequence.
///
/// ```swift
/// Generator.shared.manualSeed(42)
/// ```
public final class Generator: Sendable {
    /// The generator used where none is given. As in PyTorch, every process starts from another seed until
    /// `manualSeed(_:)` is called.
    public static let shared = Generator(seed: UInt64.random(in: 0...UInt64.max))

    private let locked: Guarded<GeneratorState>

    /// Creates a generator at the start of the sequence of `seed`.
    public init(seed: UInt64) {
        locked = Guarded(CK_LOCK_RANDOM, GeneratorState(seed: seed))
    }

    /// Goes to the start of the sequence of `seed`, as `torch.manual_seed` does.
    public func manualSeed(_ seed: UInt64) {
        locked.withLock { $0.reseed(seed) }
    }

    /// The seed given last.
    public var initialSeed: UInt64 {
        locked.withLock { $0.engine.seed }
    }

    /// The complete state, in the 5056 bytes of `torch.get_rng_state()`.
    public var state: [UInt8] {
        locked.withLock { $0.encoded() }
    }

    /// Continues from a state read by `state` or by `torch.get_rng_state()`.
    ///
    /// - Throws: `TensorError` of code `.value` if the bytes are not such a state. The generator is then as before.
    public func setState(_ bytes: [UInt8]) throws(TensorError) {
        let snapshot = try GeneratorSnapshot(bytes)
        locked.withLock { $0.restore(snapshot) }
    }

    /// A number that can seed another generator: the one that PyTorch draws for that.
    public func nextSeed() -> UInt64 { withState { $0.engine.next64() & 0x7fff_ffff_ffff_ffff } }

    /// A generator that this one seeds.
    func seeded() -> Generator { Generator(seed: nextSeed()) }

    /// The integers from 0 to `count` - 1 in random order, as `Tensor.randperm` gives them; none for a negative count.
    public func permutation(of count: Int) -> [Int] {
        var order = [Int64](repeating: 0, count: Swift.max(count, 0))
        order.withUnsafeMutableBufferPointer { buffer in
            if let start = buffer.baseAddress { fillPermutation(start, count: buffer.count) }
        }
        return order.map { Int($0) }
    }

    func withState<Result>(_ body: (inout GeneratorState) -> Result) -> Result where Result: Sendable {
        locked.withLock { body(&$0) }
    }
}

/// What the lock of a `Generator` protects.
struct GeneratorState: ~Copyable, Sendable {
    var engine: MersenneTwister
    /// The second number of the last Box–Muller pair, when only the first was wanted.
    var nextDoubleNormal: Double?
    /// Never set by a fill of this library; kept so that a state of PyTorch passes through unchanged.
    var nextFloatNormal: Float?

    init(seed: UInt64) {
        engine = MersenneTwister(seed: seed)
    }

    mutating func reseed(_ seed: UInt64) {
        engine.reseed(seed)
        nextDoubleNormal = nil
        nextFloatNormal = nil
    }

    mutating func restore(_ snapshot: GeneratorSnapshot) {
        engine.restore(
            seed: snapshot.seed, next: snapshot.next, available: snapshot.available, words: snapshot.words)
        nextDoubleNormal = snapshot.nextDoubleNormal
        nextFloatNormal = snapshot.nextFloatNormal
    }
}
