/// A block of memory that one or more tensors look at.
final class Storage {
    let base: UnsafeMutableRawPointer
    let byteCount: Int
    /// Counts the writes, so that the backward pass notices when a value that it saved was overwritten.
    @exclusivity(unchecked) var version: UInt32 = 0
    let isWritable: Bool
    /// Made in inference mode: no formula may save it, and it may be written to only in that mode.
    let isInference: Bool
    /// Set for memory that belongs to someone else: run when the last tensor lets go of it.
    private let owner: Owner?
    /// Whether the owner is another storage.
    private let isShared: Bool

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
        isInference = GradMode.isInference
        owner = nil
        isShared = false
    }

    /// Memory of another owner.
    init(base: UnsafeMutableRawPointer, byteCount: Int, isWritable: Bool, owner: Owner) {
        self.base = base
        self.byteCount = byteCount
        self.isWritable = isWritable
        self.owner = owner
        isInference = GradMode.isInference
        isShared = false
    }

    /// The memory of another storage, with a count of writes of its own: what is written here goes unnoticed there.
    init(untracked other: Storage) {
        base = other.base
        byteCount = other.byteCount
        isWritable = other.isWritable
        isInference = other.isInference
        let root = other.isShared ? Unmanaged<Storage>.fromOpaque(other.owner!.payload!) : Unmanaged.passUnretained(other)
        owner = Owner(payload: root.retain().toOpaque()) { Unmanaged<Storage>.fromOpaque($0!).release() }
        isShared = true
    }

    deinit {
        if let owner {
            owner.release(owner.payload)
        } else {
            Allocator.deallocate(base, byteCount)
        }
    }
}
