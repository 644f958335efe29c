/// A list of blocks without a forward of its own: what holds it calls them.
public final class ModuleList: Layer {
    @exclusivity(unchecked) private var entries: [(name: String, block: Module)]

    public init(_ blocks: [Module] = []) {
        entries = blocks.enumerated().map { ("\($0)", $1) }
        super.init()
    }

    public var blocks: [Module] { entries.map { $0.block } }

    package override func namedChildren() throws(TensorError) -> [(name: String, block: Module)] { entries }
    package override var isContainer: Bool { true }
    package override func setChildren(_ children: [(name: String, block: Module)]) { entries = children }
}
