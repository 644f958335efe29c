// swift-tools-version: 6.1
import PackageDescription

// A package of its own, as yours would be: it depends on swiftnn and knows nothing of its insides.
let package = Package(
    name: "swift-blocks",
    dependencies: [.package(name: "swiftnn", path: "../..")],
    targets: [
        .executableTarget(name: "blocks", dependencies: [.product(name: "SwiftNN", package: "swiftnn")])
    ]
)
