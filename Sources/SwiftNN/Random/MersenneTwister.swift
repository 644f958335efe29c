/// The 32-bit Mersenne Twister MT19937 of Matsumoto and Nishimura, seeded as PyTorch's CPU generator seeds it.
///
/// The 624 words are renewed all at once, when the last one has been drawn, and leave in order; filling a tensor
/// is then a loop over plain memory. Sendable without a check because the words belong to this value alone:
/// it cannot be copied, and the pointer never leaves it for longer than a call.
struct MersenneTwister: ~Copyable, @unchecked Sendable {
    static let wordCount = 624
    private static let middle = 397

    private(set) var seed: UInt64
    private let words: UnsafeMutablePointer<UInt32>
    /// Index of the next word to hand out.
    private(set) var next = 0
    /// Words that can be handed out before the next renewal. After seeding it is 0 while `next` is 0 too.
    private(set) var available = 0

    init(seed: UInt64) {
        self.seed = seed
        words = .allocate(capacity: Self.wordCount)
        words.initialize(repeating: 0, count: Self.wordCount)
        reseed(seed)
    }

    deinit { words.deallocate() }

    /// Starts the sequence of `seed`, of which the engine sees the low 32 bits only, as in PyTorch.
    mutating func reseed(_ seed: UInt64) {
        self.seed = seed
        var word = UInt32(truncatingIfNeeded: seed)
        words[0] = word
        for index in 1..<Self.wordCount {
            word = 1_812_433_253 &* (word ^ (word >> 30)) &+ UInt32(truncatingIfNeeded: index)
            words[index] = word
        }
        next = 0
        available = 0
    }

    /// Continues a saved sequence. The caller has checked that `next + available` is at most 624.
    mutating func restore(seed: UInt64, next: Int, available: Int, words source: [UInt32]) {
        self.seed = seed
        self.next = next
        self.available = available
        for (index, word) in source.prefix(Self.wordCount).enumerated() { words[index] = word }
    }

    func word(at index: Int) -> UInt32 { words[index] }

    /// The next raw words, at most `limit` of them and at least one; they still have to be tempered.
    /// The memory is valid until the next mutating call.
    @inline(__always)
    mutating func take(_ limit: Int) -> UnsafeBufferPointer<UInt32> {
        if available == 0 { renew() }
        let count = min(limit, available)
        let start = words + next
        next &+= count
        available &-= count
        return UnsafeBufferPointer(start: start, count: count)
    }

    @inline(__always)
    mutating func next32() -> UInt32 {
        if available == 0 { renew() }
        let word = words[next]
        next &+= 1
        available &-= 1
        return Self.tempered(word)
    }

    /// Two draws, of which the first becomes the high half.
    @inline(__always)
    mutating func next64() -> UInt64 {
        let high = next32()
        let low = next32()
        return UInt64(high) << 32 | UInt64(low)
    }

    @inline(__always)
    static func tempered(_ word: UInt32) -> UInt32 {
        var y = word
        y ^= y >> 11
        y ^= (y << 7) & 0x9d2c_5680
        y ^= (y << 15) & 0xefc6_0000
        y ^= y >> 18
        return y
    }

    @inline(__always)
    private static func twisted(_ upper: UInt32, _ lower: UInt32) -> UInt32 {
        let mixed = (upper & 0x8000_0000) | (lower & 0x7fff_ffff)
        return (mixed >> 1) ^ (0x9908_b0df & (0 &- (lower & 1)))
    }

    @inline(never)
    private mutating func renew() {
        let p = words
        let size = Self.wordCount
        let middle = Self.middle
        // Split where the partner index wraps, so that neither loop needs a remainder and both vectorise.
        for index in 0..<(size - middle) {
            p[index] = p[index + middle] ^ Self.twisted(p[index], p[index + 1])
        }
        for index in (size - middle)..<(size - 1) {
            p[index] = p[index + middle - size] ^ Self.twisted(p[index], p[index + 1])
        }
        p[size - 1] = p[middle - 1] ^ Self.twisted(p[size - 1], p[0])
        next = 0
        available = size
    }
}
