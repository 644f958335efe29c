/// A block of memory that one or more tensors look at.
final class Storage {
    let base: UnsafeMutableRawPointer
    let byteCount: Int
    /// Counts the writes, so that the backward pass notices when a value that it saved was overwritten.
    @exclusivity(unchecked) var version: UInt32 = 0
    /// Counts the writes that were recorded for the backward pass: a view made before one has an outdated history.
    @exclusivity(unchecked) var historyVersion: UInt32 = 0
    let isWritable: Bool
    /// Set for memory that belongs to someone else: run when the last tensor lets go of it.
    private let owner: Owner?

    /// Whether the memory is the library's.
    var isOwn: Bool { owner == nil }

    struct Owner {
        let payload: UnsafeMutableRawPointer?
        let release: @convention(c) (UnsafeMutableRawPointer?) -> Void
    }

    init(byteCount: Int, operation: StaticString) throws(TensorError) {
        guard let block = Allocator.allocate(byteCount) else {
            throw TensorError(.memory, operation.description, "cannot allocate \(byteCount) bytes")
        }
        base = block
        self.byteCount = byteCount
        isWritable = true
        owner = nil
    }

    /// Memory of another owner.
    init(base: UnsafeMutableRawPointer, byteCount: Int, isWritable: Bool, owner: Owner) {
        self.base = base
        self.byteCount = byteCount
        self.isWritable = isWritable
        self.owner = owner
    }

    deinit {
        if let owner {
            owner.release(owner.payload)
        } else {
            Allocator.deallocate(base, byteCount)
        }
    }
}
