// The vector instructions by themselves. The library's operators on vectors of floats are loops over the lanes, which LLVM puts together again late, at the
// price of a minute of compilation, and often in halves of a register. These are one instruction each from the start. A compiler without the feature
// goes the longer way.

#if hasFeature(BuiltinModule)
  import Builtin

  #if NNC_V4
    extension V {
      @_transparent static func + (a: V, b: V) -> V { V(Builtin.fadd_Vec16xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func - (a: V, b: V) -> V { V(Builtin.fsub_Vec16xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func * (a: V, b: V) -> V { V(Builtin.fmul_Vec16xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func / (a: V, b: V) -> V { V(Builtin.fdiv_Vec16xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .< (a: V, b: V) -> Mask { mask(Builtin.fcmp_olt_Vec16xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .<= (a: V, b: V) -> Mask { mask(Builtin.fcmp_ole_Vec16xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .> (a: V, b: V) -> Mask { mask(Builtin.fcmp_ogt_Vec16xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .>= (a: V, b: V) -> Mask { mask(Builtin.fcmp_oge_Vec16xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .== (a: V, b: V) -> Mask { mask(Builtin.fcmp_oeq_Vec16xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .!= (a: V, b: V) -> Mask { mask(Builtin.fcmp_une_Vec16xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func mask(_ bits: Builtin.Vec16xInt1) -> Mask {
        unsafeBitCast(Builtin.sext_Vec16xInt1_Vec16xInt32(bits), to: Mask.self)
      }
      @_transparent init(_ value: Builtin.Vec16xFPIEEE32) { self = unsafeBitCast(value, to: V.self) }

      /// self + a b, rounded once.
      @_transparent func addingProduct(_ a: V, _ b: V) -> V {
        V(Builtin.int_fma_Vec16xFPIEEE32(a._storage._value, b._storage._value, _storage._value))
      }

      @_transparent func squareRoot() -> V { V(Builtin.int_sqrt_Vec16xFPIEEE32(_storage._value)) }

      /// `value` in the lanes of the mask, self in the others.
      @_transparent func with(_ value: V, where mask: Mask) -> V {
        let lanes = unsafeBitCast(mask, to: Builtin.Vec16xInt32.self)
        let isSet = Builtin.cmp_slt_Vec16xInt32(lanes, Builtin.zeroInitializer())
        return V(Builtin.select_Vec16xInt1_Vec16xFPIEEE32(isSet, value._storage._value, _storage._value))
      }
    }
  #elseif NNC_V3
    extension V {
      @_transparent static func + (a: V, b: V) -> V { V(Builtin.fadd_Vec8xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func - (a: V, b: V) -> V { V(Builtin.fsub_Vec8xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func * (a: V, b: V) -> V { V(Builtin.fmul_Vec8xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func / (a: V, b: V) -> V { V(Builtin.fdiv_Vec8xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .< (a: V, b: V) -> Mask { mask(Builtin.fcmp_olt_Vec8xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .<= (a: V, b: V) -> Mask { mask(Builtin.fcmp_ole_Vec8xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .> (a: V, b: V) -> Mask { mask(Builtin.fcmp_ogt_Vec8xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .>= (a: V, b: V) -> Mask { mask(Builtin.fcmp_oge_Vec8xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .== (a: V, b: V) -> Mask { mask(Builtin.fcmp_oeq_Vec8xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .!= (a: V, b: V) -> Mask { mask(Builtin.fcmp_une_Vec8xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func mask(_ bits: Builtin.Vec8xInt1) -> Mask {
        unsafeBitCast(Builtin.sext_Vec8xInt1_Vec8xInt32(bits), to: Mask.self)
      }
      @_transparent init(_ value: Builtin.Vec8xFPIEEE32) { self = unsafeBitCast(value, to: V.self) }

      /// self + a b, rounded once.
      @_transparent func addingProduct(_ a: V, _ b: V) -> V {
        V(Builtin.int_fma_Vec8xFPIEEE32(a._storage._value, b._storage._value, _storage._value))
      }

      @_transparent func squareRoot() -> V { V(Builtin.int_sqrt_Vec8xFPIEEE32(_storage._value)) }

      /// `value` in the lanes of the mask, self in the others.
      @_transparent func with(_ value: V, where mask: Mask) -> V {
        let lanes = unsafeBitCast(mask, to: Builtin.Vec8xInt32.self)
        let isSet = Builtin.cmp_slt_Vec8xInt32(lanes, Builtin.zeroInitializer())
        return V(Builtin.select_Vec8xInt1_Vec8xFPIEEE32(isSet, value._storage._value, _storage._value))
      }
    }
  #else
    extension V {
      @_transparent static func + (a: V, b: V) -> V { V(Builtin.fadd_Vec4xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func - (a: V, b: V) -> V { V(Builtin.fsub_Vec4xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func * (a: V, b: V) -> V { V(Builtin.fmul_Vec4xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func / (a: V, b: V) -> V { V(Builtin.fdiv_Vec4xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .< (a: V, b: V) -> Mask { mask(Builtin.fcmp_olt_Vec4xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .<= (a: V, b: V) -> Mask { mask(Builtin.fcmp_ole_Vec4xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .> (a: V, b: V) -> Mask { mask(Builtin.fcmp_ogt_Vec4xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .>= (a: V, b: V) -> Mask { mask(Builtin.fcmp_oge_Vec4xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .== (a: V, b: V) -> Mask { mask(Builtin.fcmp_oeq_Vec4xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func .!= (a: V, b: V) -> Mask { mask(Builtin.fcmp_une_Vec4xFPIEEE32(a._storage._value, b._storage._value)) }
      @_transparent static func mask(_ bits: Builtin.Vec4xInt1) -> Mask {
        unsafeBitCast(Builtin.sext_Vec4xInt1_Vec4xInt32(bits), to: Mask.self)
      }
      @_transparent init(_ value: Builtin.Vec4xFPIEEE32) { self = unsafeBitCast(value, to: V.self) }

      /// self + a b, rounded once.
      @_transparent func addingProduct(_ a: V, _ b: V) -> V {
        V(Builtin.int_fma_Vec4xFPIEEE32(a._storage._value, b._storage._value, _storage._value))
      }

      @_transparent func squareRoot() -> V { V(Builtin.int_sqrt_Vec4xFPIEEE32(_storage._value)) }

      /// `value` in the lanes of the mask, self in the others.
      @_transparent func with(_ value: V, where mask: Mask) -> V {
        let lanes = unsafeBitCast(mask, to: Builtin.Vec4xInt32.self)
        let isSet = Builtin.cmp_slt_Vec4xInt32(lanes, Builtin.zeroInitializer())
        return V(Builtin.select_Vec4xInt1_Vec4xFPIEEE32(isSet, value._storage._value, _storage._value))
      }
    }
  #endif

  extension V {
    @_transparent static func + (a: V, b: Float) -> V { a + V(repeating: b) }
    @_transparent static func + (a: Float, b: V) -> V { V(repeating: a) + b }
    @_transparent static func - (a: V, b: Float) -> V { a - V(repeating: b) }
    @_transparent static func - (a: Float, b: V) -> V { V(repeating: a) - b }
    @_transparent static func * (a: V, b: Float) -> V { a * V(repeating: b) }
    @_transparent static func * (a: Float, b: V) -> V { V(repeating: a) * b }
    @_transparent static func / (a: V, b: Float) -> V { a / V(repeating: b) }
    @_transparent static func / (a: Float, b: V) -> V { V(repeating: a) / b }
    @_transparent static func += (a: inout V, b: V) { a = a + b }
    @_transparent static func += (a: inout V, b: Float) { a = a + b }
    @_transparent static func -= (a: inout V, b: V) { a = a - b }
    @_transparent static func -= (a: inout V, b: Float) { a = a - b }
    @_transparent static func *= (a: inout V, b: V) { a = a * b }
    @_transparent static func *= (a: inout V, b: Float) { a = a * b }
    @_transparent static prefix func - (a: V) -> V { V() - a }
    @_transparent static func .< (a: V, b: Float) -> Mask { a .< V(repeating: b) }
    @_transparent static func .<= (a: V, b: Float) -> Mask { a .<= V(repeating: b) }
    @_transparent static func .> (a: V, b: Float) -> Mask { a .> V(repeating: b) }
    @_transparent static func .>= (a: V, b: Float) -> Mask { a .>= V(repeating: b) }
    @_transparent static func .== (a: V, b: Float) -> Mask { a .== V(repeating: b) }
    @_transparent static func .!= (a: V, b: Float) -> Mask { a .!= V(repeating: b) }
  }
#endif
