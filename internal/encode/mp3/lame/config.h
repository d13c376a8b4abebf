/* What LAME's sources ask of a configuration, for WebAssembly. */
#define STDC_HEADERS 1
#define HAVE_ERRNO_H 1
#define HAVE_INTTYPES_H 1
#define HAVE_LIMITS_H 1
#define HAVE_MEMCPY 1
#define HAVE_STDINT_H 1
#define HAVE_STRCHR 1
#define LAME_LIBRARY_BUILD 1
#define NDEBUG 1
#define PACKAGE "lame"
#define TAKEHIRO_IEEE754_HACK 1
#define USE_FAST_LOG 1
#define VERSION "3.100"
typedef float ieee754_float32_t;
typedef double ieee754_float64_t;
