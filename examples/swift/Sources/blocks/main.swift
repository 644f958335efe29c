// The blocks of the book "Dive into Deep Learning" in Swift. Each file shows one of them.

import SwiftNN

do {
    Generator.shared.manualSeed(42)
    for show in [showMLP, showMySequential, showFixedHiddenMLP, showChimera, showTraining] {
        try show()
        print()
    }
} catch {
    print("swift-blocks: \(error)")
}
