import CKernels

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Memory for tensors: 64-byte aligned blocks, kept for reuse when a tensor gives them back.
///
/// Fresh pages cost more than the arithmetic on a mid-size tensor, and a network asks for the same sizes at every
/// step. A block is rounded up to its size class, four classes to each power of two, so at most a fifth is wasted.
enum Allocator {
    struct Statistics {
        var liveBytes = 0
        var peakBytes = 0
        var cachedBytes = 0
    }

    /// Pointers are not `Sendable`; these are only followed under the lock.
    private struct State: ~Copyable, @unchecked Sendable {
        /// For each size class, the first free block; a free block begins with the address of the next.
        var free = InlineArray<192, UnsafeMutableRawPointer?>(repeating: nil)
        var statistics = Statistics()
    }

    private static let state = Guarded(CK_LOCK_ALLOCATOR, State())
    /// More than this is given back to the system at once.
    private static let cacheLimit = 1 << 30

    /// The class of `bytes` and the size of its blocks.
    @inline(__always)
    private static func sizeClass(_ bytes: Int) -> (index: Int, size: Int) {
        if bytes <= 64 { return (0, 64) }
        let exponent = Int.bitWidth - 1 - (bytes - 1).leadingZeroBitCount  // 2^exponent < bytes <= 2^(exponent + 1)
        let step = 1 << Swift.max(exponent - 2, 6)
        let size = (bytes + step - 1) & ~(step - 1)
        let quarter = exponent < 8 ? (size - (1 << exponent)) / step - 1 : ((size - (1 << exponent)) >> (exponent - 2)) - 1
        return ((exponent - 6) * 4 + 1 + quarter, size)
    }

    /// A block of at least `bytes`, or nil where the system has no more.
    static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
        let (index, size) = sizeClass(bytes)
        let reused = state.withLock { (state) -> UnsafeMutableRawPointer? in
            let block = state.free[index]
            if let block {
                state.free[index] = block.load(as: UnsafeMutableRawPointer?.self)
                state.statistics.cachedBytes -= size
                count(&state, size)
            }
            return block
        }
        if let reused { return reused }
        var fresh = systemAllocate(size)
        if fresh == nil {
            // The cache may hold what is missing, in blocks of other sizes.
            emptyCache()
            fresh = systemAllocate(size)
        }
        guard let fresh else { return nil }
        state.withLock { count(&$0, size) }
        return fresh
    }

    /// Takes back a block that `allocate` gave for `bytes`.
    static func deallocate(_ block: UnsafeMutableRawPointer, _ bytes: Int) {
        let (index, size) = sizeClass(bytes)
        let keep = state.withLock { (state) -> Bool in
            state.statistics.liveBytes -= size
            if state.statistics.cachedBytes + size > cacheLimit { return false }
            block.storeBytes(of: state.free[index], as: UnsafeMutableRawPointer?.self)
            state.free[index] = block
            state.statistics.cachedBytes += size
            return true
        }
        if !keep { free(block) }
    }

    /// Gives all blocks that wait for reuse back to the system.
    static func emptyCache() {
        state.withLock { state in
            for index in state.free.indices {
                var next = state.free[index]
                state.free[index] = nil
                while let block = next {
                    next = block.load(as: UnsafeMutableRawPointer?.self)
                    free(block)
                }
            }
            state.statistics.cachedBytes = 0
        }
    }

    static var statistics: Statistics { state.withLock { $0.statistics } }

    static func resetPeak() {
        state.withLock { $0.statistics.peakBytes = $0.statistics.liveBytes }
    }

    @inline(__always)
    private static func count(_ state: inout State, _ size: Int) {
        state.statistics.liveBytes += size
        if state.statistics.liveBytes > state.statistics.peakBytes {
            state.statistics.peakBytes = state.statistics.liveBytes
        }
    }

    private static func systemAllocate(_ size: Int) -> UnsafeMutableRawPointer? {
        var block: UnsafeMutableRawPointer?
        return posix_memalign(&block, 64, size) == 0 ? block : nil
    }
}

/// What the library's tensors hold, in bytes.
public struct MemoryStatistics: Sendable {
    /// In tensors that are alive.
    public let liveBytes: Int
    /// The most that `liveBytes` has been since the start or the last `resetPeak`.
    public let peakBytes: Int
    /// Given back by tensors and kept for reuse.
    public let cachedBytes: Int

    public static var current: MemoryStatistics {
        let now = Allocator.statistics
        return MemoryStatistics(liveBytes: now.liveBytes, peakBytes: now.peakBytes, cachedBytes: now.cachedBytes)
    }

    public static func resetPeak() { Allocator.resetPeak() }
    /// Gives the memory kept for reuse back to the system.
    public static func emptyCache() { Allocator.emptyCache() }
}
