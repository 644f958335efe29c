import CKernels

/// A value that threads take turns with, under one of the library's locks.
///
/// `Synchronization.Mutex` would do but for `fork`: see `cthread.h`.
package final class Guarded<Value: ~Copyable>: @unchecked Sendable {
    // Only touched under the lock, which is what keeps accesses apart.
    @exclusivity(unchecked) private var value: Value
    private let name: ck_lock_name

    package init(_ name: ck_lock_name, _ value: consuming Value) {
        self.name = name
        self.value = value
    }

    @inline(__always)
    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        ck_lock(name)
        defer { ck_unlock(name) }
        return try body(&value)
    }
}
