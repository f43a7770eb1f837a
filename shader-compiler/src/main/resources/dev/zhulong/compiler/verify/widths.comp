#version 460
#extension GL_EXT_shader_explicit_arithmetic_types : require
#extension GL_EXT_buffer_reference2 : require
#extension GL_EXT_scalar_block_layout : require
#extension GL_EXT_integer_dot_product : require
#extension GL_KHR_shader_subgroup_clustered : require
#extension GL_EXT_shader_subgroup_extended_types_int64 : require
layout(local_size_x = 4) in;
layout(buffer_reference) buffer Node;
layout(buffer_reference, scalar) buffer Node { Node next[2]; f16mat2 m; int8_t k[]; };
layout(binding = 0, scalar) buffer B { int64_t q; uint8_t a[8]; i16vec3 v; Node n; };
layout(constant_id = 3) const uint64_t LONG = 5ul;
shared f16vec3 t[8];
Node after(Node x, uint i) { return x.next[i & 1]; }
void main() {
  uint i = gl_LocalInvocationIndex;
  t[i] = f16vec3(v) * 0.5hf + f16vec3(q);
  barrier();
  Node x = after(n, i);
  if (uint64_t(x) > 7ul) q = q / int64_t(a[i]);
  q += int64_t(LONG);
  i16vec3 w[12];
  w[i] = v;
  x.k[i] = int8_t(dotEXT(u8vec4(a[i]), u8vec4(3)) >> a[1]);
  x.m = inverse(x.m) * float16_t(w[a[2] % 12].y);
  q = subgroupClusteredAdd(q, 4) + int64_t(t[7 - i].z) + (q < 9l ? 1l : int64_t(packFloat2x16(t[i].xy)));
}
