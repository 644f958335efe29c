import CInterfaceTests
import Testing

/// A test written in C against `swiftnn.h`; see `c/include/interface_tests.h`.
struct InterfaceTest: CustomTestStringConvertible, Sendable {
    let name: String
    let run: @Sendable () -> String?

    var testDescription: String { name }

    /// Those that need the process for themselves only run in the C program: other suites run beside this one.
    static let all: [InterfaceTest] = (0..<interface_test_count()).compactMap { index in
        guard let test = interface_test_at(index), !test.pointee.process_wide else { return nil }
        return InterfaceTest(name: String(cString: test.pointee.name)) {
            interface_test_at(index).pointee.run().map { String(cString: $0) }
        }
    }
}

@Suite("The C interface") struct InterfaceTests {
    @Test(arguments: InterfaceTest.all) func fromC(test: InterfaceTest) {
        if let failure = test.run() { Issue.record("\(failure)") }
    }

    @Test func thereAreTests() {
        #expect(InterfaceTest.all.count > 20)
    }
}
