// The functions of a model's library for a Java without foreign functions: JniLibrary.java has a
// native method for each shape of function, and the address of the function is the first argument.
#include <dlfcn.h>
#include <jni.h>

#include <string>

namespace {

// A library's functions are C's, so that these are their parameters.
using Object = void*;

template <class Result, class... Parameters>
Result call(jlong function, Parameters... parameters) {
  return reinterpret_cast<Result (*)(Parameters...)>(function)(parameters...);
}

Object object(jlong address) { return reinterpret_cast<Object>(address); }

std::string text(JNIEnv* env, jbyteArray bytes) {
  std::string result(env->GetArrayLength(bytes), '\0');
  env->GetByteArrayRegion(
      bytes, 0, static_cast<jsize>(result.size()), reinterpret_cast<jbyte*>(&result[0]));
  return result;
}

}  // namespace

#define ZL_JNI(type, name) \
  extern "C" JNIEXPORT type JNICALL Java_dev_zhulong_rtl_ffi_JniLibrary_##name

ZL_JNI(jlong, load)(JNIEnv* env, jclass, jbyteArray path) {
  return reinterpret_cast<jlong>(dlopen(text(env, path).c_str(), RTLD_NOW | RTLD_LOCAL));
}

ZL_JNI(void, unload)(JNIEnv*, jclass, jlong library) { dlclose(object(library)); }

ZL_JNI(jlong, symbol)(JNIEnv* env, jclass, jlong library, jbyteArray name) {
  return reinterpret_cast<jlong>(dlsym(object(library), text(env, name).c_str()));
}

ZL_JNI(jint, intOf)(JNIEnv*, jclass, jlong f) { return call<jint>(f); }

ZL_JNI(jlong, longOf)(JNIEnv*, jclass, jlong f) { return call<jlong>(f); }

ZL_JNI(jlong, longOfInt)(JNIEnv*, jclass, jlong f, jint a) { return call<jlong>(f, a); }

ZL_JNI(jlong, longOfLongs)(JNIEnv*, jclass, jlong f, jlong a, jlong b) {
  return call<jlong>(f, a, b);
}

ZL_JNI(void, voidOfObject)(JNIEnv*, jclass, jlong f, jlong o) { call<void>(f, object(o)); }

ZL_JNI(jint, intOfObject)(JNIEnv*, jclass, jlong f, jlong o) {
  return call<jint>(f, object(o));
}

ZL_JNI(jlong, longOfObject)(JNIEnv*, jclass, jlong f, jlong o) {
  return call<jlong>(f, object(o));
}

ZL_JNI(void, voidOfObjectInt)(JNIEnv*, jclass, jlong f, jlong o, jint a) {
  call<void>(f, object(o), a);
}

ZL_JNI(void, voidOfObjectLong)(JNIEnv*, jclass, jlong f, jlong o, jlong a) {
  call<void>(f, object(o), a);
}

ZL_JNI(void, voidOfObjectInts)(JNIEnv*, jclass, jlong f, jlong o, jint a, jint b) {
  call<void>(f, object(o), a, b);
}

ZL_JNI(void, setMemory)
(JNIEnv*, jclass, jlong f, jlong o, jint latency, jint cycles_per_line, jint jitter, jlong seed) {
  call<void>(f, object(o), latency, cycles_per_line, jitter, seed);
}

ZL_JNI(jint, intOfObjectInt)(JNIEnv*, jclass, jlong f, jlong o, jint a) {
  return call<jint>(f, object(o), a);
}

ZL_JNI(jlong, longOfObjectInt)(JNIEnv*, jclass, jlong f, jlong o, jint a) {
  return call<jlong>(f, object(o), a);
}

ZL_JNI(jint, intOfObjectLong)(JNIEnv*, jclass, jlong f, jlong o, jlong a) {
  return call<jint>(f, object(o), a);
}

ZL_JNI(jint, intOfObjectLongs)(JNIEnv*, jclass, jlong f, jlong o, jlong a, jlong b) {
  return call<jint>(f, object(o), a, b);
}

ZL_JNI(void, mapHost)
(JNIEnv*, jclass, jlong f, jlong o, jlong address, jlong bytes, jlong size) {
  call<void>(f, object(o), address, object(bytes), size);
}

ZL_JNI(jint, step)(JNIEnv*, jclass, jlong f, jlong o, jint clock, jlong cycles) {
  return call<jint>(f, object(o), clock, cycles);
}

ZL_JNI(jint, stepUntil)
(JNIEnv*, jclass, jlong f, jlong o, jint clock, jlong cycles, jint port, jlong value, jint equal) {
  return call<jint>(f, object(o), clock, cycles, port, value, equal);
}

ZL_JNI(jint, intOfObjectText)(JNIEnv* env, jclass, jlong f, jlong o, jbyteArray a) {
  std::string path = text(env, a);
  return call<jint>(f, object(o), path.c_str());
}

ZL_JNI(jint, openWave)(JNIEnv* env, jclass, jlong f, jlong o, jbyteArray a, jlong from, jlong to) {
  std::string path = text(env, a);
  return call<jint>(f, object(o), path.c_str(), from, to);
}
