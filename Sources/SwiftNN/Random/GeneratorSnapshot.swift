/// The fields of a saved state, checked.
///
/// The layout is that of `torch.get_rng_state()`, little-endian:
///
/// | bytes | type | field |
/// |---|---|---|
/// | 0 | uint64 | seed |
/// | 8 | int32 | left: words before the next renewal, plus one |
/// | 12 | int32 | seeded, always 1 |
/// | 16 | uint64 | next: index of the next word |
/// | 24 | 624 × uint64 | the words of the engine, 32 bits each |
/// | 5016 | 3 × float64 | unused, the cached normal number, unused |
/// | 5040 | int32 + 4 bytes | 1 if the number is valid; padding |
/// | 5048 | float32 | cached single-precision normal number |
/// | 5052 | uint8 + 3 bytes | 1 if that is valid; padding |
struct GeneratorSnapshot {
    static let byteCount = 5056

    private enum Offset {
        static let seed = 0
        static let left = 8
        static let seeded = 12
        static let next = 16
        static let words = 24
        static let normal = 5024
        static let normalIsValid = 5040
        static let floatNormal = 5048
        static let floatNormalIsValid = 5052
    }

    let seed: UInt64
    let next: Int
    let available: Int
    let words: [UInt32]
    let nextDoubleNormal: Double?
    let nextFloatNormal: Float?

    init(_ bytes: [UInt8]) throws(TensorError) {
        func failure(_ detail: String) -> TensorError { TensorError(.value, "set_rng_state", detail) }
        func integer(_ offset: Int, _ size: Int) -> UInt64 {
            var value: UInt64 = 0
            for index in (0..<size).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
            return value
        }
        /// A field that is 0 or 1 in every state.
        func flag(_ offset: Int, _ size: Int, _ name: String) throws(TensorError) -> Bool {
            let value = integer(offset, size)
            guard value <= 1 else { throw failure("\(name) is \(value), expected 0 or 1") }
            return value == 1
        }

        let size = Self.wordCount
        guard bytes.count == Self.byteCount else {
            throw failure("the state has \(bytes.count) bytes, expected \(Self.byteCount)")
        }
        guard try flag(Offset.seeded, 4, "seeded") else { throw failure("seeded is 0, expected 1") }
        let left = Int(Int32(truncatingIfNeeded: integer(Offset.left, 4)))
        guard left >= 1, left <= size else { throw failure("left is \(left), expected 1 to \(size)") }
        let nextWord = integer(Offset.next, 8)
        guard nextWord <= UInt64(size) else { throw failure("next is \(nextWord), expected 0 to \(size)") }
        // Anything else is no point of a sequence, and reading on from there would leave the 624 words.
        guard left == 1 || left - 1 + Int(nextWord) == size else {
            throw failure("left is \(left) and next is \(nextWord), expected left + next = \(size + 1)")
        }

        var state: [UInt32] = []
        state.reserveCapacity(size)
        var union: UInt32 = 0
        for index in 0..<size {
            let value = integer(Offset.words + 8 * index, 8)
            guard value <= UInt64(UInt32.max) else {
                throw failure("word \(index) is \(value), expected at most \(UInt32.max)")
            }
            let word = UInt32(truncatingIfNeeded: value)
            // The low 31 bits of the first word take no part in the recurrence.
            union |= index == 0 ? word & 0x8000_0000 : word
            state.append(word)
        }
        guard union != 0 else { throw failure("all words are 0, from which only zeros would follow") }

        let double = Double(bitPattern: integer(Offset.normal, 8))
        let hasDouble = try flag(Offset.normalIsValid, 4, "normal_is_valid")
        let single = Float(bitPattern: UInt32(truncatingIfNeeded: integer(Offset.floatNormal, 4)))
        let hasSingle = try flag(Offset.floatNormalIsValid, 1, "is_next_float_normal_sample_valid")
        for (name, value, valid) in [
            ("normal_y", double, hasDouble), ("next_float_normal_sample", Double(single), hasSingle),
        ] where valid && !value.isFinite {
            throw failure("\(name) is \(value), expected a finite number")
        }

        seed = integer(Offset.seed, 8)
        next = Int(nextWord)
        available = left - 1
        words = state
        nextDoubleNormal = hasDouble ? double : nil
        nextFloatNormal = hasSingle ? single : nil
    }

    private static let wordCount = MersenneTwister.wordCount

    fileprivate static func encode(_ state: borrowing GeneratorState) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        func put<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
            for index in 0..<(Value.bitWidth / 8) {
                bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
            }
        }
        put(state.engine.seed, at: Offset.seed)
        put(Int32(state.engine.available + 1), at: Offset.left)
        put(Int32(1), at: Offset.seeded)
        put(UInt64(state.engine.next), at: Offset.next)
        for index in 0..<wordCount { put(UInt64(state.engine.word(at: index)), at: Offset.words + 8 * index) }
        if let value = state.nextDoubleNormal {
            put(value.bitPattern, at: Offset.normal)
            put(Int32(1), at: Offset.normalIsValid)
        }
        if let value = state.nextFloatNormal {
            put(value.bitPattern, at: Offset.floatNormal)
            put(UInt8(1), at: Offset.floatNormalIsValid)
        }
        return bytes
    }
}

extension GeneratorState {
    /// The state in the layout of `GeneratorSnapshot`.
    borrowing func encoded() -> [UInt8] { GeneratorSnapshot.encode(self) }
}
