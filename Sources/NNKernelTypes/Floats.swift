/// A buffer that a kernel reads.
public typealias Floats = UnsafePointer<Float>
/// A buffer that a kernel writes.
public typealias MutableFloats = UnsafeMutablePointer<Float>
/// Sums that are kept in double precision.
public typealias MutableDoubles = UnsafeMutablePointer<Double>
public typealias Doubles = UnsafePointer<Double>
