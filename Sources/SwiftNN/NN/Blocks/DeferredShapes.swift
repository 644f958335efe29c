import CKernels

/// Parameters that get their shape from the first input.
enum DeferredShapes {
    /// Two threads may bring the first input at once; one of them initialises.
    private static let lock = Guarded(CK_LOCK_DEFERRED_SHAPES, ())

    /// Gives the parameters that wait for it their memory, and then all of them their values.
    ///
    /// - Parameters:
    ///   - parameters: with their sizes; the last is the one by which other threads see that all is done.
    ///   - initialize: fills them.
    static func resolve(
        _ parameters: [(tensor: Tensor?, sizes: Dims)], _ initialize: () throws(TensorError) -> Void
    ) throws(TensorError) {
        try lock.withLock { (_) throws(TensorError) in
            // A layer that shares its parameters finds them initialised by the other.
            if parameters.allSatisfy({ $0.tensor?.isInitialized ?? true }) { return }
            for (tensor, sizes) in parameters { try tensor?.initialize(sizes: sizes) }
            try initialize()
        }
    }
}
