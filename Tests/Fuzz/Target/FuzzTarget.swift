import Foundation
import FuzzedReaders

/// The reader that `NNC_FUZZ_READER` names, and its folder.
private let reader: FuzzedReader = {
  let name = ProcessInfo.processInfo.environment["NNC_FUZZ_READER"] ?? ""
  guard let reader = FuzzedReader(rawValue: name) else {
    print("set NNC_FUZZ_READER to one of: \(FuzzedReader.allCases.map(\.rawValue).joined(separator: " "))")
    exit(2)
  }
  return reader
}()
private let folder: ScratchFolder = {
  do { return try ScratchFolder() } catch {
    print("no folder for files: \(error)")
    exit(2)
  }
}()

/// Where `NNC_FUZZ_SEEDS` names a folder, sound inputs are written there before anything is tried.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  if let place = ProcessInfo.processInfo.environment["NNC_FUZZ_SEEDS"] {
    for (number, seed) in Seeds().of(reader).enumerated() {
      do { try Data(seed).write(to: URL(filePath: place).appending(path: "seed-\(number)")) } catch {
        print("\(place): \(error)")
        exit(2)
      }
    }
  }
  return 0
}

/// What libFuzzer calls with everything it makes up.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  reader.read(Array(UnsafeBufferPointer(start: start, count: count)), in: folder)
  return 0
}
