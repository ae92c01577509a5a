/// Code for some processors only says so when it is compiled, and when it starts.
extension SwiftFile {
  private var needsLibrary: Bool { !options.processor.requiredFlags.isEmpty || options.weightsFile != nil || options.isThreaded }

  func writeImports(_ text: inout SwiftText) {
    if needsLibrary {
      if options.isThreaded { text.line("import Synchronization\n") }
      text.line(
        """
        #if canImport(Glibc)
          import Glibc
        #elseif canImport(Musl)
          import Musl
        #else
          import Darwin
        #endif
        """)
      text.line()
    }
    guard let architecture = options.processor.architecture else { return }
    text.line("#if !arch(\(architecture))")
    text.line("  #error(\(SwiftLiteral.string("\(options.fileName) is written for \(options.processor.rawValue)")))")
    text.line("#endif")
    text.line()
  }

  func writeProcessorCheck(_ text: inout SwiftText) {
    text.line(
      "/// Refuses a processor without the instructions that this file is compiled for. Nothing here may need them: library calls only.")
    text.line("@inline(never)")
    text.block("static func checkProcessor() throws(Problem)") { text in
      text.line("// Where the system has no such file, there is nothing to ask.")
      text.line("guard let file = fopen(\"/proc/cpuinfo\", \"r\") else { return }")
      text.line("defer { fclose(file) }")
      text.line("var text: UnsafeMutablePointer<CChar>?")
      text.line("defer { free(text) }")
      text.line("var capacity = 0")
      text.block("while getline(&text, &capacity, file) > 0, let line = text") { text in
        text.line("guard strncmp(line, \"flags\", 5) == 0 else { continue }")
        for flag in options.processor.requiredFlags { text.line("try check(line, \"\(flag)\")") }
        text.line("return")
      }
    }
    text.line()
    text.line(
      """
      @inline(never)
      static func check(_ line: UnsafePointer<CChar>, _ flag: StaticString) throws(Problem) {
        let length = strlen(UnsafeRawPointer(flag.utf8Start).assumingMemoryBound(to: CChar.self))
        var place = line
        while let found = strstr(place, UnsafeRawPointer(flag.utf8Start).assumingMemoryBound(to: CChar.self)) {
          // A word of its own: a blank or a line end follows.
          if found[-1] == 32, found[Int(length)] == 32 || found[Int(length)] == 10 { return }
          place = UnsafePointer(found) + 1
        }
        throw .processor(lacks: flag.description)
      }
      """)
  }
}

extension Processor {
  /// What `#if arch` calls it; nil for any.
  fileprivate var architecture: String? {
    switch self {
    case .portable: nil
    case .v3, .v4: "x86_64"
    case .arm64: "arm64"
    }
  }
}
