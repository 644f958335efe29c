// swift-tools-version: 6.1
import PackageDescription

// A package of its own, as yours would be: it depends on swiftnn and knows nothing of its insides.
let package = Package(
    name: "swiftnn-examples",
    dependencies: [.package(name: "swiftnn", path: "../..")],
    targets: [
        .executableTarget(name: "blocks", dependencies: [.product(name: "SwiftNN", package: "swiftnn")]),
        // The networks of examples/mnist, on the digits that `python examples/mnist/digits.py` writes to a file.
        .executableTarget(name: "mnist", dependencies: [.product(name: "SwiftNN", package: "swiftnn")]),
    ]
)
