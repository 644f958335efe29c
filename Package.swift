// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "swiftnn",
    products: [
        .library(name: "SwiftNN", targets: ["SwiftNN"]),
        // The C interface of Sources/CSwiftNN/swiftnn.h as a shared library, for other languages.
        .library(name: "swiftnn_c", type: .dynamic, targets: ["SwiftNNC"]),
        // The Swift side of `make demo`.
        .executable(name: "swiftnn-demo", targets: ["swiftnn-demo"]),
    ],
    targets: [
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .target(name: "CKernels", linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
        .systemLibrary(name: "CSwiftNN"),
        .target(name: "SwiftNN", dependencies: ["CKernels", "COpenBLAS"]),
        .target(name: "SwiftNNC", dependencies: ["SwiftNN", "CSwiftNN"]),
        .executableTarget(name: "swiftnn-demo", dependencies: ["SwiftNN"]),
        .executableTarget(name: "CrossCheck", dependencies: ["SwiftNN"], path: "Tests/CrossCheck"),
        .testTarget(name: "SwiftNNTests", dependencies: ["SwiftNN"]),
        .target(
            name: "CInterfaceTests", dependencies: ["CSwiftNN"], path: "Tests/SwiftNNCTests/c", exclude: ["main.c"],
            cSettings: [.headerSearchPath("../../../Sources/CSwiftNN")]),
        .testTarget(name: "SwiftNNCTests", dependencies: ["SwiftNNC", "CInterfaceTests"], exclude: ["c"]),
    ]
)
