// Hot loops are written once, as kernels, and compiled twice: for every x86-64 and for AVX2. Which
// one runs is found out at run time. A kernel does the same operations on each element either way,
// so that both write the same bytes.
#pragma once

namespace commsim {

enum class Simd { kPortable, kAvx2 };

/// What this processor can do, and its system lets it.
inline Simd this_processor() {
#ifdef __x86_64__
  static const Simd simd = __builtin_cpu_supports("avx2") ? Simd::kAvx2 : Simd::kPortable;
  return simd;
#else
  return Simd::kPortable;
#endif
}

template <typename Kernel, typename... Arguments>
#ifdef __x86_64__
[[gnu::target("avx2")]]
#endif
auto run_on_avx2(Arguments... arguments) {
  return Kernel::run(arguments...);
}

/// Calls Kernel::run(arguments...), which is a static member function with the attribute
/// [[gnu::always_inline]]. REQUIRES: this_processor() is `simd` or more.
template <typename Kernel, typename... Arguments>
auto run(Simd simd, Arguments... arguments) {
  if (simd == Simd::kAvx2) return run_on_avx2<Kernel>(arguments...);
  return Kernel::run(arguments...);
}

}  // namespace commsim
